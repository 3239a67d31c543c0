"""What all screens are put together from: the band, the bottom row, tiles, notices. Look in ``parts.kv``."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kivy.graphics import Color, Mesh, ScissorPop, ScissorPush
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.frame import Box, Frame
from queue_kit.screen import fonts
from queue_kit.screen.theme import Theme, mix
from queue_kit.screen.widgets import Card, Icon, OneLine, Touchable, Words, fitting_size, measure, one_line_size

_RAYS: Final = 14
_STROKES: Final = 72
#: a cell wider than this has its icon beside the word
_BESIDE: Final = 330.0


def place(widget: Widget, box: Box) -> Widget:
    """Put a widget into a box, free of any layout's hints."""
    widget.size_hint = (None, None)
    widget.pos = (box.x, box.y)
    widget.size = (box.width, box.height)
    return widget


class DrumStar(Widget):
    """The fourteen-rayed star and rings of a Đông Sơn drum, faint on the band.

    All of it is one mesh, one call to the graphics: as separate lines it took a third of a frame's time.
    """

    def __init__(self, *, theme: Theme, middle: tuple[float, float], radius: float, clip: Box, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), pos=(clip.x, clip.y), size=(clip.width, clip.height), **kwargs)
        self._middle = middle
        self._corners: list[float] = []
        self._indices: list[int] = []
        unit = theme.unit
        for share, thick in ((1.0, 4.0), (0.93, 2.0), (0.9, 2.0), (0.74, 4.0), (0.7, 2.0), (0.5, 2.0), (0.47, 4.0)):
            self._ring(radius * share, thick * unit)
        wide = math.pi / _RAYS
        for index in range(_RAYS):
            angle = 2 * math.pi * index / _RAYS
            near = [self._at(angle - wide, radius * 0.16), self._at(angle + wide, radius * 0.16)]
            self._shape([near[0], self._at(angle, radius * 0.44), near[1]], (0, 1, 2))
        for index in range(_STROKES):
            angle = 2 * math.pi * index / _STROKES
            lean, thin = 0.035, 1.2 * unit / radius
            low, high = radius * 0.77, radius * 0.87
            corners = [
                self._at(angle - thin, low),
                self._at(angle + thin, low),
                self._at(angle + lean + thin, high),
                self._at(angle + lean - thin, high),
            ]
            self._shape(corners, (0, 1, 2, 0, 2, 3))
        with self.canvas:
            ScissorPush(x=int(clip.x), y=int(clip.y), width=int(clip.width), height=int(clip.height))
            Color(rgba=theme.c.ornament)
            Mesh(vertices=self._corners, indices=self._indices, mode="triangles")
            ScissorPop()
        self._corners, self._indices = [], []

    def _at(self, angle: float, radius: float) -> tuple[float, float]:
        return self._middle[0] + math.sin(angle) * radius, self._middle[1] + math.cos(angle) * radius

    def _shape(self, corners: list[tuple[float, float]], triangles: tuple[int, ...]) -> None:
        first = len(self._corners) // 4
        for x, y in corners:
            self._corners += [x, y, 0.0, 0.0]
        self._indices += [first + index for index in triangles]

    def _ring(self, radius: float, thick: float) -> None:
        steps = 90
        for index in range(steps):
            here, there = (2 * math.pi * at / steps for at in (index, index + 1))
            inner, outer = radius - thick / 2, radius + thick / 2
            corners = [self._at(here, inner), self._at(here, outer), self._at(there, outer), self._at(there, inner)]
            self._shape(corners, (0, 1, 2, 0, 2, 3))


