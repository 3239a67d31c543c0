"""The board at work: the bus, the model, the voice and the record tied together, without a screen.

Messages arrive on the network's thread and are only put into a box; whoever owns the loop (Kivy's, or
:meth:`Runtime.run` when there is no screen) calls :meth:`Runtime.step`, and only there the model changes.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from queue_core.errors import MotcuaError
from queue_core.wire.bus import Bus, MessageInfo, end_process
from queue_core.wire.messages import Beat, Board, Call, DeviceState, Info, Message
from queue_core.wire.payload import read
from queue_display.announcer import Announcer, Outcome
from queue_display.board.model import BoardModel
from queue_display.board.picture import HubClock
from queue_display.board.record import Record
from queue_display.board.turns import Effect, Key, Turn, key_of
from queue_kit.health.watch import Body, HealthWatch
from queue_kit.mirror import COPY_ALERT, EventsMirror
from queue_kit.voice.clips import VoicePack
from queue_kit.voice.compose import Announcement
from queue_kit.voice.players import Player
from queue_kit.witness import Witness

log = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)
#: beside the file of numbers seen
MIRROR_NAME: Final = "events.db"
#: the board's alert kinds, as the hub hears them
SOUND_ALERT: Final = "sound_away"
MEDIA_ALERT: Final = "media_broken"
_LONGEST_SLEEP_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Voice:
    """What speaks."""

    pack: VoicePack
    player: Player


class Runtime:
    """Feeds the model and carries out what follows. ``wake`` is called, from any thread, when there is work.

    ``shown_s``: the shortest turn, None for the usual one. ``seen``: the file in which the board keeps the numbers it
    saw, as a witness for a hub whose journal is lost, with its copy of the journal's records beside it; None: neither.
    ``fatal`` ends the process when the voice's thread dies. ``turned`` is called at each turn of the loop.
    """

    def __init__(
        self,
        *,
        bus: Bus,
        voice: Voice | None,
        record: Record,
        shown_s: float | None = None,
        hub_client: str = "hub",
        seen: Path | None = None,
        now_s: Callable[[], float] = time.monotonic,
        fatal: Callable[[BaseException], None] = end_process,
        turned: Callable[[], None] = lambda: None,
    ) -> None:
        self.bus = bus
        self.record = record
        self.clock = HubClock()
        self.model = BoardModel(now_s=now_s(), speaks=voice is not None, shown_s=shown_s)
        self.wake: Callable[[], None] = lambda: None
        self._now_s = now_s
        self._turned = turned
        self._box: queue.SimpleQueue[Callable[[float], None]] = queue.SimpleQueue()
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._speaking: dict[Key, Call] = {}
        self._shown_s: dict[Key, float] = {}
        self._to_show: list[Turn] = []
        self._alerts: frozenset[str] = frozenset()
        self._catching_up = False
        self._caught_up = False
        self._announcer = (
            Announcer(voice.pack, voice.player, self._on_done, now_s=now_s, fatal=fatal) if voice else None
        )
        topics = bus.topics
        self._witness = Witness(bus, seen, keeps=True, whole=True) if seen is not None else None
        self._mirror = (
            EventsMirror(bus, seen.with_name(MIRROR_NAME), troubled=self._on_mirror) if seen is not None else None
        )
        if seen is not None:
            bus.subscribe(topics.events, self._on_events)
        self._body: frozenset[str] = frozenset()
        self._health = (
            HealthWatch(Body(seen.parent), say=bus.set_health, troubles=self._on_body, teller="board")
            if seen is not None
            else None
        )
        bus.subscribe(topics.device_state(hub_client), self._on_hub)
        bus.subscribe(topics.board, self._on_board)
        bus.subscribe(topics.call, self._on_call)
        bus.subscribe(topics.beat, self._on_beat, qos=0)
        bus.subscribe(topics.info, self._on_info)

    # ------------------------------------------------------------------ life
    def start(self) -> None:
        """Connect and listen."""
        if self._announcer is not None:
            self._announcer.start()
        if self._witness is not None:
            self._witness.start()
        if self._mirror is not None:
            self._mirror.start()
        if self._health is not None:
            self._health.start()
        self.bus.start()

    def stop(self) -> None:
        """Let go of everything; :meth:`run` ends."""
        self._stopping.set()
        self._rouse()
        if self._witness is not None:
            self._witness.stop()
        if self._health is not None:
            self._health.stop()
        self.bus.stop()
        if self._mirror is not None:
            # After the bus, whose end ends what the copy waits for.
            self._mirror.stop()
        if self._announcer is not None:
            self._announcer.stop()
        self.record.close()

    def leave(self) -> None:
        """Make :meth:`run` return, from any thread or a signal's handler."""
        self._stopping.set()
        self._rouse()

    def run(self) -> None:
        """Own the loop, until :meth:`stop`: the board without a screen. A turn counts as shown when it begins."""
        while not self._stopping.is_set():
            now_s = self.step()
            self.drawn(now_s)
            if self._box.empty():
                self._work.wait(max(0.002, min(_LONGEST_SLEEP_S, self.model.due_s(now_s) - self._now_s())))
            self._work.clear()

    # ------------------------------------------------------------------ the loop's side
    def step(self) -> float:
        """Take in what arrived, carry out what follows; gives the time it went by. On the loop's thread only."""
        self._turned()
        now_s = self._now_s()
        while True:
            try:
                item = self._box.get_nowait()
            except queue.Empty:
                break
            item(now_s)
        caught_up, self._caught_up = self._caught_up, False
        self._carry_out(self.model.advance(now_s, caught_up=caught_up), now_s)
        if not self._catching_up and self.model.wants_to_catch_up(now_s):
            # A loop, or a network, that was held up for seconds brings a call and, behind it, the board on which it is
            # over. Judged before that is read, it would be announced after all.
            self._catching_up = self.bus.catch_up(self._on_caught_up)
        return now_s

    def drawn(self, now_s: float) -> None:
        """The screen has drawn everything up to the last step."""
        turns, self._to_show = self._to_show, []
        for turn in turns:
            self._shown_s[turn.key] = now_s
            self.record.write("shown", turn.call, now_s, times=turn.times)

    @property
    def showing(self) -> bool:
        """Whether a call's number is on its way to the screen in this frame."""
        return bool(self._to_show)

    @property
    def speaking(self) -> bool:
        """Whether a call is being spoken, its chime included."""
        return bool(self._speaking)

    @property
    def sound_away(self) -> bool:
        """Whether the last call could not be heard."""
        return SOUND_ALERT in self._alerts

    def alert(self, kind: str, *, on: bool) -> None:
        """Tell the hub of a trouble of this device, or that it is over. On the loop's thread."""
        alerts = self._alerts | {kind} if on else self._alerts - {kind}
        if alerts != self._alerts:
            self._alerts = alerts
            self.bus.set_alerts(tuple(sorted(alerts)))

    def _carry_out(self, effects: list[Effect], now_s: float) -> None:
        for effect in effects:
            if effect.kind == "begin" and effect.turn is not None:
                self._begin(effect.turn)
            elif effect.kind == "end" and effect.turn is not None:
                if effect.turn in self._to_show:  # simulated days: begun and ended within one step
                    self.drawn(now_s)
                since_s = self._shown_s.pop(effect.turn.key, None)
                if since_s is not None:
                    self.record.write("hidden", effect.call, now_s, for_s=round(now_s - since_s, 3))
            elif effect.kind == "drop":
                log.info("%s was not announced: %s", effect.call.number, effect.why)
                self.record.write("dropped", effect.call, now_s, why=effect.why)

    def _begin(self, turn: Turn) -> None:
        self._to_show.append(turn)
        if self._announcer is None:
            return
        call = turn.call
        self._speaking[turn.key] = call
        self._announcer.say(
            Announcement(
                number=call.number,
                counter_number=call.counter_number,
                lang=call.lang,
                times=turn.times,
                key=turn.key,
            )
        )

    # ------------------------------------------------------------------ other threads' side
    def _on_body(self, kinds: frozenset[str]) -> None:
        def take(_now_s: float) -> None:
            for kind in self._body ^ kinds:
                self.alert(kind, on=kind in kinds)
            self._body = kinds

        self._put(take)

    def _on_mirror(self, troubled: bool) -> None:  # noqa: FBT001 -- a callback
        self._put(lambda _now_s: self.alert(COPY_ALERT, on=troubled))

    def _on_done(self, outcome: Outcome) -> None:
        self._put(lambda now_s: self._spoken(outcome, now_s))

    def _spoken(self, outcome: Outcome, now_s: float) -> None:
        call = self._speaking.pop(outcome.announcement.key, None)  # type: ignore[call-overload]
        if call is None:
            return
        self.model.on_spoken(key_of(call), now_s=now_s)
        if outcome.error is None:
            self.record.write(
                "spoken",
                call,
                outcome.ended_s,
                started_s=round(outcome.started_s, 4),
                times=outcome.announcement.times,
                start_frame=outcome.start_frame,
            )
        else:
            self.record.write("unspoken", call, outcome.ended_s, why=outcome.error)
        self.alert(SOUND_ALERT, on=self._announcer is not None and self._announcer.trouble is not None)

    def on_connection(self, connected: bool) -> None:  # noqa: FBT001 -- the bus calls it so
        """To be given to the bus."""

        def take(now_s: float) -> None:
            self._catching_up = self._caught_up = False  # a connection takes its questions with it
            self.model.on_connection(connected=connected, now_s=now_s)

        self._put(take)

    def _on_caught_up(self) -> None:
        def take(_now_s: float) -> None:
            self._catching_up, self._caught_up = False, True

        self._put(take)

    def _on_hub(self, topic: str, payload: bytes, info: MessageInfo) -> None:
        if self._witness is not None:
            self._witness.on_hub(topic, payload, info)
        if self._mirror is not None:
            self._mirror.on_hub(topic, payload, info)
        state = _read(DeviceState, payload)
        if state is not None:
            self._put(lambda now_s: self.model.on_hub(state, now_s=now_s))

    def _on_events(self, topic: str, payload: bytes, info: MessageInfo) -> None:
        if self._witness is not None:
            self._witness.on_events(topic, payload, info)
        if self._mirror is not None:
            self._mirror.on_events(topic, payload, info)

    def _on_board(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        board = _read(Board, payload)
        if board is None:
            return
        if self._witness is not None:
            self._witness.on_board(board)

        def take(now_s: float) -> None:
            self.model.on_board(board, retained=info.retained, now_s=now_s)
            if self.model.board is board and not info.retained:
                self.clock.set(board.asof_ms, now_s=now_s)

        self._put(take)

    def _on_call(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        call = _read(Call, payload)
        if call is None:
            return
        # Asked at once, the answer is mostly there by the next frame.
        asked = self.bus.catch_up(self._on_caught_up)

        def take(now_s: float) -> None:
            self._catching_up = self._catching_up or asked
            self.model.on_call(call, retained=info.retained, now_s=now_s)

        self._put(take)

    def _on_beat(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        beat = _read(Beat, payload)
        if beat is None or info.retained:
            return

        def take(now_s: float) -> None:
            self.model.on_beat(beat, now_s=now_s)
            self.clock.set(beat.asof_ms, now_s=now_s)

        self._put(take)

    def _on_info(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        info = _read(Info, payload)
        if info is not None:
            self._put(lambda _now_s: self.model.on_info(info))

    def _put(self, item: Callable[[float], None]) -> None:
        self._box.put(item)
        self._rouse()

    def _rouse(self) -> None:
        self._work.set()
        self.wake()


def _read(model: type[M], payload: bytes) -> M | None:
    if not payload:  # a retained message was cleared
        return None
    try:
        return read(model, payload)
    except MotcuaError as error:
        log.warning("a message was refused: %s", error)
        return None
