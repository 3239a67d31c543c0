"""Where things stand on a screen of any size: the band with the question, the body to touch, the rows at the bottom.

Portrait: the band lies above, and what may be touched lies between the heights that a person in a wheelchair reaches
(800 to 1,100 mm above the floor, from the mounting height of the screen's lower edge). Landscape: the band stands at
the left, or above where the screen is too low for that. How high the bottom rows are follows from their words.
All lengths in pixels, y upwards from the lower edge, as Kivy counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from queue_kit.screen.boot import MM_PER_INCH, Screen
from queue_kit.screen.theme import LARGE, Theme

#: highest and lowest touch above the floor
REACH_TOP_MM: Final = 1100.0
REACH_BOTTOM_MM: Final = 800.0
#: where a screen's lower edge hangs unless it is configured
USUAL_LOWER_EDGE_MM: Final = 800.0
_BAND_LEAST: Final = 0.26
#: no question takes more than this share of a tight screen, unless more is out of reach anyhow
_BAND_MOST: Final = 0.34
_BAND_MOST_LOW: Final = 0.4
#: what may be touched needs this share of a portrait screen, whatever the mounting
_TOUCHED_LEAST: Final = 0.42
#: no mounting wastes more than this share of the screen below what is touched
_LIFT_MOST: Final = 0.2
_BAND_LANDSCAPE: Final = 0.315
#: letters of double size need so much of a portrait screen where it may be touched
_LARGE_NEEDS_MM: Final = 270.0
#: the bottom rows until their words are known
_NAV_USUAL: Final = 156.0


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
    """The three parts of a screen.

    ``lower_edge_mm``: how high the screen hangs. ``stacked``: the bottom rows have room for a screen's own buttons.
    ``beside``: the band stands at the left. ``band_least``, ``band_most``: between these its height follows its words.
    """

    whole: Box
    band: Box
    body: Box
    nav: Box
    stacked: bool
    portrait: bool
    beside: bool
    margin: float
    gap: float
    band_least: float
    band_most: float
    lower_edge_mm: float

    def across(self) -> Frame:
        """The same with the band above, for what needs the whole width."""
        return replace(self, beside=False, band_least=0.0, band_most=_BAND_MOST * self.whole.height)

    def settled(self, nav_height: float, band_height: float) -> Frame:
        """The same when it is known how high the bottom rows are, and how high a band above would like to be."""
        nav = replace(self.nav, height=nav_height)
        if self.beside:
            band = replace(self.band, y=nav.top, height=self.whole.height - nav.top)
            body = Box(band.right, nav.top, self.whole.width - band.width, band.height)
        else:
            high = min(max(self.band_least, band_height), max(self.band_least, self.band_most))
            band = Box(0, self.whole.height - high, self.whole.width, high)
            body = Box(0, nav.top, self.whole.width, band.y - nav.top)
        return replace(self, nav=nav, band=band, body=body.inset(self.margin))


def large_most(screen: Screen, lower_edge_mm: float = USUAL_LOWER_EDGE_MM) -> float:
    """How many times large letters may be on a screen that hangs so: what may be touched must hold them."""
    if not screen.portrait:
        return LARGE
    mm = _height_mm(screen)
    floor_mm = _floor_mm(screen, lower_edge_mm)
    top_mm = min(REACH_TOP_MM - lower_edge_mm, mm)
    if floor_mm:
        # Hung low, the band comes down into what is within reach.
        top_mm = min(top_mm, mm - _BAND_MOST * (mm - floor_mm))
    reached_mm = top_mm - floor_mm
    return min(LARGE, LARGE * max(reached_mm, _TOUCHED_LEAST * mm) / _LARGE_NEEDS_MM)


def _height_mm(screen: Screen) -> float:
    return screen.height / screen.dpi * MM_PER_INCH


def _floor_mm(screen: Screen, lower_edge_mm: float) -> float:
    """Hung low, the screen's lowest part is nobody's to touch: one would have to stoop."""
    return min(max(0.0, REACH_BOTTOM_MM - lower_edge_mm), _LIFT_MOST * _height_mm(screen))


def frame_of(theme: Theme, lower_edge_mm: float = USUAL_LOWER_EDGE_MM) -> Frame:
    """Divide the theme's screen. ``lower_edge_mm``: how high the screen's lower edge hangs above the floor."""
    width, height = float(theme.screen.width), float(theme.screen.height)
    portrait = theme.screen.portrait
    # Large letters need the room more than they need air.
    margin = min(theme.u(12), theme.mm(2.5)) if theme.tight else theme.u(24)
    gap = max(theme.u(8 if theme.tight else 16), theme.gap_px)
    floor_px = theme.mm(_floor_mm(theme.screen, lower_edge_mm))
    least = most = 0.0
    if portrait:
        beyond = height - theme.mm(REACH_TOP_MM - lower_edge_mm)
        touched = height - floor_px - _TOUCHED_LEAST * height
        least = min(max(beyond, 0.0 if theme.tight else _BAND_LEAST * height), touched)
        most = _BAND_MOST * (height - floor_px)
    elif theme.low:
        most = _BAND_MOST_LOW * height
    beside = not portrait and not theme.low
    whole = Box(0, 0, width, height)
    frame = Frame(
        whole=whole,
        band=Box(0, 0, round(_BAND_LANDSCAPE * width), height) if beside else whole,
        body=whole,
        nav=Box(0, floor_px, width, 0),
        stacked=portrait or theme.low,
        portrait=portrait,
        beside=beside,
        margin=margin,
        gap=gap,
        band_least=least,
        band_most=most,
        lower_edge_mm=lower_edge_mm,
    )
    return frame.settled(theme.u(_NAV_USUAL), most)
