"""The signs at work: the bus, what is known of the office, the lines and matrices, the keys, tied together."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from queue_core.errors import MotcuaError
from queue_core.wire.bus import Bus, MessageInfo, end_process
from queue_core.wire.messages import Beat, Board, DeviceState, Message
from queue_core.wire.payload import read
from queue_display.board.knowledge import Knowledge
from queue_display.signs.keypads.gpio import PinKeypad
from queue_display.signs.line import AGAIN_S, Line
from queue_display.signs.matrices import MatrixSign, open_sign
from queue_display.signs.presses import Presses
from queue_display.signs.protocols import PictureSign
from queue_display.signs.shows import Show, counter_of, next_change_s, percent_at, show_of
from queue_display.signs.wiring import Matrix, Wiring
from queue_kit.health.watch import Body, HealthWatch
from queue_kit.pins import PinError, open_factory

log = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)
#: the loop that proves life turns at least so often
_LONGEST_SLEEP_S: Final = 5.0
#: a line whose thread did not turn for so long hangs in its port
_LINE_HANGS_S: Final = 60.0
_PINS_S: Final = 10.0
#: the hub heeds kinds up to this long
_KIND_LETTERS: Final = 40


class Runtime:
    """Makes everything of a wiring; nothing is opened before :meth:`start`.

    ``hub_client``: the hub's identity. ``sign_of``: makes a matrix's driver, ``pins`` gpiozero's factory.
    ``again_s``: every sign is told again after so long. ``on_shown``: the signs were told what to show.
    ``body``: the machine, whose health is told on the bus; None: nothing is told of it. ``turned``: the loop has
    turned, and so have all lines not long ago.
    """

    def __init__(
        self,
        bus: Bus,
        wiring: Wiring,
        *,
        hub_client: str = "hub",
        sign_of: Callable[[Matrix], PictureSign] = open_sign,
        pins: Callable[[], Any] | None = None,
        again_s: float = AGAIN_S,
        body: Body | None = None,
        now_s: Callable[[], float] = time.monotonic,
        on_shown: Callable[[], None] = lambda: None,
        turned: Callable[[], None] = lambda: None,
    ) -> None:
        self.bus, self._wiring, self._now_s, self._on_shown = bus, wiring, now_s, on_shown
        self._turned = turned
        self._lock = threading.Lock()
        self._knowledge = Knowledge(started_s=now_s())
        self._hub_ms: int | None = None
        self._hub_ms_at_s = 0.0
        self._alerts: frozenset[str] = frozenset()
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="signs", daemon=True)
        self._presses = Presses(bus, self._told, now_s=now_s)
        self._lines = [
            Line(one, pressed=self._presses.press, changed=self._work.set, again_s=again_s) for one in wiring.lines
        ]
        self._matrices = [
            MatrixSign(one, sign_of(one), changed=self._work.set, again_s=again_s) for one in wiring.matrices
        ]
        self._pins = pins or (lambda: open_factory(wiring.factory))
        self._keypads: list[PinKeypad] = []
        self._pins_at_s = now_s() if wiring.buttons else math.inf
        self._pins_away = False
        self._ills: frozenset[str] = frozenset()
        self._health = (
            None if body is None else HealthWatch(body, say=bus.set_health, troubles=self._on_body, teller="signs")
        )
        topics = bus.topics
        bus.subscribe(topics.device_state(hub_client), self._on_hub)
        bus.subscribe(topics.board, self._on_board)
        bus.subscribe(topics.beat, self._on_beat, qos=0)

    # ------------------------------------------------------------------ life
    def start(self) -> None:
        """Open the ports, connect, show."""
        self._presses.start()
        if self._health is not None:
            self._health.start()
        for line in self._lines:
            line.start()
        for matrix in self._matrices:
            matrix.start()
        self._thread.start()
        self.bus.start()

    def run(self) -> None:
        """Live until :meth:`leave`."""
        self._stopping.wait()

    def leave(self) -> None:
        """Make :meth:`run` return; any thread, or a signal's handler."""
        self._stopping.set()
        self._work.set()

    def stop(self) -> None:
        """End; the signs keep what they show."""
        self.leave()
        if self._thread.ident is not None:
            self._thread.join(5.0)
        if self._health is not None:
            self._health.stop()
        for keypad in self._keypads:
            keypad.close()
        self._presses.stop()
        for line in self._lines:
            line.stop()
        for matrix in self._matrices:
            matrix.stop()
        self.bus.stop()

    # ------------------------------------------------------------------ what the office says (network thread: quick)
    def on_connection(self, connected: bool) -> None:  # noqa: FBT001 -- the bus calls it so
        """To be given to the bus."""
        self._know(lambda now_s: self._knowledge.on_connection(connected=connected, now_s=now_s))

    def _on_hub(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        if (state := _read(DeviceState, payload)) is not None:
            self._know(lambda now_s: self._knowledge.on_hub(state, now_s=now_s))

    def _on_board(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        if (board := _read(Board, payload)) is not None:

            def take(now_s: float) -> None:
                self._knowledge.on_board(board, retained=info.retained, now_s=now_s)
                if not info.retained:
                    self._hub_ms, self._hub_ms_at_s = board.asof_ms, now_s

            self._know(take)

    def _on_beat(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        beat = _read(Beat, payload)
        if beat is not None and not info.retained:

            def take(now_s: float) -> None:
                self._knowledge.on_beat(beat, now_s=now_s)
                self._hub_ms, self._hub_ms_at_s = beat.asof_ms, now_s

            self._know(take)

    def _know(self, learn: Callable[[float], object]) -> None:
        with self._lock:
            learn(self._now_s())
        self._work.set()

    # ------------------------------------------------------------------ the own thread
    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._work.clear()
                self._open_keypads()
                wait_s = min(self._show_all(), max(0.0, self._pins_at_s - self._now_s()))
                self._tell_troubles()
                if all(time.monotonic() - line.turned_at_s < _LINE_HANGS_S for line in self._lines):
                    self._turned()
                self._work.wait(wait_s)
        except BaseException as error:  # noqa: BLE001 -- the signs would show the last number for ever
            end_process(error)

    def _show_all(self) -> float:
        """Hand every sign what it shall show; seconds until that may change by itself."""
        now_s = self._now_s()
        with self._lock:
            board, link = self._knowledge.board, self._knowledge.link(now_s)
            changes_s = self._knowledge.link_changes_s(now_s)
            now_ms = None if self._hub_ms is None else self._hub_ms + int((now_s - self._hub_ms_at_s) * 1000)
        plan = self._wiring.brightness
        wait_s = min(_LONGEST_SLEEP_S, next_change_s(plan, now_ms))
        if changes_s is not None:
            wait_s = min(wait_s, changes_s - now_s)
        if board is not None or link != "starting":
            # Before that nothing is known: a sign that kept its number through our own power cut is left alone.
            percent = percent_at(plan, now_ms)
            for counter in self._wiring.counters():
                self._show(counter, show_of(board, counter, live=link in {"live", "starting"}, percent=percent))
            self._on_shown()
        return max(0.01, wait_s)

    def _open_keypads(self) -> None:
        """The keys on pins; where they cannot be had, that is told, and tried again."""
        if self._now_s() < self._pins_at_s:
            return
        made: list[PinKeypad] = []
        try:
            factory = self._pins()
            for one in self._wiring.buttons:
                made.append(PinKeypad(one, factory, self._presses.press))  # noqa: PERF401 -- what was made is closed
        except PinError as error:
            log.warning("%s", error.vi)
            for keypad in made:
                keypad.close()
            self._pins_away, self._pins_at_s = True, self._now_s() + _PINS_S
        else:
            self._keypads, self._pins_away, self._pins_at_s = made, False, math.inf

    def _show(self, counter: str, show: Show) -> None:
        for line in self._lines:
            line.show(counter, show)
        for matrix in self._matrices:
            if matrix.counter == counter:
                matrix.show(show)

    def _told(self, counter: str, taken: bool) -> None:  # noqa: FBT001 -- a callback's answer
        for line in self._lines:
            line.tell(counter, taken=taken)
        for keypad in self._keypads:
            if keypad.wired.counter == counter:
                keypad.tell(taken=taken)
        self._work.set()

    def _on_body(self, kinds: frozenset[str]) -> None:
        """The machine's own troubles, from the thread that looks at it."""
        self._ills = kinds
        self._work.set()

    def _tell_troubles(self) -> None:
        alerts = frozenset(kind[:_KIND_LETTERS] for kind in self._kinds())
        if alerts != self._alerts:
            self._alerts = alerts
            self.bus.set_alerts(alerts)

    def _kinds(self) -> Iterable[str]:
        yield from self._ills
        with self._lock:
            board = self._knowledge.board
        for line in self._lines:
            health = line.health
            if health.line is not None:
                yield f"signs_line_{health.line}.{line.wired.id}"
            for what, counter, trouble in health.units:
                yield f"{what}_{trouble}.{_place(board, counter)}"
        for matrix in self._matrices:
            if matrix.trouble is not None:
                yield f"sign_{matrix.trouble}.{_place(board, matrix.counter)}"
        for buttons in self._wiring.buttons if self._pins_away else ():
            yield f"keypad_pins.{_place(board, buttons.counter)}"
        for keypad in self._keypads:
            if keypad.stuck:
                yield f"keypad_stuck.{_place(board, keypad.wired.counter)}"


def _place(board: Board | None, counter: str) -> str:
    """The counter's number, as people call it; its id while no board is known."""
    found = counter_of(board, counter)
    return counter if found is None else str(found.number)


def _read(model: type[M], payload: bytes) -> M | None:
    if not payload:
        return None
    try:
        return read(model, payload)
    except MotcuaError as error:
        log.warning("a message was refused: %s", error)
        return None
