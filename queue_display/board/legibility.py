"""How large letters must be to be read from the farthest seat, and whether this television can draw them.

A called number needs digits of 12.2 mm per metre of distance (aim: 16.7), a row of the list 8 mm per metre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

NUMBER_MM_PER_M: Final = 12.2
ROW_MM_PER_M: Final = 8.0
_MM_PER_INCH: Final = 25.4
#: height of a digit of Be Vietnam Pro, in parts of its size
DIGIT_HEIGHT: Final = 0.75
#: sizes of televisions that are sold, diagonal in inches
_SOLD_INCH: Final = (32, 40, 43, 50, 55, 65, 75, 85, 98)


@dataclass(frozen=True, slots=True)
class Legibility:
    """What is drawn and what is needed, digit heights in mm on the real panel."""

    distance_m: float
    diagonal_inch: float
    number_mm: float
    row_mm: float
    number_needed_mm: float
    row_needed_mm: float

    @property
    def number_ok(self) -> bool:
        """Whether the called number is read from the farthest seat."""
        return self.number_mm >= self.number_needed_mm

    @property
    def rows_ok(self) -> bool:
        """Whether the list of the last calls is."""
        return self.row_mm >= self.row_needed_mm

    @property
    def advised_inch(self) -> int | None:
        """The smallest television sold on which both are; None: no television is large enough."""
        factor = max(self.number_needed_mm / self.number_mm, self.row_needed_mm / self.row_mm, 0.0)
        return next((size for size in _SOLD_INCH if size >= self.diagonal_inch * factor - 0.5), None)

    @property
    def reach_m(self) -> tuple[float, float]:
        """Up to how many metres the number and the rows are read."""
        return self.number_mm / NUMBER_MM_PER_M, self.row_mm / ROW_MM_PER_M

    def advice(self) -> tuple[str, str] | None:
        """What to tell the technician (Vietnamese, English), or None when all is well."""
        if self.number_ok and self.rows_ok:
            return None
        number_m, row_m = self.reach_m
        size = self.advised_inch
        vi = f"cần tivi từ {size} inch" if size else "cần thêm một màn hình gần ghế chờ"
        en = f"a television of {size} inch is needed" if size else "put a second screen nearer to the seats"
        tv, far = f"{self.diagonal_inch:g} inch", f"{self.distance_m:g} m"
        reach_vi = f"số đang gọi đọc được đến {number_m:.1f} m, các số vừa gọi đến {row_m:.1f} m"
        reach_en = f"the called number is read up to {number_m:.1f} m, the last calls up to {row_m:.1f} m"
        return (
            f"Tivi {tv} nhỏ so với khoảng cách {far}: {reach_vi}; {vi}.",
            f"A {tv} television is small for {far}: {reach_en}; {en}.",
        )


def row_needed_px(*, size: tuple[int, int], diagonal_inch: float, distance_m: float) -> float:
    """The font size (px of this panel) from which a row is read from the farthest seat."""
    return distance_m * ROW_MM_PER_M / DIGIT_HEIGHT / _mm_per_px(size, diagonal_inch)


def _mm_per_px(size: tuple[int, int], diagonal_inch: float) -> float:
    return diagonal_inch * _MM_PER_INCH / math.hypot(*size)


def judge(
    *, size: tuple[int, int], diagonal_inch: float, distance_m: float, number_px: float, row_px: float
) -> Legibility:
    """Compare what is drawn (font sizes in pixels) on a panel with what the farthest seat needs."""
    mm_per_px = _mm_per_px(size, diagonal_inch)
    return Legibility(
        distance_m=distance_m,
        diagonal_inch=diagonal_inch,
        number_mm=number_px * DIGIT_HEIGHT * mm_per_px,
        row_mm=row_px * DIGIT_HEIGHT * mm_per_px,
        number_needed_mm=distance_m * NUMBER_MM_PER_M,
        row_needed_mm=distance_m * ROW_MM_PER_M,
    )
