"""A scanner that types, read alone: real events of the kernel's shape through a pipe, without the kernel's device."""

from __future__ import annotations

import errno
import os
import queue
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.scanners.hid import HidScanner, Keys

evdev = pytest.importorskip("evdev", reason="python3-evdev is not installed: make setup brings it")
from evdev import ecodes  # noqa: E402

DEADLINE_S = 10.0
PATH = "/dev/input/by-id/usb-Scanner-event-kbd"
#: sec, usec, type, code, value: struct input_event of a 64-bit kernel (linux/input.h)
EVENT = struct.Struct("llHHi")
KEYBOARD = (*range(ecodes.KEY_ESC, ecodes.KEY_KPDOT + 1), ecodes.KEY_KPENTER)
UNSHIFTED = {
    "-": "MINUS", "=": "EQUAL", "[": "LEFTBRACE", "]": "RIGHTBRACE", ";": "SEMICOLON", "'": "APOSTROPHE", "`": "GRAVE",
    "\\": "BACKSLASH", ",": "COMMA", ".": "DOT", "/": "SLASH", " ": "SPACE", "\n": "ENTER",
}  # fmt: skip
SHIFTED = dict(zip('~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./", strict=True))


def strokes(text: str) -> Iterator[tuple[int, int]]:
    """What a scanner set to a US keyboard sends for a text."""
    for sign in text:
        shift = sign in SHIFTED or sign.isupper()
        alone = SHIFTED.get(sign, sign.lower())
        key = ecodes.ecodes[f"KEY_{UNSHIFTED.get(alone, alone.upper())}"]
        if shift:
            yield ecodes.KEY_LEFTSHIFT, 1
        yield key, 1
        yield key, 0
        if shift:
            yield ecodes.KEY_LEFTSHIFT, 0


class Device:
    """evdev's InputDevice over a pipe; `port` is the plug that it sits in."""

    def __init__(self, port: Port) -> None:
        self.fd, self._in = os.pipe()
        self.port, self.closed = port, False

    def capabilities(self) -> dict[int, list[int]]:
        return {ecodes.EV_KEY: list(self.port.keys), ecodes.EV_SYN: [0]}

    def grab(self) -> None:
        if self.port.held:
            raise OSError(errno.EBUSY, "held by another")
        self.port.grabs += 1

    def read(self) -> list[Any]:
        raw = os.read(self.fd, EVENT.size * 64)
        if not raw:
            raise OSError(errno.ENODEV, "No such device")
        return [evdev.InputEvent(*fields) for fields in EVENT.iter_unpack(raw)]

    def sends(self, events: Iterator[tuple[int, int]]) -> None:
        for code, value in events:
            os.write(self._in, EVENT.pack(0, 0, ecodes.EV_MSC, ecodes.MSC_SCAN, 0x70004))
            os.write(self._in, EVENT.pack(0, 0, ecodes.EV_KEY, code, value))
            os.write(self._in, EVENT.pack(0, 0, ecodes.EV_SYN, 0, 0))

    def pulled(self) -> None:
        os.close(self._in)

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            os.close(self.fd)


class Port:
    """A USB port: something is plugged into it or not."""

    def __init__(self) -> None:
        self.keys: tuple[int, ...] = KEYBOARD
        self.error: OSError | None = OSError(errno.ENOENT, "away")
        self.held, self.grabs = False, 0
        self.device: Device | None = None

    def open(self, path: str) -> Device:
        assert path == PATH
        if self.error is not None:
            raise self.error
        self.device = Device(self)
        return self.device


@pytest.fixture
def port() -> Port:
    return Port()


@pytest.fixture
def heard() -> queue.Queue[str]:
    return queue.Queue()


@pytest.fixture
def scanner(port: Port, heard: queue.Queue[str]) -> Iterator[HidScanner]:
    scanner = HidScanner(path=PATH, heard=heard.put, again_s=0.02, open_device=port.open)
    yield scanner
    scanner.stop()


def becomes(scanner: HidScanner, *, there: bool, key: str = "") -> None:
    deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
    while scanner.there is not there or (key and (scanner.trouble is None or scanner.trouble.key != key)):
        assert time.monotonic() < deadline, f"{scanner.there} {scanner.trouble}"
        pause.wait(0.005)


def test_plugged_in_read_alone_pulled_out_and_plugged_in_again(
    port: Port, heard: queue.Queue[str], scanner: HidScanner
) -> None:
    scanner.start()
    becomes(scanner, there=False, key="scanner.away")
    for code in ("000.17.22.H56-210531-0001", "https://a.gov.vn/?ma=H55.242-261110-0003"):
        port.error = None
        becomes(scanner, there=True)
        assert port.device is not None
        port.device.sends(strokes(f"{code}\n"))
        assert heard.get(timeout=DEADLINE_S) == code
        port.device.sends(strokes("half a co"))
        port.error = OSError(errno.ENODEV, "unplugged")
        port.device.pulled()
        becomes(scanner, there=False, key="scanner.away")
        assert port.device.closed
    assert port.grabs == 2, "each time for itself alone"
    assert heard.empty()


@pytest.mark.parametrize(
    ("refusal", "key"),
    [
        ((PermissionError(errno.EACCES, "no"), False, KEYBOARD), "scanner.no_permission"),
        ((OSError(errno.ENOTTY, "no device of input"), False, KEYBOARD), "scanner.no_scanner"),
        ((None, True, KEYBOARD), "scanner.busy"),
        ((None, False, (ecodes.BTN_TOUCH, ecodes.BTN_LEFT)), "scanner.no_scanner"),
    ],
)
def test_what_cannot_be_a_scanner_is_told_and_tried_again(
    port: Port, scanner: HidScanner, refusal: tuple[OSError | None, bool, tuple[int, ...]], key: str
) -> None:
    error, held, keys = refusal
    port.error, port.held, port.keys = error, held, keys
    scanner.start()
    becomes(scanner, there=False, key=key)
    assert scanner.trouble is not None
    if key == "scanner.no_permission":
        assert "usermod -aG input" in scanner.trouble.vi
    port.error, port.held, port.keys = None, False, KEYBOARD
    becomes(scanner, there=True)
    assert scanner.trouble is None


NAMES = {int(code): name if isinstance(name, str) else name[0] for code, name in ecodes.KEY.items()}


@given(st.text("".join(chr(code) for code in range(32, 127)), max_size=40))
def test_what_a_us_keyboard_types_is_what_was_meant(text: str) -> None:
    assert Keys(NAMES).signs(strokes(f"{text}\n")) == f"{text}\n"


def test_held_keys_strangers_and_lost_shifts() -> None:
    keys = Keys(NAMES)
    assert keys.signs([(ecodes.KEY_A, 1), (ecodes.KEY_A, 2), (ecodes.KEY_A, 2), (ecodes.KEY_A, 0)]) == "a"
    assert keys.signs([(ecodes.KEY_F1, 1), (ecodes.KEY_LEFTCTRL, 1), (9999, 1), (ecodes.KEY_KP7, 1)]) == "7"
    assert keys.signs([(ecodes.KEY_LEFTSHIFT, 1), (ecodes.KEY_1, 1), (ecodes.KEY_LEFTSHIFT, 0)]) == "!"
    assert (
        keys.signs([(ecodes.KEY_CAPSLOCK, 1), (ecodes.KEY_A, 1), (ecodes.KEY_1, 1), (ecodes.KEY_CAPSLOCK, 1)]) == "A1"
    )


def test_ten_thousand_characters_are_no_code(port: Port, heard: queue.Queue[str], scanner: HidScanner) -> None:
    port.error = None
    scanner.start()
    becomes(scanner, there=True)
    assert port.device is not None
    port.device.sends(strokes("9" * 10_000 + "\n402918\n"))
    assert heard.get(timeout=DEADLINE_S) == "402918"
