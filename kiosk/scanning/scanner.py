"""A scanner, and how one is named: ``none:``, ``keyboard:``, ``serial:/dev/ttyACM0?baud=9600``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlsplit

from kiosk.errors import KioskError

#: takes each text that was read, on a thread of the scanner's own; must return at once
Heard = Callable[[str], None]

_USUAL_BAUD: Final = 9600
_BAUDS: Final = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


class Scanner(Protocol):
    """Gives the texts it reads. ``there``: whether it is known to be connected; None is "unknown", never "fine"."""

    @property
    def there(self) -> bool | None:
        """Whether the device answers."""

    def start(self) -> None:
        """Begin to listen; a device that is away is waited for."""

    def stop(self) -> None:
        """End within a second."""


def _serial(address: str) -> tuple[str, int]:
    """Path and baud rate. Raises :class:`KioskError`."""
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    baud = options.pop("baud", str(_USUAL_BAUD))
    if not parts.path.startswith("/") or options or not baud.isdecimal() or int(baud) not in _BAUDS:
        raise KioskError("scanner.bad_address", address=address)
    return parts.path, int(baud)


def check_scanner(address: str) -> None:
    """Say what is wrong with an address, before any window opens. Raises :class:`KioskError`."""
    match address.partition(":")[0]:
        case "serial":
            _serial(address)
        case "none" | "keyboard" if not address.partition(":")[2]:
            pass
        case _:
            raise KioskError("scanner.bad_address", address=address)


def open_scanner(address: str, heard: Heard) -> Scanner:
    """The scanner of an address; nothing is opened before ``start``. Raises :class:`KioskError`."""
    check_scanner(address)
    match address.partition(":")[0]:
        case "serial":
            from kiosk.scanning.scanners.serial import SerialScanner

            path, baud = _serial(address)
            return SerialScanner(path=path, baud=baud, heard=heard)
        case "keyboard":
            from kiosk.scanning.scanners.keyboard import KeyboardScanner

            return KeyboardScanner(heard=heard)
        case _:
            from kiosk.scanning.scanners.none import NoScanner

            return NoScanner()
