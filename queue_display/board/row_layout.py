"""How many of the last calls are listed, and how large: as many of six as the farthest seat can read.

A row that nobody reads is decoration, so on a small television or in a deep room there are fewer and larger rows.
Sizes are pixels of a 1920×1080 television. No widgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

AREA_WIDTH: Final = 1116
AREA_HEIGHT: Final = 336
GAP_X: Final = 24
GAP_Y: Final = 12
#: (columns, lines), the most calls first
_GRIDS: Final = ((2, 3), (2, 2), (1, 3), (1, 2))
#: a row's digits (three quarters of the size) leave a tenth of its height above and below
_SIZE_OF_HEIGHT: Final = 1.04
#: what stands in a row beside number and counter: mark, arrow and "Quầy", edges
LEFT: Final = 44
RIGHT: Final = 16
BLOCK: Final = 76
#: in a row as wide as the list arrow and word stand side by side
WIDE_BLOCK: Final = 280


@dataclass(frozen=True, slots=True)
class RowLayout:
    """A grid of rows. ``number_px``: size of number and counter; ``height``, ``width``: of one row."""

    columns: int
    lines: int
    width: float
    height: float
    number_px: float

    @property
    def count(self) -> int:
        """How many calls are listed."""
        return self.columns * self.lines

    @property
    def wide(self) -> bool:
        """Whether one row takes the whole width."""
        return self.columns == 1

    def place(self, index: int) -> tuple[float, float]:
        """The lower left corner of a row in the area, the newest at the upper left, down the columns."""
        column, line = divmod(index, self.lines)
        return (
            column * (self.width + GAP_X),
            AREA_HEIGHT - (line + 1) * self.height - line * GAP_Y,
        )


def choose(*, number_em: float, counter_em: float, needed_px: float = 0.0) -> RowLayout:
    """The grid with the most rows whose digits are at least ``needed_px``; else the one with the largest.

    ``number_em``, ``counter_em``: widths of the widest number and counter, in sizes of the font.
    """
    layouts = [_layout(columns, lines, number_em + counter_em) for columns, lines in _GRIDS]
    readable = [layout for layout in layouts if layout.number_px >= needed_px]
    return readable[0] if readable else max(layouts, key=lambda layout: layout.number_px)


def _layout(columns: int, lines: int, wide_em: float) -> RowLayout:
    width = (AREA_WIDTH - (columns - 1) * GAP_X) / columns
    height = (AREA_HEIGHT - (lines - 1) * GAP_Y) / lines
    free = width - LEFT - RIGHT - (BLOCK if columns > 1 else WIDE_BLOCK)
    return RowLayout(columns, lines, width, height, float(int(min(height * _SIZE_OF_HEIGHT, free / wide_em))))
