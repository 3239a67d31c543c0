"""The bottom rows: back at the left, the tools that are always there, the way on at the right.

Every word of them has the height of what is touched, on every panel: where six cells are too narrow for that there are
two or three rows, cells as wide as their words ask for, and last no icons.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.frame import Box, Frame
from kiosk.screens.parts import place, pressed_fill
from queue_kit.languages import BREAK
from queue_kit.screen import fonts
from queue_kit.screen.measures import measure
from queue_kit.screen.theme import Theme
from queue_kit.screen.touchable import Card, Touchable
from queue_kit.screen.widgets import Icon, Words

#: a cell wider than this has its icon beside the word
_BESIDE: Final = 330.0
_ICON: Final = 36.0
#: beside a cell's words, both sides together: as it looks calm, and the least
_AIR: Final = 44.0
_LEAST_AIR: Final = 12.0
#: what a row without air must save, in units of height
_AIRLESS: Final = 60.0
#: what a row without icons must save, in units of height, to be better than one with them; a shorter word likewise
_ICONLESS: Final = 30.0
_SHORTER: Final = 20.0
#: where every line counts
_ICONLESS_TINY: Final = 4.0

#: where a cell's icon stands
Way = Literal["over", "beside", "none"]


class NavCell(Touchable):
    """A cell of the bottom rows: an icon and a word. Drawn when it is put somewhere (``place``)."""

    theme = ObjectProperty()
    icon = StringProperty("")
    label = StringProperty("")

    def __init__(self, *, primary: bool = False, chosen: bool = False, way: Way | None = None, **kwargs: Any) -> None:
        theme: Theme = kwargs["theme"]
        c = theme.c
        self._way = way
        kwargs.setdefault("fill", c.primary if primary else c.surface if kwargs.get("icon") else c.tint)
        kwargs.setdefault("fill_pressed", c.primary_dark if primary else pressed_fill(theme))
        kwargs.setdefault("border", c.primary if primary or chosen else c.line)
        kwargs.setdefault("border_pressed", c.primary_dark)
        kwargs.setdefault("radius_px", theme.u(18))
        kwargs.setdefault("border_px", max(2, theme.u(4 if chosen else 2)))
        super().__init__(**kwargs)
        self.chosen = chosen
        self.ink = c.on_primary if primary else (c.ink if not theme.high_contrast else c.primary)
        # Once, when it gets its size (its place comes first): labels are the dearest thing on a screen.
        self.bind(size=self._arrange)
        self._parts: list[Widget] = []

    def _arrange(self, *_: object) -> None:
        theme: Theme = self.theme
        for part in self._parts:
            self.remove_widget(part)
        if self.width <= theme.u(16):
            return
        way, label, high = self._fit()
        size, icon_px = theme.body_px, theme.u(_ICON)
        words = Words(text=label, font_name=fonts.SEMIBOLD, font_size=size, color=self.ink,
                      align="left" if way == "beside" else "center")  # fmt: skip
        icon = Icon(icon=self.icon, size_px=icon_px, color=self.ink) if way != "none" else None
        wide = word_width(label, size)
        # Lines have more room above their letters than below.
        lift = max(0.0, min(size * 0.07, (self.height - high) / 2 + 1))
        if icon is None:
            place(words, Box(self.center_x - wide / 2 - 1, self.center_y - high / 2 + lift, wide + 2, high))
        elif way == "beside":
            left = self.x + (self.width - wide - icon_px - theme.u(10)) / 2
            place(icon, Box(left, self.center_y - icon_px / 2, icon_px, icon_px))
            place(words, Box(left + icon_px + theme.u(10), self.center_y - high / 2 + lift, wide + 2, high))
        else:
            bottom = self.center_y - (icon_px + theme.u(2) + high) / 2 + lift / 2
            place(words, Box(self.center_x - wide / 2 - 1, bottom, wide + 2, high))
            place(icon, Box(self.center_x - icon_px / 2, bottom + high + theme.u(2), icon_px, icon_px))
        self._parts = [icon, words] if icon is not None else [words]
        for part in self._parts:
            self.add_widget(part)

    def _fit(self) -> tuple[Way, str, float]:
        """Where the icon stands, the word in its lines and their height: the first that fits."""
        theme: Theme = self.theme
        ways: tuple[Way, ...] = ("over", "beside", "none") if self.width <= theme.u(_BESIDE) else ("beside", "none")
        if self._way is not None:
            ways = (self._way, "none")
        for way in ways if self.icon else ("none",):
            for lines in (1, 2, 3):
                label = in_lines(self.label, lines, theme.body_px)
                wide, high = needed(theme, label, way)
                if wide <= self.width and high <= self.height:
                    return way, label, lines_height(theme, label)
        label = in_lines(self.label, 3, theme.body_px)
        return "none", label, lines_height(theme, label)


def word_width(label: str, size_px: float) -> float:
    """Pixels of a label's longest line."""
    return max(measure(line, fonts.SEMIBOLD, size_px)[0] for line in label.split("\n"))


