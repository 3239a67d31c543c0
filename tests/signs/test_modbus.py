"""Number displays and keypads as Modbus units on one cable: the registers, the silence, the lies, the plug."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from queue_display.signs.errors import UnitError
from queue_display.signs.protocols.modbus import others, registers
from queue_display.signs.shows import Show
from queue_display.signs.wiring import ModbusSign
from tests.signs.house import Cable, Running, Units, eventually, line_of

SIGN = {"kind": "modbus", "counter": "quay-1", "address": 1}
KEYPAD = {"counter": "quay-1", "address": 11, "keys": {1: "next", 2: "recall", 3: "transfer:tra-ket-qua"}}


def sign(**more: Any) -> ModbusSign:
    return TypeAdapter(ModbusSign).validate_python({**SIGN, **more})


WORDS: list[tuple[dict[str, Any], Show, list[int]]] = [
    ({}, Show(number="1025"), [1025]),
    ({}, Show(), [0]),
    ({"blank": 0xFFFF}, Show(), [0xFFFF]),
    ({"blank": 0xFFFF, "closed": 0xFFFE}, Show(closed=True), [0xFFFE]),
    ({"blank": 0xFFFF}, Show(closed=True), [0xFFFF]),
    ({"form": "bcd"}, Show(number="1025"), [0x1025]),
    ({"form": "bcd"}, Show(number="25"), [0xFF25]),
    ({"form": "bcd", "cells": 6}, Show(number="11025"), [0xFFF1, 0x1025]),
    ({"form": "bcd", "dash_digit": 10}, Show(closed=True), [0xAAAA]),
    ({"form": "ascii"}, Show(number="A001"), [0x4130, 0x3031]),
    ({"form": "ascii", "cells": 6}, Show(number="A001"), [0x2020, 0x4130, 0x3031]),
    ({"form": "ascii", "cells": 6}, Show(number="A001", lost=True), [0x2041, 0x3030, 0x312E]),
    ({"form": "ascii"}, Show(closed=True), [0x2D2D, 0x2D2D]),
]


@pytest.mark.parametrize(("more", "show", "words"), WORDS)
def test_what_is_written_to_the_registers(more: dict[str, Any], show: Show, words: list[int]) -> None:
    assert registers(sign(**more), show) == words


@pytest.mark.parametrize(
    ("more", "number"),
    [
        ({}, "A001"),
        ({}, "015"),  # a value of 15 would be somebody else's number
        ({}, "10250"),
        ({"cells": 5}, "70000"),
        ({"blank": 1001}, "1001"),
        ({"form": "bcd"}, "A001"),
        ({"form": "bcd"}, "10250"),
        ({"form": "ascii"}, "HT-015"),
        ({"form": "ascii", "cells": 6}, "Đ001"),
    ],
)
def test_a_number_that_does_not_fit_whole_is_never_shown_in_part(more: dict[str, Any], number: str) -> None:
    with pytest.raises(UnitError) as caught:
        registers(sign(**more), Show(number=number))
    assert caught.value.trouble == "narrow"
    assert number in caught.value.vi


def test_the_mark_of_a_lost_hub_and_the_brightness() -> None:
    made = sign(mark={"register": 5, "on": 2}, dimmer={"register": 6, "most": 8})
    assert others(made, Show(lost=True, percent=50)) == [(5, 2), (6, 4)]
    assert others(made, Show(percent=1)) == [(5, 0), (6, 1)], "the darkest is not dark"


def test_two_signs_on_one_cable_and_one_that_loses_its_power(cable: Cable, units: Callable[..., Units]) -> None:
    there = units(1, 2)
    second = {**SIGN, "counter": "quay-2", "address": 2, "form": "ascii", "register": 4, "write": "multiple"}
    with Running(line_of(cable.near, {**SIGN, "mark": {"register": 5}}, second)) as running:
        running.line.show("quay-1", Show(number="1025"))
        running.line.show("quay-2", Show(number="A001"))
        eventually(lambda: (there.word(1, 0), there.word(2, 4), there.word(2, 5)) == (1025, 0x4130, 0x3031))
        there.power_cut(1)
        eventually(lambda: there.word(1, 0) == 1025, "it has its number back without anybody calling")
        running.line.show("quay-1", Show(number="1025", lost=True))
        eventually(lambda: there.word(1, 5) == 1)
        assert there.word(1, 0) == 1025, "the number stays while the hub is lost"


def test_a_unit_without_power_is_away_and_the_others_go_on(cable: Cable, units: Callable[..., Units]) -> None:
    there = units(1, 2)
    there.off.add(2)
    with Running(line_of(cable.near, SIGN, {**SIGN, "counter": "quay-2", "address": 2})) as running:
        for counter in ("quay-1", "quay-2"):
            running.line.show(counter, Show(number="1025"))
        eventually(lambda: running.line.health.units == {("sign", "quay-2", "away")})
        running.line.show("quay-1", Show(number="1026"))
        eventually(lambda: there.word(1, 0) == 1026)
        there.off.clear()
        eventually(lambda: there.word(2, 0) == 1025)
        eventually(lambda: not running.line.health.units)


def test_noise_is_no_answer_and_nobody_understood_is_a_fault_of_the_line(
    cable: Cable, units: Callable[..., Units]
) -> None:
    units(1, 2)
    cable.garble = lambda data: bytes(byte ^ 0x55 for byte in data)  # as at a wrong speed
    with Running(line_of(cable.near, SIGN, {**SIGN, "counter": "quay-2", "address": 2})) as running:
        for counter in ("quay-1", "quay-2"):
            running.line.show(counter, Show(number="1025"))
        eventually(lambda: running.line.health.line == "silent")
        cable.garble = lambda data: data
        eventually(lambda: running.line.health.line is None)


def test_a_unit_that_says_yes_and_keeps_something_else(cable: Cable, units: Callable[..., Units]) -> None:
    there = units(1)
    there.lying[1] = 7
    with Running(line_of(cable.near, {**SIGN, "verify": True})) as running:
        running.line.show("quay-1", Show(number="1025"))
        eventually(lambda: running.line.health.units == {("sign", "quay-1", "garbled")})


def test_a_number_the_sign_cannot_show_leaves_it_blank_and_is_told(cable: Cable, units: Callable[..., Units]) -> None:
    there = units(1)
    with Running(line_of(cable.near, SIGN)) as running:
        running.line.show("quay-1", Show(number="1025"))
        eventually(lambda: there.word(1, 0) == 1025)
        running.line.show("quay-1", Show(number="A001"))
        eventually(lambda: there.word(1, 0) == 0)
        eventually(lambda: running.line.health.units == {("sign", "quay-1", "narrow")})
        running.line.show("quay-1", Show(number="1026"))
        eventually(lambda: there.word(1, 0) == 1026)
        eventually(lambda: not running.line.health.units)


def test_unplugged_and_plugged_in_again(cable: Cable, units: Callable[..., Units]) -> None:
    there = units(1)
    with Running(line_of(cable.near, SIGN, keypads=(KEYPAD,))) as running:
        running.line.show("quay-1", Show(number="1025"))
        eventually(lambda: there.word(1, 0) == 1025)
        there.stop()
        cable.unplug()
        eventually(lambda: running.line.health.line == "away")
        running.line.show("quay-1", Show(number="1026"))
        cable.plug_in()
        again = Units(cable.far, [1, 11]).start()
        eventually(lambda: again.word(1, 0) == 1026)
        eventually(lambda: running.line.health.line is None)
        again.stop()


def test_a_port_that_may_not_be_opened_names_the_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import serial

    port = tmp_path / "ttyForbidden"
    port.touch()

    class Refused(serial.Serial):
        def open(self) -> None:
            raise serial.SerialException(13, f"could not open port {self.port}: Permission denied")

    monkeypatch.setattr("serial.Serial", Refused)
    with Running(line_of(port, SIGN)) as running:
        eventually(lambda: running.line.health.line == "forbidden")
    assert f"sudo adduser {getpass.getuser()} {port.group()}" in caplog.text


# ---------------------------------------------------------------------- keypads
def test_keys_pressed_one_after_the_other(cable: Cable, units: Callable[..., Units]) -> None:
    there = units(1, 11)
    wired = {**KEYPAD, "lamp": {"register": 9}}
    with Running(line_of(cable.near, SIGN, keypads=(wired,))) as running:
        running.line.show("quay-1", Show(number="1025"))
        eventually(lambda: there.word(1, 0) == 1025)
        there.was_asked(11)
        there.put(11, 0, 1)
        eventually(lambda: running.presses == [("quay-1", "next")])
        running.line.tell("quay-1", taken=True)
        eventually(lambda: there.word(11, 9) == 1)
        running.line.tell("quay-1", taken=False)
        eventually(lambda: there.word(11, 9) == 2)
        assert running.presses == [("quay-1", "next")], "held is not pressed again"


def test_a_keypad_that_comes_back_with_a_key_down_calls_nobody(cable: Cable, units: Callable[..., Units]) -> None:
    there = units(1, 11)
    there.off.add(11)
    with Running(line_of(cable.near, SIGN, keypads=(KEYPAD,))) as running:
        eventually(lambda: ("keypad", "quay-1", "away") in running.line.health.units)
        there.put(11, 0, 1)
        there.off.clear()
        eventually(lambda: not running.line.health.units)
        there.was_asked(11)
        there.put(11, 0, 2)
        eventually(lambda: running.presses == [("quay-1", "recall")])


def test_a_keypad_that_answers_keys_it_does_not_have(cable: Cable, units: Callable[..., Units]) -> None:
    there = units(1, 11)
    there.put(11, 0, 0xBEEF)
    with Running(line_of(cable.near, SIGN, keypads=(KEYPAD,))) as running:
        running.line.show("quay-1", Show(number="1025"))
        eventually(lambda: running.line.health.units == {("keypad", "quay-1", "garbled")})
        eventually(lambda: there.word(1, 0) == 1025, "its sign on the same cable goes on")
        assert not running.presses
