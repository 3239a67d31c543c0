"""Power cuts without a power switch: every state the disk may be left in is opened, and holds what was announced."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.crash_states import Disk, judge, trial
from benchmarks.crash_trace import (
    Announce,
    Create,
    Rename,
    Step,
    Sync,
    Truncate,
    UnknownCallError,
    Unlink,
    Write,
    record,
)


def check(tickets: int, folder: Path, checkpoint_pages: int) -> None:
    verdict = trial(tickets, folder, checkpoint_pages=checkpoint_pages)
    assert verdict.first_bad == ""
    assert (verdict.lost, verdict.broken) == (0, 0)
    assert verdict.announced == tickets
    assert verdict.states > 30 * tickets, "the log or the files were hardly touched: the trace is not what it should be"


@pytest.mark.parametrize("checkpoint_pages", [9, 40])
def test_no_power_cut_loses_what_was_announced(tmp_path: Path, checkpoint_pages: int) -> None:
    check(30, tmp_path, checkpoint_pages)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("checkpoint_pages", [7, 24, 100, 1000])
def test_no_power_cut_in_a_longer_run(tmp_path: Path, checkpoint_pages: int) -> None:
    check(150, tmp_path, checkpoint_pages)


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_weaker_journal_is_caught(tmp_path: Path, synchronous: str) -> None:
    """The same harness finds losses where there are some: SQLite's usual setting for a WAL loses announced numbers."""
    verdict = trial(8, tmp_path, synchronous=synchronous)
    assert verdict.announced == 8
    assert verdict.lost > 20


def states(*steps: Step, thorough: bool = True) -> list[dict[str, bytes]]:
    disk = Disk()
    for step in steps:
        disk.take(step)
    return list(disk.states(thorough=thorough))


@pytest.mark.parametrize(
    ("steps", "possible", "impossible"),
    [
        ([Create("a"), Write("a", 0, b"xy")], [{"a": b"xy"}, {"a": b""}, {}], []),
        ([Create("a"), Write("a", 0, b"xy"), Sync("a"), Sync("")], [{"a": b"xy"}], [{}, {"a": b""}]),
        ([Create("a"), Write("a", 0, b"xy"), Sync("a")], [{"a": b"xy"}, {}], [{"a": b""}]),
        (
            [Create("a"), Sync(""), Write("a", 0, b"1"), Write("a", 1, b"2"), Write("a", 2, b"3")],
            [{"a": b"123"}, {"a": b"1\x003"}, {"a": b"\x002"}, {"a": b""}, {"a": b"12"}],
            [],
        ),
        (
            [Create("a"), Sync(""), Write("a", 0, b"old"), Sync("a"), Write("a", 0, b"N")],
            [{"a": b"Nld"}, {"a": b"old"}],
            [{"a": b""}],
        ),
        ([Create("a"), Sync(""), Write("a", 0, bytes(600) + b"x" * 600)], [{"a": bytes(512)}], []),
        ([Create("n"), Sync(""), Write("n", 0, b"1"), Sync("n"), Rename("n", "a")], [{"a": b"1"}, {"n": b"1"}], [{}]),
        ([Create("a"), Sync(""), Unlink("a")], [{}, {"a": b""}], []),
        ([Create("a"), Sync(""), Write("a", 0, b"123"), Sync("a"), Truncate("a", 1)], [{"a": b"1"}, {"a": b"123"}], []),
    ],
)  # fmt: skip
def test_what_a_disk_may_forget(
    steps: list[Step], possible: list[dict[str, bytes]], impossible: list[dict[str, bytes]]
) -> None:
    found = states(*steps)
    assert all(state in found for state in possible)
    assert not any(state in found for state in impossible)


def test_an_announcement_before_the_sync_is_judged_lost(tmp_path: Path) -> None:
    """The fault that matters most: the reply goes out before the commit."""
    work = tmp_path / "work"
    work.mkdir()
    child = [sys.executable, "-m", "benchmarks.announcing", str(work / "journal.db"), "--tickets", "2"]
    steps = record(child, work, tmp_path / "trace")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert judge(steps, scratch).bad == 0
    places = [place for place, step in enumerate(steps) if isinstance(step, Announce)]
    early = list(steps)
    sync = max(place for place in range(places[-1]) if isinstance(steps[place], Sync))
    early.insert(sync, early.pop(places[-1]))
    assert judge(early, scratch).lost > 0


def test_the_recorder_tells_what_was_done(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    script = (
        "import os; f = os.open('a', os.O_CREAT | os.O_WRONLY); os.pwrite(f, b'\\x00quay \"1\", <2>', 3); os.fsync(f);"
        "os.ftruncate(f, 9); os.rename('a', 'b'); os.pwrite(f, b'z', 0); d = os.open('.', os.O_RDONLY); os.fsync(d);"
        "os.unlink('b'); os.open('c-shm', os.O_CREAT); print('1 2', flush=True)"
    )
    for name in ("a", "b", "c-shm"):
        script = script.replace(f"'{name}'", f"'{work}/{name}'")
    script = script.replace("'.'", f"'{work}'")
    assert record([sys.executable, "-c", script], work, tmp_path / "trace") == [
        Create("a"),
        Write("a", 3, b'\x00quay "1", <2>'),
        Sync("a"),
        Truncate("a", 9),
        Rename("a", "b"),
        Write("b", 0, b"z"),
        Sync(""),
        Unlink("b"),
        Announce("1 2"),
    ]


def test_a_call_that_is_not_understood_ends_the_recording(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    script = f"import os; f = os.open('{work}/a', os.O_CREAT | os.O_WRONLY); os.writev(f, [b'x'])"
    with pytest.raises(UnknownCallError):
        record([sys.executable, "-c", script], work, tmp_path / "trace")
