"""The wait told to citizens: the core's forecaster, fed with the engine's commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queue_core.state import State
from queue_core.tickets import Ticket
from queue_core.wait_forecaster import Forecaster
from queue_core.waiting import Told
from queue_core.wire.messages import Wait

if TYPE_CHECKING:
    from queue_core.clock import Moment
    from queue_hub.engine import Commit, Engine


class Forecasts:
    """Answers on the engine's thread in microseconds; the estimates are made on a thread of their own."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._forecaster = Forecaster()

    def attach(self, engine: Engine) -> None:
        """Follow an engine's commits."""
        self._engine = engine
        self._forecaster.follow(engine.state, engine.moment.utc_ms)
        engine.on_commit(self._on_commit)

    def start(self) -> None:
        """Begin to estimate."""
        self._forecaster.start()

    def stop(self) -> None:
        """End."""
        self._forecaster.stop()

    def tell(self, state: State, ticket: Ticket) -> Told:
        """People ahead and the range for a ticket about to be issued."""
        return self._forecaster.tell(state, ticket)

    def for_newcomer(self, state: State, service_id: str) -> Wait | None:
        """What an ordinary citizen coming now would be told for a service; None when nobody can tell."""
        now_ms = self._engine.moment.utc_ms if self._engine else state.last_ms
        said = self._forecaster.newcomer(state, service_id, now_ms)
        return None if said.low_min is None else _wait(said)

    def from_now(self, state: State, ticket: Ticket, moment: Moment) -> Wait | None:
        """The wait from now on of somebody who waits (the public page): a replay of its own, kept for some seconds."""
        return _wait(self._forecaster.waiting(state, ticket, moment.utc_ms))

    def _on_commit(self, commit: Commit) -> None:
        if self._engine is not None:
            self._forecaster.follow(commit.state, self._engine.moment.utc_ms)


def _wait(said: Told) -> Wait:
    return Wait(ahead=said.ahead, low_min=said.low_min, high_min=said.high_min, passes_closing=said.passes_closing)
