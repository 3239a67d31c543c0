"""What can be wrong with a kiosk's own devices and options, in words."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register

register(
    {
        "scanner.bad_address": (
            "Địa chỉ máy quét “{address}” không đúng. Được phép: none:, keyboard:, serial:/dev/TÊN?baud=9600.",
            "The scanner's address {address!r} is none. Allowed: none:, keyboard:, serial:/dev/NAME?baud=9600.",
        ),
    }
)


class KioskError(MotcuaError, ValueError):
    """An option of the kiosk that cannot be used."""