class Band(FloatLayout):
    """Office, clock, date, and the screen's question."""

    theme = ObjectProperty()
    frame = ObjectProperty()
    office = StringProperty("")
    clock = StringProperty("")
    date = StringProperty("")

    def __init__(self, *, title: str, sub: str, mark: Widget | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        box: Box = self.frame.band
        theme: Theme = self.theme
        place(self, box)
        ground = Card(fill=theme.c.header, radius_px=0, border_px=1)
        self.add_widget(place(ground, box))
        self._star(theme, box)
        if theme.high_contrast:
            self._rule(theme, box)
        pad = theme.u(24 if theme.large else 44)
        inner = box.inset(pad, theme.u(12 if theme.large else 36))
        top_height = self._head(theme, inner)
        self._foot(theme, Box(inner.x, inner.y, inner.width, inner.height - top_height - theme.u(10)), title, sub, mark)

    def _star(self, theme: Theme, box: Box) -> None:
        if theme.high_contrast:
            return
        radius = max(box.width, box.height) * (0.42 if self.frame.portrait else 0.5)
        middle = (box.right - radius * 0.35, box.y + radius * 0.42)
        self.add_widget(DrumStar(theme=theme, middle=middle, radius=radius, clip=box))

    def _rule(self, theme: Theme, box: Box) -> None:
        thick = theme.u(3)
        line = Card(fill=theme.c.line, radius_px=0, border_px=1)
        spot = (
            Box(box.x, box.y, box.width, thick)
            if self.frame.portrait
            else Box(box.right - thick, box.y, thick, box.height)
        )
        self.add_widget(place(line, spot))

    def _head(self, theme: Theme, inner: Box) -> float:
        """Office and clock; gives the height they take."""
        ink = theme.c.on_header
        if self.frame.portrait:
            clock_width = theme.u(168)
            name_width = inner.width - clock_width - theme.u(20)
        else:
            clock_width = name_width = inner.width
        sizes = tuple(theme.u(s) for s in (34, 30, 28, 26, 24, 22, 20))
        most = (theme.u(82) if theme.large else theme.u(150)) if self.frame.portrait else inner.height * 0.3
        size, height = fitting_size(self.office, fonts.SEMIBOLD, sizes, name_width, most)
        clock_height = theme.u(66)
        date_height = theme.u(78 if self.frame.portrait else 36)
        # Large letters keep the clock; the date is on the slip and on the screen at rest.
        dated = not theme.large
        name = Words(text=self.office, font_name=fonts.SEMIBOLD, font_size=size, color=ink)
        self.clock_label = OneLine(
            text=self.clock,
            largest_px=theme.u(60),
            color=ink,
            size_hint=(None, None),
            align="right" if self.frame.portrait else "left",
        )
        self.date_label = Words(
            text=self.date,
            font_size=theme.u(26),
            color=ink,
            grow=False,
            align="right" if self.frame.portrait else "left",
        )
        if self.frame.portrait:
            place(name, Box(inner.x, inner.top - height, name_width, height))
            place(self.clock_label, Box(inner.right - clock_width, inner.top - clock_height, clock_width, clock_height))
            place(
                self.date_label,
                Box(inner.right - clock_width, inner.top - clock_height - date_height, clock_width, date_height),
            )
            used = max(height, clock_height + (date_height if dated else 0))
        else:
            used = height
            place(name, Box(inner.x, inner.top - height, name_width, height))
            row = inner.top - height - theme.u(10) - clock_height
            place(self.clock_label, Box(inner.x, row, theme.u(168), clock_height))
            left = inner.x + theme.u(168) + theme.u(16)
            place(self.date_label, Box(left, row, inner.right - left, clock_height))
            self.date_label.valign = "middle"
            used = height + theme.u(10) + clock_height
        for widget in (name, self.clock_label, *([self.date_label] if dated else [])):
            self.add_widget(widget)
        return used

    def _foot(self, theme: Theme, box: Box, title: str, sub: str, mark: Widget | None) -> None:
        """Question, and a sentence under it, standing on the band's lower edge."""
        if mark is not None:
            place(mark, box)
            self.add_widget(mark)
            return
        ink = theme.c.on_header
        sub_size, sub_height = fitting_size(
            sub, fonts.REGULAR, tuple(theme.u(x) for x in (34, 31, 28, 25, 22, 20, 18)), box.width, box.height * 0.45
        )
        sub_height = sub_height if sub else 0
        room = box.height - sub_height - theme.u(8)
        sizes = tuple(theme.u(x) for x in (64, 58, 52, 46, 42, 38, 34, 30, 26))
        size, height = fitting_size(title, fonts.BOLD, sizes, box.width, room)
        # A short question stands on one line where a little smaller letters allow it.
        single = one_line_size(title, fonts.BOLD, sizes[:4], box.width)
        if single < size and measure(title, fonts.BOLD, single)[0] <= box.width:
            size, height = single, measure(title, fonts.BOLD, single, box.width)[1]
        heading = Words(text=title, font_name=fonts.BOLD, font_size=size, color=ink)
        self.add_widget(place(heading, Box(box.x, box.y + sub_height + theme.u(8 if sub else 0), box.width, height)))
        if sub:
            sentence = Words(text=sub, font_size=sub_size, color=ink)
            self.add_widget(place(sentence, Box(box.x, box.y, box.width, sub_height)))


class NavCell(Touchable):
    """A cell of the bottom row: an icon over a word."""

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
        self.bind(size=self._arrange, pos=self._arrange)
        self._parts: list[Widget] = []
        self._arrange()

    def _arrange(self, *_: object) -> None:
        theme: Theme = self.theme
        for part in self._parts:
            self.remove_widget(part)
        room = self.width - theme.u(16)
        if room <= 0:
            return
        icon_px = theme.u(40)
        if not self.icon:
            sizes = tuple(theme.u(x) for x in (30, 28, 26, 24, 22, 20))
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
    icon_px = theme.u(40)
    room = width - theme.u(16)
    if width > theme.u(_BESIDE):
        return fitting_size(
            label, fonts.SEMIBOLD, tuple(theme.u(x) for x in (32, 30, 28, 26, 24)), room - icon_px - theme.u(12), height
        )
    sizes = tuple(theme.u(x) for x in (30, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18))
    return fitting_size(label, fonts.SEMIBOLD, sizes, room, height - theme.u(8) - icon_px)


def pressed_fill(theme: Theme) -> tuple[float, float, float, float]:
    """The ground of a light thing while it is pressed: plainly another, words still readable."""
    return mix(theme.c.surface, theme.c.primary, 0.22)


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
                label=one_line(cell.label),
                action=cell.act,
                primary=cell.primary,
                letter_px=letter_px,
            )
            self.add_widget(place(widget, box))


