"""Which clock is believed: ok and refused readings, in one boot, over a restart, over a power cut."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from queue_core.clock import (
    JUMP_BELIEVED_MS,
    Clock,
    Moment,
    Reading,
    SimulatedClock,
    SystemClock,
    TrustedClock,
    _set_the_time,
    kernel_source,
    local,
    utc_ms_of,
)
from tests.core.life import at

DAY_MS = 86_400_000
FLOOR_MS = at("2026-11-20 17:00")
NOW_MS = at("2026-11-23 08:00")


class Told(Clock):
    """A machine's clocks as a table says."""

    def __init__(self, *readings: Reading) -> None:
        self._readings = list(readings)

    def read(self) -> Reading:
        return self._readings.pop(0)


def moments(*readings: Reading, last: Reading | None = None, floor_ms: int = FLOOR_MS) -> list[Moment]:
    clock = TrustedClock(Told(*readings), floor_ms=floor_ms, last=last)
    return [clock.now() for _ in readings]


@pytest.mark.parametrize(
    ("source", "utc_ms", "known", "says_ms"),
    [
        ("ntp", NOW_MS, True, NOW_MS),
        ("ntp", FLOOR_MS - 365 * DAY_MS, True, FLOOR_MS - 365 * DAY_MS),  # the journal was written a year ahead
        ("rtc", NOW_MS, True, NOW_MS),
        ("rtc", FLOOR_MS + 182 * DAY_MS, True, FLOOR_MS + 182 * DAY_MS),
        ("rtc", FLOOR_MS + 184 * DAY_MS, False, FLOOR_MS),  # half a year ahead, from a mere RTC
        ("rtc", FLOOR_MS - 1, False, FLOOR_MS),
        ("system", NOW_MS, True, NOW_MS),
        ("system", FLOOR_MS - 1, False, FLOOR_MS),
        ("floor", at("1970-01-01 07:00"), False, FLOOR_MS),  # a dead clock
        ("floor", NOW_MS, False, NOW_MS),  # nobody vouches for it, but it is the better guess
        ("floor", FLOOR_MS + 366 * DAY_MS, False, FLOOR_MS),
    ],
)
def test_the_first_look_after_a_power_cut(source: str, utc_ms: int, known: bool, says_ms: int) -> None:
    last = Reading(FLOOR_MS, 999, "boot-1", "ntp")
    (moment,) = moments(Reading(utc_ms, 5_000, "boot-2", source), last=last)
    assert (moment.known, moment.utc_ms) == (known, says_ms)


@pytest.mark.parametrize("source", ["ntp", "rtc", "system"])
@pytest.mark.parametrize("jump_ms", [366 * DAY_MS, -366 * DAY_MS, JUMP_BELIEVED_MS + 1, -JUMP_BELIEVED_MS - 1])
def test_a_jump_within_one_boot_is_not_believed(source: str, jump_ms: int) -> None:
    first, second = moments(
        Reading(NOW_MS, 1_000, "boot-1", source), Reading(NOW_MS + 500 + jump_ms, 1_500, "boot-1", source)
    )
    assert first.utc_ms == NOW_MS
    assert (second.utc_ms, second.jump_ms, second.known) == (NOW_MS + 500, jump_ms, True)


def test_after_a_jump_time_goes_on_by_the_monotonic_clock() -> None:
    wrong = [Reading(NOW_MS + 366 * DAY_MS + mono, mono, "boot-1", "ntp") for mono in (1_000, 61_000, 3_601_000)]
    found = moments(Reading(NOW_MS, 0, "boot-1", "ntp"), *wrong)
    assert [moment.utc_ms - NOW_MS for moment in found] == [0, 1_000, 61_000, 3_601_000]


@pytest.mark.parametrize("drift_ms", [-JUMP_BELIEVED_MS, -900, 0, 900, JUMP_BELIEVED_MS])
def test_a_small_correction_is_followed_but_time_never_runs_backwards(drift_ms: int) -> None:
    _, second = moments(Reading(NOW_MS, 0, "boot-1", "ntp"), Reading(NOW_MS + 1_000 + drift_ms, 1_000, "boot-1", "ntp"))
    assert second.utc_ms == max(NOW_MS, NOW_MS + 1_000 + drift_ms)
    assert second.jump_ms == 0


def test_time_arrives_by_the_network() -> None:
    floor, also, arrived = moments(
        Reading(0, 0, "boot-2", "floor"),
        Reading(60_000, 60_000, "boot-2", "floor"),
        Reading(NOW_MS, 90_000, "boot-2", "ntp"),
        last=Reading(FLOOR_MS, 999, "boot-1", "ntp"),
    )
    assert (floor.known, also.utc_ms) == (False, FLOOR_MS + 60_000)
    assert (arrived.known, arrived.utc_ms) == (True, NOW_MS)
    assert arrived.corrected_ms == NOW_MS - (FLOOR_MS + 90_000)


