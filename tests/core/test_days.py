"""Midnight, closing, days without a date, and a clock that comes late."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_core import commands as c
from queue_core import events as e
from queue_core.engine import fold
from queue_core.errors import MotcuaError
from queue_core.events import load_event
from queue_core.office import dump_office
from queue_core.tickets import Status
from tests.core.house import House
from tests.core.life import at, office

ALL_DAY = office(hours={"mon-sun": ["00:00-24:00"]}, holidays="none", policy={"stop_before_close_min": 0})


def test_midnight_begins_a_new_series() -> None:
    house = House(ALL_DAY, "2026-11-23 23:50").open("q1")
    assert [house.issue(), house.issue()] == ["A001", "A002"]
    house.call("q1")
    house.clock("23:59")
    assert house.tick() == []
    assert house.tick("2026-11-24 00:00") == ["ticket_expired", "ticket_expired", "day_closed", "day_opened"]
    assert (house.state.day, house.state.date, house.state.day_open) == (2, "2026-11-24", True)
    assert house.state.counters["q1"].ticket is None
    assert house.issue() == "A001"
    assert house.ticket("A001").id == "2-1"


def test_the_first_request_of_the_morning_opens_the_day_itself() -> None:
    house = House(now="2026-11-23 16:00")
    house.issue()
    house.clock("2026-11-25 07:20")
    events = house.do(c.Issue(service="ho-tich"), "kiosk-1/morning")
    assert [event.type for event in events] == ["ticket_expired", "day_closed", "day_opened", "ticket_issued"]
    assert house.ticket("A001").id == "2-1"


def test_a_refused_command_does_not_turn_the_day_by_halves() -> None:
    house = House(now="2026-11-23 16:00")
    house.issue()
    house.clock("2026-11-25 07:20")
    house.refused(c.Issue(service="khong-co"), "kiosk-1/r2")
    assert (house.state.day, house.status("A001")) == (1, "waiting")


@pytest.mark.parametrize(
    ("when", "still"),
    [("17:29", "waiting"), ("17:30", "expired")],
)
def test_who_still_waits_half_an_hour_after_closing_expires(when: str, still: str) -> None:
    house = House(now="2026-11-23 16:00").open("q1")
    house.issue()
    house.issue()
    house.call("q1")
    house.tick(when)
    assert (house.status("A002"), house.status("A001")) == (still, "called")


def test_a_number_given_after_hours_has_its_half_hour_too() -> None:
    house = House(now="2026-11-23 17:10")
    house.do(c.SwitchService(service="ho-tich", open=True))
    house.issue()
    house.tick("17:39")
    assert house.status("A001") == "waiting"
    house.tick("17:40")
    assert house.status("A001") == "expired"


@pytest.mark.parametrize("back", ["transfer", "no_show", "unpark", "reopen"])
def test_who_comes_back_into_a_line_after_closing_has_half_an_hour(back: str) -> None:
    """The officers still work at 17:40; nobody whom they send on is expired under their hands."""
    house = House(now="2026-11-23 16:00").open("q1", "q3")
    house.issue()
    house.call("q1")
    if back == "unpark":
        house.do(c.Park(ticket="1-1"))
    if back == "reopen":
        house.do(c.Finish(counter="q1"))
    house.clock("17:40")
    commands: dict[str, c.AnyCommand] = {
        "transfer": c.Transfer(ticket="1-1", service="dat-dai"),
        "no_show": c.NoShow(counter="q1"),
        "unpark": c.Unpark(ticket="1-1"),
        "reopen": c.Reopen(ticket="1-1"),
    }
    house.do(commands[back])
    house.tick("18:09")
    assert house.status("A001") == "waiting"
    house.tick("18:10")
    assert house.status("A001") == "expired"


def test_nobody_expires_over_lunch() -> None:
    house = House(now="2026-11-23 11:00")
    house.issue()
    assert house.tick("12:30") == []


def test_a_supervisor_closes_the_day() -> None:
    house = House().open("q1")
    for _ in range(3):
        house.issue()
    house.call("q1")
    house.do(c.Park(ticket="1-3"))
    house.do(c.CloseDay())
    assert [house.status(n) for n in ("A001", "A002", "A003")] == ["called", "expired", "expired"]
    assert house.do(c.CloseDay()) == []
    house.do(c.Finish(counter="q1"))
    assert house.refused(c.Issue(service="ho-tich"), "kiosk-1/late").key == "office.day_closed"
    assert house.tick("2026-11-25 07:00") == ["day_opened"]
    assert house.state.day_open


def closed_by_mistake() -> House:
    """A003 waits and lets one pass, A004 is kept aside, A001 is served, A002 gave up; then the day is closed."""
    house = House().open("q1")
    for _ in range(5):
        house.issue()
    house.call("q1")
    house.do(c.CancelTicket(ticket="1-2"))
    house.do(c.Park(ticket="1-4"))
    house.do(c.CloseDay())
    return house


def test_a_day_closed_by_mistake_goes_on_as_it_was() -> None:
    house = House().open("q1")
    for _ in range(4):
        house.issue()
    house.misses("q1")
    house.do(c.Park(ticket="1-3"))
    before = dict(house.state.tickets)
    house.do(c.CloseDay())
    assert [house.status(n) for n in ("A001", "A002", "A003", "A004")] == ["expired"] * 4
    house.clock("08:02")
    house.do(c.ReopenDay())
    back_ms = house.now_ms
    for i, ticket in before.items():
        now = house.state.tickets[i]
        assert replace(now, back_ms=ticket.back_ms) == ticket, "its place, its wait, its misses: all as before"
        assert now.back_ms == (back_ms if ticket.status is Status.WAITING else None)
    assert house.issue() == "A005", "numbers go on above those that were given"
    assert house.calls("q1", 2) == "A002 A004", "in the order in which they came"


def test_who_ended_otherwise_stays_so_when_the_day_is_reopened() -> None:
    house = closed_by_mistake()
    house.do(c.Reopen(ticket="1-3"))
    house.do(c.CancelTicket(ticket="1-3"))
    events = house.do(c.ReopenDay())
    assert [event.type for event in events] == ["day_reopened", "ticket_restored", "ticket_restored"]
    assert {n: house.status(n) for n in house.state.numbers} == {
        "A001": "called", "A002": "cancelled", "A003": "cancelled", "A004": "parked", "A005": "waiting",
    }  # fmt: skip
    assert house.do(c.ReopenDay()) == [], "an open day is open"


def test_a_day_is_reopened_without_the_services_that_are_gone() -> None:
    house = House().open("q1")
    house.issue("dat-dai")
    house.issue("ho-tich")
    house.do(c.Transfer(ticket="1-2", service="ho-tich", counter="q1"))
    house.do(c.CloseDay())
    values = dump_office(office())
    values["services"] = values["services"][:2]
    values["counters"] = [{"id": "q2", "number": 2, "services": ["chung-thuc", "ho-tich"]}]
    house.do(c.ChangeOffice(office=values))
    house.do(c.ReopenDay())
    assert (house.status("HT-001"), house.status("A001")) == ("expired", "waiting")
    assert house.open("q2").call("q2")[0] == "A001", "the counter that it was sent to is gone"


def test_reopened_late_they_have_half_an_hour() -> None:
    house = House(now="2026-11-23 16:40")
    house.issue()
    house.do(c.CloseDay())
    house.clock("18:00")
    house.do(c.ReopenDay())
    assert house.tick("18:29") == []
    assert house.tick("18:30") == ["ticket_expired"]


def test_the_next_morning_opens_a_day_of_its_own() -> None:
    house = closed_by_mistake()
    house.clock("2026-11-24 07:00")
    assert [event.type for event in house.do(c.ReopenDay())] == ["ticket_expired", "day_opened"]
    assert house.state.tickets == {}


def test_after_a_power_cut_the_date_comes_before_the_reopening() -> None:
    house = closed_by_mistake()
    house.boot, house.source = "boot-2", "floor"
    assert house.refused(c.ReopenDay()).key == "day.date_first"
    house.do(c.SetDate(date="2026-11-23"))
    assert house.do(c.ReopenDay())[0].type == "day_reopened"


def test_a_closing_of_an_older_journal_brings_nobody_back() -> None:
    """Its event does not say whom it ended: the day goes on, each number is reopened by hand."""
    event = load_event({"type": "day_closed", "at_ms": 1, "why": "supervisor"})
    house = House()
    house.issue()
    house.state = fold(house.state, event)
    assert [one.type for one in house.do(c.ReopenDay())] == ["day_reopened"]


def test_numbers_given_without_a_date_outlive_the_opening_of_the_day() -> None:
    """A power cut, no clock: numbers go on in the last day; the officer says the date; they stay valid."""
    house = House(now="2026-11-23 16:00").open("q1")
    assert [house.issue(), house.issue()] == ["A001", "A002"]
    house.boot, house.source = "boot-2", "floor"
    house.clock("16:01")
    assert house.issue() == "A003"
    assert house.ticket("A003").undated
    opened = house.do(c.SetDate(date="2026-11-25"))[-1]
    assert isinstance(opened, e.DayOpened)
    assert opened.series == {"A": 3}
    assert list(house.state.numbers) == ["A003"]
    assert (house.status("A003"), house.ticket("A003").undated) == ("waiting", False)
    house.open("q1")
    assert house.issue() == "A004"
    assert house.calls("q1", 2) == "A003 A004"


def test_who_stood_at_a_counter_when_the_date_came_waits_at_the_old_place() -> None:
    house = House(known=False).open("q1")
    house.issue()
    house.issue()
    house.call("q1")
    house.do(c.SetDate(date="2026-11-23"))
    assert house.status("A001") == "called"  # the day only got its date
    house = House(known=False).open("q1")
    house.state.date = "2026-11-20"  # as after a power cut over the weekend
    house.issue()
    house.issue()
    house.call("q1")
    house.source = "ntp"
    house.tick()
    assert [house.status(n) for n in ("A001", "A002")] == ["waiting", "waiting"]
    house.open("q1")
    assert house.call("q1")[0] == "A001"


def test_when_time_arrives_nobody_has_waited_for_days() -> None:
    """The clock stood at Friday's closing; it is Monday: who came ten minutes ago has waited ten minutes."""
    house = House(now="2026-11-20 17:00", known=False).open("q1")
    house.issue()
    house.issue(priority="cao-tuoi")
    house.misses("q1")
    house.now_ms += 10 * 60_000
    house.source = "ntp"
    offset_ms = at("2026-11-23 08:10") - house.now_ms
    house.clock("2026-11-23 08:10")
    house.tick(corrected_ms=offset_ms)
    first = house.ticket("A001")
    assert first.issued_ms == first.waiting_since_ms == at("2026-11-23 08:00")
    assert house.ticket("A002").visits[0].called_ms == at("2026-11-23 08:00")
    assert not first.clockless
    assert house.issue(priority="cao-tuoi") == "A003"
    house.open("q1")
    assert house.calls("q1", 2) == "A003 A001"
    house.tick(corrected_ms=60_000)
    assert house.ticket("A001").issued_ms == at("2026-11-23 08:00"), "the times of a known clock stay"


