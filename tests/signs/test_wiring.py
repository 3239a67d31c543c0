"""The wiring file: what is good, and what is refused before a port is touched, in two languages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from queue_core.errors import MotcuaError
from queue_display.signs.errors import UnitError
from queue_display.signs.frame import Frame
from queue_display.signs.protocols.text import TextFrameSign
from queue_display.signs.shows import Show
from queue_display.signs.wiring import TextSign, read_wiring
from tests.house.test_tree import ROOT

GOOD = """
format: 1
lines:
  - id: day-1
    port: /dev/serial/by-id/usb-1a86_USB_Serial-if00-port0
    signs:
      - {counter: quay-1, kind: modbus, address: 1, form: bcd}
      - {counter: quay-2, kind: text, address: 2, frame: "\\x02{address:02X}{text:<8}\\x03{xor}"}
    keypads:
      - {counter: quay-1, address: 11, keys: {1: next, 2: recall, 3: "transfer:tra-ket-qua"}}
matrices:
  - {counter: quay-3, kind: max7219, width: 32}
buttons:
  - {counter: quay-3, pins: {17: next, 27: recall}}
brightness: {"06:30": 100, "18:00": 40}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "signs.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file(tmp_path: Path) -> None:
    wiring = read_wiring(written(tmp_path, GOOD))
    assert wiring.counters() == {"quay-1", "quay-2", "quay-3"}
    assert wiring.brightness == {390: 100, 1080: 40}


@pytest.mark.parametrize(
    ("before", "after", "key", "names"),
    [
        ("address: 2,", "address: 1,", "signs.address_twice", "quay-2"),
        ("address: 11,", "address: 1,", "signs.address_twice", "quay-1"),
        ("{text:<8}", "", "signs.frame", "quay-2"),
        ("{text:<8}", "{text.real}", "signs.frame", "text.real"),
        ("{text:<8}", "{text:<9999}", "signs.frame", "200"),
        ("{text:<8}", "{text!r}", "signs.frame", "!r"),
        ("{xor}", "{crc}", "signs.frame", "{crc}"),
        ("{17: next", "{10: next", "pins.twice", "GPIO10"),
        ("{17: next", "{1: next", "pins.no_such", "GPIO1"),
        ("27: recall", "28: recall", "pins.no_such", "GPIO28"),
        ("kind: max7219, width: 32", "kind: hub75, width: 64, height: 32", "pins.twice", "HUB75"),
        ("form: bcd", "form: hex", "config.invalid", "form"),
        ("address: 11,", "address: 248,", "config.invalid", "address"),
        ("1: next", "1: explode", "config.invalid", "keys"),
        ("port: /dev", "port: dev", "config.invalid", "port"),
        ('"18:00"', '"25:00"', "config.invalid", "brightness"),
        ("counter: quay-1, kind", "kind", "config.invalid", "counter"),
        ("format: 1", "format: 2", "config.invalid", "format"),
        ("lines:", "lines: [", "config.unreadable", "signs.yaml"),
    ],
)
def test_what_is_refused(tmp_path: Path, before: str, after: str, key: str, names: str) -> None:
    assert GOOD.count(before) == 1
    with pytest.raises(MotcuaError) as caught:
        read_wiring(written(tmp_path, GOOD.replace(before, after)))
    assert caught.value.key == key
    assert names in caught.value.vi
    assert names in caught.value.en


def sign(**more: Any) -> TextFrameSign:
    values = {"kind": "text", "counter": "quay-2", "address": 10, "cells": 6, "frame": "\x02{address:02X}{text:<6}\x03"}
    return TextFrameSign(TypeAdapter(TextSign).validate_python(values | more))


@pytest.mark.parametrize(
    ("more", "show", "frame"),
    [
        ({}, Show(number="A001"), b"\x020AA001  \x03"),
        ({}, Show(number="A001", lost=True), b"\x020AA001. \x03"),
        ({}, Show(), b"\x020A      \x03"),
        ({}, Show(closed=True), b"\x020A----  \x03"),
        ({"closed": "DONG"}, Show(closed=True, lost=True), b"\x020ADONG. \x03"),
        ({"encoding": "utf-8", "closed": "ĐÓNG"}, Show(closed=True), "\x020AĐÓNG  \x03".encode()),
        ({"frame": "#{text:>6}{mark}\r\n"}, Show(number="A001", lost=True), b"#  A001.\r\n"),
        ({"frame": "#{text:>6}{mark}\r\n"}, Show(number="A001"), b"#  A001 \r\n"),
        ({"frame": "#{level}{text}*{sum}"}, Show(number="A1", percent=50), b"#4A1*D0"),
    ],
)
def test_frames_as_a_makers_manual_writes_them(more: dict[str, Any], show: Show, frame: bytes) -> None:
    assert sign(**more).frame(show) == frame


@pytest.mark.parametrize("number", ["HT-0151", "Đ001"])
def test_a_number_that_does_not_fit_is_no_frame(number: str) -> None:
    with pytest.raises(UnitError) as caught:
        sign().frame(Show(number=number))
    assert caught.value.trouble == "narrow"


def test_the_check_sum_is_over_all_but_the_first_byte() -> None:
    frame = Frame("\x02{text}\x03{xor}", counter="quay-2").fill(address=1, text="A1", mark="", level=9)
    assert frame == b"\x02A1\x03" + f"{ord('A') ^ ord('1') ^ 3:02X}".encode()


def test_the_command_says_what_hangs_where_or_why_not(tmp_path: Path) -> None:
    def run(text: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "motcua", "signs", "--check", "--wiring", str(written(tmp_path, text))]
        return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT, env=os.environ)

    good = run(GOOD)
    assert good.returncode == 0, good.stderr
    assert "quay-2: sign, text" in good.stdout
    bad = run(GOOD.replace("{17: next", "{10: next"))
    assert bad.returncode == 2
    assert "GPIO10" in bad.stderr
    assert "(pins.twice)" in bad.stderr
