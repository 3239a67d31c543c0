"""The number as large as it fits, and the slip that slides out below it."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Line, RoundedRectangle, ScissorPop, ScissorPush
from kivy.properties import NumericProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.frame import Box
from kiosk.screens.parts import place
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size, measure
from queue_kit.screen.theme import Theme
from queue_kit.screen.widgets import OneLine, Words


class BigNumber(FloatLayout):
    """The number as large as its box allows, with the words above it."""

    def __init__(self, *, theme: Theme, number: str, heading: str, ink: Any, align: str = "left") -> None:
        super().__init__()
        self._theme, self._align = theme, align
        self.head = Words(text=heading, font_name=fonts.SEMIBOLD, font_size=theme.u(44), color=ink, align=align)
        self.number = OneLine(
            text=number, largest_px=theme.u(240), height_em=1.1, color=ink, size_hint=(None, None), align=align
        )
        self.add_widget(self.head)
        self.add_widget(self.number)
        self.bind(pos=self._arrange, size=self._arrange)

    def _arrange(self, *_: object) -> None:
        theme = self._theme
        if theme.low:
            # One line: the words, then the number.
            wide = min(measure(self.head.text, fonts.SEMIBOLD, theme.body_px)[0] + 2, self.width * 0.5)
            high = measure(self.head.text, fonts.SEMIBOLD, theme.body_px, wide)[1]
            self.head.font_size = theme.body_px
            place(self.head, Box(self.x, self.y + (self.height - high) / 2, wide, high))
            left = self.x + wide + theme.u(24)
            place(self.number, Box(left, self.y, self.x + self.width - left, self.height))
            return
        head_size, head_height = fitting_size(
            self.head.text, fonts.SEMIBOLD, theme.sizes(44, 34), self.width, self.height * 0.25
        )
        self.head.font_size = head_size
        place(self.head, Box(self.x, self.top - head_height, self.width, head_height))
        place(self.number, Box(self.x, self.y, self.width, self.height - head_height))


class SlidingSlip(Widget):
    """A small picture of the slip coming out of its slot."""

    out = NumericProperty(0.0)

    def __init__(self, *, theme: Theme, box: Box, number: str, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), pos=(box.x, box.y), size=(box.width, box.height), **kwargs)
        c = theme.c
        self._box = box
        slot_high = theme.u(18)
        self._paper_width = min(box.width * 0.62, theme.u(210))
        self._length = box.height - slot_high / 2
        left = box.x + (box.width - self._paper_width) / 2
        top = box.top - slot_high / 2
        with self.canvas:
            ScissorPush(x=int(box.x), y=int(box.y), width=int(box.width), height=int(top - box.y))
            Color(rgba=(1, 1, 1, 1))
            self._paper = RoundedRectangle(radius=[theme.u(4)])
            Color(rgba=c.ink_soft if not theme.high_contrast else (1, 1, 1, 1))
            self._edge = Line(width=max(1.0, theme.u(1.5)))
            Color(rgba=(0.55, 0.6, 0.66, 1))
            self._lines = [Line(width=max(1.0, theme.u(2))) for _ in range(4)]
            ScissorPop()
        self._digits = OneLine(
            text=number, largest_px=theme.u(64), color=(0.06, 0.14, 0.24, 1), size_hint=(None, None),
            size=(self._paper_width * 0.86, theme.u(80)),
        )  # fmt: skip
        self.add_widget(self._digits)
        with self.canvas.after:
            Color(rgba=c.ink if not theme.high_contrast else c.line)
            RoundedRectangle(
                pos=(left - theme.u(26), top - slot_high / 2),
                size=(self._paper_width + theme.u(52), slot_high),
                radius=[slot_high / 2],
            )
        self._left, self._slot = left, top
        self.bind(out=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        bottom = self._slot - self._length * self.out
        width, length = self._paper_width, self._length
        self._paper.pos, self._paper.size = (self._left, bottom), (width, length + 20)
        self._edge.rectangle = (self._left, bottom, width, length + 20)
        for index, (line, share) in enumerate(zip(self._lines, (0.74, 0.5, 0.62, 0.4), strict=True)):
            y = bottom + length * (0.78 if index == 0 else 0.34 - 0.1 * (index - 1))
            half = width * share / 2
            middle = self._left + width / 2
            line.points = [middle - half, y, middle + half, y]
        middle_y = bottom + length * 0.56
        self._digits.center = (self._left + width / 2, middle_y)
        self._digits.opacity = 1.0 if middle_y + self._digits.height * 0.4 < self._slot else 0.0
