"""Colours and sizes. Plain values, no Kivy: what a screen is drawn with, and how large everything is.

One *unit* is a pixel of the panel the sizes were drawn for (21.5 inches, 102.5 dots an inch, 0.248 mm); on any other
panel it is as many pixels as make the same length, so that a letter keeps its height in millimetres. Large mode
doubles the unit and with it everything: words, icons, gaps. Two words of doubled letters need a panel of some width:
on one of 15.6 inches lying the factor is 1.7, on one of 10.1 inches 1.3 upright and 1.2 lying (:attr:`Theme.scale`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Self

from queue_kit.screen.boot import MM_PER_INCH, Screen, usual_dpi

Rgba = tuple[float, float, float, float]
REFERENCE_DPI: Final = usual_dpi(1080, 1920)
LARGE: Final = 2.0
#: units that an upright panel's width keeps in large mode (the longest words of the six buttons that are always there,
#: "Tương phản" and "English", stand two in a row), its height, and a lying panel's height (a bottom row of two lines, a
#: question, a tile of two lines, one above the other)
LEAST_UNITS: Final = 390.0
LEAST_HIGH_UNITS: Final = 690.0
LEAST_LYING_UNITS: Final = 460.0
#: a panel of fewer units (of its short side) has no room for ornament; of so few lying, none for a band beside the body
TIGHT_UNITS: Final = 700.0
LOW_UNITS: Final = 500.0
#: smallest side of a touch target, and the gap between two
TOUCH_MM: Final = 20.0
#: least height of a capital in a note, and in what one reads or touches: 0.7 degrees at 500 mm (EN 301 549, 5.1.4)
NOTE_CAPITAL_MM: Final = 4.8
CAPITAL_MM: Final = 6.1
#: a capital over its letters' size (Be Vietnam Pro, OS/2 sCapHeight)
CAPITAL_EM: Final = 0.74
GAP_MM: Final = 3.0


def rgba(text: str, alpha: float = 1.0) -> Rgba:
    """``#10243E`` as four numbers from 0 to 1."""
    value = text.lstrip("#")
    red, green, blue = (int(value[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue, alpha


def luminance(colour: Rgba) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Rgba, other: Rgba) -> float:
    """Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: Rgba, other: Rgba, share: float) -> Rgba:
    """``one`` with ``share`` (0 to 1) of ``other``."""
    red, green, blue, alpha = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue, alpha


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours by their use."""

    ink: Rgba  # words
    ink_soft: Rgba  # words of second rank, still 4.5:1 on surface and ground
    primary: Rgba  # the action, and what may be touched
    primary_dark: Rgba  # the same while pressed
    on_primary: Rgba  # words on primary
    tint: Rgba  # a pale ground for icons and chosen things
    surface: Rgba  # cards
    ground: Rgba  # behind the cards
    line: Rgba  # rules and borders
    gold: Rgba  # draws the eye, once
    good: Rgba
    warn: Rgba
    bad: Rgba
    shadow: Rgba
    header: Rgba  # the band with the office's name
    on_header: Rgba
    ornament: Rgba  # the drum's star on the header


DAY: Final = Palette(
    ink=rgba("#10243E"),
    ink_soft=rgba("#47586E"),
    primary=rgba("#0B5CAB"),
    primary_dark=rgba("#084482"),
    on_primary=rgba("#FFFFFF"),
    tint=rgba("#E6F0FA"),
    surface=rgba("#FFFFFF"),
    ground=rgba("#F4F7FB"),
    line=rgba("#D3DCE6"),
    gold=rgba("#F2B705"),
    good=rgba("#1B7F4B"),
    warn=rgba("#B45309"),
    bad=rgba("#B3261E"),
    shadow=rgba("#10243E", 0.10),
    header=rgba("#084482"),
    on_header=rgba("#FFFFFF"),
    ornament=rgba("#FFFFFF", 0.10),
)

#: black ground, white words, yellow actions
HIGH_CONTRAST: Final = Palette(
    ink=rgba("#FFFFFF"),
    ink_soft=rgba("#FFFFFF"),
    primary=rgba("#FFD400"),
    primary_dark=rgba("#FFFFFF"),
    on_primary=rgba("#000000"),
    tint=rgba("#000000"),
    surface=rgba("#000000"),
    ground=rgba("#000000"),
    line=rgba("#FFFFFF"),
    gold=rgba("#FFD400"),
    good=rgba("#FFFFFF"),
    warn=rgba("#FFD400"),
    bad=rgba("#FFD400"),
    shadow=rgba("#000000", 0.0),
    header=rgba("#000000"),
    on_header=rgba("#FFFFFF"),
    ornament=rgba("#FFFFFF", 0.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Letter heights (em) in units; the panel's true scale turns them into pixels."""

    number: float = 240
    title: float = 64
    question: float = 52
    tile: float = 44
    #: capitals 6.2 mm high: nothing that is read or touched is smaller
    body: float = 34
    note: float = 28


SIZES: Final = Sizes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """How one visitor sees the screen: the panel, the language, large or not, high contrast or not.

    ``large_most``: how many times large letters may be at most, less where little of a panel is within reach.
    """

    screen: Screen
    lang: str = "vi"
    large: bool = False
    high_contrast: bool = False
    large_most: float = LARGE

    @property
    def unit(self) -> float:
        """Pixels of one unit."""
        return self.screen.dpi / REFERENCE_DPI * self.scale

    @property
    def scale(self) -> float:
        """How many times everything is drawn: 1, or with large letters 2 (less on the smallest panels)."""
        if not self.large:
            return 1.0
        wide, high = (side * REFERENCE_DPI / self.screen.dpi for side in (self.screen.width, self.screen.height))
        if not self.screen.portrait:
            return min(self.large_most, high / LEAST_LYING_UNITS)
        return min(self.large_most, wide / LEAST_UNITS, high / LEAST_HIGH_UNITS)

    @property
    def tight(self) -> bool:
        """Whether words need the room that air and ornament have elsewhere: a small panel, or large letters."""
        little_reached = self.large and self.large_most < LARGE
        return little_reached or min(self.screen.width, self.screen.height) < TIGHT_UNITS * self.unit

    @property
    def tiny(self) -> bool:
        """Whether there is hardly room for anything but words."""
        return min(self.screen.width, self.screen.height) < LOW_UNITS * self.unit

    @property
    def low(self) -> bool:
        """Whether the screen lies and is so low that its question stands above the body, not beside it."""
        return not self.screen.portrait and self.tiny

    def u(self, units: float) -> float:
        """Whole pixels of a length in units."""
        return float(round(units * self.unit))

    def mm(self, length_mm: float) -> float:
        """Pixels of a length in mm on the panel; large mode does not change a millimetre."""
        return length_mm * self.screen.dpi / MM_PER_INCH

    @property
    def body_px(self) -> float:
        """The smallest letters of what is read or touched, in whole pixels."""
        return float(math.ceil(self.mm(CAPITAL_MM) * self.scale / CAPITAL_EM))

    @property
    def note_px(self) -> float:
        """The smallest letters of all, in whole pixels."""
        return float(math.ceil(self.mm(NOTE_CAPITAL_MM) * self.scale / CAPITAL_EM))

    def sizes(self, *units: float, note: bool = False) -> tuple[float, ...]:
        """Letter heights in pixels, as given, and last the smallest; none below that."""
        least = self.note_px if note else self.body_px
        return tuple(dict.fromkeys(max(self.u(one), least) for one in (*units, 0.0)))

    @property
    def touch_px(self) -> float:
        """Smallest side of a touch target in pixels."""
        return self.mm(TOUCH_MM)

    @property
    def gap_px(self) -> float:
        """Smallest gap between two touch targets in pixels."""
        return self.mm(GAP_MM)

    @property
    def c(self) -> Palette:
        """The colours."""
        return HIGH_CONTRAST if self.high_contrast else DAY

    def but(self, **changes: object) -> Self:
        """The same with some of it changed."""
        return replace(self, **changes)  # type: ignore[arg-type]
