"""The one writer of the office's journal.

Commands come in from any thread; one engine thread decides them on a copy of the state, commits the whole batch in
one transaction, swaps the copy in, tells the listeners, and only then answers. What could not be committed was not
promised: its callers get the journal's keyed error and the copy is dropped.
"""

from __future__ import annotations

import logging
import math
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Final

from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import BUILD_FLOOR_MS, Clock, Moment, Reading, TrustedClock
from queue_core.decisions.series import ask_witnesses, of_today, raise_series, settle, spoken_of
from queue_core.engine import Context, Forecast, decide, first_day, fold_into
from queue_core.errors import MotcuaError, RuleError
from queue_core.events import load_event
from queue_core.journal import Journal, SalvageReport, Stamp
from queue_core.office import Office
from queue_core.state import State
from queue_core.tickets import Status, Ticket
from queue_core.wire.messages import Reply, Rev
from queue_hub.disk_trouble import DiskTrouble
from queue_hub.inquiry import Inquiry
from queue_hub.outcomes import AnswerTo, Commit, Outcome, bare, refused, ticket_of
from queue_hub.replies import ticket_body

__all__ = ["Commit", "Engine", "Outcome"]

log = logging.getLogger(__name__)
BATCH: Final = 64
TICK_S: Final = 1.0

#: writes a caller's own tables in the transaction of its command's events
Side = Callable[[sqlite3.Connection], None]


@dataclass(slots=True)
class _Asked:
    command: c.AnyCommand
    by: str
    request_id: str | None
    answer: AnswerTo
    side: Side | None = None


@dataclass(slots=True)
class _Batch:
    state: State
    events: list[e.AnyEvent] = field(default_factory=list)
    requests: list[str | None] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    sides: list[Side] = field(default_factory=list)
    outcomes: list[tuple[AnswerTo, Outcome]] = field(default_factory=list)


