"""The line as an onlooker keeps it: each ticket's life by what the people did and were told, and the order judged.

The order is judged by :mod:`motcua.order_reference`; this book tells it who came, who left and who was called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from motcua.order_reference import OrderReference, Waiting
from motcua.simulate.notes import Act

State = Literal["waiting", "called", "serving", "parked", "finished", "cancelled", "expired"]
Kind = Literal["lost", "duplicate_numbers", "double_calls", "stale_announcements", "out_of_order_unexplained"]
AT_COUNTER: Final = frozenset({"called", "serving"})
OVER: Final = frozenset({"finished", "cancelled", "expired"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The office's rules as they hang on its wall.

    ``counters``: counter → groups of services it takes, the earlier group first. ``numbers_given_ms``: when numbers
    are given today, from and until.
    """

    counters: Mapping[str, Sequence[Sequence[str]]]
    ratio: int
    patience_min: float
    back_after: int
    miss_limit: int
    booking_grace_min: float
    numbers_given_ms: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True, kw_only=True)
class Holder:
    """Somebody with a number. ``rank``: arrival order; ``left_ms``: when it ended."""

    ticket: str
    number: str
    service: str
    rank: int
    since_ms: int
    favoured: bool = False
    booked_ms: int | None = None
    only_counter: str | None = None
    misses: int = 0
    state: State = "waiting"
    counter: str | None = None
    code: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be: its kind, the number it is about, and what."""

    kind: Kind
    number: str
    what: str


@dataclass(slots=True)
class LineBook:
    """Fed with acts in the order of their positions. ``history``: (position, counter → (ticket, state)) after each."""

    rules: Rules
    holders: dict[str, Holder] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    history: list[tuple[int, dict[str, tuple[str, str]]]] = field(default_factory=list)
    _before: dict[str, Holder] = field(default_factory=dict)
    _officers: dict[str, str] = field(default_factory=dict)
    _ranks: int = 0
    _order: OrderReference = field(init=False)

    def __post_init__(self) -> None:
        """Begin an empty line."""
        self._order = OrderReference(self.rules.counters, self.rules.ratio, self.rules.patience_min)

    # ------------------------------------------------------------------ reading
    def next_for(self, counter: str, clock_ms: int) -> Holder | None:
        """Whom a counter should call now."""
        found = self._order.expected(counter, clock_ms)
        return self.holders[found] if found else None

    def able(self, counter: str) -> set[str]:
        """The waiting tickets that a counter takes."""
        groups = [s for group in self.rules.counters.get(counter, ()) for s in group]
        return {
            h.ticket
            for h in self.holders.values()
            if h.state == "waiting" and (h.only_counter == counter if h.only_counter else h.service in groups)
        }

    # ------------------------------------------------------------------ writing
    def take(self, act: Act) -> None:
        """One act that was done."""
        handler = _HANDLERS.get(act.verb)
        if handler is None:
            return
        handler(self, act)
        if act.seq is not None:
            shown = {c: (t, str(self.holders[t].state)) for c, t in self.at.items()}
            self.history.append((act.seq, shown))

    def _fault(self, kind: Kind, number: str | None, what: str) -> None:
        self.faults.append(Fault(kind, number or "?", what))

    def _issue(self, act: Act) -> None:
        ticket, number = act.ticket or "", act.number or ""
        known = self.holders.get(ticket)
        if known is not None:
            if known.request_id != act.request_id or known.number != number:
                self._fault("duplicate_numbers", number, f"the ticket {ticket} was given to a second citizen")
            return
        same = next((h for h in self.holders.values() if h.number == number), None)
        if same is not None:
            self._fault("duplicate_numbers", number, f"given twice: as {same.ticket} and as {ticket}")
        again = next((h for h in self.holders.values() if h.request_id == act.request_id), None)
        if again is not None and act.request_id:
            self._fault("duplicate_numbers", number, f"the same request was given {again.number} before")
        booked = act.details.get("booked_ms")
        in_time = booked is not None and act.clock_ms <= booked + self.rules.booking_grace_min * 60_000
        self._ranks += 1
        holder = Holder(
            ticket=ticket,
            number=number,
            service=str(act.details["service"]),
            rank=self._ranks,
            since_ms=int(act.details.get("issued_ms", act.clock_ms)),
            favoured=bool(act.details.get("priority")),
            booked_ms=booked if in_time else None,
            code=str(act.details.get("follow_url") or ""),
            request_id=act.request_id,
        )
        self.holders[ticket] = holder
        self._line_up(holder)

    def _line_up(self, holder: Holder, *, let_pass: int = 0) -> None:
        holder.state, holder.counter = "waiting", None
        self._order.arrive(self._person(holder, let_pass))

    def _person(self, holder: Holder, let_pass: int = 0) -> Waiting:
        return Waiting(
            name=holder.ticket, service=holder.service, rank=holder.rank, since_ms=holder.since_ms,
            favoured=holder.favoured, booked_ms=holder.booked_ms, only_counter=holder.only_counter, let_pass=let_pass,
        )  # fmt: skip

    def _free(self, holder: Holder) -> None:
        if holder.counter is not None and self.at.get(holder.counter) == holder.ticket:
            del self.at[holder.counter]
        holder.counter = None

    def _keep(self, counter: str | None, holder: Holder) -> None:
        if counter is not None:
            self._before[counter] = replace(holder)

    def _end(self, holder: Holder, state: State) -> None:
        self._order.leave(holder.ticket)
        self._free(holder)
        holder.state = state

    # ------------------------------------------------------------------ at the counters
    def _call(self, act: Act) -> None:
        counter = act.counter or ""
        here = self.holders.get(self.at.get(counter, ""))
        if here is not None:
            if not act.details.get("finish"):
                self._fault("double_calls", act.number, f"{counter} called {act.number} while {here.number} is there")
            self._keep(counter, here)
            self._end(here, "finished")
        if here is not None and act.ticket == here.ticket:  # finished, and nobody was next
            self._nobody_next(act, counter)
            return
        holder = self.holders.get(act.ticket or "")
        if holder is None:
            self._fault("out_of_order_unexplained", act.number, f"{counter} called {act.number}, which nobody holds")
            return
        if holder.state in AT_COUNTER:
            self._fault("double_calls", holder.number, f"called at {counter} while {holder.state} at {holder.counter}")
            self._free(holder)
        elif holder.state in OVER:
            self._fault("out_of_order_unexplained", holder.number, f"called at {counter} though {holder.state}")
        chosen = act.verb == "call"
        if not chosen:
            wanted = self._order.expected(counter, act.clock_ms)
            if wanted != holder.ticket:
                should = self.holders[wanted].number if wanted else "nobody"
                self._fault(
                    "out_of_order_unexplained",
                    holder.number,
                    f"{counter} called {holder.number}, it was {should}'s turn",
                )
        if holder.state == "parked":
            self._order.call_aside(counter, self._person(holder), act.clock_ms)
        else:
            self._order.call(counter, holder.ticket, act.clock_ms, chosen=chosen)
        holder.state, holder.counter = "called", counter
        self.at[counter] = holder.ticket
        self._before.pop(counter, None)

    def _nobody_next(self, act: Act, counter: str) -> None:
        wanted = self._order.expected(counter, act.clock_ms)
        if wanted is not None:
            number = self.holders[wanted].number
            self._fault("out_of_order_unexplained", number, f"{counter} was told that nobody waits; {number} does")

    def _here(self, act: Act) -> Holder | None:
        return self.holders.get(self.at.get(act.counter or "", ""))

    def _serve(self, act: Act) -> None:
        if holder := self._here(act):
            holder.state = "serving"

    def _finish(self, act: Act) -> None:
        if holder := self._here(act):
            self._keep(act.counter, holder)
            self._end(holder, "finished")

    def _no_show(self, act: Act) -> None:
        holder = self._here(act)
        if holder is None:
            return
        self._keep(act.counter, holder)
        self._free(holder)
        holder.misses += 1
        if holder.misses >= self.rules.miss_limit:
            holder.state = "cancelled"
        else:
            self._line_up(holder, let_pass=self.rules.back_after)

    def _undo(self, act: Act) -> None:
        before = self._before.pop(act.counter or "", None)
        if before is None:
            self._fault("double_calls", act.number, f"{act.counter} took back what it had not done")
            return
        self._order.leave(before.ticket)
        self.holders[before.ticket] = before
        if before.counter is not None:
            self.at[before.counter] = before.ticket
        self._before = {c: h for c, h in self._before.items() if h.ticket != before.ticket}

    def _open(self, act: Act) -> None:
        officer = self._officers.setdefault(act.counter or "", act.who)
        if officer != act.who:
            self._fault("double_calls", None, f"{act.who} was given {act.counter}, where {officer} is")

    def _close(self, act: Act) -> None:
        self._order.rest(act.counter or "")
        self._officers.pop(act.counter or "", None)

    # ------------------------------------------------------------------ tickets moved about
    def _transfer(self, act: Act) -> None:
        holder = self.holders.get(act.ticket or "")
        if holder is None:
            return
        if holder.state in AT_COUNTER:
            self._keep(holder.counter, holder)
        self._free(holder)
        self._order.leave(holder.ticket)
        holder.service, holder.only_counter = str(act.details["service"]), act.details.get("to_counter")
        holder.misses = 0
        if not act.details["keep_place"]:
            self._ranks += 1
            holder.rank, holder.since_ms = self._ranks, act.clock_ms
        self._line_up(holder)

    def _park(self, act: Act) -> None:
        if holder := self.holders.get(act.ticket or ""):
            if holder.state in AT_COUNTER:
                self._keep(holder.counter, holder)
            self._end(holder, "parked")

    def _unpark(self, act: Act) -> None:
        if holder := self.holders.get(act.ticket or ""):
            self._line_up(holder)

    def _reopen(self, act: Act) -> None:
        if holder := self.holders.get(act.ticket or ""):
            holder.misses = 0
            self._line_up(holder)

    def _cancel(self, act: Act) -> None:
        holder = self.holders.get(act.ticket or "")
        # a citizen's own "I left" comes too late for a number that has been called
        if holder is not None and (holder.state == "waiting" or act.verb == "cancel_ticket"):
            self._end(holder, "cancelled")

    def _set_priority(self, act: Act) -> None:
        holder = self.holders.get(act.ticket or "")
        if holder is None:
            return
        holder.favoured = bool(act.details.get("priority"))
        if person := self._order.line.get(holder.ticket):
            person.favoured = holder.favoured

    def close_day(self) -> None:
        """The doors are shut: whoever still waits or was set aside goes home with an expired number."""
        for holder in self.holders.values():
            if holder.state in {"waiting", "parked"}:
                self._end(holder, "expired")


_HANDLERS: Final = {
    "issue": LineBook._issue,  # noqa: SLF001 -- the table belongs to the class
    "check_in": LineBook._issue,  # noqa: SLF001
    "call_next": LineBook._call,  # noqa: SLF001
    "call": LineBook._call,  # noqa: SLF001
    "serve": LineBook._serve,  # noqa: SLF001
    "finish": LineBook._finish,  # noqa: SLF001
    "no_show": LineBook._no_show,  # noqa: SLF001
    "undo": LineBook._undo,  # noqa: SLF001
    "open": LineBook._open,  # noqa: SLF001
    "close": LineBook._close,  # noqa: SLF001
    "transfer": LineBook._transfer,  # noqa: SLF001
    "park": LineBook._park,  # noqa: SLF001
    "unpark": LineBook._unpark,  # noqa: SLF001
    "reopen": LineBook._reopen,  # noqa: SLF001
    "cancel": LineBook._cancel,  # noqa: SLF001
    "cancel_ticket": LineBook._cancel,  # noqa: SLF001
    "set_priority": LineBook._set_priority,  # noqa: SLF001
}
