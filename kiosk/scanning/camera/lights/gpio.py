"""A lamp on a pin, by gpiozero; the pin factory is the environment's (``GPIOZERO_PIN_FACTORY``)."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)


class GpioLight:
    """``pin``: BCM number. The pin is taken when it is first switched, and kept."""

    def __init__(self, pin: int) -> None:
        self._pin = pin
        self._lamp: Any = None
        self._away = False

    def set(self, *, on: bool) -> None:
        """See :class:`Light`."""
        if self._away:
            return
        from gpiozero import LED, GPIOZeroError

        try:
            if self._lamp is None:
                self._lamp = LED(self._pin)
            self._lamp.value = on
        except (GPIOZeroError, OSError, RuntimeError) as error:
            self._away = True
            log.warning("the camera's light at pin %s: %s", self._pin, error)

    def close(self) -> None:
        """See :class:`Light`."""
        if self._lamp is not None:
            self._lamp.off()
            self._lamp.close()
            self._lamp = None
