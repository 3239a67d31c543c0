"""A copy of the journal on another device, made while the office works. One on the same card is none."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from queue_core.errors import JournalError
from queue_core.journal import schema
from queue_core.journal.failures import failure
from queue_core.journal.reading import JournalReader


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was copied: up to which record, how many bytes; ``same_device``: it would be lost with the journal."""

    path: Path
    epoch: str
    seq: int
    size_bytes: int
    same_device: bool


def backup(reader: JournalReader, target: Path) -> BackupReport:
    """Copy a journal as of now to ``target``; an older backup there is replaced only by a checked whole one.

    Raises JournalError: journal.backup_same_file, journal.backup_failed, journal.disk_full, journal.read_only.
    """
    target = Path(target)
    if _is_same(reader.path, target):
        raise JournalError("journal.backup_same_file", file=str(target))
    draft = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        seq = _copy(reader, draft)
        schema.sync(draft)
        draft.replace(target)
        schema.sync(target.parent)
    except (sqlite3.Error, OSError) as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        found = error if isinstance(error, JournalError) else failure(error, target)
        if found.key in {"journal.disk_full", "journal.read_only"}:
            raise found from error
        raise JournalError("journal.backup_failed", file=str(target), problem=str(error)) from error
    size_bytes = target.stat().st_size
    return BackupReport(target, reader.header.epoch, seq, size_bytes, same_device(reader.path, target))


def _copy(reader: JournalReader, draft: Path) -> int:
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        reader.copy_into(connection)
        # A backup is one file: it can be read from a write-protected stick.
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            raise sqlite3.DatabaseError(problem)
        return int(connection.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0])
    finally:
        connection.close()


def _is_same(source: Path, target: Path) -> bool:
    names = {source.name + tail for tail in ("", "-wal", "-shm", ".lock", ".new")}
    if target.parent.exists() and target.parent.samefile(source.parent) and target.name in names:
        return True
    return target.exists() and target.samefile(source)


def same_device(first: Path, second: Path) -> bool:
    """Whether two files lie on one physical device: two partitions of one card die together."""
    return _disk(first) == _disk(second)


def _disk(path: Path) -> str:
    device = path.stat().st_dev
    name = f"{os.major(device)}:{os.minor(device)}"
    entry = Path("/sys/dev/block") / name
    if not entry.exists():
        return name
    entry = entry.resolve()
    return (entry.parent if (entry / "partition").exists() else entry).name
