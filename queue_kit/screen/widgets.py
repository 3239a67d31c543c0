"""The few widgets all screens are made of: words that are never cut, icons, signs that something is going on.

A screen is built for one theme and thrown away when the theme changes, so colours and sizes are plain values here
and nothing listens to the theme. Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kivy.clock import Clock
from kivy.graphics import Color, Line, RoundedRectangle
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from queue_kit.screen import fonts
from queue_kit.screen.icons import glyph
from queue_kit.screen.measures import measure

#: how far below the middle of its line a capital's middle lies (see queue_kit.screen.fonts)
CAPITALS_LOW_EM: Final = (fonts.ASCENT_EM - fonts.DESCENT_EM) / 2 - 0.37


class Words(Label):
    """Words wrapped at the widget's width and as high as they need; the height is set, never the words cut.

    ``note``: of second rank (an example, a date, where it stands), which may be smaller than what is read or touched.
    """

    note = BooleanProperty(False)
    align = StringProperty("left")
    grow = BooleanProperty(True)
    if TYPE_CHECKING:
        width: float

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("font_name", fonts.REGULAR)
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)
        self.bind(width=self._wrap, align=self._wrap, text=self._wrap, texture_size=self._fit)
        self._wrap()

    def _wrap(self, *_: object) -> None:
        self.halign = self.align
        wide = measure(self.text, self.font_name, self.font_size)[0]
        room: float = self.width
        bound: tuple[float | None, float | None] = (room, None)
        if wide <= room and self.align != "right":
            # A picture as wide as its words, not as its place: less memory, and less to draw on every frame.
            bound = (None, None)
            if self.align == "left":
                room = wide
        self.text_size = bound
        self.width = room

    def _fit(self, *_: object) -> None:
        if self.grow and self.size_hint_y is None:
            self.height = self.texture_size[1]


class OneLine(Label):
    """One line in a fixed box, made smaller until it fits: a number, a clock, a short word.

    ``height_em``: how high the letters really are, where they are digits and capitals without marks; None counts
    the whole line. ``note``: of second rank.
    """

    note = BooleanProperty(False)

    def __init__(
        self,
        *,
        largest_px: float,
        smallest_px: float = 8.0,
        height_em: float | None = None,
        align: str = "center",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("font_name", fonts.BOLD)
        self._height_em = height_em
        self._align = align
        self._largest_px, self._smallest_px = largest_px, smallest_px
        super().__init__(font_size=largest_px, **kwargs)
        self.bind(size=self._shrink, text=self._shrink)
        self._shrink()

    def _shrink(self, *_: object) -> None:
        wide, high = measure(self.text, self.font_name, self._largest_px)
        if self._height_em is not None:
            high = self._height_em * self._largest_px
        share = min(1.0, self.width / max(1.0, wide), self.height / max(1.0, high))
        self.font_size = max(self._smallest_px, int(self._largest_px * share))
        # The line's box has more room above the capitals than below: digits alone would hang low.
        lift = 2 * CAPITALS_LOW_EM * self.font_size if self._height_em is not None else 0.0
        self.padding = (0, 0, 0, lift)
        self.halign = self._align
        self.text_size = (self.width + 2, None) if self._align != "center" else (None, None)


class Icon(Label):
    """A glyph of the icons' font, centred in its box."""

    icon = StringProperty("")

    def __init__(self, *, size_px: float, **kwargs: Any) -> None:
        kwargs.setdefault("size_hint", (None, None))
        kwargs.setdefault("size", (size_px, size_px))
        super().__init__(font_name=fonts.ICONS, font_size=size_px, **kwargs)
        self.bind(icon=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.text = glyph(self.icon) if self.icon else ""


class Ring(Widget):
    """A ring that shrinks with ``share`` from 1 to 0, for a time that runs out."""

    share = NumericProperty(1.0)
    ink = ColorProperty((0, 0, 0, 1))
    rail = ColorProperty((0, 0, 0, 0.1))
    width_px = NumericProperty(10)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._rail_ink = Color(rgba=self.rail)
            self._rail_line = Line(cap="none")
            self._ring_ink = Color(rgba=self.ink)
            self._ring_line = Line(cap="round")
        self.bind(pos=self._draw, size=self._draw, share=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        radius = min(self.size) / 2 - self.width_px
        self._rail_ink.rgba, self._ring_ink.rgba = self.rail, self.ink
        self._rail_line.width = self._ring_line.width = self.width_px
        self._rail_line.circle = (*self.center, radius, 0, 360, 120)
        self._ring_line.circle = (*self.center, radius, 0, max(0.5, 360 * self.share), 120)


class Dots(Widget):
    """Three dots in turn: something is on its way. Stops with its screen."""

    ink = ColorProperty((0, 0, 0, 1))
    rest = ColorProperty((0, 0, 0, 0.2))
    turn = NumericProperty(0)
    colours = ListProperty([])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._inks = []
            self._dots = []
            for _ in range(3):
                self._inks.append(Color(rgba=self.rest))
                self._dots.append(RoundedRectangle())
        self.bind(pos=self._draw, size=self._draw, turn=self._draw, parent=self._run)
        self._event: Any = None
        self._draw()

    def _run(self, *_: object) -> None:
        if self._event is not None:
            self._event.cancel()
            self._event = None
        if self.parent is not None:
            self._event = Clock.schedule_interval(self._next, 0.35)

    def _next(self, _: float) -> None:
        self.turn = (self.turn + 1) % 3

    def _draw(self, *_: object) -> None:
        side = min(self.height, self.width / 5)
        left = self.center_x - 2.5 * side
        for index, (ink, dot) in enumerate(zip(self._inks, self._dots, strict=True)):
            ink.rgba = self.ink if index == self.turn else self.rest
            dot.pos, dot.size, dot.radius = (
                (left + index * 2 * side, self.center_y - side / 2),
                (side, side),
                [side / 2],
            )
