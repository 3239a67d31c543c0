"""A hub that keeps no journal but speaks the real wire: a real mosquitto, the real responder, scripted answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Self

from queue_core.wire.bus import Bus
from queue_core.wire.messages import Beat, DossierBody, DossierRequest, Lobby, Reply, Request, Rev, TicketBody
from queue_core.wire.responder import Answer, Responder
from queue_core.wire.topics import Topics
from queue_kit.broker import Broker

TOPICS = Topics("tinh-a", "xa-b")
DEADLINE_S = 10.0


class FakeHub:
    """Answers what a test tells it to; remembers what was asked. ``answering`` False: requests stay unanswered."""

    def __init__(self, broker: Broker, lobby: Lobby, ticket: Callable[[int, Request], TicketBody]) -> None:
        self.lobby = lobby
        self.asked: list[tuple[str, Request]] = []
        self.refusals: dict[str, Reply] = {}
        self.answering = True
        self.dossiers: dict[str, DossierBody] = {}
        self.given: dict[str, TicketBody] = {}
        self._ticket = ticket
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self.bus = Bus(
            host=broker.host, port=broker.port, topics=TOPICS, client="hub", kind="hub", password=broker.password("hub")
        )
        Responder(self.bus, self._on_request)
        self._beats = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self.bus.start()
        assert self.bus.wait_connected(DEADLINE_S)
        self.publish()
        self._beats.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._beats.join(5.0)
        self.bus.stop()

    def publish(self, **changes: Any) -> None:
        """A new lobby."""
        rev = Rev(epoch="e1", seq=self.lobby.rev.seq + 1)
        self.lobby = self.lobby.model_copy(update={"rev": rev, **changes})
        self.bus.publish(TOPICS.lobby, self.lobby, retain=True)

    def _beat(self) -> None:
        while True:
            self.bus.publish(TOPICS.beat, Beat(rev=self.lobby.rev, asof_ms=int(time.time() * 1000)), qos=0)
            if self._stop.wait(1.0):
                return

    def _on_request(self, client: str, verb: str, request: Request, answer: Answer) -> None:
        with self._changed:
            self.asked.append((verb, request))
            self._changed.notify_all()
        if not self.answering:
            return
        if verb in self.refusals:
            answer(self.refusals[verb].model_copy(update={"request_id": request.request_id}))
            return
        if isinstance(request, DossierRequest) and (found := self.dossiers.get(request.code)) is not None:
            answer(Reply(ok=True, request_id=request.request_id, dossier=found))
            return
        ticket = None
        if verb in {"issue", "check_in"}:
            ticket = self.given.get(request.request_id) or self._ticket(len(self.given) + 1, request)
            self.given[request.request_id] = ticket
        answer(Reply(ok=True, request_id=request.request_id, ticket=ticket))

    def wait_for(self, verb: str, count: int = 1, timeout_s: float = DEADLINE_S) -> list[Request]:
        """The first requests of a verb, when so many have come."""

        def found() -> list[Request]:
            return [request for name, request in self.asked if name == verb]

        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= count, timeout_s), f"only came: {self.asked}"
            return found()
