"""When a dossier is due: the clock rules as tables of an office's real days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from queue_core.deadlines import (
    Term,
    WorkCalendar,
    ask_supplement,
    begin,
    extend,
    lateness,
    papers_brought,
)
from queue_core.errors import RuleError
from queue_core.office import Office
from tests.core.life import office

WEEK = {"mon-fri": ["07:30-11:30", "13:30-17:00"], "sat": ["07:30-11:30"]}


def setup(**changes: object) -> Office:
    return office(**{"hours": WEEK, "holidays": "VN", **changes})


CALENDAR = WorkCalendar(setup())
SATURDAYS = WorkCalendar(setup(dossiers={"saturday_counts": True}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-25 08:30", 1, "2026-11-26 17:00"),
        ("2026-11-25 14:59:59", 1, "2026-11-26 17:00"),
        ("2026-11-25 15:00:00", 1, "2026-11-26 17:00"),  # 15:00 itself is not after 15:00
        ("2026-11-25 15:00:01", 1, "2026-11-27 17:00"),
        ("2026-11-25 08:30", 0, "2026-11-25 17:00"),
        ("2026-11-25 15:30", 0, "2026-11-26 17:00"),
        ("2026-11-27 08:00", 1, "2026-11-30 17:00"),  # over a week-end whose Saturday does not count
        ("2026-11-28 08:00", 1, "2026-12-01 17:00"),  # received on that Saturday: as on Monday
        ("2026-11-29 21:00", 1, "2026-12-01 17:00"),  # received on line on a Sunday
        ("2026-11-23 08:00", 1, "2026-11-25 17:00"),  # 24/11 is Vietnam Cultural Day from 2026
        ("2025-11-24 08:00", 1, "2025-11-25 17:00"),  # before 2026 it was a day like others
        ("2026-02-13 08:00", 1, "2026-02-23 17:00"),  # Tết Bính Ngọ: 16 to 20 February
        ("2026-02-13 15:30", 1, "2026-02-24 17:00"),
        ("2026-08-21 08:00", 1, "2026-08-22 11:30"),  # the swapped Saturday is worked, as Saturdays are opened here
        ("2026-08-21 08:00", 6, "2026-08-28 17:00"),
        ("2026-08-28 08:00", 1, "2026-09-03 17:00"),  # 31/8 is the day given for it, then 1 and 2 September
        ("2028-02-28 08:00", 1, "2028-02-29 17:00"),  # a leap year
        ("2027-02-26 08:00", 1, "2027-03-01 17:00"),
        ("2026-12-31 08:00", 1, "2027-01-04 17:00"),  # New Year's Day, then a week-end
    ],
)
def test_working_days(received: str, days: int, due: str) -> None:
    assert CALENDAR.due(at(received), Term("days", days)) == at(due)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-27 08:00", 1, "2026-11-28 11:30"),
        ("2026-11-27 15:01", 1, "2026-11-30 17:00"),
        ("2026-11-28 08:00", 1, "2026-11-30 17:00"),
    ],
)
def test_where_saturdays_count(received: str, days: int, due: str) -> None:
    assert SATURDAYS.due(at(received), Term("days", days)) == at(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-25 07:30", "2026-11-25 16:30"),
        ("2026-11-25 10:59:59", "2026-11-25 16:30"),
        ("2026-11-25 11:00:00", "2026-11-26 11:00"),
        ("2026-11-25 14:00", "2026-11-26 11:00"),
        ("2026-11-25 16:59", "2026-11-26 11:00"),
        ("2026-11-23 14:00", "2026-11-25 11:00"),  # 24/11 lies between
        ("2026-11-27 14:00", "2026-11-30 11:00"),
        ("2026-11-29 20:00", "2026-11-30 16:30"),  # on line on a Sunday: there when the doors open
    ],
)
def test_same_day_procedures(received: str, due: str) -> None:
    assert CALENDAR.due(at(received), Term("same_day")) == at(due)


def test_a_saturday_morning_has_no_same_day() -> None:
    assert SATURDAYS.due(at("2026-11-28 08:00"), Term("same_day")) == at("2026-11-30 11:00")


@pytest.mark.parametrize(
    ("received", "hours", "due"),
    [
        ("2026-11-25 08:00", 1, "2026-11-25 09:00"),
        ("2026-11-25 11:00", 1, "2026-11-25 14:00"),  # half an hour before lunch, half after
        ("2026-11-25 14:30", 4, "2026-11-26 09:00"),
        ("2026-11-25 15:30", 1, "2026-11-26 08:30"),
    ],
)
def test_working_hours(received: str, hours: int, due: str) -> None:
    assert CALENDAR.due(at(received), Term("hours", hours)) == at(due)


def test_a_local_date_wins_over_every_list() -> None:
    closed = {"date": "2026-11-26", "name": "Kiểm kê"}
    open_holiday = {"date": "2026-11-24", "name": "Làm bù", "hours": ["07:30-11:30"]}
    calendar = WorkCalendar(setup(days=[closed, open_holiday]))
    assert calendar.due(at("2026-11-25 08:00"), Term("days", 1)) == at("2026-11-27 17:00")
    assert calendar.due(at("2026-11-23 08:00"), Term("days", 1)) == at("2026-11-24 11:30")


def test_an_office_that_never_opens_is_a_keyed_error() -> None:
    never = WorkCalendar(setup(hours={}))
    with pytest.raises(RuleError) as found:
        never.due(at("2026-11-25 08:00"), Term("days", 1))
    assert found.value.key == "deadline.no_working_day"


# ---------------------------------------------------------------------- the supplement and the extension
COURSE = begin(CALENDAR, at("2026-11-25 08:30"), Term("days", 5))


def key_of(work: object) -> str:
    with pytest.raises(RuleError) as found:
        work()  # type: ignore[operator]
    return found.value.key


@pytest.mark.parametrize(
    ("now", "key"),
    [
        ("2026-11-25 09:00", None),
        ("2026-11-30 16:59", None),  # the third working day: Thursday, Friday, Monday
        ("2026-12-01 07:30", "dossier.supplement_late"),
    ],
)
def test_papers_are_asked_for_within_three_working_days(now: str, key: str | None) -> None:
    if key is None:
        assert ask_supplement(COURSE, CALENDAR, at(now)).supplement_asked == at(now)
    else:
        assert key_of(lambda: ask_supplement(COURSE, CALENDAR, at(now))) == key


def test_papers_are_asked_for_once_and_the_clock_starts_again() -> None:
    asked = ask_supplement(COURSE, CALENDAR, at("2026-11-26 09:00"))
    brought = papers_brought(asked, CALENDAR, at("2026-12-07 15:30"))
    assert brought.due == at("2026-12-15 17:00")
    assert key_of(lambda: ask_supplement(brought, CALENDAR, at("2026-12-08 08:00"))) == "dossier.supplement_twice"


@pytest.mark.parametrize(
    ("now", "until", "told"),
    [
        ("2026-12-01 17:00", "2026-12-04 17:00", True),  # the day before it was due
        ("2026-12-02 08:00", "2026-12-04 17:00", False),
        ("2026-12-10 08:00", "2026-12-11 17:00", False),
    ],
)
def test_a_new_date_once_and_noted_when_it_was_told_late(now: str, until: str, told: bool) -> None:
    later = extend(COURSE, CALENDAR, at(now), at(until))
    assert (later.due, later.extended_from, later.told_in_time) == (at(until), at("2026-12-02 17:00"), told)
    again = at(until) + timedelta(days=7)
    assert key_of(lambda: extend(later, CALENDAR, at(now), again)) == "dossier.extended_twice"


@pytest.mark.parametrize(
    ("until", "key"),
    [
        ("2026-12-02 17:00", "dossier.extension_earlier"),
        ("2026-11-30 17:00", "dossier.extension_earlier"),
        ("2026-12-06 10:00", "dossier.extension_closed"),
    ],
)
def test_a_new_date_that_is_none(until: str, key: str) -> None:
    assert key_of(lambda: extend(COURSE, CALENDAR, at("2026-12-01 08:00"), at(until))) == key


@pytest.mark.parametrize(
    ("now", "late", "days"),
    [
        ("2026-12-02 17:00:00", False, 0),
        ("2026-12-02 17:00:01", True, 0),
        ("2026-12-03 08:00", True, 1),
        ("2026-12-07 08:00", True, 3),
    ],
)
def test_lateness(now: str, late: bool, days: int) -> None:
    found = lateness(COURSE.due, at(now), CALENDAR)
    assert (found.late, found.days) == (late, days)
    assert bool(found.words("vi")) is bool(found.words("en")) is late
    assert not late or "xin lỗi" in found.words("vi")


@given(
    st.datetimes(at("2026-01-01"), at("2027-12-20")),
    st.builds(Term, st.sampled_from(["days", "hours", "same_day"]), st.integers(0, 60)),
    st.booleans(),
)
@example(at("2026-01-02 14:00") + timedelta(microseconds=1), Term("hours", 0), False)
def test_any_due_date_lies_in_a_session_and_never_before_the_receipt(
    received: datetime, term: Term, saturdays: bool
) -> None:
    calendar = SATURDAYS if saturdays else CALENDAR
    due = calendar.due(received, term)
    minute = due.hour * 60 + due.minute + due.second / 60
    assert calendar.works(due.date())
    assert any(begin <= minute <= end for begin, end in calendar.spans(due.date()))
    assert due >= received or (term.kind == "days" and due.date() >= received.date())
    assert calendar.due(received, replace(term, count=term.count + 1)) >= due
