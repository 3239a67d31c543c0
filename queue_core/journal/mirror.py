"""A copy of the journal's records on another machine: the same file and the same chain, from some record on.

A mirror is never opened as a journal (its first records are missing); salvage takes it as it takes a backup. It holds
the records alone, not the hub's own tables (accounts, dossiers), which never leave the hub by the bus.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from queue_core.errors import JournalError
from queue_core.journal import schema
from queue_core.journal.failures import DAMAGE, corrupt, failure
from queue_core.journal.reading import JournalReader
from queue_core.journal.record import Row, first_broken

#: closed days that are kept: a month's statistics can be told from it
DAYS_KEPT: Final = 31
_TAILS: Final = ("", "-wal", "-shm", "-journal")
_START: Final = "INSERT OR REPLACE INTO header (key, value) VALUES ('after_seq', ?), ('after_hash', ?)"
_OLD: Final = "SELECT seq, hash FROM events WHERE day < ? ORDER BY seq DESC LIMIT 1"


class Mirror:
    """One mirror's file; used by one thread. ``epoch`` is empty until :meth:`begin`, ``seq`` the last record here.

    A file that cannot be read is put aside as ``….corrupt.<time>``: the hub has the original.
    """

    def __init__(self, path: Path) -> None:
        """Open what there is. Raises JournalError: journal.read_only, journal.disk_full, journal.write_failed."""
        self.path = path
        self.epoch, self.seq, self._hash = "", 0, b""
        self._connection: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                self._open()
        except JournalError as error:
            if error.key not in {"journal.corrupt", "journal.too_new"}:
                raise
            self.close()
            self._put_aside(f"corrupt.{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        except OSError as error:
            raise failure(error, path) from error

    def begin(self, epoch: str, *, simulated: bool, after: tuple[int, bytes]) -> None:
        """Begin a copy of another journal behind one of its records (seq, hash); the one before is ``….before``.

        Raises JournalError.
        """
        self.close()
        self.epoch = ""
        self._put_aside("before")
        schema.build_new(self.path, simulated=simulated, epoch=epoch, after=after)
        schema.put_in_place(schema.building(self.path), self.path)
        self._open()

    def add(self, rows: Sequence[Row]) -> None:
        """Append records that follow from the last one here, all or none.

        Raises JournalError: journal.corrupt when they don't follow, journal.disk_full, journal.read_only,
        journal.write_failed.
        """
        connection = self._connection
        if connection is None:
            raise JournalError("journal.closed", file=str(self.path))
        broken = first_broken(rows, after=(self.seq, self._hash))
        if broken is not None:
            raise corrupt(self.path, broken)
        if not rows:
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(schema.INSERT, rows)
            self._forget(connection, rows)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            raise failure(error, self.path) from error
        self.seq, self._hash = rows[-1][0], rows[-1][9]

    def close(self) -> None:
        """Let the file go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> None:
        try:
            connection = schema.connect(self.path)
            self._connection = connection
            # A copy promises nobody anything: a power cut may take its last second, never its order.
            connection.execute("PRAGMA synchronous=NORMAL")
            with JournalReader(self.path) as reader:
                broken = reader.verify_tail()
                if broken is not None:
                    raise corrupt(self.path, broken)
                last = reader.last_row()
                self.seq, self._hash = (last[0], last[9]) if last else reader.start
                self.epoch = reader.header.epoch
        except DAMAGE as error:
            raise failure(error, self.path) from error

    def _forget(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        if not any(row[2] == "day_opened" for row in rows):
            return
        day = rows[-1][1] - DAYS_KEPT
        last = connection.execute(_OLD, (day,)).fetchone()
        if last is not None:
            connection.execute("DELETE FROM events WHERE seq <= ?", (last[0],))
            connection.execute(_START, (str(last[0]), last[1].hex()))

    def _put_aside(self, what: str) -> None:
        for tail in _TAILS:
            file = self.path.with_name(self.path.name + tail)
            if file.exists():
                file.replace(self.path.with_name(f"{self.path.name}.{what}{tail}"))


def lengthen(backup: Path, mirror: Path, out: Path) -> int:
    """A backup with the records that a mirror has behind its last one, as a new file; gives how many there were.

    Raises JournalError: journal.corrupt when either is damaged, or the mirror doesn't go on from the backup's chain.
    """
    with JournalReader(backup, immutable=True) as old, JournalReader(mirror) as copy:
        for reader in (old, copy):
            broken = reader.verify()
            if broken is not None:
                raise corrupt(reader.path, broken)
        last = old.last_row()
        seq, digest = (last[0], last[9]) if last else old.start
        rows = list(copy.rows(seq))
        same = copy.header.epoch == old.header.epoch
    if not same or first_broken(rows, after=(seq, digest)) is not None:
        raise corrupt(mirror, f"it does not go on from record {seq} of {backup.name}")
    try:
        out.write_bytes(backup.read_bytes())
        connection = sqlite3.connect(out, isolation_level=None)
        try:
            connection.execute("BEGIN")
            connection.executemany(schema.INSERT, rows)
            connection.execute("COMMIT")
        finally:
            connection.close()
        schema.sync(out)
    except (sqlite3.Error, OSError) as error:
        raise failure(error, out) from error
    return len(rows)