def test_without_a_date_hours_are_not_enforced() -> None:
    house = House(now="2026-11-22 03:00", known=False)
    assert house.issue() == "A001"
    assert house.tick("2026-11-24 03:00") == []


def test_a_floor_in_the_same_boot_keeps_the_day() -> None:
    """The date was said by hand in this boot: numbers given now belong to that day."""
    house = House(known=False)
    house.issue()
    house.do(c.SetDate(date="2026-11-25"))
    house.issue()
    assert not house.ticket("A002").undated


@pytest.mark.parametrize(
    ("date", "accepted"),
    [
        ("2026-11-23", True),
        ("2026-11-25", True),
        ("2028-11-22", True),
        ("2028-11-24", False),
        ("2026-11-22", False),
        ("2026-02-30", False),
        ("0001-01-01", False),
        ("9999-12-31", False),
    ],
)
def test_the_date_by_hand(date: str, accepted: bool) -> None:
    house = House(now="2026-11-23 08:00", known=False)
    if accepted:
        house.do(c.SetDate(date=date))
        assert house.state.date == date
        assert house.do(c.SetDate(date=date))[-1:] == [] or house.state.date == date
    else:
        error = house.refused(c.SetDate(date=date))
        assert error.key == "clock.date_refused"
        assert date in error.vi


