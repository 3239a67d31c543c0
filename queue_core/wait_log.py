"""What citizens were told of their wait, against the wait they had: read back from the journal, which keeps both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from queue_core import events as e
from queue_core.fold import fold_into
from queue_core.state import State
from queue_core.tickets import Ticket

_MINUTE_MS = 60_000
Verdict = Literal["held", "sooner", "later"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRow:
    """One number that was told a range and was called. Minutes; ``true_min`` runs from issue to the first call."""

    day: int
    date: str | None
    number: str
    service: str
    priority: bool
    told_ahead: int | None
    told_low_min: int
    told_high_min: int
    true_min: float

    @property
    def verdict(self) -> Verdict:
        """Whether the range held what came; a range to 15 means until the sixteenth minute begins."""
        if self.true_min < self.told_low_min:
            return "sooner"
        return "held" if self.true_min < self.told_high_min + 1 else "later"


def wait_log(events: Iterable[e.AnyEvent]) -> Iterator[WaitRow]:
    """The rows of a journal's events, day by day in the order of issue; corrected clocks are taken into account."""
    state = State()
    for event in events:
        if isinstance(event, e.DayOpened):
            yield from _rows(state)
        fold_into(state, event)
    yield from _rows(state)


def _rows(state: State) -> Iterator[WaitRow]:
    for ticket in state.tickets.values():
        row = _row(state, ticket)
        if row is not None:
            yield row


def _row(state: State, ticket: Ticket) -> WaitRow | None:
    low_min, high_min, called_ms = ticket.told_low_min, ticket.told_high_min, ticket.first_called_ms
    if low_min is None or high_min is None or called_ms is None:
        return None
    return WaitRow(
        day=state.day,
        date=state.date,
        number=ticket.number,
        service=ticket.service,
        priority=ticket.priority is not None,
        told_ahead=ticket.told_ahead,
        told_low_min=low_min,
        told_high_min=high_min,
        true_min=round((called_ms - ticket.issued_ms) / _MINUTE_MS, 1),
    )