class Notice(Card):
    """A card that says something and cannot be touched: an icon, a heading, sentences."""

    def __init__(
        self,
        *,
        theme: Theme,
        box: Box,
        icon: str,
        heading: str,
        lines: tuple[str, ...],
        tone: tuple[float, float, float, float] | None = None,
    ) -> None:
        c = theme.c
        super().__init__(
            fill=c.surface, border=c.line, shadow=c.shadow, radius_px=theme.u(20), border_px=max(2, theme.u(2))
        )
        place(self, box)
        tone = tone or c.warn
        inner = box.inset(theme.u(20 if theme.large else 40))
        icon_px = min(theme.u(110), inner.height * 0.26)
        room = inner.height - icon_px - theme.u(16)
        for step in (1.2, 1.1, 1.0, 0.88, 0.78, 0.7, 0.62, 0.55, 0.5):
            head_px, body_px = theme.u(52 * step), theme.u(max(22, 36 * step))
            head = fitting_size(heading, fonts.BOLD, (head_px,), inner.width, room)[1]
            bodies = [fitting_size(line, fonts.REGULAR, (body_px,), inner.width, room)[1] for line in lines]
            total = head + sum(bodies) + theme.u(8) * len(lines)
            if total <= room:
                break
        top = inner.top - max(0.0, (inner.height - icon_px - theme.u(16) - total) / 2)
        self.add_widget(
            place(
                Icon(icon=icon, size_px=icon_px, color=tone),
                Box(box.x + (box.width - icon_px) / 2, top - icon_px, icon_px, icon_px),
            )
        )
        top -= icon_px + theme.u(16)
        words = Words(text=heading, font_name=fonts.BOLD, font_size=head_px, color=c.ink, align="center")
        self.add_widget(place(words, Box(inner.x, top - head, inner.width, head)))
        top -= head
        for line, height in zip(lines, bodies, strict=True):
            top -= theme.u(8)
            words = Words(text=line, font_size=body_px, color=c.ink, align="center")
            self.add_widget(place(words, Box(inner.x, top - height, inner.width, height)))
            top -= height
