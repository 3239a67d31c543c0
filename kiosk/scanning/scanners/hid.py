"""A USB scanner that types, taken away from the window: its device is read alone (EVIOCGRAB), by udev's name.

Nothing of it reaches Kivy, the console or a Vietnamese input method, and no other keyboard is heard. Unplugged, it is
waited for and found again. The scanner must be set to a US layout and to end with Enter (docs/scanning.md).
"""

from __future__ import annotations

import errno
import logging
import select
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from kiosk.errors import KioskError
from kiosk.scanning.line import Line
from kiosk.scanning.scanner import Heard
from kiosk.scanning.us_layout import typed

log = logging.getLogger(__name__)

_LOOK_S: Final = 0.3
_AGAIN_S: Final = 1.0
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


class HidScanner:
    """One thread that reads the device. ``open_device``: evdev's, given anew by whoever plays a device."""

    def __init__(
        self, *, path: str, heard: Heard, again_s: float = _AGAIN_S, open_device: Callable[[str], Any] = _open_by_evdev
    ) -> None:
        self._path, self._heard, self._again_s, self._open_device = path, heard, again_s, open_device
        self._there: bool | None = None
        self._trouble: KioskError | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    @property
    def there(self) -> bool | None:
        """Whether the device is open and ours; None until it was tried."""
        return self._there

    @property
    def trouble(self) -> KioskError | None:
        """What is wrong, in words for a technician."""
        return self._trouble

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(2.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                device = self._open()
            except KioskError as error:
                self._tell(error)
            else:
                try:
                    self._listen(device)
                except OSError:
                    # ENODEV: pulled out. The next round says whether it is away.
                    log.info("scanner %s went away", self._path)
                finally:
                    device.close()
            self._stopping.wait(self._again_s)

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
        self._tell(None)
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

    def _tell(self, trouble: KioskError | None) -> None:
        there = trouble is None
        if there is not self._there or (trouble and self._trouble and trouble.key != self._trouble.key):
            log.warning("scanner %s: %s", self._path, trouble or "there")
        self._there, self._trouble = there, trouble


def _names(device: Any) -> dict[int, str]:
    """Which keys the device has, by the kernel's names."""
    from evdev import ecodes

    found = {}
    for code in device.capabilities().get(ecodes.EV_KEY, ()):
        name = ecodes.KEY.get(code, "")
        found[int(code)] = name if isinstance(name, str) else str(name[0])
    return found
