"""What a decision may know besides the state and the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from queue_core.clock import Moment
from queue_core.errors import RuleError
from queue_core.office import Counter, Service
from queue_core.state import State
from queue_core.tickets import LIVE, STATUS_WORDS, CounterState, CounterStatus, Ticket
from queue_core.waiting import Told

#: (state, ticket about to be issued) → (people ahead, low minutes, high minutes), best as a whole Told
Forecast = Callable[[State, Ticket], "tuple[int, int | None, int | None] | Told"]


@dataclass(frozen=True, slots=True)
class Context:
    """The believed time, who asks, under which request id, and the forecaster that tells the wait."""

    now: Moment
    by: str = "hub"
    request_id: str | None = None
    forecast: Forecast | None = None

    @property
    def at_ms(self) -> int:
        """The event time."""
        return self.now.utc_ms


def leaf(state: State, service_id: str) -> Service:
    """The service that gives numbers, or a keyed error."""
    service = state.setup.service(service_id)
    if service is None:
        raise RuleError("service.unknown", service=service_id)
    if not service.is_leaf:
        raise RuleError("service.not_a_leaf", service=service.label())
    return service


def live_ticket(state: State, ticket_id: str) -> Ticket:
    """A ticket that still lives, or a keyed error."""
    ticket = any_ticket(state, ticket_id)
    if ticket.status not in LIVE:
        raise wrong_state(ticket)
    return ticket


def any_ticket(state: State, ticket_id: str) -> Ticket:
    """A ticket of today, or a keyed error."""
    ticket = state.tickets.get(ticket_id)
    if ticket is None:
        raise RuleError("ticket.unknown", ticket=ticket_id)
    return ticket


def wrong_state(ticket: Ticket) -> RuleError:
    """The error for a ticket whose state does not allow the command."""
    vi, en = STATUS_WORDS[ticket.status]
    return RuleError("ticket.wrong_state", number=ticket.number, status=vi, status_en=en)


def counter_of(state: State, counter_id: str) -> tuple[Counter, CounterState]:
    """A counter's configuration and running state, or a keyed error."""
    counter = state.setup.counter(counter_id)
    if counter is None:
        raise RuleError("counter.unknown", counter=counter_id)
    return counter, state.counters.get(counter_id) or CounterState(id=counter_id)


def open_counter(state: State, counter_id: str) -> tuple[Counter, CounterState]:
    """The same for a counter that serves now."""
    counter, runtime = counter_of(state, counter_id)
    if runtime.status is not CounterStatus.OPEN:
        raise RuleError("counter.not_open", counter=counter.number)
    return counter, runtime


def ticket_at(state: State, counter_id: str) -> tuple[Counter, Ticket]:
    """The counter and the ticket called or served there, or a keyed error."""
    counter, runtime = counter_of(state, counter_id)
    ticket = state.tickets.get(runtime.ticket or "")
    if ticket is None:
        raise RuleError("counter.nobody_here", counter=counter.number)
    return counter, ticket
