"""The few widgets all screens are made of: words that are never cut, icons, cards, things to touch.

A screen is built for one theme and thrown away when the theme changes, so colours and sizes are plain values here
and nothing listens to the theme. Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final
from weakref import WeakSet

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Line, RoundedRectangle
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from queue_kit.languages import BREAK
from queue_kit.screen import fonts
from queue_kit.screen.icons import glyph
from queue_kit.screen.wrapping import word_width

#: a second strike within this time is the same finger, trembling
SECOND_STRIKE_S: Final = 0.5
#: the same key of a keyboard: a word may hold a letter twice, a trembling finger is faster
KEY_AGAIN_S: Final = 0.25
#: how far below the middle of its line a capital's middle lies (see queue_kit.screen.fonts)
CAPITALS_LOW_EM: Final = (fonts.ASCENT_EM - fonts.DESCENT_EM) / 2 - 0.37
#: the pressed look stays at least so long, or a quick tap would not be seen
PRESS_SHOWN_S: Final = 0.12


@lru_cache(maxsize=2048)
def measure(text: str, font: str, size_px: float, width_px: float | None = None) -> tuple[float, float]:
    """Width and height in pixels of words wrapped at ``width_px``, as they will be drawn."""
    core = CoreLabel(text=text, font_name=font, font_size=size_px, text_size=(width_px, None))
    core.resolve_font_name()
    width, height = core.render()
    return float(width), float(height)


def forget_measures() -> None:
    """Forget what words were measured: somebody's may be among them."""
    measure.cache_clear()


def fitting_size(
    text: str, font: str, sizes_px: tuple[float, ...], width_px: float, height_px: float
) -> tuple[float, float]:
    """The first of ``sizes_px`` (largest first) at which the words fit, and their height; the last if none does."""
    size, height = sizes_px[-1], 0.0
    for size in sizes_px:
        height = measure(text, font, size, width_px)[1]
        if height <= height_px and longest_word_px(text, font, size) <= width_px:
            break
    return size, height


def folded(text: str, font: str, size_px: float, width_px: float, height_px: float) -> str:
    """As many of the first words as fit, with … for the rest; one word at least. Show the whole elsewhere."""
    words = text.split()
    low, high = 1, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measure(" ".join(words[:middle]) + "…", font, size_px, width_px)[1] <= height_px
        low, high = (middle, high) if fits else (low, middle - 1)
    return text if low == len(words) else " ".join(words[:low]) + "…"


def longest_word_px(text: str, font: str, size_px: float) -> float:
    """Width of the longest word: a narrower column would break it inside."""
    # Split as Kivy does: a no-break space is part of a word.
    words = [word for line in text.split("\n") for word in line.replace(BREAK, " ").split(" ") if word]
    return max((word_width(word, font, size_px) for word in words), default=0.0)


def one_line_size(text: str, font: str, sizes_px: tuple[float, ...], width_px: float) -> float:
    """The first of ``sizes_px`` at which the words stand on one line, else the first of all (they will wrap)."""
    return next((size for size in sizes_px if measure(text, font, size)[0] <= width_px), sizes_px[0])


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


class Card(FloatLayout):
    """A rounded sheet with a border and one soft shadow; children are placed freely on it."""

    fill = ColorProperty((1, 1, 1, 1))
    border = ColorProperty((0, 0, 0, 0))
    shadow = ColorProperty((0, 0, 0, 0))
    radius_px = NumericProperty(20)
    border_px = NumericProperty(2)
    drop_px = NumericProperty(6)
    #: the sheet is drawn so much smaller on every side: pressed in
    sunk_px = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._sheets: list[RoundedRectangle] = []
        with self.canvas.before:
            # Every layer is drawn pixel by pixel on a Pi: what cannot be seen is not there.
            if self.shadow[3]:
                # Two translucent sheets look like one soft shadow and cost two rectangles.
                Color(rgba=self._faint(0.45))
                self._far = RoundedRectangle()
                Color(rgba=self._faint(0.75))
                self._near = RoundedRectangle()
                self._sheets += [self._far, self._near]
            self._ground = Color(rgba=self.fill)
            self._sheet = RoundedRectangle()
            self._sheets.append(self._sheet)
            self._edge: Line | None = None
            if self.border[3] and list(self.border) != list(self.fill):
                self._add_edge()
        self.bind(pos=self._place, size=self._place, sunk_px=self._place, fill=self._paint, border=self._paint)
        self._place()

    def _add_edge(self) -> None:
        self._ink = Color(rgba=self.border)
        self._edge = Line(width=1)

    def _faint(self, share: float) -> tuple[float, float, float, float]:
        red, green, blue, alpha = self.shadow
        return red, green, blue, alpha * share

    def _paint(self, *_: object) -> None:
        self._ground.rgba = self.fill
        if self._edge is not None:
            self._ink.rgba = self.border
        elif self.border[3] and list(self.border) != list(self.fill):
            with self.canvas.before:
                self._add_edge()
            self._place()

    def _place(self, *_: object) -> None:
        sunk, drop = self.sunk_px, self.drop_px
        x, y, width, height = self.x + sunk, self.y + sunk, self.width - 2 * sunk, self.height - 2 * sunk
        radius = min(self.radius_px, width / 2, height / 2)
        if len(self._sheets) > 1:
            self._far.pos, self._far.size = (x - drop / 2, y - drop), (width + drop, height + drop / 2)
            self._near.pos, self._near.size = (x, y - drop / 2), (width, height)
        self._sheet.pos, self._sheet.size = (x, y), (width, height)
        for sheet in self._sheets:
            sheet.radius = [radius]
        if self._edge is not None:
            inset = self.border_px / 2
            self._edge.width = self.border_px / 2
            self._edge.rounded_rectangle = (x + inset, y + inset, width - 2 * inset, height - 2 * inset, radius)


