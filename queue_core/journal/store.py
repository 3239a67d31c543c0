"""The office's journal: one append-only chain of facts in one SQLite file. What is not in it was not promised.

:meth:`Journal.append` is one transaction (WAL, ``synchronous=FULL``): when it returns, the batch is on the disk, and
when it raises, nothing of the batch is in the journal. (One exception, harmless: the fsync itself failed and the power
went before the next write. Then the batch may be there after the restart, though nobody was told of it.)
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from queue_core.errors import JournalError
from queue_core.events import AnyEvent
from queue_core.journal import backup as backups
from queue_core.journal import opening, schema
from queue_core.journal.failures import corrupt, failure
from queue_core.journal.reading import JournalReader
from queue_core.journal.record import BrokenLink, Record, Row, Stamp, genesis, link

ANSWERS_KEPT_DAYS: Final = 7
CHECK_BUDGET_S: Final = 0.6
"""How long the start may look at the whole file's structure (a Pi's card reads some 25 MB in it)."""
_DAY_MS: Final = 86_400_000
_PRUNE_EVERY_ANSWERS: Final = 64
_REMEMBER: Final = "INSERT OR REPLACE INTO answers (request_id, reply, day, at_ms) VALUES (?, ?, ?, ?)"
_PRUNE: Final = "DELETE FROM answers WHERE id IN (SELECT id FROM answers ORDER BY id LIMIT ?) AND day < ? AND at_ms < ?"


class Journal:
    """The one writer of a journal file.

    ``seq`` is the last record's number (0: empty), ``epoch`` the random name of this chain, ``simulated`` whether it
    was made under a simulated clock. ``checked_whole`` tells whether the opening had time to check the whole file's
    structure; :meth:`verify` does it at leisure.

    Writing methods may be called from any thread, one at a time (in the hub: the engine's). Reading methods use a
    connection of the calling thread.
    """

    def __init__(self, path: Path, lock: int, connection: sqlite3.Connection, reader: JournalReader) -> None:
        """Use :meth:`open`."""
        header = reader.header
        self.path = path
        self.epoch = header.epoch
        self.simulated = header.simulated
        self.salvaged = header.salvaged
        self.checked_whole = False
        self.floor_ms = 0
        last = reader.last_row()
        self.seq: int = last[0] if last else 0
        self._genesis = genesis(header.epoch, simulated=header.simulated)
        self._hash: bytes = last[9] if last else self._genesis
        self._lock = lock
        self._connection: sqlite3.Connection | None = connection
        self._writing = threading.RLock()
        self._unsettled = False
        self._answers_since_prune = 0
        self._local = threading.local()
        self._readers: weakref.WeakSet[JournalReader] = weakref.WeakSet()
        self._closed = False
        if last is not None:
            self.floor_ms = reader.record(last).at_ms

    # --- opening and closing

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        simulated: bool = False,
        build_floor_ms: int | None = None,
        check_budget_s: float | None = CHECK_BUDGET_S,
    ) -> Self:
        """Open the journal at ``path``, or make an empty one with a random epoch.

        Checked before it is used: that the file is a journal of the wanted kind, its structure (within
        ``check_budget_s``, None: without limit) and the chain of the open day. ``build_floor_ms`` is the earliest
        time that can be true (the software's build); :attr:`floor_ms` is the later of it and the last record.

        Raises JournalError: journal.corrupt (never opened: salvage it), journal.in_use, journal.simulated,
        journal.not_simulated, journal.too_new, journal.read_only, journal.disk_full.
        """
        path = Path(path)
        lock = opening.lock_file(path)
        try:
            opening.check_not_in_salvage(path)
            if not path.exists():
                schema.create(path, simulated=simulated)
            opening.check_kind(path, simulated=simulated)
            checked_whole = opening.check(path, check_budget_s)
            connection, reader = opening.connect(path)
            journal = cls(path, lock, connection, reader)
        except BaseException:
            os.close(lock)
            raise
        journal.checked_whole = checked_whole
        journal.floor_ms = max(journal.floor_ms, build_floor_ms or 0)
        journal._adopt(reader)
        return journal

    def close(self) -> None:
        """Let the file go; what was appended is on the disk already."""
        with self._writing:
            self._closed = True
            for reader in list(self._readers):
                reader.close()
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- writing

    def append(
        self,
        events: Sequence[AnyEvent],
        stamp: Stamp,
        *,
        day: int,
        answers: Sequence[tuple[str, str]] = (),
        requests: Sequence[str | None] = (),
        side: Callable[[sqlite3.Connection], None] | None = None,
    ) -> int:
        """Write one batch, durably and whole; gives the last seq.

        ``answers``: (request_id, reply as JSON text), remembered for 7 days. ``requests``: the request id behind each
        event (empty: none). ``side`` writes the caller's own tables in the same transaction; what it raises comes
        out as it is, and then nothing is written.

        Raises JournalError: journal.disk_full, journal.read_only, journal.write_failed, journal.corrupt. Then
        nothing of the batch is in the journal, and the next append may be tried at once.
        """
        if requests and len(requests) != len(events):
            raise ValueError(f"{len(requests)} requests for {len(events)} events")
        with self._writing:
            self._settle()
            rows, digest = self._chain(events, stamp, day, requests)
            latest_ms = max((event.at_ms for event in events), default=0)
            self._write(rows, [(name, reply, day, max(latest_ms, self.floor_ms)) for name, reply in answers], side)
            self.seq += len(rows)
            self._hash = digest
            self.floor_ms = max(self.floor_ms, latest_ms) if rows else self.floor_ms
            return self.seq

    def _chain(
        self, events: Sequence[AnyEvent], stamp: Stamp, day: int, requests: Sequence[str | None]
    ) -> tuple[list[Row], bytes]:
        rows: list[Row] = []
        seq, digest = self.seq, self._hash
        boot_id, mono_ms, source = stamp.boot_id, stamp.mono_ms, stamp.source
        for place, event in enumerate(events):
            seq += 1
            request_id = requests[place] if requests else None
            envelope = (seq, day, event.type, boot_id, mono_ms, source, request_id)
            body = event.model_dump_json()
            prev, digest = digest, link(digest, envelope, body)
            rows.append((*envelope, body, prev, digest))
        return rows, digest

    def _write(
        self,
        rows: Sequence[Row],
        answers: Sequence[tuple[str, str, int, int]],
        side: Callable[[sqlite3.Connection], None] | None,
    ) -> None:
        connection = self._connection
        if connection is None:
            raise JournalError("journal.closed", file=str(self.path))
        try:
            connection.execute("BEGIN IMMEDIATE")
            if len(rows) == 1:
                connection.execute(schema.INSERT, rows[0])
            elif rows:
                connection.executemany(schema.INSERT, rows)
            if answers:
                connection.executemany(_REMEMBER, answers)
                self._prune(connection, answers)
            if side is not None:
                side(connection)
            connection.execute("COMMIT")
        except BaseException as error:
            self._unsettled = True
            with contextlib.suppress(JournalError):
                self._settle()
            if isinstance(error, sqlite3.Error):
                _forget_rest(connection, error)
                raise failure(error, self.path) from error
            raise

    def _prune(self, connection: sqlite3.Connection, answers: Sequence[tuple[str, str, int, int]]) -> None:
        # Old by the count of days and by the clock: neither a clock that jumps nor a day opened twice forgets early.
        self._answers_since_prune += len(answers)
        if self._answers_since_prune >= _PRUNE_EVERY_ANSWERS:
            _, _, day, at_ms = answers[-1]
            oldest = (day - ANSWERS_KEPT_DAYS, at_ms - ANSWERS_KEPT_DAYS * _DAY_MS)
            connection.execute(_PRUNE, (2 * self._answers_since_prune, *oldest))
            self._answers_since_prune = 0

    # --- after a failure

    def _settle(self) -> None:
        """After a failed write: make sure that the file ends where memory says. Raises JournalError if it does not.

        The connection stays: SQLite's rollback is in memory and the next batch is written over what the failed one
        left in the WAL. (Reopening instead would read that rest as committed after a failed fsync.)
        """
        connection = self._connection
        if connection is None or not self._unsettled:
            return
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            last = connection.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise failure(error, self.path) from error
        if (last or (0, self._genesis)) != (self.seq, self._hash):
            raise corrupt(self.path, f"record {self.seq} is not the last one, as it should be")
        self._unsettled = False

    # --- reading, from any thread

    def answer(self, request_id: str) -> str | None:
        """The reply that this request was given, as JSON text, or None."""
        return self._reader().answer(request_id)

    def records(self, after_seq: int = 0, limit: int | None = None) -> Iterator[Record]:
        """Records behind ``after_seq``, in order."""
        return self._reader().records(after_seq, limit)

    def rows(self, after_seq: int, limit: int) -> Iterator[Row]:
        """Raw records behind ``after_seq``, in order: what a copy of the chain is made of."""
        return self._reader().rows(after_seq, limit)

    @property
    def start(self) -> tuple[int, bytes]:
        """What the first record follows: (0, genesis)."""
        return 0, self._genesis

    def place(self, seq: int | None) -> tuple[int, bytes]:
        """A record's seq and hash; None, or one that is not there: the record before the open day's first."""
        if seq is not None:
            row = self._reader().row(seq)
            if row is not None:
                return row[0], row[9]
        row = self._reader().row(max(0, self._reader().day_start() - 1))
        return (row[0], row[9]) if row is not None else (0, self._genesis)

    def open_day(self) -> Iterator[Record]:
        """The records from the last ``day_opened`` on; all of them when no day was ever opened."""
        reader = self._reader()
        return reader.records(max(0, reader.day_start() - 1))

    def last_stamp(self) -> Record | None:
        """The newest record."""
        reader = self._reader()
        row = reader.last_row()
        return None if row is None else reader.record(row)

    def verify(self) -> BrokenLink | None:
        """Check the file's structure and every link from the first record on; the first broken one, or None."""
        return self._reader().verify()

    def backup(self, target: Path) -> backups.BackupReport:
        """Copy the journal, as of now, to another file while the office works. See :func:`backups.backup`."""
        return backups.backup(self._reader(), target)

    def _reader(self) -> JournalReader:
        if self._closed:
            raise JournalError("journal.closed", file=str(self.path))
        reader: JournalReader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = JournalReader(self.path)
            self._adopt(reader)
        return reader

    def _adopt(self, reader: JournalReader) -> None:
        self._local.reader = reader
        self._readers.add(reader)


def _forget_rest(connection: sqlite3.Connection, error: sqlite3.Error) -> None:
    """A failed fsync may leave the whole batch in the WAL; emptied, it cannot come back after a power cut."""
    if (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF == sqlite3.SQLITE_IOERR:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
