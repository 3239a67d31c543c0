"""Where things stand on a screen of any size: the band with the question, the body to touch, the row at the bottom.

Portrait: the band lies above, and what may be touched lies between the heights that a person in a wheelchair reaches
(800 to 1,100 mm above the floor, from the mounting height of the screen's lower edge). Landscape: the band stands at
the left. The bottom row has six cells; where they would be too narrow for their words there are two rows.
All lengths in pixels, y upwards from the lower edge, as Kivy counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from queue_kit.screen.theme import Theme

#: highest and lowest touch above the floor
REACH_TOP_MM: Final = 1100.0
REACH_BOTTOM_MM: Final = 800.0
#: where a screen's lower edge hangs unless it is configured
USUAL_LOWER_EDGE_MM: Final = 800.0
_BAND_LEAST: Final = 0.26
#: what may be touched needs this share of a portrait screen, whatever the mounting
_TOUCHED_LEAST: Final = 0.42
#: no mounting wastes more than this share of the screen below what is touched
_LIFT_MOST: Final = 0.2
_BAND_LARGE: Final = 0.255
_BAND_LANDSCAPE: Final = 0.315
_CELL_LEAST: Final = 134.0
_CELL_HEIGHT: Final = 124.0
#: two lines of the smallest letters under an icon; doubled letters have been made smaller to fit
_CELL_HEIGHT_STACKED: Final = 120.0
_CELL_HEIGHT_STACKED_LARGE: Final = 100.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.y + self.height

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    def inset(self, across: float, along: float | None = None) -> Box:
        """The same, smaller by so much on every side (``along``: above and below)."""
        along = across if along is None else along
        return Box(self.x + across, self.y + along, self.width - 2 * across, self.height - 2 * along)

    def holds(self, other: Box, slack: float = 1.0) -> bool:
        """Whether the other one lies inside."""
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.top <= self.top + slack
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """The three parts. ``stacked``: the bottom part has two rows, the tools above back and the way on."""

    whole: Box
    band: Box
    body: Box
    nav: Box
    stacked: bool
    portrait: bool
    margin: float
    gap: float
    row_height: float

    def with_one_row(self) -> Frame:
        """The same when there is neither back nor a way on: the body takes the lower row's place."""
        if not self.stacked:
            return self
        saved = self.row_height + self.gap
        nav = replace(self.nav, height=self.nav.height - saved)
        return replace(self, nav=nav, body=replace(self.body, y=self.body.y - saved, height=self.body.height + saved))


def frame_of(theme: Theme, lower_edge_mm: float = USUAL_LOWER_EDGE_MM) -> Frame:
    """Divide the theme's screen. ``lower_edge_mm``: how high the screen's lower edge hangs above the floor."""
    width, height = float(theme.screen.width), float(theme.screen.height)
    # Large letters need the room more than they need air.
    margin = theme.u(12 if theme.large else 24)
    gap = max(theme.u(8 if theme.large else 16), theme.gap_px)
    stacked = (width - 2 * margin + gap) / 6 - gap < theme.u(_CELL_LEAST)
    high = (_CELL_HEIGHT_STACKED_LARGE if theme.large else _CELL_HEIGHT_STACKED) if stacked else _CELL_HEIGHT
    row_height = max(theme.u(high), theme.touch_px)
    nav_height = row_height * (2 if stacked else 1) + (gap if stacked else 0) + 2 * theme.u(10 if theme.large else 16)
    # Hung low, the screen's lowest part is nobody's to touch: one would have to stoop.
    floor_px = min(max(0.0, theme.mm(REACH_BOTTOM_MM - lower_edge_mm)), _LIFT_MOST * height)
    nav = Box(0, floor_px, width, nav_height)
    low = floor_px + nav_height
    if theme.screen.portrait:
        reach_px = theme.mm(REACH_TOP_MM - lower_edge_mm)
        most = height - floor_px - _TOUCHED_LEAST * height
        band_height = min(max(height - reach_px, _BAND_LEAST * height), most)
        if theme.large:
            # What large letters need is below; who reads them can be told by the officer how to reach them.
            band_height = _BAND_LARGE * height
        band = Box(0, height - band_height, width, band_height)
        body = Box(0, low, width, height - band_height - low)
    else:
        band_width = round(_BAND_LANDSCAPE * width)
        band = Box(0, low, band_width, height - low)
        body = Box(band_width, low, width - band_width, height - low)
    return Frame(
        whole=Box(0, 0, width, height),
        band=band,
        body=body.inset(margin, margin),
        nav=nav,
        stacked=stacked,
        portrait=theme.screen.portrait,
        margin=margin,
        gap=gap,
        row_height=row_height,
    )
