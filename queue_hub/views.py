"""What the lobby may see of the state: the board's snapshot and the kiosk's offer. No citizen, only numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from queue_core import events as e
from queue_core.calendar import opening
from queue_core.clock import Moment
from queue_core.decisions.context import Context
from queue_core.decisions.issuing import refuse_closed
from queue_core.errors import MotcuaError
from queue_core.office import Service
from queue_core.state import State
from queue_core.tickets import AT_COUNTER, Status
from queue_core.wire.messages import (
    Board,
    BoardCall,
    BoardCounter,
    BoardService,
    Call,
    Lobby,
    LobbyPrefix,
    LobbyPriority,
    LobbyRating,
    LobbyService,
    Rev,
    Wait,
)
from queue_kit.languages import offered

KEEP_CALLS_MS: Final = 180_000
#: service id → the wait an ordinary citizen coming now would be told
Waits = Callable[[State, str], Wait | None]


@dataclass(frozen=True, slots=True)
class Called:
    """The last call of a ticket: its journal position and time, and how often it was called."""

    seq: int
    at_ms: int
    counter: str
    times: int


class CallBook:
    """Remembers each ticket's last call of the day, from the events as they are committed."""

    def __init__(self) -> None:
        self._calls: dict[str, Called] = {}

    def note(self, seq: int, event: e.AnyEvent) -> None:
        """Take in one committed event."""
        if isinstance(event, e.TicketCalled):
            self._calls[event.ticket] = Called(seq, event.at_ms, event.counter, 1)
        elif isinstance(event, e.TicketRecalled):
            before = self._calls.get(event.ticket)
            self._calls[event.ticket] = Called(seq, event.at_ms, event.counter, before.times + 1 if before else 2)
        elif isinstance(event, e.DayOpened):
            self._calls.clear()

    def recent(self, state: State, now_ms: int) -> list[tuple[str, Called]]:
        """Calls to be listed, newest first: everybody at a counter, and all calls of the last minutes.

        None is forgotten before the day is over: an undo may bring somebody back to the counter long after the call.
        """
        at_counter = {t.id for t in state.at_counters()}
        listed = [
            (i, call) for i, call in self._calls.items() if i in at_counter or 0 <= now_ms - call.at_ms < KEEP_CALLS_MS
        ]
        return sorted(listed, key=lambda item: -item[1].seq)


def board(state: State, calls: CallBook, rev: Rev, moment: Moment, waits: Waits) -> Board:
    """The snapshot of everything a display in the lobby may show."""
    office = state.setup
    waiting = _waiting(state)
    found = opening(office, None, moment.local) if moment.known else None
    is_open = state.day_open and (found is None or found.open or bool(state.waiting) or bool(state.at_counters()))
    return Board(
        rev=rev,
        asof_ms=moment.utc_ms,
        day=state.day,
        date=state.date if moment.known else None,
        office=office.name,
        calls=[entry for i, call in calls.recent(state, moment.utc_ms) if (entry := _board_call(state, i, call))],
        counters=[_board_counter(state, c.id) for c in sorted(office.counters, key=lambda c: c.number)],
        services=[
            BoardService(id=s.id, name=s.short or s.name, waiting=waiting.get(s.id, 0), wait=waits(state, s.id))
            for s in office.leaves()
        ],
        notices=list(office.notices),
        open=is_open,
        message={} if is_open or found is None else {x: found.words(x, moment.local) for x in ("vi", "en")},
    )


def _board_call(state: State, ticket_id: str, call: Called) -> BoardCall | None:
    ticket, counter = state.tickets.get(ticket_id), state.setup.counter(call.counter)
    if ticket is None or counter is None:
        return None
    here = ticket.status in AT_COUNTER and ticket.counter == call.counter
    return BoardCall(
        ticket=ticket.id,
        number=ticket.number,
        counter=counter.id,
        counter_number=counter.number,
        service=ticket.service,
        state=("called" if ticket.status is Status.CALLED else "serving") if here else "gone",
        call_seq=call.seq,
        called_ms=call.at_ms,
        times=call.times,
        priority=ticket.is_priority(call.at_ms),
        lang=ticket.lang,
    )


def _board_counter(state: State, counter_id: str) -> BoardCounter:
    counter, runtime = state.setup.counter(counter_id), state.counters[counter_id]
    ticket = state.tickets.get(runtime.ticket or "")
    return BoardCounter(
        id=counter_id,
        number=counter.number if counter else 0,
        name=counter.name or {} if counter else {},
        status=runtime.status.value,
        ticket_number=ticket.number if ticket else None,
        service=ticket.service if ticket else None,
    )


