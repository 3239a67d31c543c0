"""What each event does to the state. Reads the event and the state, and nothing else: no clock, no file, no chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from queue_core import events as e
from queue_core.office import Office
from queue_core.rating import Rating
from queue_core.routing import NOT_TAKEN, streak_after, tier_of
from queue_core.state import State, Undo
from queue_core.tickets import AT_COUNTER, Booking, CounterState, CounterStatus, Status, Ticket, Visit


def fold(state: State, event: e.AnyEvent) -> State:
    """The state after an event; the given state stays as it was."""
    after = state.copy()
    fold_into(after, event)
    return after


def fold_into(state: State, event: e.AnyEvent) -> None:
    """Change ``state`` as the event says. An event that fits no ticket or counter changes nothing."""
    _FOLDS[type(event)](state, event)
    state.last_ms = max(state.last_ms, event.at_ms)


def _put(state: State, ticket: Ticket) -> None:
    state.tickets[ticket.id] = ticket
    if ticket.status is Status.WAITING:
        state.waiting[ticket.id] = None
    else:
        state.waiting.pop(ticket.id, None)


def _leave_counter(state: State, ticket: Ticket) -> None:
    counter = state.counters.get(ticket.counter or "")
    if counter is not None and counter.ticket == ticket.id:
        state.counters[counter.id] = replace(counter, ticket=None)


def _seen(ticket: Ticket, at_ms: int, end: str) -> Ticket:
    """The ticket with its stay at a counter, if it is at one, noted as over."""
    if ticket.status not in AT_COUNTER or ticket.called_ms is None:
        return ticket
    visit = Visit(ticket.service, ticket.counter or "", ticket.called_ms, ticket.served_ms, at_ms, end)
    return replace(ticket, visits=(*ticket.visits, visit))


def _end(state: State, ticket_id: str, status: Status, at_ms: int, reason: str = "") -> None:
    if ticket := state.tickets.get(ticket_id):
        _leave_counter(state, ticket)
        if status is Status.FINISHED:
            ticket = _seen(ticket, at_ms, "finished")
        _put(state, replace(ticket, status=status, ended_ms=at_ms, reason=reason))


def _day_opened(state: State, event: e.DayOpened) -> None:
    carried = [Ticket.load(values) for values in event.carried]
    state.office = Office.model_validate(event.office)
    state.revision, state.day, state.date, state.day_open = event.revision, event.day, event.date, True
    state.boot_id, state.dated_ms = event.boot_id, event.at_ms
    state.days = 0
    state.tickets, state.waiting, state.numbers, state.requests = {}, {}, {}, {}
    for ticket in carried:
        _put(state, ticket)
        state.numbers[ticket.number] = ticket.id
        if ticket.request_id:
            state.requests[ticket.request_id] = ticket.id
    state.series = dict(event.series)
    state.letters, state.doubt = {}, "none"
    state.given = {}
    state.switched, state.undo, state.help, state.closed_out = {}, {}, {}, {}
    state.alerts = {(a["device"], a["kind"]): a["since_ms"] for a in event.alerts}
    state.last_ms = event.at_ms
    state.cancelled_requests = frozenset()
    state.next_place = max((t.place for t in carried), default=0) + 1
    state.counters = {c.id: CounterState(id=c.id) for c in state.office.counters}
    state.bookings = {b["code"]: Booking(**b) for b in event.bookings}
    state.learned = event.learned
    state.rated = {}
    state.clock_doubted_ms = None


def _day_dated(state: State, event: e.DayDated) -> None:
    state.date, state.boot_id, state.dated_ms = event.date, event.boot_id, event.at_ms
    for ticket in list(state.tickets.values()):
        if ticket.undated:
            state.tickets[ticket.id] = replace(ticket, undated=False)


def _day_closed(state: State, event: e.DayClosed) -> None:
    state.day_open = False
    state.closed_out = {i: Status(was) for i, was in event.expired.items()}


def _day_reopened(state: State, _event: e.DayReopened) -> None:
    state.day_open = True
    state.closed_out = {}


def _clock_set(state: State, event: e.ClockSet) -> None:
    """Time arrived: what was given before by no clock gets its true times, or everybody would have waited for days."""
    state.clock_doubted_ms = None
    by_hand = event.source == "hand" and event.offset_ms != 0
    for ticket in list(state.tickets.values()):
        if ticket.clockless or by_hand:
            state.tickets[ticket.id] = ticket.later_by(event.offset_ms)
    if by_hand:  # the whole day went by a wrong clock
        state.counters = {i: counter.later_by(event.offset_ms) for i, counter in state.counters.items()}
        state.undo = {}


def _clock_doubted(state: State, event: e.ClockDoubted) -> None:
    state.clock_doubted_ms = event.jump_ms


def _office_changed(state: State, event: e.OfficeChanged) -> None:
    state.office = Office.model_validate(event.office)
    state.revision = event.revision
    known = {c.id for c in state.office.counters}
    state.counters = {
        **{i: c for i, c in state.counters.items() if i in known or c.ticket},
        **{i: CounterState(id=i) for i in known if i not in state.counters},
    }


def _service_switched(state: State, event: e.ServiceSwitched) -> None:
    state.switched.pop(event.service, None)
    if event.open is not None:
        state.switched[event.service] = event.open


def _series_raised(state: State, event: e.SeriesRaised) -> None:
    for prefix, ordinal in event.series.items():
        state.series[prefix] = max(state.series.get(prefix, 0), ordinal)
    state.days = max(state.days, event.days)
    state.letters |= event.letters
    state.doubt = event.doubt or state.doubt


def _ticket_issued(state: State, event: e.TicketIssued) -> None:
    ticket = Ticket.load(event.ticket)
    _put(state, ticket)
    state.numbers[ticket.number] = ticket.id
    state.series[ticket.prefix] = max(state.series.get(ticket.prefix, 0), ticket.ordinal)
    state.given[ticket.service] = state.given.get(ticket.service, 0) + 1
    state.next_place = max(state.next_place, ticket.place + 1)
    if ticket.request_id:
        state.requests[ticket.request_id] = ticket.id
    if ticket.booking and (booking := state.bookings.get(ticket.booking)):
        state.bookings[ticket.booking] = replace(booking, ticket=ticket.id)


def _slip_printed(state: State, event: e.SlipPrinted) -> None:
    if ticket := state.tickets.get(event.ticket):
        state.tickets[ticket.id] = replace(ticket, printed=max(ticket.printed, event.copies), no_slip=False)


def _slip_failed(state: State, event: e.SlipFailed) -> None:
    if ticket := state.tickets.get(event.ticket):
        # Of a reprint that failed, the one before may still be in the citizen's hand.
        state.tickets[ticket.id] = replace(ticket, no_slip=ticket.printed == 0)


def _nothing(_state: State, _event: e.Event) -> None:
    """Kept for the record; the running state does not need it."""


def _ticket_called(state: State, event: e.TicketCalled) -> None:
    ticket, counter = state.tickets.get(event.ticket), state.counters.get(event.counter)
    if ticket is None or counter is None:
        return
    setup = state.setup.counter(counter.id)
    tiers = setup.tiers if setup is not None else {}
    for other_id in list(state.waiting):
        other = state.tickets[other_id]
        if other.behind and other_id != ticket.id and tier_of(other, tiers, counter.id) < NOT_TAKEN:
            state.tickets[other_id] = replace(other, behind=other.behind - 1)
    _put(
        state,
        replace(
            ticket,
            status=Status.CALLED,
            counter=counter.id,
            called_ms=event.at_ms,
            served_ms=None,
            ended_ms=None,
            behind=0,
            calls=ticket.calls + 1,
            first_called_ms=event.at_ms if ticket.first_called_ms is None else ticket.first_called_ms,
        ),
    )
    streak = streak_after(counter.streak, priority=event.priority, passed_over=event.passed_over)
    state.counters[counter.id] = replace(counter, ticket=ticket.id, streak=streak)
    state.undo.pop(counter.id, None)


def _ticket_recalled(state: State, event: e.TicketRecalled) -> None:
    if ticket := state.tickets.get(event.ticket):
        state.tickets[ticket.id] = replace(ticket, calls=ticket.calls + 1)


def _service_started(state: State, event: e.ServiceStarted) -> None:
    if ticket := state.tickets.get(event.ticket):
        _put(state, replace(ticket, status=Status.SERVING, served_ms=event.at_ms))


def _keep_undo(state: State, counter: str | None, ticket_id: str, what: str, at_ms: int) -> None:
    if counter is not None and (ticket := state.tickets.get(ticket_id)):
        state.undo[counter] = Undo(before=ticket, what=what, at_ms=at_ms)


def _ticket_finished(state: State, event: e.TicketFinished) -> None:
    _keep_undo(state, event.counter, event.ticket, "finish", event.at_ms)
    _end(state, event.ticket, Status.FINISHED, event.at_ms)
    counter, ticket = state.counters.get(event.counter), state.tickets.get(event.ticket)
    if counter is not None and ticket is not None:
        state.tickets[ticket.id] = replace(ticket, served_by=counter.officer)


def _ticket_missed(state: State, event: e.TicketMissed) -> None:
    _keep_undo(state, event.counter, event.ticket, "no_show", event.at_ms)
    if ticket := state.tickets.get(event.ticket):
        _leave_counter(state, ticket)
        _put(
            state,
            replace(
                _seen(ticket, event.at_ms, "missed"),
                status=Status.WAITING,
                counter=None,
                misses=event.misses,
                behind=event.behind,
                back_ms=event.at_ms,
            ),
        )


def _ticket_transferred(state: State, event: e.TicketTransferred) -> None:
    _keep_undo(state, event.by_counter, event.ticket, "transfer", event.at_ms)
    if ticket := state.tickets.get(event.ticket):
        _leave_counter(state, ticket)
        _put(
            state,
            replace(
                _seen(ticket, event.at_ms, "moved"),
                status=Status.WAITING,
                service=event.service,
                only_counter=event.only_counter,
                counter=None,
                place=event.place,
                behind=0,
                misses=0,
                back_ms=event.at_ms,
                waiting_since_ms=ticket.waiting_since_ms if event.kept else event.at_ms,
            ),
        )
        state.next_place = max(state.next_place, event.place + 1)


def _ticket_parked(state: State, event: e.TicketParked) -> None:
    _keep_undo(state, event.counter, event.ticket, "park", event.at_ms)
    if ticket := state.tickets.get(event.ticket):
        _leave_counter(state, ticket)
        _put(state, replace(_seen(ticket, event.at_ms, "parked"), status=Status.PARKED, counter=None))


def _ticket_unparked(state: State, event: e.TicketUnparked) -> None:
    if ticket := state.tickets.get(event.ticket):
        _put(state, replace(ticket, status=Status.WAITING, behind=0, back_ms=event.at_ms))


def _ticket_cancelled(state: State, event: e.TicketCancelled) -> None:
    _end(state, event.ticket, Status.CANCELLED, event.at_ms, event.why)


def _ticket_expired(state: State, event: e.TicketExpired) -> None:
    _end(state, event.ticket, Status.EXPIRED, event.at_ms)


def _ticket_restored(state: State, event: e.TicketRestored) -> None:
    ticket = Ticket.load(event.ticket)
    if ticket.status is Status.WAITING:
        ticket = replace(ticket, back_ms=event.at_ms)
    _put(state, ticket)
    counter = state.counters.get(ticket.counter or "")
    if ticket.status in {Status.CALLED, Status.SERVING} and counter is not None:
        state.counters[counter.id] = replace(counter, ticket=ticket.id)
    state.undo = {c: u for c, u in state.undo.items() if u.before.id != ticket.id}


def _priority_changed(state: State, event: e.PriorityChanged) -> None:
    if ticket := state.tickets.get(event.ticket):
        state.tickets[ticket.id] = replace(ticket, priority=event.priority, priority_confirmed=event.confirmed)


def _counter(state: State, counter_id: str, **changes: Any) -> None:
    if counter := state.counters.get(counter_id):
        state.counters[counter_id] = replace(counter, **changes)


def _counter_opened(state: State, event: e.CounterOpened) -> None:
    before = state.counters.get(event.counter)
    pauses = before.pauses if before is not None else ()
    if before is not None and before.status is CounterStatus.PAUSED and before.since_ms is not None:
        pauses = (*pauses, (before.since_ms, event.at_ms))
    _counter(
        state,
        event.counter,
        status=CounterStatus.OPEN,
        officer=event.officer,
        officer_name=event.officer_name,
        since_ms=event.at_ms,
        pauses=pauses,
    )


def _counter_paused(state: State, event: e.CounterPaused) -> None:
    _counter(state, event.counter, status=CounterStatus.PAUSED, since_ms=event.at_ms)


def _counter_closed(state: State, event: e.CounterClosed) -> None:
    _counter(
        state, event.counter, status=CounterStatus.CLOSED, officer=None, officer_name="", since_ms=event.at_ms, streak=0
    )


def _request_cancelled(state: State, event: e.RequestCancelled) -> None:
    state.cancelled_requests |= {event.request_id}


def _booking_made(state: State, event: e.BookingMade) -> None:
    booking = Booking(**event.booking)
    state.bookings[booking.code] = booking


def _booking_cancelled(state: State, event: e.BookingCancelled) -> None:
    state.bookings.pop(event.code, None)


def _help_asked(state: State, event: e.HelpAsked) -> None:
    state.help.setdefault(event.device, event.at_ms)


def _help_answered(state: State, event: e.HelpAnswered) -> None:
    state.help.pop(event.device, None)


def _alert_raised(state: State, event: e.AlertRaised) -> None:
    state.alerts.setdefault((event.device, event.kind), event.at_ms)


def _alert_cleared(state: State, event: e.AlertCleared) -> None:
    state.alerts.pop((event.device, event.kind), None)


def _rated(state: State, event: e.Rated) -> None:
    before = state.rated.get(event.subject)
    state.rated[event.subject] = Rating(
        value=event.value,
        scale=event.scale,
        reasons=tuple(event.reasons),
        counter=event.counter,
        service=event.service,
        officer=event.officer,
        indices=event.indices,
        # a change of mind does not begin another ten seconds
        given_ms=before.given_ms if before is not None else event.given_ms,
        by=event.by,
    )


_FOLDS: Final[dict[type[e.Event], Callable[[State, Any], None]]] = {
    e.DayOpened: _day_opened,
    e.DayDated: _day_dated,
    e.DayClosed: _day_closed,
    e.DayReopened: _day_reopened,
    e.ClockSet: _clock_set,
    e.ClockDoubted: _clock_doubted,
    e.OfficeChanged: _office_changed,
    e.ServiceSwitched: _service_switched,
    e.SeriesRaised: _series_raised,
    e.TicketIssued: _ticket_issued,
    e.SlipPrinted: _slip_printed,
    e.SlipFailed: _slip_failed,
    e.TicketCalled: _ticket_called,
    e.TicketRecalled: _ticket_recalled,
    e.ServiceStarted: _service_started,
    e.TicketFinished: _ticket_finished,
    e.TicketMissed: _ticket_missed,
    e.TicketTransferred: _ticket_transferred,
    e.TicketParked: _ticket_parked,
    e.TicketUnparked: _ticket_unparked,
    e.TicketCancelled: _ticket_cancelled,
    e.TicketExpired: _ticket_expired,
    e.TicketRestored: _ticket_restored,
    e.PriorityChanged: _priority_changed,
    e.CounterOpened: _counter_opened,
    e.CounterPaused: _counter_paused,
    e.CounterClosed: _counter_closed,
    e.RequestCancelled: _request_cancelled,
    e.BookingMade: _booking_made,
    e.BookingCancelled: _booking_cancelled,
    e.HelpAsked: _help_asked,
    e.HelpAnswered: _help_answered,
    e.AlertRaised: _alert_raised,
    e.AlertCleared: _alert_cleared,
    e.AccountChanged: _nothing,
    e.DossierChanged: _nothing,
    e.Rated: _rated,
}