def lines_height(theme: Theme, label: str) -> float:
    """Pixels of a label's lines."""
    return measure(label, fonts.SEMIBOLD, theme.body_px)[1]


def needed(theme: Theme, label: str, way: Way, air: float = _LEAST_AIR) -> tuple[float, float]:
    """Width and height of a cell around a label in its lines, with so much air beside it."""
    wide, high, icon = word_width(label, theme.body_px), lines_height(theme, label), theme.u(_ICON)
    if way == "beside":
        wide, high = wide + icon + theme.u(10), max(high, icon)
    elif way == "over":
        wide, high = max(wide, icon), high + icon + theme.u(2)
    return max(wide + theme.u(air), theme.touch_px), max(high + theme.u(4), theme.touch_px)


@lru_cache(maxsize=1024)
def in_lines(label: str, lines: int, size_px: float) -> str:
    """A label in at most so many lines, as narrow as its words allow; otherwise none of them is broken."""
    parts = label.replace(BREAK, f"{BREAK} ").split(" ") if BREAK in label else label.split(" ")
    found: tuple[float, str] | None = None
    for cuts in itertools.combinations(range(1, len(parts)), min(lines, len(parts)) - 1):
        edges = (0, *cuts, len(parts))
        rows = [" ".join(parts[a:b]).replace(f"{BREAK} ", BREAK) for a, b in itertools.pairwise(edges)]
        text = "\n".join(row.strip(BREAK).replace(" ", "\u00a0") for row in rows)
        wide = word_width(text, size_px)
        if found is None or wide < found[0]:
            found = (wide, text)
    return found[1] if found else label


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of the bottom rows says and does. ``short``: the word where there is no room for the whole."""

    icon: str
    label: str
    act: Callable[[], None]
    primary: bool = False
    chosen: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class NavPlan:
    """The bottom rows from below: each its height, its way and its cells with their widths, in pixels."""

    rows: tuple[tuple[float, Way, tuple[tuple[Cell, str, float], ...]], ...]
    gap: float
    pad: float

    @property
    def height(self) -> float:
        """All of it, with the air above and below."""
        return sum(row[0] for row in self.rows) + self.gap * (len(self.rows) - 1) + 2 * self.pad


def plan_nav(
    theme: Theme, frame: Frame, *, back: Cell | None, tools: list[Cell], extras: list[Cell], on: Cell | None
) -> NavPlan:
    """The lowest rows in which every word stands whole: rather with icons, rather with whole words."""
    width, pad = frame.whole.width - 2 * frame.margin, theme.u(10 if theme.tight else 16)
    found: list[tuple[float, NavPlan]] = []
    for lines in _divided(back, tools, extras, on):
        rows = [_row(theme, cells, width, frame.gap) for cells in lines]
        if all(row is not None for row in rows):
            plan = NavPlan(tuple(row[1] for row in rows if row), frame.gap, pad)
            found.append((sum(row[0] for row in rows if row) + plan.height, plan))
    if not found:
        cells = [*([back] if back else []), *tools, *extras, *([on] if on else [])]
        alone = tuple((theme.touch_px, "none", ((cell, cell.label, width),)) for cell in cells)
        return NavPlan(alone, frame.gap, pad)  # type: ignore[arg-type]
    return min(found, key=lambda one: one[0])[1]


def _divided(back: Cell | None, tools: list[Cell], extras: list[Cell], on: Cell | None) -> Iterator[list[list[Cell]]]:
    """Ways to divide the cells into rows, from below."""
    ends = [cell for cell in (back, on) if cell]
    half = (len(tools) + 1) // 2
    above: list[list[list[Cell]]] = [[tools], [tools[:half], tools[half:]]]
    for upper in above:
        if not extras:
            yield [row for row in (ends, *upper) if row]
            yield [*([one] for one in ends), *upper]
            continue
        yield [[*([back] if back else []), *extras, *([on] if on else [])], *upper]
        if ends:
            yield [ends, extras, *upper]
            yield [ends, *([one] for one in extras), *upper]
    if not extras:
        yield [[*([back] if back else []), *tools, *([on] if on else [])]]
    elif ends:
        yield [[*([back] if back else []), *tools, *([on] if on else [])], extras]


def _row(
    theme: Theme, cells: list[Cell], width: float, gap: float
) -> tuple[float, tuple[float, Way, tuple[tuple[Cell, str, float], ...]]] | None:
    """What a row costs beside its height (units it would be worth to keep icons and words), and the row."""
    found = _cut_row(theme, tuple((cell.label, cell.short, bool(cell.icon)) for cell in cells), width, gap)
    if found is None:
        return None
    dear, high, way, labels, widths = found
    return dear, (high, way, tuple(zip(cells, labels, widths, strict=True)))


@lru_cache(maxsize=1024)
def _cut_row(
    theme: Theme, cells: tuple[tuple[str, str, bool], ...], width: float, gap: float
) -> tuple[float, float, Way, tuple[str, ...], tuple[float, ...]] | None:
    """A row of words (whole, short, with an icon): what it costs, its height, its way, labels and widths.

    Remembered: a touch must be answered at once, and the rows are the same on most screens.
    """
    room = width - gap * (len(cells) - 1)
    found: list[tuple[float, float, float, Way, tuple[str, ...], tuple[float, ...]]] = []
    ways: tuple[Way, ...] = ("over", "beside", "none")
    for air, shorten, lines, way in itertools.product((_AIR, _LEAST_AIR), (False, True), (1, 2), ways):
        labels = tuple(in_lines((short if shorten else "") or label, lines, theme.body_px) for label, short, _ in cells)
        sizes = [
            needed(theme, label, way if cell[2] else "none", air) for cell, label in zip(cells, labels, strict=True)
        ]
        if sum(size[0] for size in sizes) > room:
            continue
        high = max(size[1] for size in sizes)
        # Cells alike look calm: what is left makes the narrow ones wider first.
        widths = tuple(_levelled([size[0] for size in sizes], room))
        iconless = _ICONLESS_TINY if theme.tiny else _ICONLESS
        dear = theme.u(iconless if way == "none" and any(icon for _, _, icon in cells) else 0)
        dear += theme.u(_AIRLESS) if air < _AIR and not theme.tight else 0
        dear += theme.u(_SHORTER) if shorten and any(short for _, short, _ in cells) else 0
        found.append((dear + high, dear, high, way, labels, widths))
    return min(found, key=lambda one: one[0])[1:] if found else None


def _levelled(least: list[float], room: float) -> list[float]:
    """Widths that fill a room: all alike, but none below its least."""
    fixed: set[int] = set()
    while True:
        rest = room - sum(least[at] for at in fixed)
        one = rest / max(1, len(least) - len(fixed))
        more = {at for at in range(len(least)) if at not in fixed and least[at] > one}
        if not more:
            return [least[at] if at in fixed else one for at in range(len(least))]
        fixed |= more


class NavRow(FloatLayout):
    """The bottom rows as planned."""

    def __init__(self, *, theme: Theme, frame: Frame, plan: NavPlan) -> None:
        super().__init__()
        place(self, frame.nav)
        ground = Card(fill=theme.c.surface, border=theme.c.line, radius_px=0, border_px=max(1, theme.u(1.5)))
        self.add_widget(place(ground, Box(-4, -4, frame.nav.width + 8, frame.nav.top + 4)))
        low = frame.nav.y + plan.pad
        for high, way, spots in plan.rows:
            left = frame.nav.x + frame.margin
            for cell, label, wide in spots:
                widget = NavCell(
                    theme=theme, icon=cell.icon, label=label.replace("\u00a0", " ").replace("\n", " "),
                    action=cell.act, primary=cell.primary, chosen=cell.chosen, way=way,
                )  # fmt: skip
                self.add_widget(place(widget, Box(left, low, wide, high)))
                left += wide + plan.gap
            low += high + plan.gap
