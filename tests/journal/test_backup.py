"""A backup is one whole file of some moment, on another device, made while the office works."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from queue_core.errors import JournalError
from queue_core.journal import Journal, JournalReader, same_device


def test_a_backup_is_the_same_chain_in_one_file(office: Any, journal: Journal, tmp_path: Path) -> None:
    office.opens()
    office.issues(20)
    target = tmp_path / "stick" / "copy.db"
    report = journal.backup(target)
    office.issues(5)
    assert (report.seq, report.path, report.epoch) == (21, target, journal.epoch)
    assert report.size_bytes == target.stat().st_size
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]
    with JournalReader(target, immutable=True) as reader:
        assert reader.verify() is None
        assert list(reader.records()) == list(journal.records(limit=21))
    assert journal.backup(target).seq == 26, "a later one replaces it"


def test_a_backup_can_be_read_from_a_write_protected_stick(office: Any, journal: Journal, tmp_path: Path) -> None:
    office.issues(3)
    folder = tmp_path / "stick"
    target = folder / "copy.db"
    journal.backup(target)
    folder.chmod(0o500)
    target.chmod(0o400)
    with JournalReader(target, immutable=True) as reader:
        assert len(list(reader.records())) == 3
    folder.chmod(0o700)


def test_the_office_works_on_while_it_is_copied(office: Any, journal: Journal, tmp_path: Path) -> None:
    office.opens()
    reports = []
    done = threading.Event()

    def copy() -> None:
        while not done.is_set():
            reports.append(journal.backup(tmp_path / "copies" / f"{len(reports)}.db"))

    thread = threading.Thread(target=copy)
    thread.start()
    while (len(reports) < 5 or reports[-1].seq == reports[0].seq) and thread.is_alive():
        office.issues(5)
    done.set()
    thread.join()
    assert journal.verify() is None
    for report in reports:
        with JournalReader(report.path, immutable=True) as reader:
            assert reader.verify() is None
            last = reader.last_row()
            assert last is not None
            assert last[0] == report.seq
    assert reports[-1].seq > reports[0].seq


@pytest.mark.parametrize("name", ["journal.db", "journal.db-wal", "../office/journal.db", "linked.db"])
def test_the_journal_is_never_its_own_backup(office: Any, journal: Journal, path: Path, name: str) -> None:
    office.issues(2)
    (path.parent / "linked.db").symlink_to(path)
    with pytest.raises(JournalError) as refused:
        journal.backup(path.parent / name)
    assert refused.value.key == "journal.backup_same_file"
    assert office.issues() == 3
    assert journal.verify() is None


@pytest.mark.parametrize("obstacle", ["folder", "file for folder"])
def test_a_failed_backup_says_so_and_leaves_the_older_one(
    office: Any, journal: Journal, tmp_path: Path, obstacle: str
) -> None:
    office.issues(2)
    target = tmp_path / "stick" / "copy.db"
    if obstacle == "folder":
        target.mkdir(parents=True)
    else:
        (tmp_path / "stick").touch()
    with pytest.raises(JournalError) as refused:
        journal.backup(target)
    assert refused.value.key == "journal.backup_failed"
    assert "copy.db" in refused.value.vi
    assert not list(tmp_path.rglob("*.part"))


def test_a_cut_backup_leaves_the_older_one(
    office: Any, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.issues(2)
    target = tmp_path / "copy.db"
    journal.backup(target)
    before = target.read_bytes()
    office.issues(2)

    def half(self: JournalReader, connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE events (seq)")
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(JournalReader, "copy_into", half)
    with pytest.raises(JournalError):
        journal.backup(target)
    assert target.read_bytes() == before


def test_two_partitions_of_one_card_are_one_device(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    assert same_device(tmp_path / "a", tmp_path / "b")
    memory = Path("/dev/shm") / f"motcua-{os.getpid()}"
    memory.touch()
    try:
        assert not same_device(tmp_path / "a", memory) or tmp_path.stat().st_dev == memory.stat().st_dev
    finally:
        memory.unlink()


def test_the_report_tells_when_a_copy_dies_with_the_journal(journal: Journal, tmp_path: Path) -> None:
    assert journal.backup(tmp_path / "copy.db").same_device
