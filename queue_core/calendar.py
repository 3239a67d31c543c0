"""Working days and hours: whether a service is open, and when a citizen should come (back).

Holidays come from the ``holidays`` library (Tết and Giỗ Tổ by the lunar calendar, 24/11 from 2026, swapped working
days); a date in ``office.days`` wins over it. All times are local minutes in Vietnam.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from queue_core.office import DAY_NAMES, Office, Service

LOOK_AHEAD_DAYS = 60
_DAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether numbers are given at a time. ``stopped``: when they stopped today; ``again``: when they start again."""

    open: bool
    stopped: datetime | None = None
    again: datetime | None = None

    def words(self, lang: str, now: datetime) -> str:
        """Say when to come: «Hôm nay đã ngừng nhận số lúc 16:45. Mời quay lại 7:30 sáng thứ Hai, 23/11.»."""
        if self.open:
            return ""
        parts: list[str] = []
        vi = lang != "en"
        if self.stopped:
            stopped = clock_words(self.stopped)
            parts.append(f"Hôm nay đã ngừng nhận số lúc {stopped}." if vi else f"Numbers stopped at {stopped} today.")
        if self.again:
            parts.append(
                f"Mời quay lại {when(self.again, lang, now)}." if vi else f"Please come {when(self.again, lang, now)}."
            )
        else:
            parts.append("Mời hỏi quầy hướng dẫn." if vi else "Please ask at the guidance counter.")
        return " ".join(parts)


def clock_words(moment: datetime) -> str:
    """A time of day as people write it: 7:30, 13:05, 0:00."""
    return f"{moment.hour}:{moment:%M}"


def when(moment: datetime, lang: str, now: datetime) -> str:
    """Say a time: «lúc 13:30» today, «7:30 sáng thứ Hai, 23/11» on another day."""
    clock = clock_words(moment)
    if moment.date() == now.date():
        return f"at {clock}" if lang == "en" else f"lúc {clock}"
    if lang == "en":
        return f"at {clock} on {_DAYS_EN[moment.weekday()]} {moment.day}/{moment.month}"
    half = "sáng" if moment.hour < 11 else "trưa" if moment.hour < 13 else "chiều"
    return f"{clock} {half} {_DAYS_VI[moment.weekday()]}, {moment.day}/{moment.month}"


@lru_cache(maxsize=8)
def _public_holidays(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Closed dates and swapped working dates of a year."""
    from holidays.countries.vietnam import VN

    found: Any = VN(years=year)  # type: ignore[no-untyped-call]
    return frozenset(found.keys()), frozenset(getattr(found, "weekend_workdays", ()))


def swapped_workday(office: Office, day: date) -> bool:
    """Whether a day off is worked by decree, in exchange for another (Saturday 22/8/2026)."""
    return office.holidays == "VN" and day in _public_holidays(day.year)[1]


def spans(office: Office, service: Service | None, day: date) -> list[tuple[int, int]]:
    """The opening spans of a date, in minutes after midnight; empty on a closed day."""
    iso = day.isoformat()
    for special in office.days:
        if special.date == iso:
            return list(special.hours)
    hours = service.hours if service is not None and service.hours is not None else office.hours
    weekday = DAY_NAMES[day.weekday()]
    if office.holidays == "VN":
        closed, worked = _public_holidays(day.year)
        if day in closed:
            return []
        if day in worked and not hours.get(weekday):
            weekday = "mon"
    return list(hours.get(weekday, []))


def opening(office: Office, service: Service | None, now: datetime) -> Opening:
    """Whether numbers are given at ``now`` (local), and when they are given again if not."""
    early, late = office.policy.open_before_min, office.policy.stop_before_close_min
    today = now.date()
    minute = now.hour * 60 + now.minute + now.second / 60
    stopped: int | None = None
    for begin, end in spans(office, service, today):
        if minute < begin - early:
            return Opening(False, _at(today, stopped), _at(today, begin))
        if minute < max(begin, end - late):
            return Opening(True)
        stopped = max(begin, end - late)
    for ahead in range(1, LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        if following := spans(office, service, day):
            return Opening(False, _at(today, stopped), _at(day, following[0][0]))
    return Opening(False, _at(today, stopped), None)


def closing_minute(office: Office, service: Service | None, day: date) -> int | None:
    """The end of the last session of a date, in minutes after midnight; None on a closed day."""
    found = spans(office, service, day)
    return found[-1][1] if found else None


def in_hours(office: Office, service: Service, moment: datetime) -> bool:
    """Whether a booked time lies within a session."""
    minute = moment.hour * 60 + moment.minute
    return any(begin <= minute < end for begin, end in spans(office, service, moment.date()))


def _at(day: date, minute: int | None) -> datetime | None:
    if minute is None:
        return None
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 -- local wall time on purpose
