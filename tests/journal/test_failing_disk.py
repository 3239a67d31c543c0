"""A full, read-only or dying card: nothing half-written, said in two languages, and on it goes when the disk is back.

The faults are the system's own: a small tmpfs, a limit on file sizes, a limit on pages, and system calls that fail
(strace's fault injection) in a child process that announces what was committed.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from queue_core.errors import JournalError
from queue_core.journal import Journal
from queue_core.journal.failures import failure

VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


def fill(office: Any, journal: Journal) -> JournalError:
    """Append until the disk says no."""
    for _ in range(5000):
        before = journal.seq
        try:
            office.issues()
        except JournalError as error:
            assert journal.seq == before
            return error
    raise AssertionError("the disk never became full")


def whole(path: Path) -> list[int]:
    with Journal.open(path) as journal:
        assert journal.verify() is None
        return [record.seq for record in journal.records()]


def test_no_more_pages(office: Any, journal: Journal, path: Path) -> None:
    office.opens()
    office.issues(5)
    connection = journal._connection
    assert connection is not None
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages + 2}")
    error = fill(office, journal)
    assert error.key == "journal.disk_full"
    assert VIETNAMESE.search(error.vi)
    assert "card is full" in error.en
    seq = journal.seq
    request_id = f"{office.day}-{office.issued}"
    assert (journal.answer(request_id), journal.verify()) == (None, None)
    assert len(list(journal.records())) == seq
    connection.execute("PRAGMA max_page_count=1000000")
    assert office.issues(3) == seq + 3
    journal.close()
    assert whole(path) == list(range(1, seq + 4))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB; without the right to mount, a limit on the size of files stands in for it."""
    libc = ctypes.CDLL(None, use_errno=True)
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=256k") == 0
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if not mounted:
        resource.setrlimit(resource.RLIMIT_FSIZE, (96 * 1024, limits[1]))
    yield folder
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)
    if mounted:
        libc.umount2(bytes(folder), 2)


def test_a_full_file_system(small_disk: Path, new_office: Callable[[Journal], Any]) -> None:
    if os.path.ismount(small_disk):
        (small_disk / "logs").write_bytes(bytes(100 * 1024))
    with Journal.open(small_disk / "journal.db") as journal:
        office = new_office(journal)
        error = fill(office, journal)
        assert error.key in {"journal.disk_full", "journal.write_failed"}
        again = fill(office, journal)
        assert again.key == error.key
        seq = journal.seq
        assert [record.seq for record in journal.records()] == list(range(1, seq + 1))
        if os.path.ismount(small_disk):  # a limit on one file's size leaves room for a second file
            with pytest.raises(JournalError):
                journal.backup(small_disk / "copy.db")
            assert not (small_disk / "copy.db").exists()
        (small_disk / "logs").unlink(missing_ok=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, resource.getrlimit(resource.RLIMIT_FSIZE)[1:] * 2)
        assert office.issues(3) == seq + 3
    assert whole(small_disk / "journal.db") == list(range(1, seq + 4))


def test_a_limit_on_the_size_of_files(path: Path, new_office: Callable[[Journal], Any]) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with Journal.open(path) as journal:
            office = new_office(journal)
            office.issues(4)
            wal_bytes = path.with_name("journal.db-wal").stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (max(wal_bytes, path.stat().st_size) + 1500, limits[1]))
            error = fill(office, journal)
            assert error.key == "journal.write_failed"
            seq = journal.seq
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            assert office.issues(2) == seq + 2
            assert journal.verify() is None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert whole(path) == list(range(1, seq + 3))


