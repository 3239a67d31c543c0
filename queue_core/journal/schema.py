"""The tables of a journal file, its header, and the steps from an older format to this one.

Small tables come first: SQLite's check walks the free list, then the tables in this order, so a check that runs out
of its time has seen everything but a part of the events.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from queue_core.errors import JournalError
from queue_core.journal.failures import corrupt, failure
from queue_core.journal.record import COLUMNS

FORMAT: Final = 1
APPLICATION_ID: Final = 0x4D4F5443  # "MOTC"
PAGE_BYTES: Final = 1024
"""Half the wear of a memory card: a commit writes about 4 kB instead of 13."""

#: ``cursors`` holds nothing: what is written there and taken back shows that the disk takes something again
TABLES: Final = """
CREATE TABLE header (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE answers (
  id INTEGER PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, reply TEXT NOT NULL, day INTEGER NOT NULL,
  at_ms INTEGER NOT NULL);
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, day INTEGER NOT NULL, type TEXT NOT NULL, boot_id TEXT NOT NULL,
  mono_ms INTEGER NOT NULL, source TEXT NOT NULL, request_id TEXT, body TEXT NOT NULL, prev BLOB NOT NULL,
  hash BLOB NOT NULL);
CREATE INDEX day_starts ON events (seq) WHERE type = 'day_opened';
"""
#: A fact never changes; a slip of the pen in a side table's SQL must not be able to.
GUARDS: Final = """
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'a journal record never changes'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'a journal record never goes'); END;
"""
INSERT: Final = f"INSERT INTO events ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"  # noqa: S608  (constants)
OWN_TABLES: Final = frozenset({"header", "cursors", "answers", "events"})

#: format n → the step to n + 1, run in one transaction with the new number. It must leave every record's columns of
#: :data:`queue_core.journal.record.COLUMNS` as they are, or the chain breaks; old *events* are lifted by upcasters.
MIGRATIONS: Final[dict[int, Callable[[sqlite3.Connection], None]]] = {}


@dataclass(frozen=True, slots=True)
class Header:
    """What a journal says about itself. ``salvaged`` is the JSON text that a salvage left, if one made this file."""

    format: int
    epoch: str
    created_ms: int
    simulated: bool
    salvaged: str | None = None
    #: of a mirror: seq and hash of the record that its first one follows
    after: tuple[int, bytes] | None = None


def connect(path: Path, *, read_only: bool = False, immutable: bool = False) -> sqlite3.Connection:
    """Open the file as it is. The writer gets WAL with ``synchronous=FULL``; a reader changes nothing.

    ``immutable``: for a file that nobody writes, such as a backup on a read-only stick (a ``-wal`` is not read).
    """
    mode = "mode=ro" if read_only else "mode=rw"
    uri = f"file:{_quoted(path)}?{mode}{'&immutable=1' if immutable else ''}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=2.0)
    if not read_only:
        try:
            _write_safely(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.absolute()))


def _write_safely(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL").fetchone()
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA journal_size_limit=4194304")


def new_epoch() -> str:
    """A random name for a new journal: 64 bits in hex."""
    return secrets.token_hex(8)


def create(path: Path, *, simulated: bool, salvaged: str | None = None, epoch: str | None = None) -> None:
    """Make an empty journal at ``path``, whole or not at all: built beside it, synced, then renamed.

    Raises JournalError (journal.corrupt when the file is gone but its ``-wal`` still stands there).
    """
    build_new(path, simulated=simulated, salvaged=salvaged, epoch=epoch)
    put_in_place(building(path), path)


def building(path: Path) -> Path:
    """Where a new journal is built before it gets its name."""
    return path.with_name(path.name + ".new")


def build_new(
    path: Path,
    *,
    simulated: bool,
    salvaged: str | None = None,
    epoch: str | None = None,
    after: tuple[int, bytes] | None = None,
) -> str:
    """Write an empty journal to :func:`building` ``(path)``; gives its epoch. Raises JournalError.

    ``after``: it is a mirror that begins behind this record (seq, hash), and may forget old days.
    """
    remains = path.with_name(path.name + "-wal")
    if remains.exists() and remains.stat().st_size > 0:
        # SQLite would play the old file's pages into the new one.
        raise corrupt(path, f"the file is missing, {remains.name} is there")
    draft = building(path)
    epoch = epoch or new_epoch()
    try:
        for leftover in (draft, draft.with_name(draft.name + "-journal"), draft.with_name(draft.name + "-wal")):
            leftover.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            connection.execute("PRAGMA synchronous=OFF")  # it has no name yet: it is synced before it gets one
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            header = {"format": str(FORMAT), "epoch": epoch, "created_ms": str(int(time.time() * 1000))}
            header["simulated"] = "1" if simulated else "0"
            if salvaged is not None:
                header["salvaged"] = salvaged
            if after is not None:
                header |= {"after_seq": str(after[0]), "after_hash": after[1].hex()}
            connection.executescript(f"BEGIN;{TABLES}{GUARDS}COMMIT;")
            if after is not None:
                connection.execute("DROP TRIGGER events_remain")
            connection.executemany("INSERT INTO header VALUES (?, ?)", header.items())
            finish(connection)
        finally:
            connection.close()
    except (sqlite3.Error, OSError) as error:
        raise failure(error, path) from error
    return epoch


def finish(connection: sqlite3.Connection) -> None:
    """Bring everything from the WAL into the file itself. Raises sqlite3.Error when there is no room for it."""
    busy, frames, moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy or frames != moved:
        raise sqlite3.OperationalError("the new file could not be completed")


def put_in_place(draft: Path, path: Path) -> None:
    """Sync a finished file and give it its name, durably (the folder is synced too). Raises JournalError."""
    try:
        give_to_owner(draft)
        sync(draft)
        draft.replace(path)
        sync(path.parent)
    except OSError as error:
        raise failure(error, path) from error


def give_to_owner(path: Path) -> None:
    """A technician's root makes files in the hub's folder: they must belong to the folder's owner, as the hub's do."""
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def sync(path: Path) -> None:
    """Fsync a file or a folder. Never a journal that this process has open: closing it would drop SQLite's locks."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_header(connection: sqlite3.Connection, path: Path) -> Header:
    """The header of an open file. Raises JournalError journal.corrupt when it is none of ours."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise corrupt(path, "not a journal")
    try:
        values = dict(connection.execute("SELECT key, value FROM header"))
        return Header(
            format=int(values["format"]),
            epoch=values["epoch"],
            created_ms=int(values["created_ms"]),
            simulated=values["simulated"] == "1",
            salvaged=values.get("salvaged"),
            after=(int(values["after_seq"]), bytes.fromhex(values["after_hash"])) if "after_seq" in values else None,
        )
    except (KeyError, ValueError) as error:
        raise corrupt(path, f"header: {error}") from error


def check_format(header: Header, path: Path) -> None:
    """Refuse what a newer version wrote: JournalError journal.too_new."""
    if header.format > FORMAT:
        raise JournalError("journal.too_new", file=str(path), format=header.format, known=FORMAT)


def migrate(connection: sqlite3.Connection, header: Header) -> None:
    """Lift an older format step by step, each in a transaction of its own."""
    for number in range(header.format, FORMAT):
        connection.execute("BEGIN IMMEDIATE")
        try:
            MIGRATIONS[number](connection)
            connection.execute("UPDATE header SET value = ? WHERE key = 'format'", (str(number + 1),))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
