"""Rating a visit: once a ticket or dossier, after its end, changed only within seconds and from the same device."""

from __future__ import annotations

from queue_core import events as e
from queue_core import rating as rules
from queue_core.commands import Rate
from queue_core.decisions.context import Context, any_ticket
from queue_core.errors import RuleError
from queue_core.state import State
from queue_core.tickets import Status, Ticket


def rate(state: State, command: Rate, ctx: Context) -> list[e.AnyEvent]:
    """The event of it: counter, service and officer, and nothing that leads to whoever stood there."""
    policy = state.setup.rating
    reasons = rules.check(policy, command.value, command.scale, command.reasons)
    given_ms = rules.said_at(command.given_ms, ctx.at_ms)
    before = state.rated.get(command.subject)
    rules.may_change(before, given_ms, ctx.by, policy.change_s)
    ticket = None
    if command.ticket is not None:
        # While it may be changed, it may be: the hour that ends in between does not matter.
        ticket = rateable(state, command.ticket, given_ms, signed=command.signed or before is not None)
    return [
        e.Rated(
            at_ms=ctx.at_ms,
            by=ctx.by,
            subject=command.subject,
            value=command.value,
            scale=command.scale,
            reasons=reasons,
            counter=ticket.counter if ticket else None,
            service=ticket.service if ticket else None,
            officer=ticket.served_by if ticket else None,
            indices=rules.indices_of(command.value, command.scale, reasons, time=command.time_index),
            given_ms=given_ms,
        )
    ]


def rateable(state: State, ticket_id: str, given_ms: int, *, signed: bool) -> Ticket:
    """A ticket that may be rated. Raises RuleError ticket.unknown, rating.not_finished, rating.too_late."""
    ticket = any_ticket(state, ticket_id)
    if ticket.status is not Status.FINISHED or ticket.ended_ms is None:
        raise RuleError("rating.not_finished", number=ticket.number)
    window_min = state.setup.rating.window_min
    if not signed and not rules.in_window(ticket.ended_ms, given_ms, window_min):
        raise RuleError("rating.too_late", number=ticket.number, minutes=window_min)
    return ticket
