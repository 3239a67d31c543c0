"""``motcua bench footprint``: the kiosk's memory, idle load, first frame, first touch; the hub's memory and start."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.footprint_hub import EVENTS, long_journal, measure_ready, pss_mb
from benchmarks.footprint_kiosk import BOUNDS as KIOSK_BOUNDS
from benchmarks.footprint_kiosk import measure_kiosk
from motcua.demo.officer import Officer
from motcua.disk_folder import disk_folder
from motcua.figures import Figures
from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from queue_core.wire.messages import IssueRequest
from queue_hub.accounts import Accounts, Role
from queue_kit.broker import free_port

OFFICER, PASSWORD = "lan", uuid.uuid4().hex
BROWSER_CALLS = 20


def run(
    *,
    json: Annotated[bool, typer.Option("--json", help="end with one line of JSON")] = False,
    tickets: Annotated[int, typer.Option(help="tickets taken at the kiosk by touch before its memory is read")] = 200,
    idle_s: Annotated[float, typer.Option(help="seconds of idling on the home screen")] = 60.0,
    seed: Annotated[int, typer.Option(help="of the pauses between touches")] = 1,
    folder: Annotated[Path | None, typer.Option(help="where the journals are to stand; it must be on a disk")] = None,
) -> None:
    """Memory, idle load, first frame, first touch; the hub's memory and its start with 100,000 events."""
    figures = Figures(
        "bench footprint",
        bounds={**KIOSK_BOUNDS, "hub_pss_mb": ("<=", 90.0), "hub_ready_s": ("<=", 2.0)},
    )
    with disk_folder(folder) as place:
        _hub(place, figures)
    with disk_folder(folder) as place:
        found = measure_kiosk(place, idle_s=idle_s, tickets=tickets, seed=seed, note=True)
        for key, value in found.figures().items():
            figures.add(key, value)
        figures.also("kiosk_tickets", found.tickets)
    figures.finish(json=json)


def _hub(place: Path, figures: Figures) -> None:
    """The hub as after weeks: ready with a long journal, then with one officer's browser at work."""
    round_the_clock(SHIPPED_OFFICE, place / "office.yaml")
    (place / "hub").mkdir(mode=0o700)
    accounts = Accounts(place / "hub")
    accounts.create(OFFICER, PASSWORD, Role.ADMINISTRATOR, "Nguyễn Thị Lan")
    accounts.close()
    events = long_journal(place / "hub" / "hub.db", place / "office.yaml", events=EVENTS)
    port = free_port()
    with OfficeRun(
        place, office=place / "office.yaml", http_port=port, hub_options=["--clock-source", "system"]
    ) as office:
        taken = []
        for _ in range(3):
            if office.hub is not None:
                office.hub.kill()
            taken.append(measure_ready(office))
        figures.add("hub_ready_s", sorted(taken)[1], f"median of three, {events:,} events in the journal")
        figures.also("journal_events", events)
        with Officer(f"http://127.0.0.1:{port}", OFFICER, PASSWORD) as officer:
            officer.open_counter(2)
            bus = office.bus("kiosk-1", kind="kiosk")
            bus.start()
            bus.wait_connected(10)
            for _ in range(BROWSER_CALLS):
                bus.request("issue", IssueRequest(request_id=uuid.uuid4().hex, service="ho-tich"))
            for _ in range(BROWSER_CALLS):
                officer.call_next_again()
            time.sleep(2.0)  # what follows the last call belongs to it
            figures.add("hub_pss_mb", pss_mb(office.hub.pid if office.hub else 0), "one browser, the console open")
            bus.stop()
