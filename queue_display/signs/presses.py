"""From a key to the hub: asked in order, within seconds or not at all, and the officer is told what became of it.

A press is a wish of this moment. One that could not be asked in time is dropped and shown as refused; it never calls a
citizen minutes later, when the broker is back.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from queue_core.wire.bus import end_process
from queue_core.wire.errors import WireError
from queue_core.wire.messages import KeypadRequest, Reply

log = logging.getLogger(__name__)

#: later than this a press is not asked any more
FRESH_S: Final = 2.0
_TRY_S: Final = 1.5
_DEADLINE_S: Final = 4.0
#: presses that wait; more are refused at once
_MOST: Final = 16
#: whether it was done is unknown: the same request is asked again
_UNSURE: Final = frozenset({"wire.timeout", "wire.cut"})


@dataclass(frozen=True, slots=True)
class Press:
    """A key that was pressed at a counter; ``key`` as the wiring file writes it."""

    counter: str
    key: str
    at_s: float


class Presses:
    """One thread that asks. ``told``: (counter, taken), from that thread."""

    def __init__(
        self, bus: Any, told: Callable[[str, bool], None], *, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._bus, self._told, self._now_s = bus, told, now_s
        self._waiting: queue.Queue[Press | None] = queue.Queue(_MOST)
        self._thread = threading.Thread(target=self._run, name="presses", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """End; what waits is dropped."""
        while True:
            try:
                self._waiting.get_nowait()
            except queue.Empty:
                break
        self._waiting.put(None)
        if self._thread.ident is not None:
            self._thread.join(_DEADLINE_S + 1)

    def press(self, counter: str, key: str) -> None:
        """A key was pressed; returns at once, from any thread."""
        try:
            self._waiting.put_nowait(Press(counter, key, self._now_s()))
        except queue.Full:
            log.warning("counter %s: too many presses", counter)

    def _run(self) -> None:
        try:
            while (press := self._waiting.get()) is not None:
                self._told(press.counter, self._ask(press))
        except BaseException as error:  # noqa: BLE001 -- keys that nobody asks about any more
            end_process(error)

    def _ask(self, press: Press) -> bool:
        if self._now_s() - press.at_s > FRESH_S:
            log.info("counter %s: %s came too late and was dropped", press.counter, press.key)
            return False
        key, _, service = press.key.partition(":")
        request = KeypadRequest.model_validate(
            {"request_id": secrets.token_hex(16), "counter": press.counter, "key": key, "service": service or None}
        )
        reply = self._answer(request, press.at_s + _DEADLINE_S)
        if reply is None:
            log.info("counter %s: %s did not reach the hub", press.counter, press.key)
            return False
        if not reply.ok:
            log.info("counter %s: %s refused: %s", press.counter, press.key, reply.error.vi if reply.error else "?")
        return reply.ok

    def _answer(self, request: KeypadRequest, until_s: float) -> Reply | None:
        while (left_s := until_s - self._now_s()) > 0:
            try:
                reply: Reply = self._bus.request("keypad", request, timeout_s=min(_TRY_S, left_s))
                return reply
            except WireError as error:
                # The same id gets the same answer: a press whose answer was lost is not made twice.
                if error.key not in _UNSURE or not self._bus.wait_connected(max(0.0, until_s - self._now_s())):
                    log.info("a key was not asked: %s", error.key)
                    return None
        return None