def test_an_rtc_that_is_far_off_is_not_a_better_source() -> None:
    _, second = moments(
        Reading(0, 0, "boot-2", "floor"), Reading(FLOOR_MS + 400 * DAY_MS, 1_000, "boot-2", "rtc"),
        last=Reading(FLOOR_MS, 999, "boot-1", "ntp"),
    )  # fmt: skip
    assert (second.known, second.utc_ms) == (False, FLOOR_MS + 1_000)


def test_a_supervisor_vouches_for_a_clock_that_jumped() -> None:
    year_ms = 366 * DAY_MS
    told = [Reading(NOW_MS + mono + year_ms * (mono > 0), mono, "boot-1", "ntp") for mono in (0, 1_000, 2_000, 3_000)]
    clock = TrustedClock(Told(*told), floor_ms=FLOOR_MS)
    assert [clock.now().jump_ms, clock.now().jump_ms] == [0, year_ms]
    clock.vouch()
    believed, after = clock.now(), clock.now()
    assert (believed.utc_ms, believed.source, believed.corrected_ms) == (NOW_MS + 2_000 + year_ms, "hand", year_ms)
    assert (after.utc_ms, after.jump_ms, after.known) == (NOW_MS + 3_000 + year_ms, 0, True)


def test_a_source_that_is_lost_keeps_what_it_said() -> None:
    """The network went away and somebody set the clock by a year: the time of before goes on."""
    _, second = moments(Reading(NOW_MS, 0, "boot-1", "ntp"), Reading(NOW_MS + 366 * DAY_MS, 1_000, "boot-1", "floor"))
    assert (second.utc_ms, second.source) == (NOW_MS + 1_000, "ntp")


@pytest.mark.parametrize(
    ("raw_ms", "says_ms"), [(NOW_MS + 8_000, NOW_MS + 8_000), (NOW_MS + 366 * DAY_MS, NOW_MS + 8_000)]
)
def test_a_restart_in_the_same_boot_goes_on_where_the_journal_ended(raw_ms: int, says_ms: int) -> None:
    (moment,) = moments(Reading(raw_ms, 9_000, "boot-1", "ntp"), last=Reading(NOW_MS, 1_000, "boot-1", "ntp"))
    assert moment.utc_ms == says_ms


def test_the_first_journal_of_a_machine_knows_the_build() -> None:
    (moment,) = moments(Reading(0, 0, "boot-1", "rtc"), floor_ms=FLOOR_MS)
    assert (moment.known, moment.utc_ms) == (False, FLOOR_MS)


def test_simulated_time_is_told_and_never_goes_back() -> None:
    clock = SimulatedClock(NOW_MS)
    trusted = TrustedClock(clock, floor_ms=NOW_MS + DAY_MS)
    assert trusted.now().known
    clock.set(NOW_MS + 5 * DAY_MS)
    assert trusted.now().utc_ms == NOW_MS + 5 * DAY_MS
    clock.set(NOW_MS)
    assert trusted.now().utc_ms == NOW_MS + 5 * DAY_MS


def test_the_machines_own_clocks() -> None:
    clock = SystemClock(source="system")
    one, two = clock.read(), clock.read()
    assert one.boot_id == two.boot_id != ""
    assert one.mono_ms <= two.mono_ms
    assert SystemClock().read().source in {"ntp", "rtc", "floor"}


@pytest.mark.parametrize(
    ("taken", "away_s", "believed"),
    [
        ("1", 0, True),
        ("1", -90, True),
        pytest.param("1", -16 * 366 * 86_400, False, id="an empty battery: 2010, and the system's clock was moved on"),
        pytest.param("1", 3_600, False, id="an hour away from what the system says"),
        pytest.param("0", 0, False, id="the kernel did not take it"),
    ],
)
def test_a_hardware_clock_counts_while_the_systems_time_is_its_own(
    tmp_path: Path, taken: str, away_s: int, believed: bool
) -> None:
    (tmp_path / "hctosys").write_text(f"{taken}\n", encoding="ascii")
    (tmp_path / "since_epoch").write_text(f"{int(time.time()) + away_s}\n", encoding="ascii")
    assert _set_the_time(tmp_path) is believed


def test_no_hardware_clock_sets_no_time(tmp_path: Path) -> None:
    assert not _set_the_time(tmp_path / "rtc0")
    assert kernel_source(tmp_path) in {"ntp", "floor"}


def test_today_is_vietnams() -> None:
    """17:30 UTC is half past midnight of the next day in Viet Nam."""
    moment = Moment(at("2026-11-24 00:30"), 0, "b", "ntp")
    assert moment.date == "2026-11-24"
    assert local(moment.utc_ms).hour == 0
    assert utc_ms_of(moment.local.date(), 30) == moment.utc_ms
