"""A Pi that wakes in 1970: its clock is set no earlier than what is known to have happened; nobody waits for long."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from firmware_config import clock_floor
from firmware_config.command import app
from queue_core import commands as c
from queue_core.clock import BUILD_FLOOR_MS
from tests.hub.house import MORNING_MS, SETUP, HandClock, Hub


def test_the_journals_last_event_is_the_floor(tmp_path: Path) -> None:
    clock = HandClock()
    hub = Hub(tmp_path, clock)
    clock.pass_s(3600)
    assert hub.engine.submit(c.Issue(service=SETUP.services[0].id), by="kiosk-1").result(10).ok
    hub.close()
    assert MORNING_MS + 3_600_000 <= clock_floor.floor_ms(tmp_path) < MORNING_MS + 3_700_000


@pytest.mark.parametrize("content", [None, b"", b"no journal at all", b"SQLite format 3\0" + bytes(4096)])
def test_a_journal_that_tells_nothing_leaves_the_builds_date(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "hub.db").write_bytes(content)
    assert clock_floor.floor_ms(tmp_path) == BUILD_FLOOR_MS
    assert clock_floor.floor_ms(None) == BUILD_FLOOR_MS


@pytest.mark.parametrize(("now_ms", "moved"), [(0, True), (999_999, True), (1_000_000, False), (2_000_000, False)])
def test_the_clock_only_ever_goes_forward(now_ms: int, moved: bool) -> None:
    told: list[float] = []
    assert clock_floor.set_clock(1_000_000, now_ms=lambda: now_ms, set_s=told.append) is moved
    assert told == ([1000.0] if moved else [])


@pytest.mark.parametrize(
    ("sources", "found", "waited_s"),
    [
        (["ntp"], "ntp", 0.0),
        (["rtc"], "rtc", 0.0),
        (["floor", "floor", "ntp"], "ntp", 0.4),
        (["floor"], "floor", 15.0),
    ],
)
def test_the_true_time_is_waited_for_and_not_for_ever(sources: list[str], found: str, waited_s: float) -> None:
    now_s, told = [0.0], iter(sources)
    last = [sources[0]]

    def source() -> str:
        last[0] = next(told, last[0])
        return last[0]

    def sleep(seconds: float) -> None:
        now_s[0] += seconds

    assert clock_floor.wait_for_time(15, source=source, now_s=lambda: now_s[0], sleep=sleep) == found
    assert now_s[0] == pytest.approx(waited_s)


def test_the_command_says_where_the_time_comes_from(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["clock", "--journal", str(tmp_path), "--wait-s", "0"])
    assert done.exit_code == 0
    assert "the time comes from: " in done.stdout
