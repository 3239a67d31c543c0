"""The band above (or beside): office, clock, and the screen's question over the star of a bronze drum."""

from __future__ import annotations

import math
from typing import Any, Final

from kivy.graphics import Color, Mesh, ScissorPop, ScissorPush
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.frame import Box
from kiosk.screens.parts import place
from queue_kit.screen import fonts
from queue_kit.screen.theme import Theme
from queue_kit.screen.widgets import Card, OneLine, Words, fitting_size, folded, measure, one_line_size

_RAYS: Final = 14
_STROKES: Final = 72


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
        sizes = theme.sizes(34, 30, 28, 26, 24, 22, 20)
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
            left = inner.x + theme.u(168) + theme.u(16)
            if dated:
                # On a narrow band the date has two lines.
                date_high = measure(self.date, fonts.REGULAR, theme.u(26), max(1.0, inner.right - left))[1]
                clock_height = max(clock_height, date_high)
            row = inner.top - height - theme.u(10) - clock_height
            place(self.clock_label, Box(inner.x, row, theme.u(168), clock_height))
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
            sub, fonts.REGULAR, theme.sizes(34, 31, 28, 25, 22, 20, 18), box.width, box.height * 0.45
        )
        if sub and sub_height > box.height * 0.45:
            sub = folded(sub, fonts.REGULAR, sub_size, box.width, box.height * 0.45)
            sub_height = measure(sub, fonts.REGULAR, sub_size, box.width)[1]
        sub_height = sub_height if sub else 0
        room = box.height - sub_height - theme.u(8)
        sizes = tuple(theme.u(x) for x in (64, 58, 52, 46, 42, 38, 34, 30, 26))
        size, height = fitting_size(title, fonts.BOLD, sizes, box.width, room)
        # A short question stands on one line where a little smaller letters allow it.
        single = one_line_size(title, fonts.BOLD, sizes[:4], box.width)
        if single < size and measure(title, fonts.BOLD, single)[0] <= box.width:
            size, height = single, measure(title, fonts.BOLD, single, box.width)[1]
        if height > room:
            # A name of hundreds of letters: where it is asked about, another part of the screen holds all of it.
            title = folded(title, fonts.BOLD, size, box.width, room)
            height = measure(title, fonts.BOLD, size, box.width)[1]
        heading = Words(text=title, font_name=fonts.BOLD, font_size=size, color=ink)
        self.add_widget(place(heading, Box(box.x, box.y + sub_height + theme.u(8 if sub else 0), box.width, height)))
        if sub:
            sentence = Words(text=sub, font_size=sub_size, color=ink)
            self.add_widget(place(sentence, Box(box.x, box.y, box.width, sub_height)))
