"""What a sign shows, told from the board alone; brightness by the time of day."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core.clock import VIETNAM
from queue_core.wire.messages import Board, BoardCounter, Rev
from queue_display.signs.shows import Show, next_change_s, percent_at, show_of

PLAN = {6 * 60 + 30: 100, 18 * 60: 40, 22 * 60: 5}


def at_ms(clock: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-23 {clock}").replace(tzinfo=VIETNAM).timestamp() * 1000)


def board(status: str, number: str | None = None) -> Board:
    counter = BoardCounter(id="quay-1", number=1, status=status, ticket_number=number)
    return Board(
        rev=Rev(epoch="e", seq=1), asof_ms=at_ms("08:00"), day=1, date="2026-11-23", office={"vi": "Xã Mẫu Sơn"},
        counters=[counter],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("known", "live", "show"),
    [
        (board("open", "A025"), True, Show(number="A025")),
        (board("open", "A025"), False, Show(number="A025", lost=True)),
        (board("open"), True, Show()),
        (board("paused"), True, Show(closed=True)),
        (board("paused"), False, Show(closed=True, lost=True)),
        (board("closed"), True, Show()),
        (None, False, Show(lost=True)),
    ],
)
def test_number_blank_or_closed(known: Board | None, live: bool, show: Show) -> None:
    assert show_of(known, "quay-1", live=live) == show


def test_a_counter_the_office_does_not_have_stays_blank() -> None:
    assert show_of(board("open", "A025"), "quay-9", live=True) == Show()


@pytest.mark.parametrize(
    ("clock", "percent"),
    [("06:29", 5), ("06:30", 100), ("12:00", 100), ("18:00", 40), ("21:59", 40), ("23:59", 5), ("00:00", 5)],
)
def test_brightness_over_the_day(clock: str, percent: int) -> None:
    assert percent_at(PLAN, at_ms(clock)) == percent


@pytest.mark.parametrize("now_ms", [None, 0, 1_000])
def test_full_brightness_while_no_time_is_known(now_ms: int | None) -> None:
    assert percent_at(PLAN, now_ms) == 100


@given(minute=st.integers(0, 24 * 60 - 1), second=st.integers(0, 59))
def test_nothing_changes_before_the_next_step(minute: int, second: int) -> None:
    now_ms = at_ms("00:00") + (minute * 60 + second) * 1000
    wait_ms = int(next_change_s(PLAN, now_ms) * 1000)
    assert 0 < wait_ms <= 24 * 3600 * 1000
    assert percent_at(PLAN, now_ms) == percent_at(PLAN, now_ms + wait_ms - 1000)
    assert percent_at(PLAN, now_ms + wait_ms) != percent_at(PLAN, now_ms + wait_ms - 1000)
