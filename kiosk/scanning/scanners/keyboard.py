"""A scanner that types, heard through the window: for a desk computer and wherever no other keyboard is plugged in."""

from __future__ import annotations

import time
from typing import Any, Final

from kivy.core.window import Window

from kiosk.scanning.line import Line
from kiosk.scanning.scanner import Heard
from kiosk.scanning.us_layout import typed

_ENTER: Final = (13, 271)
_FIRST_SPECIAL: Final = 127


class KeyboardScanner:
    """Listens to the window's keys, on the screen's thread; each line that ends with Enter is a text."""

    def __init__(self, *, heard: Heard) -> None:
        self._heard = heard
        self._line = Line()

    @property
    def there(self) -> bool | None:
        """The window cannot tell one keyboard from another, nor from none."""
        return None

    def start(self) -> None:
        """Begin to listen."""
        Window.bind(on_key_down=self._key)

    def stop(self) -> None:
        """End."""
        Window.unbind(on_key_down=self._key)

    def _key(self, _window: object, key: int, _scancode: int, _character: str | None, modifiers: Any) -> bool:
        # By the key's number: to Kivy even Shift has a character ("İ", for its number is 304).
        held, name = modifiers or (), chr(key) if key < _FIRST_SPECIAL else ""
        written = "\n" if key in _ENTER else typed(name, shift="shift" in held, caps="capslock" in held)
        for text in self._line.feed(written, time.monotonic()):
            self._heard(text)
        # Taken: no key of a scanner, and none of a stranger's keyboard, means anything else to this window.
        return True
