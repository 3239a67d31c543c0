"""The gesture: a finger that stays on the office's name for four seconds. A citizen's never does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.frame import Box

HOLD_S: Final = 4.0
_STILL_PX: Final = 40.0


class LongHold:
    """Watches the window. ``zone``: where it counts now, None: nowhere; keep a reference, Kivy does not."""

    def __init__(self, zone: Callable[[], Box | None], act: Callable[[], None]) -> None:
        self._zone, self._act = zone, act
        self._from: tuple[float, float] | None = None
        self._due: Any = None
        Window.bind(on_touch_down=self._down, on_touch_move=self._move, on_touch_up=self._up)

    def _down(self, _window: object, touch: Any) -> bool:
        zone = self._zone()
        self._up()
        if zone is not None and zone.x <= touch.x <= zone.right and zone.y <= touch.y <= zone.top:
            self._from = (touch.x, touch.y)
            self._due = Clock.schedule_once(lambda _dt: self._held(), HOLD_S)
        return False

    def _move(self, _window: object, touch: Any) -> bool:
        if self._from is not None and max(abs(touch.x - self._from[0]), abs(touch.y - self._from[1])) > _STILL_PX:
            self._up()
        return False

    def _up(self, *_: object) -> bool:
        self._from = None
        if self._due is not None:
            self._due.cancel()
            self._due = None
        return False

    def _held(self) -> None:
        self._up()
        self._act()
