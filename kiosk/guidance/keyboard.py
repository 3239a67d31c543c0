"""The four keys on a keyboard: arrows, Enter and the space bar. Import only with a window."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from kivy.core.window import Window

from kiosk.guidance.keys import Key
from kiosk.scanning.line import PAUSE_S

#: SDL's numbers: up and left, down and right, Enter (both), space
KEYS: Final = {
    273: Key.PREVIOUS,
    276: Key.PREVIOUS,
    274: Key.NEXT,
    275: Key.NEXT,
    13: Key.CHOOSE,
    271: Key.CHOOSE,
    32: Key.REPEAT,
}
_ARROWS: Final = frozenset({273, 274, 275, 276})
#: the same key again sooner is a trembling hand
_SECOND_STRIKE_S: Final = 0.25


class GuidanceKeys:
    """Listens to the window's keys before a scanner that types does: what is not one of the four goes on to it."""

    def __init__(self, heard: Callable[[Key], None]) -> None:
        self._heard = heard
        self._held: set[int] = set()
        self._typed_s = self._struck_s = float("-inf")
        self._struck: Key | None = None

    def start(self) -> None:
        """Begin to listen; after the scanner, for Kivy asks the last listener first."""
        Window.bind(on_key_down=self._down, on_key_up=self._up)

    def _down(self, _window: object, number: int, *_: Any) -> bool:
        now_s = time.monotonic()
        key = KEYS.get(number)
        if key is None:
            self._typed_s = now_s
            return False
        if number not in _ARROWS and now_s - self._typed_s < PAUSE_S:
            # A scanner's Enter or space: the end or the middle of the line it is typing.
            self._typed_s = now_s if number == 32 else float("-inf")
            return False
        if number in self._held or (key is self._struck and now_s - self._struck_s < _SECOND_STRIKE_S):
            return True
        self._held.add(number)
        self._struck, self._struck_s = key, now_s
        self._heard(key)
        return True

    def _up(self, _window: object, number: int, *_: Any) -> bool:
        self._held.discard(number)
        return False
