"""The office as it stands now: the fold of the open day's events.

Its values (:class:`~queue_core.tickets.Ticket` …) are frozen; the dictionaries belong to one state. A reader may
keep a committed state as long as it likes: the engine folds into a :meth:`State.copy` and swaps it in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self

from queue_core.office import Office
from queue_core.rating import Rating
from queue_core.tickets import AT_COUNTER, Booking, CounterState, Status, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What a counter may still take back: the ticket as it was before ``what`` at ``at_ms``."""

    before: Ticket
    what: str
    at_ms: int


@dataclass(slots=True, kw_only=True)
class State:
    """Everything the rules read."""

    office: Office | None = None
    revision: int = 0
    day: int = 0
    date: str | None = None
    day_open: bool = False
    #: the boot in which the day's date was last said (by a clock or by hand)
    boot_id: str = ""
    #: when that was
    dated_ms: int = 0
    last_ms: int = 0
    tickets: dict[str, Ticket] = field(default_factory=dict)
    counters: dict[str, CounterState] = field(default_factory=dict)
    #: printed number → ticket id, of this business day
    numbers: dict[str, str] = field(default_factory=dict)
    #: prefix → last ordinal given
    series: dict[str, int] = field(default_factory=dict)
    #: prefix → the one that stands in for it today, since nobody knows its numbers
    letters: dict[str, str] = field(default_factory=dict)
    #: what is unknown since the journal was damaged or lost (see queue_core.decisions.series); no numbers meanwhile
    doubt: str = "none"
    #: business days up to this one existed, in this journal or one before it
    days: int = 0
    #: service → numbers given today (daily limit)
    given: dict[str, int] = field(default_factory=dict)
    #: service → forced open (True) or closed (False) today
    switched: dict[str, bool] = field(default_factory=dict)
    #: ticket → what it was when a supervisor's closing of the day ended it
    closed_out: dict[str, Status] = field(default_factory=dict)
    next_place: int = 1
    #: request id → ticket id, and requests that shall have none
    requests: dict[str, str] = field(default_factory=dict)
    cancelled_requests: frozenset[str] = frozenset()
    #: counter → what it may take back
    undo: dict[str, Undo] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    #: device → since when it asks for help; (device, kind) → since when it has trouble
    help: dict[str, int] = field(default_factory=dict)
    alerts: dict[tuple[str, str], int] = field(default_factory=dict)
    #: ids of waiting tickets, so that nobody walks through the whole day
    waiting: dict[str, None] = field(default_factory=dict)
    #: what the wait estimate knows of other days (see queue_core.waiting)
    learned: dict[str, Any] = field(default_factory=dict)
    clock_doubted_ms: int | None = None
    #: keyed hash of a ticket or dossier → what was said of it today, in the order it was said first
    rated: dict[str, Rating] = field(default_factory=dict)

    def copy(self) -> Self:
        """A state of its own whose values are shared (they are frozen)."""
        return replace(
            self,
            tickets=dict(self.tickets),
            numbers=dict(self.numbers),
            counters=dict(self.counters),
            series=dict(self.series),
            letters=dict(self.letters),
            given=dict(self.given),
            switched=dict(self.switched),
            closed_out=dict(self.closed_out),
            requests=dict(self.requests),
            undo=dict(self.undo),
            bookings=dict(self.bookings),
            help=dict(self.help),
            alerts=dict(self.alerts),
            waiting=dict(self.waiting),
            rated=dict(self.rated),
        )

    @property
    def setup(self) -> Office:
        """The configuration; there is one from the first ``day_opened`` on."""
        if self.office is None:
            message = "the state holds no office yet"
            raise LookupError(message)
        return self.office

    def waiting_tickets(self) -> Iterable[Ticket]:
        """All tickets in a line, in no order."""
        return [self.tickets[i] for i in self.waiting]

    def at_counters(self) -> list[Ticket]:
        """Tickets called or being served."""
        return [
            t
            for c in self.counters.values()
            if c.ticket is not None and (t := self.tickets.get(c.ticket)) is not None and t.status in AT_COUNTER
        ]

    def by_number(self, number: str) -> Ticket | None:
        """A ticket of today by its printed number."""
        return self.tickets.get(self.numbers.get(number, ""))

    def live(self) -> list[Ticket]:
        """Tickets that are neither finished, cancelled nor expired."""
        return [t for t in self.tickets.values() if t.status in {Status.WAITING, Status.PARKED, *AT_COUNTER}]
