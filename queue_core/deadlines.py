"""When a dossier is due: working days, the 15:00 rule, same-day procedures, one supplement, one extension.

Sources: NĐ 61/2018/NĐ-CP Điều 17–19, TT 01/2018/TT-VPCP, QĐ 2651/QĐ-UBND (same-day). All times are naive local wall
time in Vietnam. The due date of the one-stop system is the one shown; what is worked out here is an estimate
("dự kiến").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from queue_core.calendar import LOOK_AHEAD_DAYS, spans, swapped_workday
from queue_core.errors import RuleError, register
from queue_core.office import Office, Service

MAX_TERM_DAYS: Final = 400
_SATURDAY: Final = 5
_NOON_MIN: Final = 12 * 60

register(
    {
        "deadline.no_working_day": (
            "Lịch làm việc không có ngày làm việc nào trong {days} ngày tới. Hãy xem lại cấu hình giờ làm việc.",
            "The calendar has no working day within {days} days. Please check the opening hours.",
        ),
        "dossier.supplement_twice": (
            "Hồ sơ này đã được yêu cầu bổ sung một lần; quy định chỉ cho phép một lần.",
            "Missing papers were already asked for once; the rules allow it once only.",
        ),
        "dossier.supplement_late": (
            "Đã quá {days} ngày làm việc kể từ khi tiếp nhận, không yêu cầu bổ sung được nữa.",
            "More than {days} working days have passed since it was received; papers can't be asked for any more.",
        ),
        "dossier.extended_twice": (
            "Hồ sơ này đã được hẹn lại một lần; quy định chỉ cho phép một lần.",
            "A new date was already given once; the rules allow it once only.",
        ),
        "dossier.extension_earlier": (
            "Ngày hẹn lại phải sau ngày hẹn cũ ({due}) và sau hôm nay.",
            "The new date must be after the old one ({due}) and after today.",
        ),
        "dossier.extension_closed": (
            "Ngày {day} Trung tâm không làm việc. Mời chọn ngày làm việc khác.",
            "The office is closed on {day}. Please choose a working day.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Term:
    """How long a procedure takes: ``count`` working days or working hours; ``same_day`` needs none."""

    kind: Literal["days", "hours", "same_day"]
    count: int = 0

    def words(self, lang: str = "vi") -> str:
        """«07 ngày làm việc», as receipts write it."""
        if self.kind == "same_day":
            return "Trong ngày làm việc" if lang != "en" else "Within the working day"
        unit = {"days": ("ngày làm việc", "working day(s)"), "hours": ("giờ làm việc", "working hour(s)")}[self.kind]
        return f"{self.count:02d} {unit[0]}" if lang != "en" else f"{self.count} {unit[1]}"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days and hours of an office, or of one of its fields."""

    office: Office
    service: Service | None = None

    def works(self, day: date) -> bool:
        """Whether a day counts in a term. A Saturday counts by configuration, a swapped or specially set one does."""
        if not self.spans(day):
            return False
        if day.weekday() < _SATURDAY or swapped_workday(self.office, day):
            return True
        named = any(special.date == day.isoformat() for special in self.office.days)
        return named or (day.weekday() == _SATURDAY and self.office.dossiers.saturday_counts)

    def spans(self, day: date) -> list[tuple[int, int]]:
        """Opening sessions in minutes after midnight."""
        return spans(self.office, self.service, day)

    def next_day(self, day: date) -> date:
        """The first working day after ``day``. Raises RuleError deadline.no_working_day."""
        for ahead in range(1, LOOK_AHEAD_DAYS + 1):
            if self.works(found := day + timedelta(days=ahead)):
                return found
        raise RuleError("deadline.no_working_day", days=LOOK_AHEAD_DAYS)

    def add_days(self, day: date, count: int) -> date:
        """The working day that comes ``count`` working days after ``day``."""
        for _ in range(count):
            day = self.next_day(day)
        return day

    def days_between(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and with ``last``; 0 when ``last`` is not later."""
        return sum(self.works(first + timedelta(days=i)) for i in range(1, (last - first).days + 1))

    def start(self, received: datetime) -> date:
        """The day a term begins: the day of receipt, or the next working day (after 15:00, or on a day off)."""
        day = received.date()
        late = received.time() > _clock(self.office.dossiers.late_after)  # 15:00:00 itself is not after 15:00
        return day if self.works(day) and not late else self.next_day(day)

    def closing(self, day: date) -> datetime:
        """When the last session of a working day ends."""
        return _at(day, self.spans(day)[-1][1])

    def due(self, received: datetime, term: Term) -> datetime:
        """When the result should be ready. Raises RuleError deadline.no_working_day."""
        if term.kind == "same_day":
            return self._same_day(received)
        if term.kind == "hours":
            return self._hours(received, term.count)
        return self.closing(self.add_days(self.start(received), min(term.count, MAX_TERM_DAYS)))

    def _same_day(self, received: datetime) -> datetime:
        policy, day, at = self.office.dossiers, received.date(), received.time()
        if not self.works(day):
            day, at = self.next_day(day), time(0)  # it lies there when the doors open
        if at < _clock(policy.same_day_before):
            end = self.spans(day)[-1][1]
            if end > _NOON_MIN:  # with an afternoon there is a "same day"; a Saturday morning has none
                return _at(day, min(policy.same_day_out, end))
        following = self.next_day(day)
        return _at(following, min(policy.next_morning_out, self.spans(following)[-1][1]))

    def _hours(self, received: datetime, hours: int) -> datetime:
        day = self.start(received)
        minute = _minutes(received) if day == received.date() else 0.0
        left = float(hours * 60)
        while True:
            for begin, end in self.spans(day):
                span = end - max(minute, begin)
                if span <= 0:
                    continue
                if left <= span:
                    return _at(day, max(minute, begin) + left)
                left -= span
            day, minute = self.next_day(day), 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The dates of one dossier: when it was received, its due date, the one supplement and the one extension."""

    received: datetime
    term: Term
    due: datetime
    supplement_asked: datetime | None = None
    supplement_brought: datetime | None = None
    extended_from: datetime | None = None
    told_in_time: bool = True


def begin(calendar: WorkCalendar, received: datetime, term: Term) -> Course:
    """A dossier is accepted: its clock starts."""
    return Course(received=received, term=term, due=calendar.due(received, term))


def ask_supplement(course: Course, calendar: WorkCalendar, now: datetime) -> Course:
    """Missing papers are asked for: once, within 3 working days. Raises RuleError dossier.supplement_*."""
    if course.supplement_asked is not None:
        raise RuleError("dossier.supplement_twice")
    within = calendar.office.dossiers.supplement_within_days
    if calendar.days_between(calendar.start(course.received), now.date()) > within:
        raise RuleError("dossier.supplement_late", days=within)
    return replace(course, supplement_asked=now)


def papers_brought(course: Course, calendar: WorkCalendar, now: datetime) -> Course:
    """The papers are there: the clock starts again."""
    return replace(course, supplement_brought=now, due=calendar.due(now, course.term))


def extend(course: Course, calendar: WorkCalendar, now: datetime, until: datetime) -> Course:
    """A new date, once, after the old one, on a working day. Raises RuleError dossier.exten*.

    It should be told at least a day before the old date; later it is noted as told late, but still possible: the
    citizen shall get the apology and the date rather than neither.
    """
    if course.extended_from is not None:
        raise RuleError("dossier.extended_twice")
    if until <= course.due or until <= now:
        raise RuleError("dossier.extension_earlier", due=f"{course.due:%H:%M %d/%m/%Y}")
    if not calendar.works(until.date()):
        raise RuleError("dossier.extension_closed", day=f"{until:%d/%m/%Y}")
    in_time = now.date() <= course.due.date() - timedelta(days=1)
    return replace(course, due=until, extended_from=course.due, told_in_time=in_time)


@dataclass(frozen=True, slots=True)
class Lateness:
    """Whether a result is late. ``days``: working days since the due date."""

    late: bool
    days: int = 0

    def words(self, lang: str) -> str:
        """An apology; empty when nothing is late."""
        if not self.late:
            return ""
        if lang == "en":
            by = f" by {self.days} working day(s)" if self.days else ""
            return f"The result is late{by}. We apologise; please ask at the counter for the new date."
        by = f" {self.days} ngày làm việc" if self.days else ""
        return f"Hồ sơ trễ hẹn{by}. Trung tâm xin lỗi quý vị; mời hỏi quầy để được hẹn lại ngày trả kết quả."


def lateness(due: datetime, now: datetime, calendar: WorkCalendar) -> Lateness:
    """Judge an open dossier at ``now``; at the very minute it is not late."""
    if now <= due:
        return Lateness(False)
    return Lateness(True, calendar.days_between(due.date(), now.date()))


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _minutes(moment: datetime) -> float:
    return moment.hour * 60 + moment.minute + (moment.second + moment.microsecond / 1e6) / 60


def _at(day: date, minutes: float) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 -- local wall time
