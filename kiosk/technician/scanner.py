"""The scanner: is it there, and does it read. What it read is never shown: it may be somebody's card."""

from __future__ import annotations

import select
import sys
import threading
import time
from typing import Final

from kiosk.scanning import Attention, Scanner, Seeing, check_scanner, open_scanner
from queue_core.errors import register
from queue_kit.doctor import Check, Doing, Outcome, Setting, absent, failed, ok, unknown

_THERE_S: Final = 3.0
_SCAN_S: Final = 25.0
_LOOK_S: Final = 0.05
register(
    {
        "doctor.scanner": ("Đã kết nối {address}", "Connected to {address}"),
        "doctor.scanner_away": (
            "Không mở được {address}. Hãy kiểm tra dây, cổng và quyền (nhóm dialout hoặc input).",
            "{address} cannot be opened. Check the cable, the port and its group (dialout or input).",
        ),
        "doctor.scanner_typed": (
            "Máy quét gõ như bàn phím: chỉ biết được khi quét thử",
            "It types like a keyboard: only a trial scan can tell",
        ),
        "doctor.scan_now": (
            "Mời đưa một mã vạch hoặc mã QR vào máy quét…",
            "Hold a barcode or a QR code before the scanner…",
        ),
        "doctor.scanned": ("Đã đọc một mã gồm {count} ký tự", "Read a code of {count} characters"),
        "doctor.nothing_scanned": (
            "Không đọc được mã nào trong {seconds} giây. Hãy thử mã khác, lau kính, in lại tờ cài đặt máy quét.",
            "No code was read within {seconds} s. Try another one, wipe the window, set the scanner up again.",
        ),
    }
)


def checks(setting: Setting) -> list[Check]:
    """The scanner by its address, and a trial scan."""
    return [
        Check(name="scanner", code=32, vi="Máy quét", en="Scanner", run=lambda doing: _there(setting.scanner, doing)),
        Check(
            name="scan", code=52, vi="Quét thử", en="Trial scan", acts=True, deadline_s=_SCAN_S,
            run=lambda doing: _scan(setting.scanner, doing),
        ),
    ]  # fmt: skip


def scanned(count: int, seconds: float) -> Outcome:
    """How a trial scan ended: with a code of so many characters, or with none."""
    return ok("doctor.scanned", count=count) if count else failed("doctor.nothing_scanned", seconds=round(seconds))


def _kind(address: str) -> str:
    check_scanner(address)
    return address.partition(":")[0]


def _there(address: str, doing: Doing) -> Outcome:
    kind = _kind(address)
    if kind in {"none", "camera"}:
        return absent()  # a camera has a check of its own
    if kind == "keyboard":
        return unknown("doctor.scanner_typed")
    scanner = open_scanner(address, lambda _text: None)
    scanner.start()
    try:
        there = _known(scanner, doing.until_s)
    finally:
        scanner.stop()
    shown = address.partition("?")[0]
    if there is None:
        return unknown()
    return ok("doctor.scanner", address=shown) if there else failed("doctor.scanner_away", address=shown)


def _begin(scanner: Scanner) -> None:
    """Open it; a camera is asleep until it is wanted."""
    scanner.start()
    if isinstance(scanner, Seeing):
        scanner.attend(Attention.AWAKE)


def _known(scanner: Scanner, until_s: float) -> bool | None:
    """Whether it is there, as soon as that is known."""
    until_s, pause = min(until_s, time.monotonic() + _THERE_S), threading.Event()
    while scanner.there is None and time.monotonic() < until_s:
        pause.wait(_LOOK_S)
    return scanner.there


def _scan(address: str, doing: Doing) -> Outcome:
    kind = _kind(address)
    if kind == "none":
        return absent()
    said = ok("doctor.scan_now")
    if kind == "keyboard":
        doing.tell(said.vi, said.en)
        return scanned(_typed(doing.until_s), _SCAN_S)
    heard, read = threading.Event(), [0]

    def take(text: str) -> None:
        read[0] = len(text)
        heard.set()

    scanner = open_scanner(address, take)
    _begin(scanner)
    try:
        if _known(scanner, doing.until_s) is False:
            return failed("doctor.scanner_away", address=address.partition("?")[0])
        doing.tell(said.vi, said.en)
        heard.wait(max(0.0, doing.until_s - time.monotonic()))
    finally:
        scanner.stop()
    return scanned(read[0], _SCAN_S)


def _typed(until_s: float) -> int:
    """A keyboard scanner types into the terminal: the length of one line."""
    ready, _, _ = select.select([sys.stdin], [], [], max(0.0, until_s - time.monotonic()))
    return len(sys.stdin.readline().strip()) if ready else 0
