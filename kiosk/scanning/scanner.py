"""A scanner, and how one is named.

``none:``, ``keyboard:``, ``serial:/dev/ttyACM0?baud=9600``, ``hid:/dev/input/by-id/NAME``, ``camera:picamera2`` and
further cameras (:mod:`kiosk.scanning.camera.settings`).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable
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


class Attention(StrEnum):
    """How much of a camera is wanted: nothing, its codes, or its picture too."""

    ASLEEP = "asleep"
    AWAKE = "awake"
    SHOWN = "shown"


class SmallPicture(Protocol):
    """A small grey picture, rows from the top."""

    @property
    def width(self) -> int:
        """Pixels a row."""

    @property
    def height(self) -> int:
        """Rows."""

    @property
    def pixels(self) -> bytes:
        """A byte each."""


@runtime_checkable
class Seeing(Protocol):
    """A scanner with a picture to show, which is awake only while somebody is there."""

    @property
    def picture(self) -> SmallPicture | None:
        """The newest, while it is shown."""

    def attend(self, attention: Attention) -> None:
        """Say what is wanted, from any thread; returns at once. A presence sensor may say it too."""


def _serial(address: str) -> tuple[str, int]:
    """Path and baud rate. Raises :class:`KioskError`."""
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    baud = options.pop("baud", str(_USUAL_BAUD))
    if not parts.path.startswith("/") or options or not baud.isdecimal() or int(baud) not in _BAUDS:
        raise KioskError("scanner.bad_address", address=address)
    return parts.path, int(baud)


def _hid(address: str) -> str:
    """The device's path. Raises :class:`KioskError`."""
    path = address.partition(":")[2]
    if not path.startswith("/dev/") or "?" in path:
        raise KioskError("scanner.bad_address", address=address)
    return path


def check_scanner(address: str) -> None:
    """Say what is wrong with an address, before any window opens. Raises :class:`KioskError`."""
    match address.partition(":")[0]:
        case "serial":
            _serial(address)
        case "hid":
            _hid(address)
        case "camera":
            from kiosk.scanning.camera.settings import read_settings

            read_settings(address)
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
        case "hid":
            from kiosk.scanning.scanners.hid import HidScanner

            return HidScanner(path=_hid(address), heard=heard)
        case "camera":
            from kiosk.scanning.scanners.camera import CameraScanner

            return CameraScanner(address=address, heard=heard)
        case "keyboard":
            from kiosk.scanning.scanners.keyboard import KeyboardScanner

            return KeyboardScanner(heard=heard)
        case _:
            from kiosk.scanning.scanners.none import NoScanner

            return NoScanner()
