"""`motcua bench journal`: the journal's own cost, beside the disk's floor and with a hundred thousand old records.

The floor is append + fsync of the same bytes to a plain file on the same disk, in turn with the journal's appends.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.announcing import START_MS, facts
from motcua.disk_folder import disk_folder
from motcua.figures import Bound, Figures
from queue_core.events import AnyEvent, DayOpened, load_event
from queue_core.journal import Journal, Record, Stamp

BOUNDS: dict[str, Bound] = {"append_over_floor_p50_ms": ("<=", 0.3), "open_s": ("<=", 0.5), "open_day_s": ("<=", 0.2)}
STAMP = Stamp("6f1d1c6e-4f3c-4a53-9a4e-3a4f0f6a7b11", 123_456, "ntp")


def run(
    *,
    appends: Annotated[int, typer.Option(help="Single appends that are timed.")] = 1000,
    old_records: Annotated[int, typer.Option(help="Records of closed days when opening is timed.")] = 100_000,
    folder: Annotated[Path | None, typer.Option(help="Where; it must be on a disk.")] = None,
    json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Time appends, group commits, opening, replay, verification and backup."""
    figures = Figures("bench journal", BOUNDS)
    with disk_folder(folder) as place:
        path = place / "journal.db"
        with Journal.open(path) as journal:
            _time_appends(figures, journal, place / "floor", appends)
            _time_batches(figures, journal)
            _fill(journal, old_records)
        figures.add("file_mb", path.stat().st_size / 1e6)
        _time_reading(figures, path, place)
    figures.finish(json=json)


def _time_appends(figures: Figures, journal: Journal, floor: Path, appends: int) -> None:
    plain = os.open(floor, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    floor_s, append_s = [], []
    for number in range(1, appends + 1):
        events = facts(number, 1)
        data = events[0].model_dump_json().encode()

        def append(number: int = number, events: list[AnyEvent] = events) -> None:
            journal.append(events, STAMP, day=1, answers=[(f"request-{number}", '{"ok":true}')])

        def write(data: bytes = data) -> None:
            os.write(plain, data)
            os.fsync(plain)

        floor_s.append(_timed(write))
        append_s.append(_timed(append))
    os.close(plain)
    floor_p50, append_p50 = statistics.median(floor_s), statistics.median(append_s)
    figures.add("floor_p50_ms", floor_p50 * 1000).add("append_p50_ms", append_p50 * 1000)
    figures.add("append_p99_ms", statistics.quantiles(append_s, n=100)[98] * 1000)
    figures.add("append_over_floor_p50_ms", (append_p50 - floor_p50) * 1000)


def _time_batches(figures: Figures, journal: Journal) -> None:
    batches = [[facts(number, 1)[0] for number in range(32)] for _ in range(50)]

    def commit() -> None:
        for batch in batches:
            journal.append(batch, STAMP, day=1)

    figures.add("events_per_s_in_batches_of_32", 50 * 32 / _timed(commit))


def _fill(journal: Journal, old_records: int) -> None:
    for start in range(0, old_records, 1000):
        day = 2 + start // 3000
        events = [event for number in range(334) for event in facts(start + number + 1, 3)]
        journal.append(events[:1000], STAMP, day=day)
    journal.append([DayOpened(at_ms=START_MS, day=99, date="2026-11-23", office={}, revision=1)], STAMP, day=99)
    journal.append([event for number in range(1200) for event in facts(number + 1, 3)], STAMP, day=99)


def _time_reading(figures: Figures, path: Path, place: Path) -> None:
    def opened() -> None:
        Journal.open(path).close()

    figures.add("open_s", _timed(opened), "the open day's chain, and the structure of the whole file")
    with Journal.open(path) as journal:

        def replay(records: Iterator[Record]) -> None:
            for record in records:
                load_event(record.body)

        figures.add("records", journal.seq)
        figures.add("open_day_s", _timed(lambda: replay(journal.open_day())), "3,601 records of the open day")
        figures.add("replay_all_s", _timed(lambda: replay(journal.records())))
        figures.add("verify_all_s", _timed(lambda: _must_be_whole(journal)))
        figures.add("backup_s", _timed(lambda: journal.backup(place / "copy.db")))


def _must_be_whole(journal: Journal) -> None:
    broken = journal.verify()
    if broken is not None:
        raise SystemExit(f"the journal is broken: {broken}")


def _timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
