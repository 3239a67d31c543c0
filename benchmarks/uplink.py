"""`motcua bench uplink`: journals on their way to the province: how fast some catch up, how soon one record is there.

Real mosquitto, central as shipped in a process of its own (SQLite on this disk), the hubs' own uplinks on journals on
this disk. The limit is a nation's peak: 3,321 communes with 200 visitors a day and six records each, all within the
busiest 100 minutes, are 660 records a second. Afterwards central's own command verifies every chain.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import typer

from benchmarks.announcing import facts
from motcua.disk_folder import disk_folder
from motcua.figures import Bound, Figures
from motcua.province_run import ProvinceRun
from queue_core.journal import Journal, Stamp
from queue_core.wire.topics import Topics
from queue_hub.central_link import CentralLink
from queue_hub.uplink import Uplink
from queue_kit.broker import Broker

BOUNDS: Final[dict[str, Bound]] = {
    "events_per_s": (">=", 660), "there_p50_ms": ("<=", 100), "there_p99_ms": ("<=", 1000), "broken": ("=", 0),
}  # fmt: skip
PROVINCE: Final = "tinh-mau"
_STAMP: Final = Stamp("6f1d1c6e-4f3c-4a53-9a4e-3a4f0f6a7b11", 123_456, "ntp")
_LIMIT_S: Final = 300.0


def run(
    *,
    offices: Annotated[int, typer.Option(help="Offices that catch up at once.")] = 8,
    records: Annotated[int, typer.Option(help="Records that each has to send.")] = 3000,
    singles: Annotated[int, typer.Option(help="Single records of one office that are timed.")] = 300,
    folder: Annotated[Path | None, typer.Option(help="Where; it must be on a disk.")] = None,
    json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Time offices that catch up, and single records of a quiet office."""
    figures = Figures("bench uplink", BOUNDS)
    names = [f"xa-{number}" for number in range(1, offices + 1)]
    with disk_folder(folder) as place, ExitStack() as stack:
        province = ProvinceRun(place / "province", PROVINCE, names)
        stack.callback(province.stop)
        province.start_central()
        broker = province.broker
        journals = {name: stack.enter_context(Journal.open(place / name / "hub.db")) for name in names}
        for journal in journals.values():
            _fill(journal, records)
        uplinks = {name: _uplink(journal, name, broker) for name, journal in journals.items()}
        began = time.perf_counter()
        for uplink in uplinks.values():
            uplink.start()
        for name, uplink in uplinks.items():
            _until(lambda uplink=uplink, last=journals[name].seq: uplink.acknowledged == last, name)  # type: ignore[misc]
        seconds = time.perf_counter() - began
        figures.add("events_per_s", offices * records / seconds, f"{offices} offices at once, {seconds:.1f} s")
        there = _singles(journals[names[0]], uplinks[names[0]], singles)
        figures.add("there_p50_ms", statistics.median(there), "a commit at the office → on central's disk, and known")
        figures.add("there_p99_ms", statistics.quantiles(there, n=100)[98])
        for uplink in uplinks.values():
            uplink.stop()
        words = [sys.executable, "-m", "motcua", "central", "verify", "--data", str(province.data)]
        checked = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False, timeout=_LIMIT_S)
        whole = sum(line.endswith(" whole") for line in checked.stdout.splitlines())
        figures.add("broken", offices - whole, "chains at central that its own command does not find whole")
    figures.finish(json=json)


def _fill(journal: Journal, records: int) -> None:
    for start in range(0, records, 300):
        events = [event for number in range(100) for event in facts(start + number + 1, 3)]
        journal.append(events[: records - start], _STAMP, day=1)


def _uplink(journal: Journal, name: str, broker: Broker) -> Uplink:
    link = CentralLink(addresses=((broker.host, broker.port),), password=broker.password(name))
    dials = link.dials(Topics(PROVINCE, name), epoch=journal.epoch, now_ms=lambda: time.time_ns() // 1_000_000)
    return Uplink(journal, dials, lambda _kind, _there: None)


def _singles(journal: Journal, uplink: Uplink, count: int) -> list[float]:
    """Milliseconds from a commit to the moment the office knows that central has it."""
    there = []
    for number in range(count):
        journal.append(facts(1_000_000 + number, 1), _STAMP, day=1)
        began = time.perf_counter()
        uplink.committed()
        _until(lambda: uplink.acknowledged == journal.seq, "a single record", pause_s=0.0005)
        there.append((time.perf_counter() - began) * 1000)
    return there


def _until(done: Callable[[], bool], what: str, *, pause_s: float = 0.005) -> None:
    pause, until_s = threading.Event(), time.monotonic() + _LIMIT_S
    while not done():
        if time.monotonic() > until_s:
            raise SystemExit(f"{what}: not at central within {_LIMIT_S:.0f} s")
        pause.wait(pause_s)
