"""Central's process: database, ingest and bus put together, started and stopped in order."""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from central.database import open_database
from central.ingest import Ingest
from central.store import Store
from queue_core.version import version
from queue_core.wire.bus import Bus, end_process
from queue_core.wire.messages import CENTRAL_REQUESTS
from queue_core.wire.responder import Rate, Responder
from queue_core.wire.tls import TlsFiles
from queue_core.wire.topics import CENTRAL, ProvinceTopics, Topics
from queue_kit.health.watch import Body, HealthWatch
from queue_kit.sd_notify import Notifier

log = logging.getLogger(__name__)
#: an office asks once more only when it was answered: this stops a confused one, not one that catches up
_RATE: Final = Rate(per_s=500.0, burst=1000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CentralOptions:
    """What the command line says. ``data``: central's folder; ``database``: an address as SQLAlchemy takes it."""

    province: str
    data: Path
    database: str
    broker_host: str
    broker_port: int
    broker_username: str = CENTRAL
    broker_password: str | None = None
    broker_tls: TlsFiles | None = None
    ready_file: Path | None = None


class Central:
    """A running central. Raises CentralError at construction when its database cannot be used."""

    def __init__(self, options: CentralOptions, notifier: Notifier | None = None) -> None:
        """``notifier``: the line to systemd; its watchdog is fed by the thread that commits."""
        self.options = options
        self._notifier = notifier or Notifier({})
        self.store = Store(open_database(options.database))
        self._ingest = Ingest(self.store, turned=self._notifier.alive, fatal=end_process)
        self.bus = Bus(
            host=options.broker_host,
            port=options.broker_port,
            topics=Topics(options.province, CENTRAL),
            client=options.broker_username,
            kind="central",
            password=options.broker_password,
            tls=options.broker_tls,
            version=version(),
            on_connection=self._on_connection,
        )
        self.responder = Responder(
            self.bus, self._ingest.hear, rate=_RATE, topics=ProvinceTopics(options.province), verbs=CENTRAL_REQUESTS
        )
        self._health = HealthWatch(
            Body(options.data), say=self.bus.set_health, troubles=self.bus.set_alerts, teller="central"
        )

    def start(self) -> None:
        """Serve."""
        self._ingest.start()
        self._health.start()
        self.bus.start()
        self._notifier.ready()
        threading.Thread(target=self._say_ready, name="ready", daemon=True).start()

    def stop(self) -> None:
        """Answer what was asked, say goodbye, leave everything on disk."""
        self._notifier.stopping()
        self._ingest.stop()
        self._health.stop()
        self.bus.stop()
        self.store.close()

    def _on_connection(self, connected: bool) -> None:  # noqa: FBT001 -- the bus's callback
        self._notifier.status("serving" if connected else "the broker is away: the offices wait")

    def _say_ready(self) -> None:
        if self.bus.wait_connected(3600) and self.options.ready_file is not None:
            with contextlib.suppress(OSError):
                self.options.ready_file.write_text("ready\n", encoding="utf-8")
        log.info("central serves")