def test_the_date_by_hand_is_refused_when_the_date_is_known() -> None:
    house = House()
    assert house.do(c.SetDate(date="2026-11-23")) == []
    assert house.refused(c.SetDate(date="2026-11-24")).key == "clock.date_refused"


@pytest.mark.parametrize("days", [-365, 365])
def test_a_wrong_year_does_not_lock_the_office(days: int) -> None:
    """A trusted clock was a year off; the next one is right: the office goes on, no number twice in a day."""
    house = House(ALL_DAY, "2026-11-23 08:00")
    house.issue()
    house.now_ms += days * 86_400_000
    house.tick()
    numbers = [house.issue()]
    house.now_ms -= days * 86_400_000
    house.tick()
    assert house.state.date == "2026-11-23"
    numbers.append(house.issue())
    assert len(set(numbers)) == 2


def test_a_jump_that_is_not_believed_is_noted_once() -> None:
    house = House()
    assert house.tick(jump_ms=366 * 86_400_000) == ["clock_doubted"]
    assert house.state.clock_doubted_ms == 366 * 86_400_000
    assert house.tick(jump_ms=366 * 86_400_000) == []
    assert house.tick(corrected_ms=5_000) == ["clock_set"]
    assert house.state.clock_doubted_ms is None


def test_a_jump_that_goes_away_by_itself_is_no_longer_doubted() -> None:
    house = House()
    house.tick(jump_ms=366 * 86_400_000)
    assert house.tick() == ["clock_set"]
    assert (house.state.clock_doubted_ms, house.tick()) == (None, [])


