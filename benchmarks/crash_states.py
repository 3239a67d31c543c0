"""`motcua bench crash-states`: what a power cut could leave of the journal, every possibility opened and judged.

A child appends tickets and announces each after its commit; strace records its writes and syncs. For each moment,
the files are built as a disk may hold them that kept everything synced and any part of the rest: nothing of it, all
of it, all but one write, one write alone, the last one torn at a sector. Each such state must open, its chain must
verify, and it must hold every record announced by then. The same with ``synchronous=NORMAL`` must lose records, or
the harness proves nothing.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.crash_trace import Announce, Create, Rename, Step, Sync, Truncate, Unlink, Write, record
from motcua.figures import Bound, Figures
from queue_core.errors import JournalError
from queue_core.journal import Journal

SECTOR_BYTES = 512
JOURNAL = "journal.db"
Files = dict[str, bytes]


@dataclass(slots=True)
class _File:
    """One file, whatever its name: what is on the disk for sure, and what was written since the last sync."""

    durable: bytes = b""
    pending: list[Write | Truncate] = field(default_factory=list)


@dataclass(slots=True)
class Disk:
    """A disk that may forget whatever was not synced. A name is a fact of the folder, and synced by syncing it."""

    files: list[_File] = field(default_factory=list)
    durable_names: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    older_names: list[dict[str, int]] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Do one step."""
        if isinstance(step, (Create, Rename, Unlink)):
            self.older_names.append(dict(self.names))
        match step:
            case Create(name):
                self.names[name] = len(self.files)
                self.files.append(_File())
            case Rename(name, to):
                self.names[to] = self.names.pop(name)
            case Unlink(name):
                del self.names[name]
            case Write(name) | Truncate(name):
                self.files[self.names[name]].pending.append(step)
            case Sync(""):
                self.durable_names, self.older_names = dict(self.names), []
            case Sync(name):
                file = self.files[self.names[name]]
                file.durable, file.pending = _applied(file.durable, file.pending), []

    def states(self, *, thorough: bool) -> Iterator[Files]:
        """The files as they may be found after a power cut now; ``thorough``: with each single write lost or alone."""
        pending = [(number, step) for number, file in enumerate(self.files) for step in file.pending]
        yield self._state(self.names, pending)
        for names in [self.durable_names, *self.older_names]:
            yield self._state(names, pending)
            yield self._state(names, [])
        if pending:
            number, last = pending[-1]
            if isinstance(last, Write):
                torn = Write(last.name, last.offset, last.data[: len(last.data) // 2 // SECTOR_BYTES * SECTOR_BYTES])
                yield self._state(self.names, [*pending[:-1], (number, torn)])
        if thorough:
            for place, one in enumerate(pending):
                yield self._state(self.names, pending[:place] + pending[place + 1 :])
                yield self._state(self.names, [one])
                yield self._state(self.names, pending[place:])

    def _state(self, names: dict[str, int], kept: Sequence[tuple[int, Write | Truncate]]) -> Files:
        contents = {number: [step for owner, step in kept if owner == number] for number in set(names.values())}
        return {name: _applied(self.files[number].durable, contents[number]) for name, number in names.items()}


def _applied(durable: bytes, steps: Sequence[Write | Truncate]) -> bytes:
    data = bytearray(durable)
    for step in steps:
        if isinstance(step, Truncate):
            data = data[: step.size] + bytes(max(0, step.size - len(data)))
        else:
            data += bytes(max(0, step.offset - len(data)))
            data[step.offset : step.offset + len(step.data)] = step.data
    return bytes(data)


@dataclass(slots=True)
class Verdict:
    """How many states were judged, and how many of them had lost an announced record, or were no whole journal."""

    states: int = 0
    lost: int = 0
    broken: int = 0
    announced: int = 0
    first_bad: str = ""

    @property
    def bad(self) -> int:
        """States that should not be."""
        return self.lost + self.broken


def judge(steps: Sequence[Step], scratch: Path) -> Verdict:
    """Enumerate the states of a recorded run and open each in ``scratch`` (memory will do: nothing is cut there)."""
    verdict = Verdict()
    disk = Disk()
    announced: dict[int, str] = {}
    seen: set[int] = set()
    for place, step in enumerate(steps):
        if isinstance(step, Announce):
            seq, digest = step.line.split()
            announced[int(seq)] = digest
        else:
            disk.take(step)
        following = steps[place + 1] if place + 1 < len(steps) else None
        for files in disk.states(thorough=isinstance(following, Sync) or following is None):
            mark = hash((len(announced), tuple(sorted(files.items()))))
            if mark not in seen:
                seen.add(mark)
                problem = _problem(files, announced, scratch)
                verdict.states += 1
                verdict.lost += problem == "lost"
                verdict.broken += problem not in {"", "lost"}
                if problem and not verdict.first_bad:
                    verdict.first_bad = f"step {place} ({type(step).__name__}): {problem}"
    verdict.announced = len(announced)
    return verdict


def _problem(files: Files, announced: dict[int, str], scratch: Path) -> str:
    for leftover in scratch.iterdir():
        leftover.unlink()
    for name, data in files.items():
        (scratch / name).write_bytes(data)
    if JOURNAL not in files and announced:
        return "lost"
    try:
        with Journal.open(scratch / JOURNAL, check_budget_s=None) as journal:
            broken = journal.verify()
            if broken is not None:
                return str(broken)
            found = {record.seq: record.hash.hex() for record in journal.records()}
    except JournalError as error:
        return str(error)
    return "" if announced.items() <= found.items() else "lost"


def trial(tickets: int, folder: Path, *, synchronous: str | None = None, checkpoint_pages: int = 24) -> Verdict:
    """Record a child that announces ``tickets`` batches, and judge every state; ``synchronous`` weakens the journal."""
    work = folder / (synchronous or "shipped")
    work.mkdir()
    child = [sys.executable, "-m", "benchmarks.announcing", str(work / JOURNAL), "--tickets", str(tickets)]
    child += ["--checkpoint-pages", str(checkpoint_pages)]
    if synchronous:
        child += ["--synchronous", synchronous]
    steps = record(child, work, folder / f"{work.name}.trace")
    memory = Path("/dev/shm")  # noqa: S108  (a folder of our own is made in it)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch:
        return judge(steps, Path(scratch))


def run(
    *,
    tickets: Annotated[int, typer.Option(help="How many batches are appended and announced.")] = 60,
    json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Enumerate what power cuts could leave of the journal; none may lose an announced record."""
    bounds: dict[str, Bound] = {"lost_states": ("=", 0), "broken_states": ("=", 0), "normal_lost_states": (">=", 1)}
    figures = Figures("bench crash-states", bounds)
    with tempfile.TemporaryDirectory(prefix="motcua-crash-") as folder:
        shipped = trial(tickets, Path(folder))
        weak = trial(tickets, Path(folder), synchronous="NORMAL")
    figures.add("announced", shipped.announced).add("states", shipped.states)
    figures.add("lost_states", shipped.lost, shipped.first_bad).add("broken_states", shipped.broken)
    figures.add("normal_states", weak.states).add("normal_lost_states", weak.lost, "synchronous=NORMAL must lose")
    figures.finish(json=json)
