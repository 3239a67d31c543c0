"""From the shipped hub's lobby to the page on the phone: the address that a kiosk is told of really answers."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import httpx

from kiosk import session as s
from kiosk.phone import procedure_address
from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from queue_core.wire.messages import Lobby
from queue_core.wire.payload import read
from queue_kit.broker import free_port

DEADLINE_S = 20.0


def test_the_kiosks_code_opens_the_procedure_at_the_shipped_hub(tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    office = tmp_path / "office.yaml"
    round_the_clock(SHIPPED_OFFICE, office, public_base_url=base)
    heard: list[Lobby] = []
    with OfficeRun(tmp_path, office=office, public_port=port, http_port=free_port()) as run:
        bus = run.bus("kiosk-1", kind="kiosk")
        bus.subscribe(run.topics.lobby, lambda _topic, payload, _info: heard.append(read(Lobby, payload)))
        bus.start()
        end, pause = time.monotonic() + DEADLINE_S, threading.Event()
        while not heard:
            assert time.monotonic() < end
            pause.wait(0.02)
        address = procedure_address(s.Seen(lobby=heard[-1]), "1.001193", "en")
        assert address == f"{base}/p/1.001193/en"
        # The hub reads the whole list before it offers it: some moments after it is ready.
        while (page := httpx.get(address)).status_code != 200:
            assert time.monotonic() < end, page.text
            pause.wait(0.1)
        assert "Papers to bring" in page.text
        assert httpx.get(f"{base}/login").status_code == 404
        bus.stop()
