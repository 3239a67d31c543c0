"""What console and room tell the officers beside the line: a full disk, a doubted clock, a date that nobody knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import Moment
from queue_core.fold import fold
from queue_hub.web.console_view import DATE_HOLDS_MS, console_view, date_needed
from queue_hub.web.room_view import room_view
from tests.hub_web.house import MONDAY_8AM, House
from tests.hub_web.test_live import live

YEAR_MS = 366 * 86_400_000


def test_a_full_disk_is_said_on_the_page_and_taken_back(house: House) -> None:
    connection = house.engine.journal._connection
    assert connection is not None
    with live(house) as stream:
        assert stream.next()["trouble"] is None
        connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0]}")
        for i in range(200):
            if not house.engine.submit(c.Issue(service="ho-tich"), by="test", request_id=f"r{i}").result(5).ok:
                break
        while (view := stream.next())["trouble"] is None:
            pass
        assert house.engine.trouble is not None
        assert view["trouble"] == house.engine.trouble.vi
        connection.execute("PRAGMA max_page_count=1000000")
        while stream.next()["trouble"] is not None:
            pass


def test_a_doubted_clock_is_told_with_what_it_says(house: House) -> None:
    moment = Moment(MONDAY_8AM, 0, "boot-1", "ntp", jump_ms=YEAR_MS)
    assert room_view(house.state, moment, "vi")["clock_says_ms"] is None
    doubted = fold(house.state, e.ClockDoubted(at_ms=MONDAY_8AM, jump_ms=YEAR_MS))
    assert room_view(doubted, moment, "vi")["clock_says_ms"] == MONDAY_8AM + YEAR_MS


def test_a_supervisor_confirms_the_clock_and_an_officer_does_not(house: House) -> None:
    assert house.officer("lan").post("/day/clock").json()["key"] == "command.not_allowed"
    assert house.officer("chi", "supervisor").do("/day/clock")["ok"], "there is nothing to confirm: nothing changes"


@pytest.mark.parametrize(
    ("source", "boot_id", "hours", "needed"),
    [
        ("ntp", "boot-1", 0, False),
        ("floor", "boot-2", 0, True),  # a new boot without a clock
        ("floor", "boot-1", 0, False),  # said by hand in this boot
        ("floor", "boot-1", 23, True),  # … yesterday
    ],
)
def test_when_the_date_is_asked_for(house: House, source: str, boot_id: str, hours: int, needed: bool) -> None:
    state = replace(house.state, boot_id="boot-1", dated_ms=MONDAY_8AM)
    now = Moment(MONDAY_8AM + hours * 3_600_000, 0, boot_id, source)
    assert date_needed(state, now) is needed
    assert console_view(state, now, "quay-1", "vi")["date_needed"] is needed
    assert DATE_HOLDS_MS < 24 * 3_600_000
