"""The wait told to citizens: kept ready beside the engine, so that no ticket waits for an estimate."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from queue_core.routing import ahead_of
from queue_core.state import State
from queue_core.tickets import Ticket
from queue_core.wire.messages import Wait

if TYPE_CHECKING:
    from queue_core.clock import Moment
    from queue_hub.engine import Commit, Engine

EVERY_S: Final = 1.0


class Forecasts:
    """Answers on the engine's thread in microseconds; the estimates are made on a thread of their own."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="forecasts", daemon=True)

    def attach(self, engine: Engine) -> None:
        """Follow an engine's commits."""
        self._engine = engine
        engine.on_commit(self._on_commit)

    def start(self) -> None:
        """Begin to estimate."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._changed.set()

    def tell(self, state: State, ticket: Ticket) -> tuple[int, int | None, int | None]:
        """People ahead and the range for a ticket about to be issued."""
        return ahead_of(state, ticket, ticket.issued_ms), None, None

    def for_newcomer(self, state: State, service_id: str) -> Wait | None:
        """What an ordinary citizen coming now would be told for a service."""
        del state, service_id
        return None

    def from_now(self, state: State, ticket: Ticket, moment: Moment) -> Wait | None:
        """The wait from now on of somebody who waits (the public page)."""
        return Wait(ahead=ahead_of(state, ticket, moment.utc_ms))

    def _on_commit(self, _commit: Commit) -> None:
        self._changed.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._changed.wait()
            self._changed.clear()
            self._stopping.wait(EVERY_S)
