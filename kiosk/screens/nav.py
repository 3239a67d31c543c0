"""The bottom row: back at the left, the tools that are always there, the way on at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.frame import Box, Frame
from kiosk.screens.parts import place, pressed_fill
from queue_kit.screen import fonts
from queue_kit.screen.theme import Theme
from queue_kit.screen.widgets import Card, Icon, Touchable, Words, fitting_size, measure

#: a cell wider than this has its icon beside the word
_BESIDE: Final = 330.0
_ICON: Final = 36.0


class NavCell(Touchable):
    """A cell of the bottom row: an icon over a word. Drawn when it is put somewhere (``place``)."""

    theme = ObjectProperty()
    icon = StringProperty("")
    label = StringProperty("")

    def __init__(
        self, *, primary: bool = False, chosen: bool = False, letter_px: float | None = None, **kwargs: Any
    ) -> None:
        theme: Theme = kwargs["theme"]
        c = theme.c
        self._letter_px = letter_px
        kwargs.setdefault("fill", c.primary if primary else c.surface if kwargs.get("icon") else c.tint)
        kwargs.setdefault("fill_pressed", c.primary_dark if primary else pressed_fill(theme))
        kwargs.setdefault("border", c.primary if primary or chosen else c.line)
        kwargs.setdefault("border_pressed", c.primary_dark)
        kwargs.setdefault("radius_px", theme.u(18))
        kwargs.setdefault("border_px", max(2, theme.u(2)))
        super().__init__(**kwargs)
        self.ink = c.on_primary if primary else (c.ink if not theme.high_contrast else c.primary)
        # Once, when it gets its size (its place comes first): labels are the dearest thing on a screen.
        self.bind(size=self._arrange)
        self._parts: list[Widget] = []

    def _arrange(self, *_: object) -> None:
        theme: Theme = self.theme
        for part in self._parts:
            self.remove_widget(part)
        room = self.width - theme.u(16)
        if room <= 0:
            return
        icon_px = theme.u(_ICON)
        if not self.icon:
            sizes = theme.sizes(30, 28, 26, 24, 22, 20)
            size, height = fitting_size(self.label, fonts.SEMIBOLD, sizes, room, self.height)
            words = Words(text=self.label, font_name=fonts.SEMIBOLD, font_size=size, color=self.ink, align="center")
            self._parts = [place(words, Box(self.x + theme.u(8), self.center_y - height / 2, room, height))]
            self.add_widget(words)
            return
        beside = self.width > theme.u(_BESIDE)
        if beside:
            room -= icon_px + theme.u(12)
        size, height = nav_letters(theme, self.label, self.width, self.height)
        if self._letter_px is not None and not beside:
            size = self._letter_px
            height = measure(self.label, fonts.SEMIBOLD, size, room)[1]
        icon = Icon(icon=self.icon, size_px=icon_px, color=self.ink)
        words = Words(
            text=self.label,
            font_name=fonts.SEMIBOLD,
            font_size=size,
            color=self.ink,
            align="left" if beside else "center",
        )
        if beside:
            wide = min(room, measure(self.label, fonts.SEMIBOLD, size)[0])
            left = self.x + (self.width - wide - icon_px - theme.u(12)) / 2
            place(icon, Box(left, self.center_y - icon_px / 2, icon_px, icon_px))
            place(words, Box(left + icon_px + theme.u(12), self.center_y - height / 2 + theme.u(2), wide + 2, height))
        else:
            total = icon_px + theme.u(2) + height
            bottom = self.center_y - total / 2
            place(words, Box(self.x + theme.u(8), bottom, room, height))
            place(icon, Box(self.center_x - icon_px / 2, bottom + height + theme.u(2), icon_px, icon_px))
        self._parts = [icon, words]
        for part in self._parts:
            self.add_widget(part)


def nav_letters(theme: Theme, label: str, width: float, height: float) -> tuple[float, float]:
    """Letter height in pixels at which a cell's word fits, and the height of its lines."""
    icon_px = theme.u(_ICON)
    room = width - theme.u(16)
    if width > theme.u(_BESIDE):
        return fitting_size(
            label, fonts.SEMIBOLD, theme.sizes(32, 30, 28, 26, 24), room - icon_px - theme.u(12), height
        )
    sizes = theme.sizes(30, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18)
    return fitting_size(label, fonts.SEMIBOLD, sizes, room, height - theme.u(8) - icon_px)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of the bottom row says and does."""

    icon: str
    label: str
    act: Callable[[], None]
    primary: bool = False
    chosen: bool = False


def one_line(label: str) -> str:
    """A cell's word stays on one line; only a stroke between two of them breaks it."""
    return label.replace(" / ", " /\n").replace(" ", "\u00a0")


