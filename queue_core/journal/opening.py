"""What is made sure before a journal is written: one writer, the right kind, a whole file, a disk that takes writes."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path

from queue_core.errors import JournalError
from queue_core.journal import schema
from queue_core.journal.failures import DAMAGE, corrupt, failure
from queue_core.journal.pages import read_wal
from queue_core.journal.reading import JournalReader


def lock_file(path: Path) -> int:
    """Become the one writer: the descriptor of a locked file beside the journal; a killed process lets it go.

    Raises JournalError: journal.in_use, journal.read_only, journal.disk_full.
    """
    # Beside the journal, not the journal itself: closing a descriptor of the file would drop SQLite's own locks.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        name = path.with_name(path.name + ".lock")
        lock = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        schema.give_to_owner(name)
    except OSError as error:
        raise failure(error, path) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise JournalError("journal.in_use", file=str(path)) from error
    return lock


def salvage_note(path: Path) -> Path:
    """The note that stands beside a journal while its recovery is not finished; it holds the damaged file's name."""
    return path.with_name(path.name + ".salvage")


def check_not_in_salvage(path: Path) -> None:
    """Refuse a journal whose recovery was cut short: journal.corrupt; salvage goes on where it was."""
    if salvage_note(path).exists():
        raise corrupt(path, "its recovery was not finished")


def check_kind(path: Path, *, simulated: bool) -> None:
    """Refuse a simulation's journal in real service and the reverse: journal.simulated, journal.not_simulated."""
    with JournalReader(path) as reader:
        if reader.header.simulated and not simulated:
            raise JournalError("journal.simulated", file=str(path))
        if simulated and not reader.header.simulated:
            raise JournalError("journal.not_simulated", file=str(path))


def check(path: Path, budget_s: float | None) -> bool:
    """Check the open day's chain, and the whole structure as far as ``budget_s`` allows (True: all of it).

    Raises JournalError journal.corrupt.
    """
    if read_wal(path.with_name(path.name + "-wal")).damaged:
        raise corrupt(path, "a broken place in the log, with commits behind it")
    # By a connection that cannot write: a writer would play the WAL into a damaged file when it is closed.
    with JournalReader(path) as reader:
        broken = reader.verify_open_day()
        if broken is not None:
            raise corrupt(path, broken)
        return reader.quick_check(budget_s)


def connect(path: Path) -> tuple[sqlite3.Connection, JournalReader]:
    """The writer's connection, after any migration, and a reader. Raises JournalError."""
    connection: sqlite3.Connection | None = None
    try:
        connection = schema.connect(path)
        schema.migrate(connection, schema.read_header(connection, path))
        # What cannot be written must not promise a number.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
        return connection, JournalReader(path)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, DAMAGE):
            raise failure(error, path) from error
        raise
