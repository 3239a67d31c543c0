"""What happens at a counter: call, recall, serve, finish, no-show, undo; open, pause, close."""

from __future__ import annotations

from dataclasses import replace

from queue_core import events as e
from queue_core.commands import (
    CallNext,
    CallTicket,
    CloseCounter,
    Finish,
    NoShow,
    OpenCounter,
    PauseCounter,
    Recall,
    Serve,
    Undo,
)
from queue_core.decisions.context import (
    Context,
    any_ticket,
    counter_of,
    leaf,
    live_ticket,
    open_counter,
    ticket_at,
    wrong_state,
)
from queue_core.errors import RuleError
from queue_core.fold import fold
from queue_core.office import Counter
from queue_core.routing import NOT_TAKEN, next_for, tier_of
from queue_core.state import State
from queue_core.tickets import AT_COUNTER, CounterState, CounterStatus, Status


def _free(
    state: State, counter: Counter, runtime: CounterState, ctx: Context, *, finish: bool
) -> tuple[State, list[e.AnyEvent]]:
    """The state with the counter free, finishing who is there if asked to."""
    if runtime.ticket is None:
        return state, []
    if not finish:
        there = state.tickets[runtime.ticket]
        raise RuleError("counter.busy", counter=counter.number, number=there.number)
    done = e.TicketFinished(at_ms=ctx.at_ms, by=ctx.by, ticket=runtime.ticket, counter=counter.id)
    return fold(state, done), [done]


def call_next(state: State, command: CallNext, ctx: Context) -> list[e.AnyEvent]:
    """Call whoever the rule says. With ``finish`` an empty line still finishes the one who is there."""
    counter, runtime = open_counter(state, command.counter)
    state, events = _free(state, counter, runtime, ctx, finish=command.finish)
    place = next_for(state, counter.id, ctx.at_ms)
    if place is None:
        if events:
            return events
        raise RuleError("queue.empty", counter=counter.number)
    called = e.TicketCalled(
        at_ms=ctx.at_ms,
        by=ctx.by,
        ticket=place.ticket.id,
        counter=counter.id,
        why=place.reason,
        details=place.details,
        priority=place.priority,
        passed_over=place.passed_over,
    )
    return [*events, called]


def call_ticket(state: State, command: CallTicket, ctx: Context) -> list[e.AnyEvent]:
    """Call a given ticket; who would have been next stands in the record."""
    counter, runtime = open_counter(state, command.counter)
    ticket = live_ticket(state, command.ticket)
    if ticket.status in AT_COUNTER:
        other = state.setup.counter(ticket.counter or "")
        raise RuleError("ticket.at_other_counter", number=ticket.number, counter=other.number if other else "?")
    if tier_of(ticket, counter.tiers, counter.id) == NOT_TAKEN:
        raise RuleError("counter.does_not_serve", counter=counter.number, service=ticket.service)
    state, events = _free(state, counter, runtime, ctx, finish=command.finish)
    first = next_for(state, counter.id, ctx.at_ms)
    urgent = ticket.is_priority(ctx.at_ms)
    waits = any(
        not t.is_priority(ctx.at_ms) and t.id != ticket.id and tier_of(t, counter.tiers, counter.id) < NOT_TAKEN
        for t in state.waiting_tickets()
    )
    called = e.TicketCalled(
        at_ms=ctx.at_ms,
        by=ctx.by,
        ticket=ticket.id,
        counter=counter.id,
        why="given",
        details={"instead_of": first.ticket.id} if first and first.ticket.id != ticket.id else {},
        priority=urgent,
        passed_over=urgent and waits,
    )
    return [*events, called]


def recall(state: State, command: Recall, ctx: Context) -> list[e.AnyEvent]:
    """Call the one who was called again."""
    counter, ticket = ticket_at(state, command.counter)
    if ticket.status is not Status.CALLED:
        raise wrong_state(ticket)
    return [e.TicketRecalled(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, counter=counter.id)]


def serve(state: State, command: Serve, ctx: Context) -> list[e.AnyEvent]:
    """The citizen came."""
    counter, ticket = ticket_at(state, command.counter)
    if ticket.status is not Status.CALLED:
        raise wrong_state(ticket)
    return [e.ServiceStarted(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, counter=counter.id)]