def faulty_child(path: Path, fault: str, *options: str, tickets: int = 30) -> list[str]:
    """What a child announced whose system calls on the journal's files fail as told."""
    names = [str(path), f"{path}-wal"]
    watched = [word for name in names for word in ("-P", name)]
    command = ["strace", "-f", "-qq", "-o", "/dev/null", *watched, "-e", "trace=pwrite64,fdatasync", "-e"]
    child = [sys.executable, "-m", "benchmarks.announcing", str(path), "--tickets", str(tickets), *options]
    done = subprocess.run(
        [*command, f"inject={fault}", *child], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ("pwrite64:error=ENOSPC:when=80..90", "journal.disk_full"),
        ("pwrite64:error=ENOSPC:when=40..45", "journal.disk_full"),
        ("pwrite64:error=EIO:when=80..90", "journal.write_failed"),
        ("pwrite64:error=EROFS:when=81..95", "journal.write_failed"),
        ("fdatasync:error=EIO:when=12..13", "journal.write_failed"),
        ("fdatasync:error=ENOSPC:when=9", "journal.write_failed"),
    ],
)
def test_failing_system_calls(path: Path, fault: str, key: str) -> None:
    """Only what was announced is in the journal, all of it, and the tickets after the fault went on."""
    lines = faulty_child(path, fault)
    failed = [line.split()[1] for line in lines if line.startswith("failed")]
    announced = dict(line.split() for line in lines if not line.startswith("failed"))
    assert failed, "the fault never struck, or the child died"
    assert set(failed) == {key}
    assert not lines[-1].startswith("failed")
    assert len(failed) + len(announced) == 30
    with Journal.open(path) as journal:
        assert journal.verify() is None
        records = {str(record.seq): record.hash.hex() for record in journal.records()}
        tickets = [record.body["ticket"]["id"] for record in journal.records() if record.type == "ticket_issued"]
        answers = [number for number in range(40) if journal.answer(f"request-{number}")]
    assert announced.items() <= records.items()
    assert str(journal.seq) in announced, "nothing that was not announced"
    assert len(tickets) == len(set(tickets)) == len(announced) - 1
    assert len(answers) == len(announced)


def test_a_refused_batch_does_not_come_back_after_a_power_cut(path: Path) -> None:
    """A failed fsync leaves the whole batch in the log, commit mark and all; nobody was told of it."""
    lines = faulty_child(path, "fdatasync:error=EIO:when=12", "--die-when-refused")
    assert lines[-1] == "failed journal.write_failed"
    announced = dict(line.split() for line in lines[:-1])
    assert len(announced) > 3
    with Journal.open(path) as journal:
        assert journal.verify() is None
        assert str(journal.seq) in announced


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[tuple[Path, Callable[[bool], None]]]:
    """A folder that can be made read-only and writable again, as the kernel does after an error on a card."""
    libc = ctypes.CDLL(None, use_errno=True)
    folder = tmp_path / "card"
    folder.mkdir()
    mounted = libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=4m") == 0

    def protect(on: bool) -> None:
        flags = 32 | (1 if on else 0)  # MS_REMOUNT, MS_RDONLY
        if mounted:
            assert libc.mount(None, bytes(folder), None, flags, None) == 0, os.strerror(ctypes.get_errno())
        else:
            for file in [folder, *folder.iterdir()]:
                file.chmod((0o500 if file.is_dir() else 0o400) if on else 0o700)

    yield folder, protect
    if mounted:
        libc.umount2(bytes(folder), 2)


def test_a_read_only_card(
    read_only_disk: tuple[Path, Callable[[bool], None]], new_office: Callable[[Journal], Any]
) -> None:
    folder, protect = read_only_disk
    path = folder / "journal.db"
    with Journal.open(path) as journal:
        new_office(journal).issues(5)
    protect(True)
    for wanted in (path, folder / "other.db"):
        with pytest.raises(JournalError) as refused:
            Journal.open(wanted)
        assert refused.value.key == "journal.read_only"
        assert VIETNAMESE.search(refused.value.vi)
    error = sqlite3.OperationalError("disk I/O error")  # what EROFS becomes when it strikes an open journal
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    assert failure(error, path).key == "journal.read_only"
    protect(False)
    assert failure(error, path).key == "journal.write_failed"
    with Journal.open(path) as journal:
        assert journal.seq == 5
        assert new_office(journal).issues() == 6


def test_a_journal_that_may_not_be_written(office: Any, journal: Journal, path: Path) -> None:
    """SQLite itself says read-only, in the middle of the day; afterwards it goes on."""
    office.issues(2)
    connection = journal._connection
    assert connection is not None
    connection.execute("PRAGMA query_only=1")
    with pytest.raises(JournalError) as refused:
        office.issues()
    assert refused.value.key == "journal.read_only"
    assert journal.seq == 2
    connection.execute("PRAGMA query_only=0")
    assert office.issues() == 3
    assert journal.verify() is None


def test_another_writer_is_waited_for_and_then_refused(office: Any, journal: Journal, path: Path) -> None:
    office.issues()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert journal._connection is not None
    journal._connection.execute("PRAGMA busy_timeout=50")
    with pytest.raises(JournalError) as refused:
        office.issues()
    assert refused.value.key == "journal.write_failed"
    other.execute("ROLLBACK")
    other.close()
    assert office.issues() == 2
