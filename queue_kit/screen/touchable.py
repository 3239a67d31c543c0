"""Cards, and what can be touched. Import only after :func:`queue_kit.screen.boot.prepare`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar, Final
from weakref import WeakSet

from kivy.clock import Clock
from kivy.graphics import Color, Line, RoundedRectangle
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
)
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.label import Label

from queue_kit.screen.widgets import Icon

#: a second strike within this time is the same finger, trembling
SECOND_STRIKE_S: Final = 0.5
#: the same key of a keyboard: a word may hold a letter twice, a trembling finger is faster
KEY_AGAIN_S: Final = 0.25
#: the pressed look stays at least so long, or a quick tap would not be seen
PRESS_SHOWN_S: Final = 0.12


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