@pytest.mark.parametrize("days", [366, -366])
def test_a_clock_that_is_vouched_for_corrects_the_day_and_ends_nobodys_wait(days: int) -> None:
    house = House(ALL_DAY).open("q1")
    house.issue()
    house.issue()
    house.call("q1")
    offset_ms = days * 86_400_000
    house.tick(jump_ms=offset_ms)
    with pytest.raises(MotcuaError, match="still_doubted"):
        house.do(c.ConfirmClock(), jump_ms=offset_ms)
    house.now_ms += offset_ms
    house.source = "hand"
    assert house.tick(corrected_ms=offset_ms) == ["clock_set", "day_dated"]
    assert house.do(c.ConfirmClock()) == []
    assert (house.state.day, house.state.date) == (1, house.context().now.date)
    assert (house.status("A001"), house.status("A002")) == ("called", "waiting")
    assert house.ticket("A002").waiting_since_ms == house.now_ms, "nobody has waited for a year"
    assert house.state.counters["q1"].since_ms == house.now_ms
    assert house.issue() == "A003"


def test_a_devices_trouble_outlives_the_night() -> None:
    house = House()
    house.do(c.ReportAlert(device="kiosk-1", kind="paper_out", on=True))
    since_ms = house.now_ms
    house.tick("2026-11-24 07:00")
    assert (house.state.day, house.state.alerts) == (2, {("kiosk-1", "paper_out"): since_ms})


def test_a_reboot_on_the_same_day_only_dates_it() -> None:
    house = House()
    house.issue()
    house.boot = "boot-2"
    assert house.tick() == ["day_dated"]
    assert house.tick() == []
    assert house.issue() == "A002"


def test_bookings_of_later_days_are_carried() -> None:
    house = House()
    for code, when in [("111111", "2026-11-23 10:00"), ("222222", "2026-11-25 09:00"), ("333333", "2026-11-25 09:00")]:
        house.do(c.MakeBooking(service="ho-tich", code=code, at_ms=at(when)))
    house.tick("2026-11-25 07:00")
    assert list(house.state.bookings) == ["222222", "333333"]


def test_what_the_day_held_begins_anew() -> None:
    house = House().open("q1")
    house.issue("dat-dai")
    house.do(c.SwitchService(service="ho-tich", open=False))
    house.do(c.AskHelp(device="kiosk-1"))
    house.do(c.CancelRequest(of="kiosk-1/gone"))
    house.tick("2026-11-25 07:00")
    state = house.state
    assert (state.switched, state.help, state.given, state.series, state.numbers, state.undo) == (
        {},
        {},
        {},
        {},
        {},
        {},
    )
    assert state.counters["q1"].status == "closed"
