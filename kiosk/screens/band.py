"""The band above (or beside): office, clock, and the screen's question over the star of a bronze drum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from kivy.graphics import Color, Mesh, ScissorPop, ScissorPush
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.frame import Box, Frame
from kiosk.screens.parts import place
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size, folded, measure, one_line_size
from queue_kit.screen.theme import Theme
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import OneLine, Words

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the band says: office, clock, date, and the screen's question with a sentence under it."""

    theme: Theme
    frame: Frame
    office: str
    clock: str
    date: str
    title: str
    sub: str
    #: the title is a name that may be folded
    named: bool = False


def _pads(theme: Theme) -> tuple[float, float]:
    return (theme.u(20), theme.u(8)) if theme.tight else (theme.u(44), theme.u(36))


def _office(head: Head, width: float, most: float) -> tuple[str, float, float]:
    """The office's name, its letters and its height.

    Where there is no room for all of it, its end: that tells one office from another, and the whole stands on the
    screen at rest and on the slip.
    """
    theme = head.theme
    sizes = theme.sizes(28, 26, note=True) if theme.tight else theme.sizes(34, 30, 28, 26, note=True)
    size, high = fitting_size(head.office, fonts.SEMIBOLD, sizes, width, most)
    words, text = head.office.split(" "), head.office
    while high > most and len(words) > 1:
        words = words[1:]
        text = "… " + " ".join(words)
        high = measure(text, fonts.SEMIBOLD, size, width)[1]
    return text, size, high


def _clock_px(theme: Theme) -> float:
    return theme.u(36 if theme.tiny else 42 if theme.tight else 60)


def _clock_height(theme: Theme) -> float:
    return theme.u(54 if theme.tiny else 62 if theme.tight else 66)


def _top(head: Head, width: float, height: float) -> tuple[str, float, float, float]:
    """The office's name in its letters, its height and that of the whole upper part of a band above the body."""
    theme = head.theme
    line = math.ceil(theme.note_px * 1.5)
    lines = 1 if theme.tiny else 3
    most = lines * line + 2 if theme.tight else theme.u(150)
    name, size, high = _office(head, width - _clock_width(theme) - theme.u(20), max(min(most, height * 0.5), line + 2))
    return name, size, high, max(high, _clock_height(theme))


def _clock_width(theme: Theme) -> float:
    return theme.u(132 if theme.tight else 168)


def needed_height(head: Head) -> float:
    """How high a band above the body is best: question and sentence in their smallest letters, and the office's name.

    A screen that is not tight has a band by its share of the screen, unless its question needs more.
    """
    theme = head.theme
    across, along = _pads(theme)
    width = head.frame.whole.width - 2 * across
    if not theme.tight:
        title = measure(head.title, fonts.BOLD, theme.u(46), width)[1] if head.title else 0.0
        sub = measure(head.sub, fonts.REGULAR, theme.u(31), width)[1] if head.sub else 0.0
        return theme.u(160) + title + sub + 2 * along + theme.u(20)
    top = _top(head, width, head.frame.whole.height)[3]
    letter_px = theme.body_px if theme.tiny else theme.u(44)
    title = measure(head.title, fonts.BOLD, letter_px, width)[1] if head.title else 0.0
    if head.named and theme.low:
        title = min(title, math.ceil(letter_px * 1.5))
    # A low screen has room for it where the question leaves some.
    said = head.sub and not theme.low
    sub = measure(head.sub, fonts.REGULAR, theme.note_px, width)[1] + theme.u(8) if said else 0.0
    return top + title + sub + 2 * along + theme.u(14)


