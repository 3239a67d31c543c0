"""A ticket and its life, and the running state of counters.

``waiting → called → serving → finished``, with side roads: no-show (back to waiting, the third one cancels),
parked, transferred (waiting elsewhere), cancelled, expired. All are plain frozen values; a change makes a new one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, NamedTuple, Self


class Status(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


#: Vietnamese and English words of each status
STATUS_WORDS: dict[Status, tuple[str, str]] = {
    Status.WAITING: ("đang chờ", "waiting"),
    Status.CALLED: ("đang được gọi", "called"),
    Status.SERVING: ("đang được phục vụ", "being served"),
    Status.PARKED: ("tạm giữ lại", "parked"),
    Status.FINISHED: ("đã xong", "finished"),
    Status.CANCELLED: ("đã huỷ", "cancelled"),
    Status.EXPIRED: ("hết hiệu lực", "expired"),
}
LIVE = frozenset({Status.WAITING, Status.CALLED, Status.SERVING, Status.PARKED})
AT_COUNTER = frozenset({Status.CALLED, Status.SERVING})


class Visit(NamedTuple):
    """One stay at a counter that is over: from the call (UTC ms) to its end. ``end``: finished, missed, moved, parked.

    ``served_ms`` is None when the officer never said that the citizen came.
    """

    service: str
    counter: str
    called_ms: int
    served_ms: int | None
    left_ms: int
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One citizen's place. Times are UTC milliseconds of the office's trusted clock.

    ``place`` orders tickets of one lane (lower first) and comes from the journal's order, never from a clock.
    ``behind``: so many other calls, of counters that take it, must pass before a no-show's turn comes again.
    ``undated``: given while nobody knew the date; it outlives the day's opening.
    ``back_ms``: when it last came back into a line (missed, transferred, unparked, reopened).
    ``clockless``: given while no clock was trusted; its times move when time arrives.
    ``counter``: where it is called or served; ``only_counter``: the one counter it was sent to.
    ``served_by``: the officer at the counter when it was finished.
    ``first_called_ms``, ``visits`` and ``replayed_min`` (the 10, 50 and 90 % minutes of the replay behind what was
    told) are what the wait estimate learns from.
    """

    id: str
    number: str
    prefix: str
    ordinal: int
    service: str
    entry: str
    place: int
    issued_ms: int
    waiting_since_ms: int
    status: Status = Status.WAITING
    priority: str | None = None
    priority_confirmed: bool = False
    lang: str = "vi"
    behind: int = 0
    misses: int = 0
    calls: int = 0
    counter: str | None = None
    only_counter: str | None = None
    called_ms: int | None = None
    served_ms: int | None = None
    ended_ms: int | None = None
    booked_ms: int | None = None
    booking: str | None = None
    undated: bool = False
    clockless: bool = False
    back_ms: int | None = None
    request_id: str = ""
    device: str = ""
    dossier_hash: str | None = None
    printed: int = 0
    #: its first slip did not come out whole, and none has since
    no_slip: bool = False
    told_ahead: int | None = None
    told_low_min: int | None = None
    told_high_min: int | None = None
    told_passes_closing: bool = False
    replayed_min: tuple[float, float, float] | None = None
    first_called_ms: int | None = None
    visits: tuple[Visit, ...] = ()
    reason: str = ""
    served_by: str | None = None

    def dump(self) -> dict[str, Any]:
        """Plain JSON values; :meth:`load` reads them back."""
        return {k: v for k, v in asdict(self).items() if v != _DEFAULTS.get(k, _MISSING)}

    @classmethod
    def load(cls, values: dict[str, Any]) -> Self:
        """Read what :meth:`dump` wrote; unknown keys of a later version are ignored."""
        known = {k: v for k, v in values.items() if k in _NAMES}
        if known.get("visits"):
            known["visits"] = tuple(Visit(*visit) for visit in known["visits"])
        if known.get("replayed_min"):
            known["replayed_min"] = tuple(known["replayed_min"])
        return cls(**{**known, "status": Status(known.get("status", Status.WAITING))})

    def later_by(self, offset_ms: int) -> Self:
        """The same ticket when its times turn out to be so much later."""

        def moved(at_ms: int | None) -> int | None:
            return None if at_ms is None else at_ms + offset_ms

        return replace(
            self,
            issued_ms=self.issued_ms + offset_ms,
            waiting_since_ms=self.waiting_since_ms + offset_ms,
            called_ms=moved(self.called_ms),
            served_ms=moved(self.served_ms),
            ended_ms=moved(self.ended_ms),
            back_ms=moved(self.back_ms),
            first_called_ms=moved(self.first_called_ms),
            visits=tuple(
                visit._replace(
                    called_ms=visit.called_ms + offset_ms,
                    served_ms=moved(visit.served_ms),
                    left_ms=visit.left_ms + offset_ms,
                )
                for visit in self.visits
            ),
            clockless=False,
        )

    def is_priority(self, now_ms: int) -> bool:
        """Whether it goes by the priority lane now: a class, or a booking whose hour has come."""
        return self.priority is not None or (self.booked_ms is not None and now_ms >= self.booked_ms)


_MISSING = object()
_NAMES = frozenset(f.name for f in fields(Ticket))
_DEFAULTS: dict[str, Any] = {f.name: f.default for f in fields(Ticket)}


class CounterStatus(StrEnum):
    """Whether a counter serves."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterState:
    """A counter as it runs today. ``streak``: priority calls in a row made while an ordinary ticket waited.

    ``pauses``: today's that are over, each from and until (UTC ms).
    """

    id: str
    status: CounterStatus = CounterStatus.CLOSED
    officer: str | None = None
    officer_name: str = ""
    ticket: str | None = None
    streak: int = 0
    since_ms: int | None = None
    pauses: tuple[tuple[int, int], ...] = ()

    def later_by(self, offset_ms: int) -> Self:
        """The same counter when its times turn out to be so much later."""
        since_ms = None if self.since_ms is None else self.since_ms + offset_ms
        pauses = tuple((begin + offset_ms, end + offset_ms) for begin, end in self.pauses)
        return replace(self, since_ms=since_ms, pauses=pauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A booked visit: a service, a time (UTC ms) and a 6-digit code. No name, no telephone."""

    code: str
    service: str
    at_ms: int
    made_ms: int
    lang: str = "vi"
    ticket: str | None = None