class Touchable(Card):
    """A card to be touched: it sinks and darkens at touch-down, acts on release inside, ignores a second strike.

    ``on_act`` is the event. ``dim``: it can still be touched (it says why it is closed) but does not invite.
    """

    pressed = BooleanProperty(False)
    fill_pressed = ColorProperty((0.9, 0.9, 0.9, 1))
    border_pressed = ColorProperty((0, 0, 0, 1))
    action = ObjectProperty(None, allownone=True)

    __events__ = ("on_act",)
    last_act_s: ClassVar[float] = 0.0
    #: the key that acted last, None where it was no key
    last_key: ClassVar[str | None] = None
    #: a key among keys: others may be struck as fast as one types
    is_key: ClassVar[bool] = False
    #: what fingers are on now; one that was thrown away under its finger is forgotten by itself
    held: ClassVar[WeakSet[Touchable]] = WeakSet()
    on_any_press: ClassVar[Callable[[], None] | None] = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._usual = (list(self.fill), list(self.border))
        self._down_s = 0.0
        self.bind(pressed=self._show_press)

    @property
    def drawn_size(self) -> tuple[float, float]:
        """The sheet as it is drawn: smaller than what can be touched while it is pressed."""
        return self._sheet.size[0], self._sheet.size[1]

    @property
    def says(self) -> str:
        """The words on it, icons left out."""
        labels = [w for w in self.walk(restrict=True) if isinstance(w, Label) and not isinstance(w, Icon)]
        return " · ".join(label.text.replace("\u00a0", " ").replace("\n", " ") for label in labels if label.text)

    def on_touch_down(self, touch: Any) -> bool:
        """Take the touch and show it at once."""
        if not self.collide_point(*touch.pos) or touch.is_mouse_scrolling:
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        Touchable.held.add(self)
        self._down_s = time.monotonic()
        self.pressed = True
        if Touchable.on_any_press:
            Touchable.on_any_press()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """A finger that slides off lets go; one that comes back takes hold again."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        self.pressed = self.collide_point(*touch.pos)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Act when the finger leaves inside."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        Touchable.held.discard(self)
        # One that another screen has replaced meanwhile is under nobody's finger.
        inside = self.parent is not None and self.collide_point(*touch.pos)
        shown_s = time.monotonic() - self._down_s
        if shown_s >= PRESS_SHOWN_S:
            self.pressed = False
        else:
            Clock.schedule_once(self._let_go, PRESS_SHOWN_S - shown_s)
        now_s = time.monotonic()
        key = self.says if self.is_key else None
        if inside and now_s - Touchable.last_act_s >= self._guard_s(key):
            Touchable.last_act_s, Touchable.last_key = now_s, key
            self.dispatch("on_act")
        return True

    def _let_go(self, _: float) -> None:
        self.pressed = False

    def on_act(self) -> None:
        """Call ``action`` when one is set."""
        if self.action is not None:
            self.action()

    @staticmethod
    def _guard_s(key: str | None) -> float:
        """How long after the last strike this one counts as trembling."""
        if key is None or Touchable.last_key is None:
            return SECOND_STRIKE_S
        return KEY_AGAIN_S if key == Touchable.last_key else 0.0

    def _show_press(self, *_: object) -> None:
        if self.pressed:
            self._usual = (list(self.fill), list(self.border))
            self.fill, self.border = self.fill_pressed, self.border_pressed
            self.sunk_px = self.border_px * 2
        else:
            self.fill, self.border = self._usual
            self.sunk_px = 0


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
