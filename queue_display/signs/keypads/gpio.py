"""Keys wired to GPIO pins, through gpiozero: each closes its pin to ground; the Pi's own resistor pulls it up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from queue_display.signs.keypads.strikes import Strikes
from queue_display.signs.wiring import Buttons
from queue_kit.pins import pin_error

_BOUNCE_S: Final = 0.03
_TAKEN_S: Final = 0.3
_REFUSED_S: Final = 0.1
_REFUSED_BLINKS: Final = 3


class PinKeypad:
    """One keypad. ``pressed``: (counter, what the key means), on gpiozero's thread; ``factory``: gpiozero's pins."""

    def __init__(
        self,
        wired: Buttons,
        factory: Any,
        pressed: Callable[[str, str], None],
        *,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wired, self._pressed, self._now_s = wired, pressed, now_s
        self._strikes = Strikes()
        self._devices: list[Any] = []
        self._lamp: Any = None
        try:
            self._open(factory)
        except Exception:
            self.close()
            raise

    @property
    def stuck(self) -> bool:
        """Whether a wire flaps."""
        return self._strikes.stuck

    def tell(self, *, taken: bool) -> None:
        """Show the officer that the key was taken (one long light), or refused (three short ones)."""
        if self._lamp is not None:
            on_s, times = (_TAKEN_S, 1) if taken else (_REFUSED_S, _REFUSED_BLINKS)
            self._lamp.blink(on_time=on_s, off_time=_REFUSED_S, n=times, background=True)

    def close(self) -> None:
        """Give the pins back."""
        for device in self._devices:
            device.close()
        self._devices.clear()

    def _open(self, factory: Any) -> None:
        from gpiozero import LED, Button

        for pin in self.wired.pins:
            try:
                button = Button(pin, pull_up=True, bounce_time=_BOUNCE_S, pin_factory=factory)
            except Exception as error:
                raise pin_error(error, use=self.wired.counter, pin=pin) from error
            self._devices.append(button)
            button.when_pressed = lambda key=pin: self._press(key)
        if self.wired.lamp is not None:
            try:
                self._lamp = LED(self.wired.lamp, pin_factory=factory)
            except Exception as error:
                raise pin_error(error, use=f"{self.wired.counter}: lamp", pin=self.wired.lamp) from error
            self._devices.append(self._lamp)

    def _press(self, pin: int) -> None:
        key = self._strikes.struck(pin, self._now_s())
        if key is not None:
            self._pressed(self.wired.counter, self.wired.pins[key])