class Engine:
    """Owns the journal and the state. ``forecast`` tells the wait; ``follow`` makes a ticket's public address."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        office: Office,
        *,
        forecast: Forecast | None = None,
        follow: Callable[[Ticket, State], str | None] | None = None,
        fatal: Callable[[BaseException], None] | None = None,
        turned: Callable[[], None] = lambda: None,
        salvaged: SalvageReport | None = None,
        witness_wait_s: float = 0.0,
    ) -> None:
        """Replay the open day, or open the first one with ``office``. Raises JournalError.

        ``fatal``: takes what ended the engine's thread; a process without an engine should not live on. ``turned`` is
        called on that thread after each turn of its loop, at least once a second also while nobody asks anything.
        ``witness_wait_s``: how long witnesses are waited for when the journal was damaged or lost; 0: not at all.
        """
        self.journal = journal
        self._forecast = forecast
        self._follow = follow
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[Commit], None]] = []
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._fatal = fatal
        self._turned = turned
        self._disk = DiskTrouble(journal)
        #: who still has to tell which numbers were given under an earlier journal
        self.inquiry = Inquiry(witness_wait_s)
        last = journal.last_stamp()
        floor_ms = max(journal.floor_ms, 0 if journal.simulated else BUILD_FLOOR_MS)
        reading = Reading(last.at_ms, last.mono_ms, last.boot_id, last.source) if last else None
        self._clock = TrustedClock(clock, floor_ms=floor_ms, last=reading)
        self.moment = self._clock.now()
        self._untold_ms = self.moment.corrected_ms
        self.replayed: list[tuple[int, e.AnyEvent]] = []
        state = State()
        for record in journal.open_day():
            event = load_event(record.body)
            fold_into(state, event)
            self.replayed.append((record.seq, event))
        #: the last committed state and its position, swapped in one go: they are never seen apart
        self.committed: tuple[State, int] = (state, journal.seq)
        #: nothing stood in it: perhaps an earlier one was lost
        self._new = state.office is None and salvaged is None
        if state.office is None:
            days, series = (salvaged.last_day, salvaged.series) if salvaged else (0, None)
            self._append([first_day(office, Context(now=self.moment), day=days + 1, series=series)], [None], {})
        if salvaged is not None:
            self._doubt(salvaged)
        if self.state.doubt != "none" and self.inquiry.wanted:  # also when the hub was killed while it waited
            self.inquiry.begin(time.monotonic())

    def _doubt(self, salvaged: SalvageReport) -> None:
        """Before the first number: above whatever any record of the damaged journal testifies to, then witnesses."""
        higher = c.RaiseSeries(series=salvaged.series, days=salvaged.last_day)
        if raised := raise_series(self.state, higher, Context(now=self.moment)):
            self._append(raised, [None] * len(raised), {})
        if not self.inquiry.wanted:
            return
        self._tick()  # what is in doubt are today's numbers, not those of the salvaged day
        doubted = ask_witnesses(Context(now=self.moment), spoken=salvaged.from_file)
        self._append(doubted, [None] * len(doubted), {})

    # ------------------------------------------------------------------ from any thread
    @property
    def epoch(self) -> str:
        """The journal's epoch."""
        return self.journal.epoch

    @property
    def state(self) -> State:
        """The last committed state; read it, never change it."""
        return self.committed[0]

    @property
    def seq(self) -> int:
        """Position of the last committed event."""
        return self.committed[1]

    @property
    def trouble(self) -> MotcuaError | None:
        """Why nothing can be saved now; None while the disk takes events."""
        return self._disk.error

    @property
    def alive(self) -> bool:
        """Whether the engine thread is still at work."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to decide."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what was asked, then end; the journal stays open for its owner to close."""
        self._asked.put(None)
        self._thread.join(10)

    def on_commit(self, listener: Callable[[Commit], None]) -> None:
        """Tell ``listener`` of each commit, on the engine's thread, before the callers get their answers."""
        self._listeners.append(listener)

    def on_trouble(self, listener: Callable[[], None]) -> None:
        """Tell ``listener`` on the engine's thread when the journal stops or begins again to take events."""
        self._disk.listeners.append(listener)

    def ask(
        self,
        command: c.AnyCommand,
        *,
        by: str,
        answer: AnswerTo,
        request_id: str | None = None,
        side: Side | None = None,
    ) -> None:
        """Hand in a command; ``answer`` is called on the engine's thread.

        ``side`` runs within the commit, only when the command gave events; it must not raise for reasons of its own:
        the whole batch would fail with it.
        """
        self._asked.put(_Asked(command, by, request_id, answer, side))

    def submit(
        self, command: c.AnyCommand, *, by: str, request_id: str | None = None, side: Side | None = None
    ) -> Future[Outcome]:
        """Hand in a command; the future always gets an :class:`Outcome`, never an exception."""
        future: Future[Outcome] = Future()
        self.ask(command, by=by, request_id=request_id, answer=future.set_result, side=side)
        return future

    def now(self) -> Moment:
        """The last believed moment, moved on by the monotonic clock (at most a tick old)."""
        return self.moment

    # ------------------------------------------------------------------ the engine's thread
    def _run(self) -> None:
        last_tick = 0.0
        try:
            while True:
                wait_s = max(0.0, min(last_tick + TICK_S, self.inquiry.until_s() or math.inf) - time.monotonic())
                asked: list[_Asked] = []
                try:
                    first = self._asked.get(timeout=wait_s)
                    if first is None:
                        return
                    asked.append(first)
                    while len(asked) < BATCH:
                        following = self._asked.get_nowait()
                        if following is None:
                            self._asked.put(None)
                            break
                        asked.append(following)
                except queue.Empty:
                    pass
                vouching = self._vouching(asked)
                self._look_at_the_clock()
                if time.monotonic() >= last_tick + TICK_S or self._day_turns() or self._untold_ms or vouching:
                    last_tick = time.monotonic()
                    self._tick(by=vouching or "hub")
                self._settle()
                if asked:
                    self._work(asked)
                    self._settle()  # the last witness may have spoken
                self._turned()
        except BaseException as error:
            log.critical("the engine thread failed", exc_info=True)
            if self._fatal is not None:
                self._fatal(error)
            raise

    def _settle(self) -> None:
        """The witnesses have spoken, or had their time: numbers are given again."""
        if not self.inquiry.over(time.monotonic()):
            return
        known, whole = self.inquiry.known, self.inquiry.whole
        try:
            events = settle(self.state, Context(now=self.moment), known=known, all_known=whole)
            self._append(events, [None] * len(events), {})
        except MotcuaError as error:
            self._disk.met(error)
        else:
            self.inquiry.end()

    def _heard(self, state: State, by: str, said: c.Testify) -> list[e.AnyEvent]:
        """A witness has spoken; what is left of a lost journal begins the wait for the others."""
        self.inquiry.spoke(by, spoken_of(state, said), whole=said.whole and of_today(state, said))
        begins = said.lost and self._new and not state.tickets and of_today(state, said)
        if not begins or self.inquiry.open or not self.inquiry.wanted:
            return []
        self.inquiry.begin(time.monotonic())
        return ask_witnesses(Context(now=self.moment), spoken=False)

    def _vouching(self, asked: Sequence[_Asked]) -> str | None:
        """Who vouches for a clock that jumped; it is believed from now on."""
        by = next((one.by for one in asked if isinstance(one.command, c.ConfirmClock)), None)
        if by is None or not self.moment.jump_ms:
            return None
        self._clock.vouch()
        return by

    def _look_at_the_clock(self) -> None:
        """A correction is told once, and not lost when it could not be written at its moment."""
        moment = self._clock.now()
        self._untold_ms += moment.corrected_ms
        self.moment = replace(moment, corrected_ms=self._untold_ms)

    def _day_turns(self) -> bool:
        return self.moment.known and self.state.date != self.moment.date

    def _tick(self, *, by: str = "hub") -> None:
        """What the passing of time brings, each business day in a commit of its own."""
        self._disk.look(self._stamp(), day=self.state.day)
        try:
            events = decide(self.state, c.Tick(), Context(now=self.moment, by=by))
            cut = next((i for i, event in enumerate(events) if isinstance(event, e.DayOpened)), 0)
            for part in (events[:cut], events[cut:]):
                if part:
                    self._append(part, [None] * len(part), {})
            self._untold_ms = 0
            self.moment = replace(self.moment, corrected_ms=0)
        except MotcuaError as error:
            self._disk.met(error)

    def _work(self, asked: Sequence[_Asked]) -> None:
        batch = _Batch(state=self.state.copy())
        for one in asked:
            batch.outcomes.append((one.answer, self._decide(batch, one)))
        if batch.events:
            try:
                self._append(batch.events, batch.requests, batch.answers, state=batch.state, sides=batch.sides)
            except MotcuaError as error:
                self._disk.met(error)
                batch.outcomes = [
                    (
                        answer,
                        outcome if outcome.on_disk or not outcome.ok else refused(error, outcome.reply.request_id),
                    )
                    for answer, outcome in batch.outcomes
                ]
        for answer, outcome in batch.outcomes:
            try:
                answer(outcome)
            except Exception:
                log.exception("an answer could not be given")

    def _decide(self, batch: _Batch, one: _Asked) -> Outcome:
        context = Context(now=self.moment, by=one.by, request_id=one.request_id, forecast=self._forecast)
        try:
            known = self._known_answer(batch, one.request_id)
            if known is not None:
                return known
            if self.inquiry.open and isinstance(one.command, (c.Issue, c.CheckIn)):
                raise RuleError("series.asking")
            events = decide(batch.state, one.command, context)
            if isinstance(one.command, c.Testify):
                events += self._heard(batch.state, one.by, one.command)
        except MotcuaError as error:
            return refused(error, one.request_id)
        except Exception:
            log.exception("a decision failed: %s", one.command.verb)
            return refused(MotcuaError("internal"), one.request_id)
        for event in events:
            fold_into(batch.state, event)
        ticket = ticket_of(batch.state, events, one.command, one.request_id)
        reply = Reply(
            ok=True,
            request_id=bare(one.request_id),
            ticket=ticket_body(batch.state, ticket, self._follow) if ticket else None,
            rev=Rev(epoch=self.epoch, seq=self.seq + len(batch.events) + len(events)),
        )
        batch.events += events
        batch.sides += [one.side] if one.side is not None and events else []
        batch.requests += [one.request_id] * len(events)
        if one.request_id is not None and events:
            batch.answers[one.request_id] = reply.model_dump_json(exclude_defaults=True)
        return Outcome(ok=True, reply=reply, events=tuple(events), ticket=ticket)

    def _known_answer(self, batch: _Batch, request_id: str | None) -> Outcome | None:
        if request_id is None:
            return None
        saved = self.journal.answer(request_id)
        text = saved or batch.answers.get(request_id)
        if text is None:
            return None
        reply = Reply.model_validate_json(text)
        ticket = batch.state.tickets.get(reply.ticket.ticket) if reply.ticket else None
        if ticket is not None and ticket.status is Status.CANCELLED and ticket.reason == "request":
            raise RuleError("request.cancelled")
        return Outcome(ok=True, reply=reply, ticket=ticket, on_disk=saved is not None)

    def _append(
        self,
        events: Sequence[e.AnyEvent],
        requests: Sequence[str | None],
        answers: dict[str, str],
        *,
        state: State | None = None,
        sides: Sequence[Side] = (),
    ) -> None:
        """Commit and swap, then tell the listeners. Raises JournalError; then the state is as before."""
        if state is None:
            state = self.state.copy()
            for event in events:
                fold_into(state, event)
        last = self.journal.append(
            events, self._stamp(), day=state.day, answers=list(answers.items()), requests=list(requests),
            side=_all(sides) if sides else None,
        )  # fmt: skip
        self.committed = (state, last)
        self._disk.over()
        commit = Commit(state=state, events=tuple(events), first_seq=last - len(events) + 1, epoch=self.epoch)
        for listener in self._listeners:
            try:
                listener(commit)
            except Exception:  # it is on disk: a display's trouble must not keep the number from its citizen
                log.exception("a commit could not be told")

    def _stamp(self) -> Stamp:
        return Stamp(boot_id=self.moment.boot_id, mono_ms=self.moment.mono_ms, source=self.moment.source)


def _all(sides: Sequence[Side]) -> Side:
    def write(connection: sqlite3.Connection) -> None:
        for side in sides:
            side(connection)

    return write
