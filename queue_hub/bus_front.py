"""The hub on the office's bus: requests in, replies, board, calls, lobby, facts and beat out.

The board goes out before the call; calls go out only while connected, and after a reconnect the board alone. What
only changes how many wait is published at most every :data:`CALM_S`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from pydantic import ValidationError

from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import SimulatedClock
from queue_core.errors import MotcuaError, RuleError
from queue_core.events import dump_event
from queue_core.problem_words import problem_words
from queue_core.wire import messages as m
from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.payload import read
from queue_core.wire.presence import Presence
from queue_core.wire.responder import Rate, Responder, refusal
from queue_hub.dossiers.desk import DossierDesk
from queue_hub.engine import Commit, Engine, Outcome
from queue_hub.inquiry import WITNESSES
from queue_hub.keypads import keypad_command
from queue_hub.mirrors import records_for
from queue_hub.ratings import RatingDesk
from queue_hub.views import CallBook, Waits, board, call_message, lobby

log = logging.getLogger(__name__)
BEAT_S: Final = 5.0
CALM_S: Final = 0.25
#: the lobby and the board are published again at least so often: opening hours and waits change without events
REFRESH_S: Final = 20.0

#: so many troubles of one device are noted; a confused one must not fill the journal
ALERTS_KEPT: Final = 20


class BusFront:
    """Ties an engine to a bus. ``started`` and ``stopped`` by the hub's process."""

    def __init__(
        self,
        engine: Engine,
        bus: Bus,
        *,
        waits: Waits,
        clock: SimulatedClock | None = None,
        rate: Rate | None = None,
        dossiers: DossierDesk | None = None,
        ratings: RatingDesk | None = None,
    ) -> None:
        self._engine, self._bus, self._waits, self._simulated = engine, bus, waits, clock
        self._dossiers = dossiers
        self._ratings = ratings
        self._calls = CallBook()
        for seq, event in engine.replayed:
            self._calls.note(seq, event)
        #: what the board shows: the state whose calls have been noted, and its position
        self._shown = engine.committed
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._changed = threading.Event()
        self._presence = Presence()
        self._troubles: dict[str, frozenset[str]] = {}
        # the old board before the requests: a witness of numbers is heard before the first number is given
        bus.subscribe(bus.topics.board, self._on_old_board)
        self._responder = Responder(bus, self._on_request, rate=rate)
        self._copies = ThreadPoolExecutor(1, thread_name_prefix="records")
        self._timer = threading.Thread(target=self._run, name="bus-front", daemon=True)
        engine.on_commit(self._on_commit)
        engine.on_trouble(self._changed.set)
        bus.subscribe(bus.topics.all_device_states, self._on_device)
        if clock is not None:
            bus.subscribe(bus.topics.clock, self._on_clock, qos=0)

    @property
    def presence(self) -> Presence:
        """Which devices are there."""
        return self._presence

    def start(self) -> None:
        """Begin to publish; the bus is started by its owner."""
        self._timer.start()

    def stop(self) -> None:
        """Stop publishing."""
        self._stopping.set()
        self._changed.set()
        self._timer.join(5)
        self._copies.shutdown(wait=True, cancel_futures=True)

    def on_connection(self, connected: bool) -> None:  # noqa: FBT001 -- the bus's callback
        """After a (re)connect the lobby and the board go out, and no call."""
        if connected:
            self._engine.inquiry.connected(time.monotonic())
            self._changed.set()

    # ------------------------------------------------------------------ out
    def _rev(self, seq: int) -> m.Rev:
        return m.Rev(epoch=self._engine.epoch, seq=seq)

    def _on_commit(self, commit: Commit) -> None:
        calls: list[m.Call] = []
        with self._lock:
            for seq, event in enumerate(commit.events, commit.first_seq):
                self._calls.note(seq, event)
            self._shown = (commit.state, commit.seq)
        for seq, event in enumerate(commit.events, commit.first_seq):
            if isinstance(event, (e.TicketCalled, e.TicketRecalled)):
                ticket = commit.state.tickets.get(event.ticket)
                times = ticket.calls if ticket is not None and isinstance(event, e.TicketRecalled) else 1
                if message := call_message(commit.state, self._rev(seq), event, times):
                    calls.append(message)
        if any(not isinstance(event, (e.TicketIssued, e.SlipPrinted)) for event in commit.events):
            self._publish_board()
        self._changed.set()
        for call in calls:
            self._bus.publish(self._bus.topics.call, call, qos=1, expiry_s=30)
        facts = m.Facts(epoch=commit.epoch, seq=commit.seq, events=[dump_event(event) for event in commit.events])
        self._bus.publish(self._bus.topics.events, facts, qos=1)

    def _publish_board(self) -> None:
        with self._lock:
            state, seq = self._shown
            snapshot = board(state, self._calls, self._rev(seq), self._engine.moment, self._waits)
            self._bus.publish(self._bus.topics.board, snapshot, retain=True, qos=1)

    def _publish_lobby(self) -> None:
        engine = self._engine
        state, seq = engine.committed
        offer = lobby(state, self._rev(seq), engine.moment, self._waits, engine.trouble)
        offer = offer.model_copy(update={"dossiers": self._dossiers is not None and self._dossiers.offered})
        if self._ratings is None:
            offer = offer.model_copy(update={"rating": None})
        self._bus.publish(self._bus.topics.lobby, offer, retain=True, qos=1)

    def _run(self) -> None:
        beat_at = refresh_at = 0.0
        while not self._stopping.is_set():
            self._changed.wait(max(0.05, min(beat_at, refresh_at) - time.monotonic()))
            changed = self._changed.is_set()
            self._changed.clear()
            now = time.monotonic()
            try:
                if changed or now >= refresh_at:
                    refresh_at = now + REFRESH_S
                    self._publish_lobby()
                    self._publish_board()
                if now >= beat_at and self._engine.alive:
                    beat_at = now + BEAT_S
                    self._bus.publish(
                        self._bus.topics.beat,
                        m.Beat(rev=self._rev(self._engine.seq), asof_ms=self._engine.moment.utc_ms),
                        qos=0,
                    )
            except Exception:
                log.exception("the hub could not publish")
            self._stopping.wait(CALM_S)

    # ------------------------------------------------------------------ in
    def _on_request(self, client: str, verb: str, request: Any, answer: Callable[[m.Reply], None]) -> None:
        if isinstance(request, m.DossierRequest):
            if self._dossiers is None:
                raise MotcuaError("dossier.not_offered")
            self._dossiers.ask(client, request, answer)
            return
        if isinstance(request, m.RateRequest):
            if self._ratings is None:
                raise MotcuaError("rating.not_offered")
            self._ratings.ask(client, request, answer)
            return
        if isinstance(request, m.RecordsRequest):
            self._copies.submit(self._give_records, client, request, answer)
            return
        if isinstance(request, m.KeypadRequest):
            command, by = keypad_command(self._engine.state, client, request)
        else:
            command, by = _command(client, verb, request), client
        side = None
        if isinstance(command, c.Issue) and self._dossiers is not None:
            command, side = self._dossiers.carried(command, request.dossier)

        def done(outcome: Outcome) -> None:
            answer(outcome.reply)

        self._engine.ask(command, by=by, request_id=f"{client}/{request.request_id}", answer=done, side=side)

    def _give_records(self, client: str, request: m.RecordsRequest, answer: Callable[[m.Reply], None]) -> None:
        """Reads pages of the journal from the card: nothing for the thread that hears requests for numbers."""
        try:
            answer(records_for(self._engine.journal, self._engine.state, client, request))
        except MotcuaError as error:
            answer(refusal(error, request.request_id))
        except Exception:
            log.exception("records for %s met a fault", client)
            answer(refusal(MotcuaError("internal"), request.request_id))

    def _on_clock(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        if self._simulated is not None:
            self._simulated.set(read(m.SimulatedTime, payload).utc_ms)
            self._engine.ask(c.Tick(), by="hub", answer=lambda _outcome: None)

    def _on_old_board(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        """A retained board of an earlier journal is a witness: its numbers are never given again today."""
        if not info.retained:
            return
        try:
            old = read(m.Board, payload)
        except MotcuaError:
            return
        if old.rev.epoch != self._engine.epoch:
            said = c.Testify(numbers=tuple(call.number[:16] for call in old.calls), date=old.date, lost=True)
            self._engine.ask(said, by="board", answer=lambda _outcome: None)

    def _on_device(self, topic: str, payload: bytes, _info: MessageInfo) -> None:
        client = self._bus.topics.parse_device_state(topic)
        if client is None or client == self._bus.client or not payload:
            return
        try:
            state = read(m.DeviceState, payload)
        except MotcuaError:
            return
        if not self._presence.feed(client, state):
            return  # the obituary of an older connection: the device is there
        self._engine.inquiry.is_there(client, there=state.kind in WITNESSES and state.state == "ready")
        alerts = frozenset({*state.alerts[:ALERTS_KEPT], *(["lost"] if state.state == "lost" else [])})
        before = self._troubles.get(client, frozenset()) | {
            kind for device, kind in self._engine.state.alerts if device == client
        }
        self._troubles[client] = alerts
        for kind in before ^ alerts:
            try:
                command = c.ReportAlert(device=client, kind=kind, on=kind in alerts)
            except ValueError:
                continue
            self._engine.ask(command, by=client, answer=lambda _outcome: None)


#: a request's field → what it means that no such thing can exist
_UNKNOWN: Final = {"service": "service.unknown", "priority": "priority.unknown", "ticket": "ticket.unknown"}


def _command(client: str, verb: str, request: Any) -> c.AnyCommand:
    """A checked request as a command, or a keyed error.

    ``client`` is who the topic says: nobody can ask in another's name.
    """
    try:
        return _built(client, verb, request)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        if name in _UNKNOWN:
            raise RuleError(_UNKNOWN[name], **{name: getattr(request, name)}) from None
        raise RuleError("command.invalid", path=name, **problem_words(first)) from None


def _built(client: str, verb: str, request: Any) -> c.AnyCommand:
    match verb:
        case "issue":
            return c.Issue(service=request.service, entry=request.entry, priority=request.priority, lang=request.lang)
        case "check_in":
            return c.CheckIn(booking=request.booking, lang=request.lang)
        case "cancel":
            return c.CancelRequest(of=f"{client}/{request.of}")
        case "slip":
            return c.SlipDone(ticket=request.ticket, ok=request.ok, why=request.why)
        case "help":
            return c.AskHelp(device=client)
        case "witness":
            return c.Testify(numbers=tuple(request.numbers), date=request.date, whole=request.whole)
        case _:
            return c.ReportAlert(device=client, kind=request.kind, on=request.on)
