"""What was read from a frame, and where in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

#: what may be asked for by configuration; the engines' own names are in :mod:`kiosk.scanning.decoding.engines`
LINEAR: Final = ("code128", "code39", "code93", "itf", "ean13", "ean8", "codabar")
MATRIX: Final = ("qr", "datamatrix", "aztec", "pdf417")
#: receipts carry these two
USUAL: Final = ("code128", "qr")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A code: ``symbology`` is one of :data:`LINEAR` or :data:`MATRIX`. The text may be somebody's: not in ``repr``."""

    symbology: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A code and its middle in the frame's pixels."""

    decoded: Decoded
    x: float
    y: float

    @property
    def linear(self) -> bool:
        """Whether it is a code of bars, whose checksum is weak."""
        return self.decoded.symbology in LINEAR
