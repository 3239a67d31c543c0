"""The business day: when it opens, what it carries over, when it closes.

A day's identity is a counter. Its date is an attribute that may be corrected, so a clock that was wrong neither
locks the office nor gives a number twice: while no date is known numbers go on in the last open day, and when the
date arrives the numbers given meanwhile are carried into the new day, whose series go on above them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from queue_core import events as e
from queue_core.calendar import closing_minute
from queue_core.clock import local, utc_ms_of
from queue_core.commands import CloseDay, ConfirmClock, ReopenDay, SetDate, Tick
from queue_core.decisions.context import Context
from queue_core.decisions.series import NEW_LETTER
from queue_core.errors import RuleError
from queue_core.fold import fold
from queue_core.office import Office, dump_office
from queue_core.state import State
from queue_core.tickets import AT_COUNTER, LIVE, Status, Ticket
from queue_core.waiting import learn

_DATE_AHEAD_DAYS = 731


def first_day(office: Office, ctx: Context, *, day: int = 1, series: dict[str, int] | None = None) -> e.DayOpened:
    """The first day of a journal. ``series``: the highest numbers any witness of an earlier journal knows."""
    return e.DayOpened(
        at_ms=ctx.at_ms,
        by=ctx.by,
        day=day,
        date=ctx.now.date if ctx.now.known else None,
        office=dump_office(office),
        revision=1,
        series=series or {},
        boot_id=ctx.now.boot_id if ctx.now.known else "",
    )


def turn(state: State, ctx: Context) -> list[e.AnyEvent]:
    """What the passing of time alone brings: a doubted clock, a corrected date, a new business day."""
    events: list[e.AnyEvent] = []
    if ctx.now.jump_ms and state.clock_doubted_ms is None:
        events.append(e.ClockDoubted(at_ms=ctx.at_ms, jump_ms=ctx.now.jump_ms))
    if ctx.now.corrected_ms and abs(ctx.now.corrected_ms) > 1000:
        events.append(
            e.ClockSet(
                at_ms=ctx.at_ms,
                by=ctx.by if ctx.now.source == "hand" else "hub",
                boot_id=ctx.now.boot_id,
                offset_ms=ctx.now.corrected_ms,
                source=ctx.now.source,
            )
        )
        state = fold(state, events[-1])
    elif state.clock_doubted_ms is not None and ctx.now.known and not ctx.now.jump_ms:
        events.append(e.ClockSet(at_ms=ctx.at_ms, boot_id=ctx.now.boot_id, offset_ms=0, source=ctx.now.source))
    if not ctx.now.known:
        return events
    today = ctx.now.date
    if state.date is None or today < state.date or (today == state.date and state.boot_id != ctx.now.boot_id):
        events.append(e.DayDated(at_ms=ctx.at_ms, date=today, boot_id=ctx.now.boot_id))
    elif today > state.date and ctx.now.source == "hand" and ctx.now.corrected_ms:
        # the clock was wrong, not the day: those who hold its numbers are still in the room
        events.append(e.DayDated(at_ms=ctx.at_ms, by=ctx.by, date=today, boot_id=ctx.now.boot_id))
    elif today > state.date:
        events += new_day(state, ctx, today)
    return events


def new_day(state: State, ctx: Context, today: str) -> list[e.AnyEvent]:
    """Close the open day and open the next; undated live tickets are carried over, all others expire."""
    carried = [t for t in state.tickets.values() if t.undated and t.status in LIVE]
    undated = [t for t in state.tickets.values() if t.undated]
    keep = {t.id for t in carried}
    events: list[e.AnyEvent] = [
        e.TicketExpired(at_ms=ctx.at_ms, by=ctx.by, ticket=t.id)
        for t in state.tickets.values()
        if t.status in LIVE and t.id not in keep
    ]
    if state.day_open:
        events.append(e.DayClosed(at_ms=ctx.at_ms, by=ctx.by, why="new_day"))
    after = state
    for event in events:
        after = fold(after, event)
    events.append(
        e.DayOpened(
            at_ms=ctx.at_ms,
            by=ctx.by,
            day=max(state.day, state.days) + 1,
            date=today,
            office=dump_office(state.setup),
            revision=state.revision,
            series=_highest(undated),
            carried=[_into_new_day(t).dump() for t in carried],
            bookings=[
                {"code": b.code, "service": b.service, "at_ms": b.at_ms, "made_ms": b.made_ms, "lang": b.lang}
                for b in state.bookings.values()
                if b.ticket is None and local(b.at_ms).date().isoformat() >= today
            ],
            alerts=[
                {"device": d, "kind": k, "since_ms": ms}
                for (d, k), ms in sorted(state.alerts.items())
                if k != NEW_LETTER
            ],
            learned=learn(after),
            boot_id=ctx.now.boot_id,
        )
    )
    return events


def _highest(tickets: list[Ticket]) -> dict[str, int]:
    """Per series the highest number that people may still hold in this new day."""
    series: dict[str, int] = {}
    for ticket in tickets:
        series[ticket.prefix] = max(series.get(ticket.prefix, 0), ticket.ordinal)
    return series


def _into_new_day(ticket: Ticket) -> Ticket:
    """Whoever stood at a counter waits again in the new day, at the old place; the date is known from now on."""
    status = Status.WAITING if ticket.status in AT_COUNTER else ticket.status
    return replace(ticket, status=status, counter=None, undated=False)


def tick(state: State, _command: Tick, ctx: Context) -> list[e.AnyEvent]:
    """Expire who still waits some time after the closing of his service."""
    if not ctx.now.known or state.date != ctx.now.date or not state.waiting:
        return []
    office, today = state.setup, date.fromisoformat(state.date)
    grace_ms = office.policy.expire_after_close_min * 60_000
    ends: dict[str, int | None] = {}
    events: list[e.AnyEvent] = []
    for ticket in state.waiting_tickets():
        if ticket.service not in ends:
            minute = closing_minute(office, office.service(ticket.service), today)
            ends[ticket.service] = None if minute is None else utc_ms_of(today, minute)
        end_ms = ends[ticket.service]
        here_ms = ticket.issued_ms if ticket.back_ms is None else ticket.back_ms
        if end_ms is not None and ctx.at_ms >= max(end_ms, here_ms) + grace_ms:
            events.append(e.TicketExpired(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id))
    return events


def close_day(state: State, _command: CloseDay, ctx: Context) -> list[e.AnyEvent]:
    """A supervisor ends the day: waiting and parked tickets expire; who is at a counter is served to the end."""
    if not state.day_open:
        return []
    parked = [t.id for t in state.tickets.values() if t.status is Status.PARKED]
    waiting = [t.id for t in state.tickets.values() if t.status is Status.WAITING]
    return [
        *(e.TicketExpired(at_ms=ctx.at_ms, by=ctx.by, ticket=i) for i in (*waiting, *parked)),
        e.DayClosed(
            at_ms=ctx.at_ms,
            by=ctx.by,
            why="supervisor",
            expired={**dict.fromkeys(waiting, "waiting"), **dict.fromkeys(parked, "parked")},
        ),
    ]


def reopen_day(state: State, _command: ReopenDay, ctx: Context) -> list[e.AnyEvent]:
    """The same business day goes on: its numbers, its limits, and the places of whom the closing ended.

    Not back in the line: who was brought back or counted out one by one meanwhile, and who waited for a service that
    is no longer there. Without a date (after a power cut) it might be yesterday's day: the date comes first.
    """
    if state.day_open:
        return []
    if not ctx.now.known and ctx.now.boot_id != state.boot_id:
        raise RuleError("day.date_first")
    leaves = {service.id for service in state.setup.leaves()}
    back = [
        _as_before(state, ticket, was)
        for i, was in state.closed_out.items()
        if (ticket := state.tickets[i]).status is Status.EXPIRED and ticket.service in leaves
    ]
    return [
        e.DayReopened(at_ms=ctx.at_ms, by=ctx.by),
        *(e.TicketRestored(at_ms=ctx.at_ms, by=ctx.by, ticket=t.dump(), why="day_reopened") for t in back),
    ]


def _as_before(state: State, ticket: Ticket, was: Status) -> Ticket:
    """The ticket before the closing; a counter that is gone meanwhile binds nobody."""
    only = ticket.only_counter if state.setup.counter(ticket.only_counter or "") else None
    return replace(ticket, status=was, only_counter=only, ended_ms=None)


def set_date(state: State, command: SetDate, ctx: Context) -> list[e.AnyEvent]:
    """An officer says the date while the machine knows none. Refused when it does, or when it cannot be."""
    floor = max(state.date or "", ctx.now.date if not ctx.now.known else "")
    floor = min(floor, ctx.now.date) if not ctx.now.known else ctx.now.date
    try:
        date.fromisoformat(command.date)
    except ValueError as error:
        raise RuleError("clock.date_refused", date=command.date, floor=floor) from error
    latest = date.fromisoformat(floor) + timedelta(days=_DATE_AHEAD_DAYS)
    if ctx.now.known or not floor <= command.date <= latest.isoformat():
        if command.date == state.date:
            return []
        raise RuleError("clock.date_refused", date=command.date, floor=floor)
    if state.date is None or command.date <= state.date:
        return [e.DayDated(at_ms=ctx.at_ms, by=ctx.by, date=command.date, boot_id=ctx.now.boot_id)]
    return new_day(state, ctx, command.date)


def confirm_clock(state: State, _command: ConfirmClock, _ctx: Context) -> list[e.AnyEvent]:
    """Nothing of its own: the clock's owner was told to believe, and :func:`turn` says what that brings."""
    if state.clock_doubted_ms is not None:
        raise RuleError("clock.still_doubted")
    return []
