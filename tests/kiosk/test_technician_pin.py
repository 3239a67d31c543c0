"""The door to the technician's page: closed to guesses, to pulled plugs and to spoiled files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.technician.pin import FIRST_LOCK_S, FREE_TRIES, MOST_LOCK_S, PinLock, write_pin

PIN = "805213"


class Door:
    def __init__(self, folder: Path) -> None:
        self.folder, self.now_s = folder, 1000.0
        write_pin(folder / "pin", PIN)
        self.lock = self.again()

    def again(self) -> PinLock:
        return PinLock(self.folder / "pin", self.folder / "tries.json", mono_s=lambda: self.now_s)

    def wrong(self, times: int) -> None:
        for _ in range(times):
            assert not self.lock.try_pin("000111")


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setattr("kiosk.technician.pin._COST", 2)  # its true cost is paid in tests/doctor
    return Door(tmp_path)


@pytest.mark.parametrize("weak", ["", "12345", "1234567890123", "111111", "123456", "987654", "12a456", "１２３４５６"])
def test_a_pin_that_is_guessed_at_once_is_refused(tmp_path: Path, weak: str) -> None:
    with pytest.raises(KioskError) as refused:
        write_pin(tmp_path / "pin", weak)
    assert refused.value.key == "pin.weak"
    assert not (tmp_path / "pin").exists()


def test_the_right_one_opens_and_forgets_the_wrong_ones(door: Door) -> None:
    door.wrong(FREE_TRIES - 1)
    assert door.lock.try_pin(PIN)
    door.wrong(FREE_TRIES - 1)
    assert door.lock.try_pin(PIN)


def test_after_five_wrong_ones_not_even_the_right_one_opens_for_five_minutes(door: Door) -> None:
    door.wrong(FREE_TRIES)
    assert door.lock.closed_s == FIRST_LOCK_S
    assert not door.lock.try_pin(PIN)
    door.now_s += FIRST_LOCK_S - 1
    assert not door.lock.try_pin(PIN)
    door.now_s += 2
    assert door.lock.try_pin(PIN)


def test_each_time_it_closes_for_twice_as_long_up_to_a_day(door: Door) -> None:
    for round_ in range(12):
        door.wrong(FREE_TRIES)
        assert door.lock.closed_s == min(MOST_LOCK_S, FIRST_LOCK_S * 2**round_)
        door.now_s += door.lock.closed_s + 1


def test_pulling_the_plug_gains_nothing(door: Door) -> None:
    door.wrong(FREE_TRIES - 1)
    door.lock = door.again()
    door.wrong(1)
    assert door.lock.closed_s == FIRST_LOCK_S
    door.now_s += FIRST_LOCK_S - 1
    assert door.again().closed_s == FIRST_LOCK_S


@pytest.mark.parametrize("spoiled", ["", "{}", "[]", '{"wrong": -5}', '{"wrong": "none"}'])
def test_a_spoiled_record_counts_as_full(door: Door, spoiled: str) -> None:
    (door.folder / "tries.json").write_text(spoiled, encoding="utf-8")
    assert door.again().closed_s == FIRST_LOCK_S


@pytest.mark.parametrize("content", ["", "motcua-pin-1 00 00", "something else entirely", f"{PIN}\n"])
def test_a_file_that_is_none_is_said_so(door: Door, content: str) -> None:
    (door.folder / "pin").write_text(content, encoding="ascii")
    with pytest.raises(KioskError) as refused:
        door.again()
    assert refused.value.key == "pin.file"
    assert PIN not in str(refused.value)
