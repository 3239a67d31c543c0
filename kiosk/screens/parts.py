"""What all screens are put together from: the band, the bottom row, tiles, notices. Look in ``parts.kv``."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kivy.graphics import Color, Line, PopMatrix, PushMatrix, Rotate, ScissorPop, ScissorPush, Triangle
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.frame import Box, Frame
from queue_kit.screen import fonts
from queue_kit.screen.theme import Theme, mix
from queue_kit.screen.widgets import Card, Icon, OneLine, Touchable, Words, fitting_size

_RAYS: Final = 14


def place(widget: Widget, box: Box) -> Widget:
    """Put a widget into a box, free of any layout's hints."""
    widget.size_hint = (None, None)
    widget.pos = (box.x, box.y)
    widget.size = (box.width, box.height)
    return widget


class DrumStar(Widget):
    """The fourteen-rayed star and rings of a Đông Sơn drum, faint on the band. Drawn once."""

    def __init__(self, *, theme: Theme, middle: tuple[float, float], radius: float, clip: Box, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), pos=(clip.x, clip.y), size=(clip.width, clip.height), **kwargs)
        x, y = middle
        with self.canvas:
            ScissorPush(x=int(clip.x), y=int(clip.y), width=int(clip.width), height=int(clip.height))
            Color(rgba=theme.c.ornament)
            for share, thick in ((1.0, 2), (0.93, 1), (0.9, 1), (0.74, 2), (0.7, 1), (0.5, 1), (0.47, 2)):
                Line(circle=(x, y, radius * share, 0, 360, 180), width=theme.unit * thick)
            for index in range(_RAYS):
                angle = 2 * math.pi * index / _RAYS
                wide = math.pi / _RAYS
                tip = (x + math.sin(angle) * radius * 0.44, y + math.cos(angle) * radius * 0.44)
                left = (x + math.sin(angle - wide) * radius * 0.16, y + math.cos(angle - wide) * radius * 0.16)
                right = (x + math.sin(angle + wide) * radius * 0.16, y + math.cos(angle + wide) * radius * 0.16)
                Triangle(points=[*left, *tip, *right])
            for index in range(72):
                PushMatrix()
                Rotate(angle=index * 5, axis=(0, 0, 1), origin=middle)
                Line(points=[x, y + radius * 0.77, x + radius * 0.03, y + radius * 0.87], width=theme.unit * 1.2)
                PopMatrix()
            ScissorPop()


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
        self._star(theme, box)
        pad = theme.u(24 if theme.large else 44)
        inner = box.inset(pad, theme.u(18 if theme.large else 36))
        top_height = self._head(theme, inner)
        self._foot(theme, Box(inner.x, inner.y, inner.width, inner.height - top_height - theme.u(10)), title, sub, mark)

    def _star(self, theme: Theme, box: Box) -> None:
        if theme.high_contrast:
            return
        radius = max(box.width, box.height) * (0.42 if self.frame.portrait else 0.5)
        middle = (box.right - radius * 0.35, box.y + radius * 0.42)
        self.add_widget(DrumStar(theme=theme, middle=middle, radius=radius, clip=box))

    def _head(self, theme: Theme, inner: Box) -> float:
        """Office and clock; gives the height they take."""
        ink = theme.c.on_header
        note, body = theme.u(26), theme.u(34)
        if self.frame.portrait:
            clock_width = theme.u(168)
            name_width = inner.width - clock_width - theme.u(20)
        else:
            clock_width = name_width = inner.width
        sizes = tuple(theme.u(s) for s in (34, 30, 28, 26))
        most = theme.u(150) if self.frame.portrait else inner.height * 0.3
        size, height = fitting_size(self.office, fonts.SEMIBOLD, sizes, name_width, most)
        clock_height = theme.u(66)
        date_height = theme.u(70 if self.frame.portrait else 36)
        name = Words(text=self.office, font_name=fonts.SEMIBOLD, font_size=size, color=ink)
        self.clock_label = OneLine(text=self.clock, largest_px=theme.u(60), color=ink, size_hint=(None, None))
        self.date_label = Words(
            text=self.date, font_size=note, color=ink, grow=False, align="right" if self.frame.portrait else "left"
        )
        if self.frame.portrait:
            place(name, Box(inner.x, inner.top - height, name_width, height))
            place(self.clock_label, Box(inner.right - clock_width, inner.top - clock_height, clock_width, clock_height))
            self.clock_label.text_size = (clock_width, clock_height)
            place(
                self.date_label,
                Box(inner.right - clock_width, inner.top - clock_height - date_height, clock_width, date_height),
            )
            used = max(height, clock_height + date_height)
        else:
            used = height
            place(name, Box(inner.x, inner.top - height, name_width, height))
            row = inner.top - height - theme.u(10) - clock_height
            place(self.clock_label, Box(inner.x, row, theme.u(168), clock_height))
            left = inner.x + theme.u(168) + theme.u(16)
            place(self.date_label, Box(left, row, inner.right - left, clock_height))
            self.date_label.valign = "middle"
            used = height + theme.u(10) + clock_height
        del body
        for widget in (name, self.clock_label, self.date_label):
            self.add_widget(widget)
        self.date_label.text_size = (self.date_label.width, self.date_label.height if not self.frame.portrait else None)
        return used

    def _foot(self, theme: Theme, box: Box, title: str, sub: str, mark: Widget | None) -> None:
        """Question, and a sentence under it, standing on the band's lower edge."""
        if mark is not None:
            place(mark, box)
            self.add_widget(mark)
            return
        ink = theme.c.on_header
        sub_size, sub_height = fitting_size(
            sub, fonts.REGULAR, tuple(theme.u(s) for s in (34, 30, 28)), box.width, box.height * 0.4
        )
        sub_height = sub_height if sub else 0
        room = box.height - sub_height - theme.u(8)
        sizes = tuple(theme.u(s) for s in (64, 58, 52, 46, 42, 38, 34, 30))
        size, height = fitting_size(title, fonts.BOLD, sizes, box.width, room)
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

    def __init__(self, *, primary: bool = False, **kwargs: Any) -> None:
        theme: Theme = kwargs["theme"]
        c = theme.c
        kwargs.setdefault("fill", c.primary if primary else c.surface)
        kwargs.setdefault("fill_pressed", c.primary_dark if primary else pressed_fill(theme))
        kwargs.setdefault("border", c.primary if primary else c.line)
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
        sizes = tuple(theme.u(s) for s in (28, 26, 24, 22, 20, 18))
        beside = self.width > theme.u(330)
        if beside:
            room -= icon_px + theme.u(12)
            sizes = tuple(theme.u(s) for s in (32, 30, *(28, 26, 24)))
        most = self.height - theme.u(10) - (0 if beside else icon_px + theme.u(2))
        size, height = fitting_size(self.label, fonts.SEMIBOLD, sizes, room, most)
        icon = Icon(icon=self.icon, size_px=icon_px, color=self.ink)
        words = Words(
            text=self.label, font_name=fonts.SEMIBOLD, font_size=size, color=self.ink, align="left" if beside else "center"
        )
        if beside:
            from queue_kit.screen.widgets import measure

            wide = min(room, measure(self.label, fonts.SEMIBOLD, size, room)[0])
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