def finish(state: State, command: Finish, ctx: Context) -> list[e.AnyEvent]:
    """Done."""
    counter, ticket = ticket_at(state, command.counter)
    return [e.TicketFinished(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, counter=counter.id)]


def no_show(state: State, command: NoShow, ctx: Context) -> list[e.AnyEvent]:
    """Nobody came: back to the line behind N others, or cancelled the last time."""
    counter, ticket = ticket_at(state, command.counter)
    if ticket.status is not Status.CALLED:
        raise wrong_state(ticket)
    policy = state.setup.policy
    misses = ticket.misses + 1
    last = misses >= policy.no_show_limit
    events: list[e.AnyEvent] = [
        e.TicketMissed(
            at_ms=ctx.at_ms,
            by=ctx.by,
            ticket=ticket.id,
            counter=counter.id,
            misses=misses,
            behind=0 if last else policy.no_show_back_after,
        )
    ]
    if last:
        events.append(e.TicketCancelled(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, why="no_show"))
    return events


def undo(state: State, command: Undo, ctx: Context) -> list[e.AnyEvent]:
    """Take back the last finish, no-show, transfer or park of this counter, for a few seconds."""
    counter, runtime = counter_of(state, command.counter)
    kept = state.undo.get(counter.id)
    if kept is None:
        raise RuleError("undo.nothing", counter=counter.number)
    if ctx.at_ms > kept.at_ms + state.setup.policy.undo_s * 1000:
        raise RuleError("undo.too_late", seconds=state.setup.policy.undo_s)
    now = any_ticket(state, kept.before.id)
    if now.status in AT_COUNTER:
        other = state.setup.counter(now.counter or "")
        raise RuleError("ticket.at_other_counter", number=now.number, counter=other.number if other else "?")
    if kept.before.status in AT_COUNTER and runtime.ticket is not None:
        there = state.tickets[runtime.ticket]
        raise RuleError("counter.busy", counter=counter.number, number=there.number)
    if kept.before.status in AT_COUNTER and runtime.status is CounterStatus.CLOSED:
        raise RuleError("counter.not_open", counter=counter.number)
    leaf(state, kept.before.service)
    restored = replace(kept.before, printed=now.printed, no_slip=now.no_slip)
    return [e.TicketRestored(at_ms=ctx.at_ms, by=ctx.by, ticket=restored.dump(), why="undo")]


def open_counter_(state: State, command: OpenCounter, ctx: Context) -> list[e.AnyEvent]:
    """Take or resume a counter; one that another officer has is refused, kindly."""
    counter, runtime = counter_of(state, command.counter)
    theirs = runtime.officer not in {None, command.officer}
    if theirs and runtime.status is not CounterStatus.CLOSED and not command.take_over:
        raise RuleError("counter.taken", counter=counter.number, officer=runtime.officer_name or runtime.officer)
    if not theirs and runtime.status is CounterStatus.OPEN:
        return []
    return [
        e.CounterOpened(
            at_ms=ctx.at_ms,
            by=ctx.by,
            counter=counter.id,
            officer=command.officer,
            officer_name=command.officer_name,
        )
    ]


def _no_one_there(state: State, counter: Counter, runtime: CounterState) -> None:
    if runtime.ticket is not None:
        raise RuleError("counter.busy", counter=counter.number, number=state.tickets[runtime.ticket].number)


def pause_counter(state: State, command: PauseCounter, ctx: Context) -> list[e.AnyEvent]:
    """Close for a while."""
    counter, runtime = open_counter(state, command.counter)
    _no_one_there(state, counter, runtime)
    return [e.CounterPaused(at_ms=ctx.at_ms, by=ctx.by, counter=counter.id)]


def close_counter(state: State, command: CloseCounter, ctx: Context) -> list[e.AnyEvent]:
    """Close; twice is once."""
    counter, runtime = counter_of(state, command.counter)
    _no_one_there(state, counter, runtime)
    if runtime.status is CounterStatus.CLOSED:
        return []
    return [e.CounterClosed(at_ms=ctx.at_ms, by=ctx.by, counter=counter.id)]
