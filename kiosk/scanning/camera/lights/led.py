"""A lamp that the kernel names: ``/sys/class/leds/NAME`` (Documentation/leds/leds-class.rst)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

LEDS: Final = Path("/sys/class/leds")


class LedLight:
    """Full brightness or none."""

    def __init__(self, name: str, leds: Path = LEDS) -> None:
        self._folder = leds / name
        self._on: bool | None = None

    def set(self, *, on: bool) -> None:
        """See :class:`Light`."""
        if on is self._on:
            return
        self._on = on
        try:
            full = (self._folder / "max_brightness").read_text(encoding="ascii").strip()
            (self._folder / "brightness").write_text(full if on else "0", encoding="ascii")
        except OSError as error:
            log.warning("the camera's light %s: %s", self._folder.name, error)

    def close(self) -> None:
        """See :class:`Light`."""
        self.set(on=False)
