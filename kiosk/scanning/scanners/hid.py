"""A USB scanner that types, taken away from the window: its device is read alone (EVIOCGRAB), by udev's name.

Nothing of it reaches Kivy, the console or a Vietnamese input method, and no other keyboard is heard. The scanner must
be set to a US layout and to end with Enter (docs/scanning.md).
"""

from __future__ import annotations

import errno
import select
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from kiosk.errors import KioskError
from kiosk.scanning.line import Line
from kiosk.scanning.scanner import Heard
from kiosk.scanning.scanners.patient import AGAIN_S, PatientScanner
from kiosk.scanning.us_layout import typed

_LOOK_S: Final = 0.3
_UP, _DOWN = 0, 1
#: names of the kernel's keys (input-event-codes.h) → the sign that each has alone on a US keyboard
_SIGNS: Final = {
    **{f"KEY_{sign.upper()}": sign for sign in "abcdefghijklmnopqrstuvwxyz0123456789"},
    **{f"KEY_KP{digit}": digit for digit in "0123456789"},
    "KEY_MINUS": "-", "KEY_EQUAL": "=", "KEY_LEFTBRACE": "[", "KEY_RIGHTBRACE": "]", "KEY_SEMICOLON": ";",
    "KEY_APOSTROPHE": "'", "KEY_GRAVE": "`", "KEY_BACKSLASH": "\\", "KEY_COMMA": ",", "KEY_DOT": ".",
    "KEY_SLASH": "/", "KEY_SPACE": " ", "KEY_KPDOT": ".", "KEY_KPMINUS": "-", "KEY_KPSLASH": "/",
    "KEY_ENTER": "\n", "KEY_KPENTER": "\n",
}  # fmt: skip
_SHIFTS: Final = frozenset({"KEY_LEFTSHIFT", "KEY_RIGHTSHIFT"})


class Keys:
    """Key events of one device → signs. ``names``: code of a key → its name."""

    def __init__(self, names: dict[int, str]) -> None:
        self._names = names
        self._shifts: set[str] = set()
        self._caps = False

    def signs(self, events: Iterable[tuple[int, int]]) -> str:
        """What pairs of code and value (1 down, 0 up, 2 held) write; a held key writes nothing more."""
        written = []
        for code, value in events:
            name = self._names.get(code, "")
            if name in _SHIFTS:
                (self._shifts.add if value != _UP else self._shifts.discard)(name)
            elif value == _DOWN and name == "KEY_CAPSLOCK":
                self._caps = not self._caps
            elif value == _DOWN and name in _SIGNS:
                sign = _SIGNS[name]
                shift = bool(self._shifts) and not name.startswith("KEY_KP")
                written.append(sign if sign == "\n" else typed(sign, shift=shift, caps=self._caps))
        return "".join(written)


def _open_by_evdev(path: str) -> Any:
    from evdev import InputDevice

    return InputDevice(path)


class HidScanner(PatientScanner):
    """``open_device``: evdev's, given anew by whoever plays a device."""

    def __init__(
        self, *, path: str, heard: Heard, again_s: float = AGAIN_S, open_device: Callable[[str], Any] = _open_by_evdev
    ) -> None:
        super().__init__(path, again_s=again_s)
        self._heard, self._open_device = heard, open_device

    def _serve(self) -> None:
        device = self._open()
        try:
            self._opened()
            self._listen(device)
        finally:
            device.close()

    def _open(self) -> Any:
        """The device, ours alone. Raises :class:`KioskError`."""
        try:
            device = self._open_device(self._path)
        except ImportError as error:
            raise KioskError("scanner.no_evdev") from error
        except PermissionError as error:
            raise KioskError("scanner.no_permission", device=self._path, group="input") from error
        except OSError as error:
            away = error.errno in {errno.ENOENT, errno.ENODEV, errno.ENXIO}
            raise KioskError("scanner.away" if away else "scanner.no_scanner", device=self._path) from error
        try:
            self._names = _names(device)
            if "KEY_ENTER" not in self._names.values():
                raise KioskError("scanner.no_scanner", device=self._path)
            device.grab()
        except KioskError:
            device.close()
            raise
        except OSError as error:
            device.close()
            key = "scanner.busy" if error.errno == errno.EBUSY else "scanner.away"
            raise KioskError(key, device=self._path) from error
        return device

    def _listen(self, device: Any) -> None:
        from evdev import ecodes

        line, keys = Line(), Keys(self._names)
        while not self._stopping.is_set():
            if not select.select([device.fd], [], [], _LOOK_S)[0]:
                continue
            events = [(event.code, event.value) for event in device.read() if event.type == ecodes.EV_KEY]
            for text in line.feed(keys.signs(events), time.monotonic()):
                self._heard(text)


def _names(device: Any) -> dict[int, str]:
    """Which keys the device has, by the kernel's names."""
    from evdev import ecodes

    found = {}
    for code in device.capabilities().get(ecodes.EV_KEY, ()):
        name = ecodes.KEY.get(code, "")
        found[int(code)] = name if isinstance(name, str) else str(name[0])
    return found