class NavRow(FloatLayout):
    """The bottom row: back at the left, the way on at the right, four tools between."""

    def __init__(self, *, theme: Theme, frame: Frame, back: Cell | None, tools: list[Cell], on: Cell | None) -> None:
        super().__init__()
        place(self, frame.nav)
        ground = Card(fill=theme.c.surface, border=theme.c.line, radius_px=0, border_px=max(1, theme.u(1.5)))
        self.add_widget(place(ground, Box(-4, -4, frame.nav.width + 8, frame.nav.height + 4)))
        columns = frame.nav_columns
        rows = 6 // columns
        inner = frame.nav.inset(frame.margin, theme.u(12 if theme.large else 16))
        high = (inner.height - (rows - 1) * frame.gap) / rows
        if columns == 6:
            lines = [[*([back] if back else []), *tools, *([on] if on else [])]]
        else:
            # Back lies bottom left and the way on bottom right, whatever stands above them.
            lower = [back, tools[3], on] if back and on else [x for x in (back, *tools[2:], on) if x]
            lines = [lower, [tool for tool in tools if tool not in lower]]
        for row, cells in enumerate(lines):
            shown = [cell for cell in cells if cell]
            if not shown:
                continue
            weights = [1.35 if cell.primary else 1.0 for cell in shown]
            one = (inner.width - (len(shown) - 1) * frame.gap) / sum(weights)
            left = inner.x
            for cell, weight in zip(shown, weights, strict=True):
                widget = NavCell(theme=theme, icon=cell.icon, label=cell.label, action=cell.act, primary=cell.primary)
                self.add_widget(place(widget, Box(left, inner.y + row * (high + frame.gap), one * weight, high)))
                left += one * weight + frame.gap


class Notice(Card):
    """A card that says something and cannot be touched: an icon, a heading, sentences."""

    def __init__(  # noqa: PLR0913
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
        for step in (1.0, 0.88, 0.78, 0.7, 0.62, 0.55, 0.5):
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