def two_lines(label: str) -> str:
    """Where one line is too narrow: two, as even as the words allow, and nowhere else a break."""
    words = label.split(" ")
    halves = [("\u00a0".join(words[:at]), "\u00a0".join(words[at:])) for at in range(1, len(words))]
    return "\n".join(min(halves, key=lambda half: max(map(len, half)))) if halves else label


def _label(theme: Theme, cell: Cell, width: float, letter_px: float) -> str:
    """A cell's word at the row's letter height."""
    label = one_line(cell.label)
    beside = width > theme.u(_BESIDE)
    room = width - theme.u(16) - (theme.u(_ICON) + theme.u(12) if beside else 0)
    wide = max(measure(line, fonts.SEMIBOLD, letter_px)[0] for line in label.split("\n"))
    return label if wide <= room else two_lines(cell.label)


def _weight(cell: Cell, extras: list[Cell]) -> float:
    if cell in extras:
        return 1.5
    return 1.3 if cell.primary else 1.15 if cell.icon == "text-size" else 1.0


class NavRow(FloatLayout):
    """The bottom row: back at the left, the way on at the right, four tools between."""

    def __init__(
        self,
        *,
        theme: Theme,
        frame: Frame,
        back: Cell | None,
        tools: list[Cell],
        extras: list[Cell],
        on: Cell | None,
    ) -> None:
        super().__init__()
        place(self, frame.nav)
        ground = Card(fill=theme.c.surface, border=theme.c.line, radius_px=0, border_px=max(1, theme.u(1.5)))
        self.add_widget(place(ground, Box(-4, -4, frame.nav.width + 8, frame.nav.height + 4)))
        inner = frame.nav.inset(frame.margin, theme.u(10 if theme.large else 16))
        ends = [cell for cell in (back, *extras, on) if cell]
        lines = [line for line in (ends, tools) if line] if frame.stacked else [
            [*([back] if back else []), *tools, *([on] if on else [])]
        ]  # fmt: skip
        spots: list[tuple[Cell, Box]] = []
        for row, shown in enumerate(lines):
            weights = [_weight(cell, extras) for cell in shown]
            one = (inner.width - (len(shown) - 1) * frame.gap) / sum(weights)
            left = inner.x
            for cell, weight in zip(shown, weights, strict=True):
                y = inner.y + row * (frame.row_height + frame.gap)
                spots.append((cell, Box(left, y, one * weight, frame.row_height)))
                left += one * weight + frame.gap
        plain = [(cell, box) for cell, box in spots if cell not in extras]
        narrow = [spot for spot in plain if spot[1].width <= theme.u(_BESIDE)] or plain
        # One letter height for the whole row: no word shouts.
        letter_px = min(nav_letters(theme, one_line(cell.label), box.width, box.height)[0] for cell, box in narrow)
        for cell, box in spots:
            if cell in extras:
                own = NavCell(theme=theme, icon="", label=cell.label, action=cell.act, chosen=cell.chosen)
                self.add_widget(place(own, box))
                continue
            widget = NavCell(
                theme=theme,
                icon=cell.icon,
                label=_label(theme, cell, box.width, letter_px),
                action=cell.act,
                primary=cell.primary,
                letter_px=letter_px,
            )
            self.add_widget(place(widget, box))