class Band(FloatLayout):
    """Office, clock, date, and the screen's question; ``mark`` stands in the question's place."""

    def __init__(self, *, head: Head, mark: Widget | None = None) -> None:
        super().__init__()
        theme, box = head.theme, head.frame.band
        self.frame = head.frame
        place(self, box)
        ground = Card(fill=theme.c.header, radius_px=0, border_px=1)
        self.add_widget(place(ground, box))
        self._star(theme, box)
        if theme.high_contrast:
            self._rule(theme, box)
        inner = box.inset(*_pads(theme))
        used = self._beside(head, inner) if self.frame.beside else self._above(head, inner)
        room = inner.height - used - theme.u(6 if theme.tight else 10)
        self._foot(theme, Box(inner.x, inner.y, inner.width, room), head.title, head.sub, mark)

    def _star(self, theme: Theme, box: Box) -> None:
        if theme.high_contrast:
            return
        radius = max(box.width, box.height) * (0.5 if self.frame.beside else 0.42)
        middle = (box.right - radius * 0.35, box.y + radius * 0.42)
        self.add_widget(DrumStar(theme=theme, middle=middle, radius=radius, clip=box))

    def _rule(self, theme: Theme, box: Box) -> None:
        thick = theme.u(3)
        line = Card(fill=theme.c.line, radius_px=0, border_px=1)
        spot = (
            Box(box.right - thick, box.y, thick, box.height)
            if self.frame.beside
            else Box(box.x, box.y, box.width, thick)
        )
        self.add_widget(place(line, spot))

    def _labels(self, head: Head, align: str) -> None:
        theme = head.theme
        self.clock_label = OneLine(
            text=head.clock, largest_px=_clock_px(theme), color=theme.c.on_header, size_hint=(None, None), align=align
        )
        self.date_label = Words(
            text=head.date, font_size=max(theme.u(26), theme.note_px), color=theme.c.on_header, grow=False,
            align=align, note=True,
        )  # fmt: skip
        self.add_widget(self.clock_label)

    def _name(self, theme: Theme, text: str, size: float, box: Box) -> None:
        name = Words(text=text, font_name=fonts.SEMIBOLD, font_size=size, color=theme.c.on_header, note=True)
        self.add_widget(place(name, box))

    def _above(self, head: Head, inner: Box) -> float:
        """Office at the left, clock and date at the right; gives the height they take."""
        theme, wide = head.theme, _clock_width(head.theme)
        self._labels(head, "right")
        text, size, high, used = _top(head, inner.width, inner.height)
        self._name(theme, text, size, Box(inner.x, inner.top - high, inner.width - wide - theme.u(20), high))
        clock_high = _clock_height(theme)
        place(self.clock_label, Box(inner.right - wide, inner.top - clock_high, wide, clock_high))
        if not theme.tight:
            # A tight screen keeps the clock; the date is on the slip and on the screen at rest.
            date_high = theme.u(84)
            self.add_widget(
                place(self.date_label, Box(inner.right - wide, inner.top - clock_high - date_high, wide, date_high))
            )
            used = max(used, clock_high + date_high)
        return used

    def _beside(self, head: Head, inner: Box) -> float:
        """Office, below it clock and date; gives the height they take."""
        theme, wide = head.theme, _clock_width(head.theme)
        self._labels(head, "left")
        text, size, high = _office(head, inner.width, self._office_most(head, inner))
        self._name(theme, text, size, Box(inner.x, inner.top - high, inner.width, high))
        clock_high = _clock_height(theme)
        left = inner.x + wide + theme.u(16)
        if not theme.tight:
            # On a narrow band the date has two lines.
            date_px = self.date_label.font_size
            clock_high = max(clock_high, measure(head.date, fonts.REGULAR, date_px, max(1.0, inner.right - left))[1])
        row = inner.top - high - theme.u(10) - clock_high
        place(self.clock_label, Box(inner.x, row, wide, clock_high))
        if not theme.tight:
            self.add_widget(place(self.date_label, Box(left, row, inner.right - left, clock_high)))
            self.date_label.valign = "middle"
        return high + theme.u(10) + clock_high

    @staticmethod
    def _office_most(head: Head, inner: Box) -> float:
        """What the question, with its sentence if that is possible, leaves to the office's name."""
        theme = head.theme
        if not theme.tight:
            return inner.height * 0.3
        title = measure(head.title, fonts.BOLD, theme.body_px, inner.width)[1] if head.title else 0.0
        sub = measure(head.sub, fonts.REGULAR, theme.note_px, inner.width)[1] if head.sub else 0.0
        line = math.ceil(theme.note_px * 1.5) + 2
        left = inner.height - _clock_height(theme) - title - theme.u(34)
        return max(line, min(inner.height * 0.42, left - sub if left - sub >= line else left))

    def _foot(self, theme: Theme, box: Box, title: str, sub: str, mark: Widget | None) -> None:
        """Question, and a sentence under it, standing on the band's lower edge."""
        if mark is not None:
            place(mark, box)
            self.add_widget(mark)
            return
        if not title:
            return
        ink = theme.c.on_header
        gap = theme.u(4 if theme.tight else 8)
        least = measure(title, fonts.BOLD, theme.body_px, box.width)[1]
        most = box.height - least - 2 * gap if theme.tight else box.height * 0.45
        sub_size, sub_height = fitting_size(
            sub, fonts.REGULAR, theme.sizes(34, 31, 28, note=True), box.width, min(most, box.height * 0.45)
        )
        if sub and theme.tight and most < measure("Ậ", fonts.REGULAR, theme.note_px)[1]:
            sub = ""
        if sub and sub_height > most:
            sub = folded(sub, fonts.REGULAR, sub_size, box.width, most)
            sub_height = measure(sub, fonts.REGULAR, sub_size, box.width)[1]
            if theme.tight and sub_height + least > box.height:
                sub = ""
        sub_height = sub_height if sub else 0
        room = box.height - sub_height - gap
        sizes = theme.sizes(64, 58, 52, 46, 42, 38, 34)
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
        self.add_widget(place(heading, Box(box.x, box.y + sub_height + (gap if sub else 0), box.width, height)))
        if sub:
            sentence = Words(text=sub, font_size=sub_size, color=ink, note=True)
            self.add_widget(place(sentence, Box(box.x, box.y, box.width, sub_height)))
