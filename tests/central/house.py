"""A province for a test: its own real broker, central on a database on disk, offices' journals and their uplinks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from central.database import database_of, look_at_database
from central.process import Central, CentralOptions
from central.reader import Chain, Reader
from queue_core.journal import Journal
from queue_core.journal.record import Row
from queue_core.wire.backoff import Backoff
from queue_core.wire.bus import Bus
from queue_core.wire.topics import CENTRAL, ProvinceTopics, Topics
from queue_hub.uplink import Timing, Uplink
from queue_kit.broker import Account, Broker
from queue_kit.broker.accounts import province_acl_file

PROVINCE, OFFICE, OTHER = "tinh-a", "xa-b", "xa-c"
QUICK = Timing(connect_s=2.0, answer_s=2.0, retry=Backoff(first_s=0.02, cap_s=0.1))


class Province:
    """Broker and central; ``accounts`` are the offices'."""

    def __init__(self, folder: Path, *accounts: str) -> None:
        self.folder = folder
        names = (CENTRAL, *(accounts or (OFFICE, OTHER)))
        access = province_acl_file(ProvinceTopics(PROVINCE).root, CENTRAL)
        self.broker = Broker(folder / "broker", accounts=[Account(name) for name in names], access=access)
        self.broker.start()
        self.data = folder / "central"
        self.data.mkdir(exist_ok=True)
        self.central: Central | None = None
        self.told: list[tuple[str, bool]] = []
        self._uplinks: list[Uplink] = []

    def opens(self) -> None:
        """Central begins to serve."""
        self.central = Central(
            CentralOptions(
                province=PROVINCE, data=self.data, database=database_of(self.data), broker_host=self.broker.host,
                broker_port=self.broker.port, broker_password=self.broker.password(CENTRAL),
            )
        )  # fmt: skip
        self.central.start()
        assert self.central.bus.wait_connected(10)

    def closes(self) -> None:
        if self.central is not None:
            self.central.stop()
            self.central = None

    def close(self) -> None:
        for uplink in self._uplinks:
            uplink.stop()
        self.closes()
        self.broker.stop()

    def bus(self, office: str, **options: Any) -> Bus:
        given: dict[str, Any] = {
            "host": self.broker.host, "port": self.broker.port, "topics": Topics(PROVINCE, office), "client": office,
            "kind": "hub", "password": self.broker.password(office), "backoff": Backoff(first_s=0.02, cap_s=0.2),
        }  # fmt: skip
        return Bus(**(given | options))

    def uplink(
        self, journal: Journal, office: str = OFFICE, *, first: Callable[[], Bus] | None = None, timing: Timing = QUICK
    ) -> Uplink:
        dials = [*([first] if first else []), lambda: self.bus(office)]
        uplink = Uplink(journal, dials, lambda kind, there: self.told.append((kind, there)), timing=timing)
        self._uplinks.append(uplink)
        uplink.start()
        return uplink

    def reader(self) -> Reader:
        return Reader(look_at_database(database_of(self.data)))

    def has(self, journal: Journal, office: str = OFFICE, timeout_s: float = 20) -> list[Row]:
        """Wait until central has this journal's last record; its rows."""
        reader, pause = self.reader(), threading.Event()
        chain: Chain | None = None
        try:
            for _ in range(round(timeout_s / 0.02)):
                found = [one for one in reader.chains(office) if one.epoch == journal.epoch]
                chain = found[0] if found else None
                if chain is not None and chain.seq == journal.seq:
                    assert reader.verify(chain) is None
                    return list(reader.rows(chain))
                pause.wait(0.02)
        finally:
            reader.close()
        raise AssertionError(f"central has {chain and chain.seq} of {journal.seq}")


def rows_of(journal: Journal) -> list[Row]:
    """All records of a journal."""
    return list(journal.rows(0, 1_000_000))
