"""The lamp beside the lens, lit while the picture is dark and somebody is there; ``none`` is one."""

from __future__ import annotations

from typing import Protocol


class Light(Protocol):
    """A lamp that is on or off."""

    def set(self, *, on: bool) -> None:
        """Switch it; the same again costs nothing. A lamp that is away is no reason to stop scanning."""

    def close(self) -> None:
        """Off, and let go."""


def light_of(name: str) -> Light:
    """The lamp that ``none``, ``gpio:18`` or ``led:NAME`` names."""
    kind, _, target = name.partition(":")
    match kind:
        case "gpio":
            from kiosk.scanning.camera.lights.gpio import GpioLight

            return GpioLight(int(target))
        case "led":
            from kiosk.scanning.camera.lights.led import LedLight

            return LedLight(target)
        case _:
            from kiosk.scanning.camera.lights.none import NoLight

            return NoLight()
