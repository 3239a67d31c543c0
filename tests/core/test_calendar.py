"""When numbers are given, and the words that say when to come: an office's weeks, Tết, and the odd days between."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from queue_core import commands as c
from queue_core.calendar import closing_minute, in_hours, opening, spans
from queue_core.clock import VIETNAM
from tests.core.house import House
from tests.core.life import office

WEEK = {"mon-fri": ["07:30-11:30", "13:30-17:00"], "sat": ["07:30-11:30"]}
SERVICES = [
    {"id": "ho-tich", "name": {"vi": "Hộ tịch", "en": "Civil status"}, "prefix": "A"},
    {"id": "cong-an", "name": {"vi": "Công an", "en": "Police"}, "prefix": "B", "hours": {"mon": ["08:00-10:00"]}},
]
COUNTERS = [{"id": "q1", "number": 1, "services": ["ho-tich", "cong-an"]}]
COMMUNE = office(hours=WEEK, services=SERVICES, counters=COUNTERS)


def commune(**changes: Any) -> Any:
    return office(**({"hours": WEEK, "services": SERVICES, "counters": COUNTERS} | changes))


def time_of(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("day", "sessions"),
    [
        ("2026-11-23", 2),  # Monday
        ("2026-11-24", 0),  # Ngày Văn hóa Việt Nam
        ("2026-11-25", 2),  # Wednesday
        ("2026-11-28", 1),  # Saturday morning
        ("2026-11-29", 0),  # Sunday
        ("2026-08-22", 2),  # a swapped working Saturday where Saturdays are closed
        ("2026-09-02", 0),  # Quốc khánh
        ("2026-04-26", 0),  # Giỗ Tổ (10/3 âm lịch) on a Sunday
        ("2026-04-30", 0),
        ("2026-05-01", 0),
        ("2027-02-05", 0),  # Tết Đinh Mùi: the eve …
        ("2027-02-06", 0),  # … mùng 1 …
        ("2027-02-08", 0),  # … mùng 3
        ("2028-02-29", 2),  # a leap day, a Tuesday
        ("2028-02-28", 2),
        ("2028-01-01", 0),
    ],
)
def test_which_days_are_worked(day: str, sessions: int) -> None:
    setup = commune(hours={"mon-fri": WEEK["mon-fri"]}) if day == "2026-08-22" else COMMUNE
    assert len(spans(setup, None, date.fromisoformat(day))) == sessions


def test_an_office_without_the_national_list() -> None:
    assert len(spans(commune(holidays="none"), None, date(2026, 11, 24))) == 2


@pytest.mark.parametrize(
    ("special", "expected"),
    [
        ({"date": "2026-11-24", "name": "Làm bù", "hours": ["08:00-11:00"]}, [(480, 660)]),
        ({"date": "2026-11-23", "name": "Kiểm kê"}, []),
        ({"date": "2026-11-29", "name": "Làm Chủ nhật", "hours": ["08:00-09:00"]}, [(480, 540)]),
    ],
)
def test_a_special_day_wins_over_the_week_and_the_holidays(special: dict[str, Any], expected: list[Any]) -> None:
    setup = commune(days=[special])
    day = date.fromisoformat(special["date"])
    assert spans(setup, None, day) == expected
    assert spans(setup, setup.service("cong-an"), day) == expected


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-23 07:14", False),
        ("2026-11-23 07:15", True),  # a quarter of an hour before
        ("2026-11-23 11:14", True),
        ("2026-11-23 11:15", False),  # lunch: no more numbers for this session
        ("2026-11-23 13:14", False),
        ("2026-11-23 13:15", True),
        ("2026-11-23 16:44", True),
        ("2026-11-23 16:45", False),
        ("2026-11-23 00:00", False),
        ("2026-11-23 23:59", False),
        ("2026-11-24 09:00", False),
        ("2026-11-28 09:00", True),
        ("2026-11-28 14:00", False),
    ],
)
def test_the_hours_of_a_day(now: str, is_open: bool) -> None:
    assert opening(COMMUNE, None, time_of(now)).open is is_open


@pytest.mark.parametrize(
    ("now", "vi", "en"),
    [
        (
            "2026-11-23 16:50",
            "Hôm nay đã ngừng nhận số lúc 16:45. Mời quay lại 7:30 sáng thứ Tư, 25/11.",
            "Numbers stopped at 16:45 today. Please come at 7:30 on Wednesday 25/11.",
        ),
        ("2026-11-23 05:00", "Mời quay lại lúc 7:30.", "Please come at 7:30."),
        (
            "2026-11-23 12:00",
            "Hôm nay đã ngừng nhận số lúc 11:15. Mời quay lại lúc 13:30.",
            "Numbers stopped at 11:15 today. Please come at 13:30.",
        ),
        ("2026-11-24 09:00", "Mời quay lại 7:30 sáng thứ Tư, 25/11.", "Please come at 7:30 on Wednesday 25/11."),
        (
            "2026-11-28 11:20",
            "Hôm nay đã ngừng nhận số lúc 11:15. Mời quay lại 7:30 sáng thứ Hai, 30/11.",
            "Numbers stopped at 11:15 today. Please come at 7:30 on Monday 30/11.",
        ),
        ("2027-02-05 09:00", "Mời quay lại 7:30 sáng thứ Năm, 11/2.", "Please come at 7:30 on Thursday 11/2."),
    ],
)
def test_when_to_come_in_words(now: str, vi: str, en: str) -> None:
    found = opening(COMMUNE, None, time_of(now))
    assert found.words("vi", time_of(now)) == vi
    assert found.words("en", time_of(now)) == en


@pytest.mark.parametrize(
    ("hours", "vi"),
    [
        (["00:00-02:00"], "0:00 sáng"),
        (["11:00-12:00"], "11:00 trưa"),
        (["13:30-15:00"], "13:30 chiều"),
        (["07:00-08:00"], "7:00 sáng"),
    ],
)
def test_the_part_of_the_day(hours: list[str], vi: str) -> None:
    setup = commune(hours={"wed": hours})
    assert opening(setup, None, time_of("2026-11-23 09:00")).words("vi", time_of("2026-11-23 09:00")) == (
        f"Mời quay lại {vi} thứ Tư, 25/11."
    )


def test_an_office_that_never_opens_says_where_to_ask() -> None:
    setup = commune(hours={"mon": []})
    found = opening(setup, None, time_of("2026-11-23 09:00"))
    assert found.words("vi", time_of("2026-11-23 09:00")) == "Mời hỏi quầy hướng dẫn."
    assert found.words("en", time_of("2026-11-23 09:00")) == "Please ask at the guidance counter."
    assert closing_minute(setup, None, date(2026, 11, 23)) is None


def test_booked_times_lie_within_a_session() -> None:
    service = COMMUNE.service("ho-tich")
    assert service is not None
    inside = ["2026-11-23 07:30", "2026-11-23 11:29", "2026-11-23 16:59"]
    outside = ["2026-11-23 07:29", "2026-11-23 11:30", "2026-11-23 17:00", "2026-11-24 09:00"]
    assert [in_hours(COMMUNE, service, time_of(words)) for words in inside + outside] == [True] * 3 + [False] * 4


@pytest.mark.parametrize(
    ("now", "service", "key", "vi"),
    [
        (
            "2026-11-23 16:50", "ho-tich", "office.closed",
            "Trung tâm hiện không nhận số. Hôm nay đã ngừng nhận số lúc 16:45. Mời quay lại 7:30 sáng thứ Tư, 25/11.",
        ),
        (
            "2026-11-23 10:00", "cong-an", "service.closed",
            "Công an hiện không nhận số. Hôm nay đã ngừng nhận số lúc 9:45. Mời quay lại 8:00 sáng thứ Hai, 30/11.",
        ),
        ("2026-11-24 10:00", "ho-tich", "office.closed",
         "Trung tâm hiện không nhận số. Mời quay lại 7:30 sáng thứ Tư, 25/11."),
    ],
)  # fmt: skip
def test_a_closed_service_says_when_to_come(now: str, service: str, key: str, vi: str) -> None:
    error = House(COMMUNE, now).refused(c.Issue(service=service), "kiosk-1/r1")
    assert (error.key, error.vi) == (key, vi)


def test_switched_by_the_supervisor() -> None:
    house = House(COMMUNE, "2026-11-23 09:00")
    house.do(c.SwitchService(service="ho-tich", open=False))
    error = house.refused(c.Issue(service="ho-tich"), "kiosk-1/r1")
    assert (error.key, error.vi) == (
        "service.closed",
        "Hộ tịch hiện không nhận số. Mời quay lại 7:30 sáng thứ Tư, 25/11.",
    )
    house.do(c.SwitchService(service="ho-tich", open=None))
    assert house.issue() == "A001"
    house.clock("18:00")
    house.do(c.SwitchService(service="ho-tich", open=True))
    assert house.issue() == "A002"
    assert house.do(c.SwitchService(service="ho-tich", open=True)) == []
    house.tick("2026-11-25 06:00")
    assert house.refused(c.Issue(service="ho-tich"), "kiosk-1/r9").key == "office.closed"


def test_a_switched_group_switches_its_members() -> None:
    house = House(now="2026-11-23 09:00")
    house.do(c.SwitchService(service="nhom", open=False))
    assert house.refused(c.Issue(service="dat-dai"), "kiosk-1/r1").key == "service.closed"
    assert house.issue("ho-tich") == "A001"
    house.do(c.SwitchService(service="dat-dai", open=True))
    assert house.issue("dat-dai") == "HT-001"


def test_a_closed_day_says_when_the_next_one_is() -> None:
    house = House(COMMUNE, "2026-11-23 10:00")
    house.do(c.CloseDay())
    error = house.refused(c.Issue(service="ho-tich"), "kiosk-1/r1")
    assert (error.key, error.vi) == (
        "office.day_closed",
        "Ngày làm việc đã được khoá sổ. Mời quay lại 7:30 sáng thứ Tư, 25/11.",
    )
    assert error.en == "The working day has been closed. Please come at 7:30 on Wednesday 25/11."
