"""Clean codes for the tests, drawn without the benchmark's troubles."""

from __future__ import annotations

import numpy as np
import segno
from barcode import Code128
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
SIZE = (720, 1280)


def bars(text: str, module: int = 3, high: int = 120) -> Grey:
    bits = np.array([bit == "1" for bit in Code128(text).build()[0]])
    return np.tile(np.where(np.repeat(bits, module), 20, 235).astype(np.uint8), (high, 1))


def squares(text: str, module: int = 5) -> Grey:
    bits = np.array([list(row) for row in segno.make(text, micro=False).matrix_iter(border=4)], dtype=bool)
    return np.where(np.kron(bits, np.ones((module, module), dtype=bool)), 20, 235).astype(np.uint8)


def frame(*codes: Grey) -> Grey:
    """Codes one above the other on a grey sheet, with room around each."""
    sheet = np.full(SIZE, 235, np.uint8)
    top = 40
    for code in codes:
        high, wide = code.shape
        left = (SIZE[1] - wide) // 2
        sheet[top : top + high, left : left + wide] = code
        top += high + 60
    return sheet
