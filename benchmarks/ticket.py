"""``motcua bench ticket``: request → durable → reply over MQTT, beside the raw floor of the same disk.

The floor appends and fsyncs the same bytes (what the journal stored for one ticket) to a plain file, in the same
folder, interleaved with the requests, so that both meet the same noise. The clients are processes of their own.
"""

from __future__ import annotations

import json as jsonlib
import os
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Annotated, Final

import typer

from motcua.disk_folder import disk_folder
from motcua.figures import Figures
from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from queue_core.wire.bus import Bus
from queue_core.wire.messages import IssueRequest
from queue_core.wire.topics import Topics

CLIENTS: Final = 32
#: the best peer (Free Queue Manager, single worker) issues so many a second by REST, with duplicates
PEER_TICKETS_PER_S: Final = 49


def run(
    *,
    json: Annotated[bool, typer.Option("--json", help="end with one line of JSON")] = False,
    passes: Annotated[int, typer.Option(help="passes of the latency part; the best counts")] = 3,
    tickets: Annotated[int, typer.Option(help="tickets a pass")] = 300,
    flood: Annotated[int, typer.Option(help="tickets of the throughput part, over 32 clients")] = 4000,
    folder: Annotated[Path | None, typer.Option(help="where the journal is to stand; it must be on a disk")] = None,
) -> None:
    """Tickets: latency over the disk's floor, and how many a second with 32 clients."""
    figures = Figures("bench ticket", bounds={"over_floor_p50_ms": ("<=", 4.0), "tickets_per_s": (">=", 500.0)})
    with disk_folder(folder) as place:
        round_the_clock(SHIPPED_OFFICE, place / "office.yaml")
        options = ["--clock-source", "system", "--requests-per-s", "100000"]
        with OfficeRun(place, office=place / "office.yaml", kiosks=CLIENTS, hub_options=options) as office:
            best = min((_one_pass(office, place, tickets) for _ in range(passes)), key=lambda one: one[0])
            figures.add("over_floor_p50_ms", best[0]).also("p50_ms", best[1]).also("floor_p50_ms", best[2])
            figures.add("p99_ms", best[3])
            replies, seconds, share = _flood(office, flood)
        rows, distinct = _journal(place / "hub" / "hub.db")
        figures.add("tickets_per_s", len(replies) / seconds, f"best peer: {PEER_TICKETS_PER_S}, with duplicates")
        figures.add("client_cpu_share", share, "of the two cores' time, spent by the clients")
        asked = passes * tickets + flood
        figures.also("asked", asked).add("journal_rows", rows).add("distinct_numbers", distinct)
        figures.add("replies", passes * tickets + len(set(replies)))
        figures.bounds = {
            **figures.bounds,
            **dict.fromkeys(("journal_rows", "distinct_numbers", "replies"), ("=", asked)),
        }
    figures.finish(json=json)


def _one_pass(office: OfficeRun, place: Path, tickets: int) -> tuple[float, float, float, float]:
    """p50 over the floor, p50, floor's p50, p99; milliseconds."""
    bus = office.bus("kiosk-1", kind="kiosk")
    bus.start()
    bus.wait_connected(10)
    record = os.urandom(700)  # about what one ticket's row and its remembered answer are in the journal's log
    taken: list[float] = []
    floor: list[float] = []
    services = [service.id for service in office.office.leaves()]
    handle = os.open(place / "floor.bin", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for index in range(tickets):
            request = IssueRequest(request_id=uuid.uuid4().hex, service=services[index % len(services)])
            began = time.perf_counter()
            reply = bus.request("issue", request, timeout_s=10)
            taken.append((time.perf_counter() - began) * 1000)
            if not reply.ok:
                raise SystemExit(f"a ticket was refused: {reply.error}")
            began = time.perf_counter()
            os.write(handle, record)
            os.fsync(handle)
            floor.append((time.perf_counter() - began) * 1000)
    finally:
        os.close(handle)
        bus.stop()
    p50, floor_p50 = statistics.median(taken), statistics.median(floor)
    return p50 - floor_p50, p50, floor_p50, statistics.quantiles(taken, n=100)[98]


def _flood(office: OfficeRun, tickets: int) -> tuple[list[str], float, float]:
    """Numbers, wall seconds and the clients' share of the machine's processor time; 32 clients in one child."""
    settings = {
        "port": office.broker.port,
        "passwords": {f"kiosk-{n}": office.broker.password(f"kiosk-{n}") for n in range(1, CLIENTS + 1)},
        "province": office.office.province,
        "office": office.office.id,
        "services": [service.id for service in office.office.leaves()],
        "each": tickets // CLIENTS,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ticket_clients"],
        input=jsonlib.dumps(settings), capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    said = jsonlib.loads(done.stdout.splitlines()[-1])
    cores = os.cpu_count() or 1
    return said["numbers"], said["seconds"], said["cpu_s"] / (said["seconds"] * cores)


def _journal(path: Path) -> tuple[int, int]:
    """Tickets in the journal, and their distinct numbers, read by plain SQL."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        bodies = [row[0] for row in database.execute("SELECT body FROM events WHERE type = 'ticket_issued'")]
    numbers = [jsonlib.loads(body)["ticket"]["number"] for body in bodies]
    return len(numbers), len(set(numbers))


def clients(settings: dict[str, object]) -> dict[str, object]:
    """Run in the child: each client asks, waits for the answer, asks again."""
    topics = Topics(str(settings["province"]), str(settings["office"]))
    passwords: dict[str, str] = settings["passwords"]  # type: ignore[assignment]
    services: list[str] = settings["services"]  # type: ignore[assignment]
    each: int = settings["each"]  # type: ignore[assignment]
    port: int = settings["port"]  # type: ignore[assignment]
    buses = [
        Bus(host="127.0.0.1", port=port, topics=topics, client=name, kind="kiosk", password=word)
        for name, word in passwords.items()
    ]
    for bus in buses:
        bus.start()
    for bus in buses:
        bus.wait_connected(20)
    numbers: list[list[str]] = [[] for _ in buses]
    go = threading.Event()

    def ask(index: int) -> None:
        go.wait()
        for step in range(each):
            request = IssueRequest(request_id=uuid.uuid4().hex, service=services[(index + step) % len(services)])
            reply = buses[index].request("issue", request, timeout_s=30)
            if reply.ticket is not None:
                numbers[index].append(reply.ticket.number)

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(len(buses))]
    for thread in threads:
        thread.start()
    cpu, began = time.process_time(), time.perf_counter()
    go.set()
    for thread in threads:
        thread.join()
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    for bus in buses:
        bus.stop()
    return {"numbers": [n for one in numbers for n in one], "seconds": seconds, "cpu_s": cpu_s}
