"""A hub for a test: the real engine on a real journal, its front on a real broker, a clock told by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import Reading
from queue_core.engine import Forecast
from queue_core.events import load_event
from queue_core.journal import Journal
from queue_core.office import Office as Setup
from queue_hub.bus_front import BusFront
from queue_hub.engine import Commit, Engine, Outcome
from queue_hub.recovery import open_or_salvage
from tests.core.life import at, office
from tests.wire.harness import DEADLINE_S, TOPICS
from tests.wire.harness import Office as Wire

ALL_DAY = {"hours": {"mon-sun": ["00:00-24:00"]}, "holidays": "none", "policy": {"stop_before_close_min": 0}}
SETUP = office(province=TOPICS.province, id=TOPICS.office, **ALL_DAY)
MORNING_MS = at("2026-11-23 08:00")


class HandClock:
    """A machine whose clocks stand until they are moved."""

    def __init__(self, utc_ms: int = MORNING_MS, boot_id: str = "boot-1", source: str = "ntp") -> None:
        self._lock = threading.Lock()
        self._reading = Reading(utc_ms, 1_000_000, boot_id, source)

    def read(self) -> Reading:
        with self._lock:
            return self._reading

    def pass_s(self, seconds: float, *, jump_s: float = 0) -> None:
        """Time passes; ``jump_s``: and somebody moves the clock besides."""
        with self._lock:
            now, passed = self._reading, int(seconds * 1000)
            self._reading = Reading(
                now.utc_ms + passed + int(jump_s * 1000), now.mono_ms + passed, now.boot_id, now.source
            )

    def reboot(self, utc_ms: int, boot_id: str, source: str) -> None:
        with self._lock:
            self._reading = Reading(utc_ms, 500, boot_id, source)


class Hub:
    """Engine and, with a wire, its front. May be closed and opened again on the same folder."""

    def __init__(
        self,
        folder: Path,
        clock: HandClock | None = None,
        *,
        setup: Setup = SETUP,
        forecast: Forecast | None = None,
        witness_wait_s: float = 0.0,
    ) -> None:
        self.folder, self.setup, self.forecast, self.witness_wait_s = folder, setup, forecast, witness_wait_s
        self.clock = clock or HandClock()
        self.commits: list[Commit] = []
        self.ended: list[BaseException] = []
        self.front: BusFront | None = None
        self.open()

    @property
    def path(self) -> Path:
        return self.folder / "hub.db"

    def open(self) -> None:
        self.journal: Journal
        self.journal, salvaged = open_or_salvage(self.path, simulated=False)
        self.engine = Engine(
            self.journal,
            self.clock,
            self.setup,
            forecast=self.forecast,
            fatal=self.ended.append,
            salvaged=salvaged,
            witness_wait_s=self.witness_wait_s,
        )
        self.engine.on_commit(self.commits.append)
        self.engine.start()

    def close(self) -> None:
        if self.front is not None:
            self.front.stop()
            self.bus.stop()
            self.front = None
        self.engine.stop()
        self.journal.close()

    def reopen(self) -> None:
        self.close()
        self.open()

    def gets_a_front(self, wire: Wire) -> None:
        """As the hub's process makes it: beside the engine, before there is a connection."""
        self.bus = wire.bus("hub", kind="hub", epoch=self.engine.epoch, on_connection=self._on_connection)
        self.front = BusFront(self.engine, self.bus, waits=lambda _state, _service: None)
        self.front.start()

    def goes_on_air(self, wire: Wire) -> None:
        """Serve on the office's wire."""
        if self.front is None:
            self.gets_a_front(wire)
        self.bus.start()
        assert self.bus.wait_connected(DEADLINE_S), self.bus.trouble

    def _on_connection(self, connected: bool) -> None:
        if self.front is not None:
            self.front.on_connection(connected)

    # ------------------------------------------------------------------ asking
    def ask(self, command: c.AnyCommand, request_id: str | None = None, *, by: str = "kiosk-1") -> Outcome:
        return self.engine.submit(command, by=by, request_id=request_id).result(DEADLINE_S)

    def later(self, command: c.AnyCommand, request_id: str | None = None, *, by: str = "kiosk-1") -> Future[Outcome]:
        return self.engine.submit(command, by=by, request_id=request_id)

    def issue(self, request_id: str, service: str = "ho-tich") -> str:
        outcome = self.ask(c.Issue(service=service), request_id)
        assert outcome.error is None, outcome.error
        assert outcome.reply.ticket is not None
        return outcome.reply.ticket.number

    def opened(self, *counters: str) -> None:
        for counter in counters:
            self.ask(c.OpenCounter(counter=counter, officer="lan"), by="officer:lan")

    def call(self, counter: str) -> Outcome:
        return self.ask(c.CallNext(counter=counter, finish=True), by="officer:lan")

    # ------------------------------------------------------------------ looking
    def written(self, kind: type[e.Event] = e.Event) -> list[Any]:
        """The events of a kind on the disk."""
        events = [load_event(record.body) for record in self.journal.records()]
        return [event for event in events if isinstance(event, kind)]

    def fill_the_disk(self) -> Callable[[], None]:
        """The database takes no further page; gives the way back."""
        connection = self.journal._connection
        assert connection is not None
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

        def space_again() -> None:
            connection.execute("PRAGMA max_page_count=1000000")

        return space_again
