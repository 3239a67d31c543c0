"""An import at the hub is on the kiosk without anybody going there: real hub, real broker, real HTTP."""

from __future__ import annotations

import queue
from pathlib import Path

from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from queue_core.wire.bus import MessageInfo
from queue_core.wire.messages import CatalogueVersion
from queue_core.wire.payload import read
from queue_kit.broker import free_port
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.keeping import CatalogueKeeper
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.shipped import SOURCE
from queue_kit.catalogue.store import build
from queue_kit.catalogue.words import LifeEvents, Synonyms

DEADLINE_S = 40.0


def test_an_import_at_the_hub_is_on_the_kiosk(tmp_path: Path) -> None:
    round_the_clock(SHIPPED_OFFICE, tmp_path / "office.yaml")
    news: queue.Queue[Catalogue] = queue.Queue()
    heard: queue.Queue[CatalogueVersion] = queue.Queue()
    http_port = free_port()
    options = ["--clock-source", "system"]
    with OfficeRun(tmp_path, office=tmp_path / "office.yaml", http_port=http_port, hub_options=options) as run:
        keeper = CatalogueKeeper(
            tmp_path / "kiosk.db", hub_url=f"http://127.0.0.1:{http_port}", on_new=news.put, first_pause_s=0.2
        )
        first = keeper.catalogue.content_hash
        keeper.start()
        bus = run.bus("kiosk-1", kind="kiosk")

        def on_version(_topic: str, payload: bytes, _info: MessageInfo) -> None:
            version = read(CatalogueVersion, payload)
            heard.put(version)
            keeper.announced(version)

        bus.subscribe(bus.topics.catalogue, on_version)
        bus.start()
        try:
            assert heard.get(timeout=DEADLINE_S).hash == first, "hub and kiosk begin with the shipped one"
            fewer = read_sources([SOURCE])[0][:5]
            imported = build(run.data / "catalogue.db", fewer, Synonyms(), LifeEvents())
            fresh = news.get(timeout=DEADLINE_S)
            assert fresh.content_hash == imported
            assert len(fresh) == 5
            version = heard.get(timeout=DEADLINE_S)
            assert (version.hash, version.procedures) == (imported, 5)
        finally:
            bus.stop()
            keeper.stop()
    with Catalogue(tmp_path / "kiosk.db") as kept:
        assert kept.content_hash == imported, "and it is there when everything else is away"