def call_message(state: State, rev: Rev, event: e.TicketCalled | e.TicketRecalled, times: int) -> Call | None:
    """The announcement of one call."""
    ticket, counter = state.tickets.get(event.ticket), state.setup.counter(event.counter)
    if ticket is None or counter is None:
        return None
    return Call(
        rev=rev,
        asof_ms=event.at_ms,
        ticket=ticket.id,
        number=ticket.number,
        counter=counter.id,
        counter_number=counter.number,
        service=ticket.service,
        times=times,
        priority=ticket.is_priority(event.at_ms),
        lang=ticket.lang,
    )


def lobby(state: State, rev: Rev, moment: Moment, waits: Waits, trouble: MotcuaError | None = None) -> Lobby:
    """What the kiosks offer now."""
    office = state.setup
    waiting = _waiting(state)
    refused = _refusals(state, moment)
    all_closed = trouble or (
        next(iter(refused.values())) if len(refused) == len(office.leaves()) and _same_key(refused.values()) else None
    )
    return Lobby(
        rev=rev,
        asof_ms=moment.utc_ms,
        office_id=office.id,
        office=office.name,
        address=office.address or {},
        hotline=office.hotline,
        languages=offered(office.languages),
        date=state.date if moment.known else None,
        clock_known=moment.known,
        open=all_closed is None,
        message={"vi": all_closed.vi, "en": all_closed.en} if all_closed else {},
        services=[_lobby_service(state, s, waiting, refused, waits) for s in office.services],
        priorities=[LobbyPriority(id=p.id, name=p.name, icon=p.icon) for p in office.priority.classes],
        bookings=any(b.ticket is None for b in state.bookings.values()) or any(s.slot_places for s in office.leaves()),
        no_show_back_after=office.policy.no_show_back_after,
        no_show_limit=office.policy.no_show_limit,
        notices=list(office.notices),
        rating=lobby_rating(state),
        public_url=office.public_base_url,
    )


def lobby_rating(state: State) -> LobbyRating | None:
    """How kiosks ask for satisfaction; None where the office does not."""
    office, policy = state.setup, state.setup.rating
    if not policy.offered:
        return None
    names: dict[str, list[dict[str, str]]] = {}
    for service in office.leaves():
        names.setdefault(service.prefix, []).append(service.short or service.name)
    for prefix, stand_in in state.letters.items():
        names.setdefault(stand_in, names.get(prefix, []))
    return LobbyRating(
        scale=policy.scale,
        reasons=list(policy.reasons),
        change_s=policy.change_s,
        window_min=policy.window_min,
        complaint_url=policy.complaint_url,
        slips_qr=office.public_base_url is not None,
        dossiers=office.dossiers.registry != "none",
        prefixes=[LobbyPrefix(prefix=prefix, names=of) for prefix, of in sorted(names.items())],
    )


def _same_key(errors: Iterable[MotcuaError]) -> bool:
    keys = {error.key for error in errors}
    return keys <= {"office.closed", "office.day_closed"}


def _refusals(state: State, moment: Moment) -> dict[str, MotcuaError]:
    """Leaf service → the error it would answer now."""
    refused: dict[str, MotcuaError] = {}
    context = Context(now=moment)
    for service in state.setup.leaves():
        try:
            refuse_closed(state, service, context)
        except MotcuaError as error:
            refused[service.id] = error
    return refused


def _lobby_service(
    state: State, service: Service, waiting: dict[str, int], refused: dict[str, MotcuaError], waits: Waits
) -> LobbyService:
    children = [_lobby_service(state, s, waiting, refused, waits) for s in service.services]
    error = refused.get(service.id)
    if children and not any(child.open for child in children):
        error = refused.get(service.services[0].id)
    return LobbyService(
        id=service.id,
        name=service.name,
        short=service.short or {},
        examples=service.examples or {},
        icon=service.icon,
        kind=service.kind,
        open=error is None,
        message={"vi": error.vi, "en": error.en} if error else {},
        waiting=sum(c.waiting for c in children) if children else waiting.get(service.id, 0),
        wait=None if children else waits(state, service.id),
        counters=[c.number for c in state.setup.counters_for(service.id)],
        services=children,
        fields=list(service.fields),
        procedures=list(service.procedures),
        walk_in=service.kind != "service" or "walk_in" in service.entries,
    )


def _waiting(state: State) -> dict[str, int]:
    counts: dict[str, int] = {}
    for ticket in state.waiting_tickets():
        counts[ticket.service] = counts.get(ticket.service, 0) + 1
    return counts
