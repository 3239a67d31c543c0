"""A ticket as its holder sees it: the body of a reply, of the slip and of the public page."""

from __future__ import annotations

from collections.abc import Callable

from queue_core.clock import local
from queue_core.routing import ahead_of
from queue_core.state import State
from queue_core.tickets import Ticket
from queue_core.wire.messages import TicketBody, Wait


def ticket_body(
    state: State, ticket: Ticket, follow: Callable[[Ticket, State], str | None] | None = None
) -> TicketBody:
    """Everything a slip says. The wait is what was told at issue."""
    office = state.setup
    service = office.service(ticket.service)
    priority = next((p for p in office.priority.classes if p.id == ticket.priority), None)
    ahead = ticket.told_ahead if ticket.told_ahead is not None else ahead_of(state, ticket, ticket.issued_ms)
    return TicketBody(
        ticket=ticket.id,
        number=ticket.number,
        service=ticket.service,
        service_name=service.name if service else {"vi": ticket.service},
        counters=counters_of(state, ticket),
        priority=ticket.priority,
        priority_name=priority.name if priority else {},
        entry=ticket.entry,
        lang=ticket.lang,
        issued_ms=ticket.issued_ms,
        date=None if ticket.undated else state.date,
        time=None if ticket.undated else f"{local(ticket.issued_ms):%H:%M}",
        wait=Wait(
            ahead=ahead,
            low_min=ticket.told_low_min,
            high_min=ticket.told_high_min,
            passes_closing=ticket.told_passes_closing,
        ),
        follow_url=follow(ticket, state) if follow else None,
    )


def counters_of(state: State, ticket: Ticket) -> list[int]:
    """Numbers of the counters that may call the ticket."""
    office = state.setup
    if ticket.only_counter is not None:
        only = office.counter(ticket.only_counter)
        return [only.number] if only else []
    return [c.number for c in office.counters_for(ticket.service)]
