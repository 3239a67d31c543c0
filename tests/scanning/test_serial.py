"""A scanner on a serial line, played by a pty: reads, survives noise, is found again after it was unplugged."""

from __future__ import annotations

import os
import queue
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.scanning import check_scanner, open_scanner
from kiosk.scanning.scanners.serial import SerialScanner

DEADLINE_S = 10.0


class Plug:
    """A serial scanner's cable: a pty behind a name that comes and goes."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._ends: tuple[int, int] | None = None

    def plug_in(self) -> None:
        master, slave = os.openpty()
        tty.setraw(slave)
        self._ends = (master, slave)
        self.name.symlink_to(os.ttyname(slave))

    def unplug(self) -> None:
        if self._ends is not None:
            self.name.unlink()
            for end in self._ends:
                os.close(end)
            self._ends = None

    def sends(self, data: bytes) -> None:
        assert self._ends is not None
        os.write(self._ends[0], data)


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    cable = Plug(tmp_path / "ttyScanner")
    yield cable
    cable.unplug()


@pytest.fixture
def heard() -> queue.Queue[str]:
    return queue.Queue()


@pytest.fixture
def scanner(plug: Plug, heard: queue.Queue[str]) -> Iterator[SerialScanner]:
    scanner = SerialScanner(path=str(plug.name), baud=9600, heard=heard.put, again_s=0.05)
    yield scanner
    scanner.stop()


def is_there(scanner: SerialScanner, *, there: bool = True) -> None:
    """Wait until the scanner knows; what is sent before its port is open is thrown away by pyserial."""
    deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
    while scanner.there is not there:
        assert time.monotonic() < deadline, f"there: {scanner.there}"
        pause.wait(0.005)


def test_unplugged_and_plugged_in_again(plug: Plug, heard: queue.Queue[str], scanner: SerialScanner) -> None:
    assert scanner.there is None, "nobody has tried yet"
    plug.plug_in()
    scanner.start()
    is_there(scanner)
    plug.sends(b"MOTCUA-BOOKING:402918\r\n")
    assert heard.get(timeout=DEADLINE_S) == "MOTCUA-BOOKING:402918"
    plug.sends(b"half a co")
    plug.unplug()
    is_there(scanner, there=False)
    plug.plug_in()
    is_there(scanner)
    plug.sends(b"000.00.14.H56-200203-0118\r")
    assert heard.get(timeout=DEADLINE_S) == "000.00.14.H56-200203-0118"


def test_noise_and_a_letter_cut_in_two_are_no_harm(plug: Plug, heard: queue.Queue[str], scanner: SerialScanner) -> None:
    plug.plug_in()
    scanner.start()
    is_there(scanner)
    plug.sends(b"\xff\xfe\x00" + b"Q" * 5000 + b"\n" + "Hộ".encode()[:2])
    plug.sends("Hộ tịch".encode()[2:] + b"\n402918\n")
    assert heard.get(timeout=DEADLINE_S) == "Hộ tịch"
    assert heard.get(timeout=DEADLINE_S) == "402918"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "laser:",
        "serial:",
        "serial:ttyACM0",
        "serial:/dev/x?baud=9601",
        "serial:/dev/x?speed=1",
        "none:x",
        "keyboard:1",
    ],
)
def test_an_address_that_is_none_is_refused_in_two_languages(address: str) -> None:
    with pytest.raises(KioskError) as caught:
        open_scanner(address, lambda _: None)
    assert caught.value.key == "scanner.bad_address"
    assert "serial:/dev/" in caught.value.vi
    assert "serial:/dev/" in caught.value.en


@pytest.mark.parametrize("address", ["none:", "keyboard:", "serial:/dev/ttyACM0", "serial:/dev/x?baud=115200"])
def test_addresses(address: str) -> None:
    check_scanner(address)


def test_what_is_wrong_is_said_for_a_technician(plug: Plug, heard: queue.Queue[str], scanner: SerialScanner) -> None:
    scanner.start()
    is_there(scanner, there=False)
    assert scanner.trouble is not None
    assert scanner.trouble.key == "scanner.away"
    assert "máy sẽ tự nhận" in scanner.trouble.vi
    plug.plug_in()
    is_there(scanner)
    assert scanner.trouble is None
    second = SerialScanner(path=str(plug.name), baud=9600, heard=heard.put, again_s=0.05)
    second.start()
    is_there(second, there=False)
    assert second.trouble is not None
    assert second.trouble.key == "scanner.busy"
    scanner.stop()
    is_there(second)
    second.stop()
