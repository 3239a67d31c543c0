"""Reading a journal: records in order, the open day, answers, and whether all of it is what was written.

A reader has a connection of its own that can write nothing, so any thread or process may have one while the hub
appends. It never keeps a snapshot between two pages of records: an abandoned iterator does not make the WAL grow.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

from queue_core.errors import JournalError
from queue_core.journal import schema
from queue_core.journal.failures import DAMAGE, corrupt, read_failure
from queue_core.journal.record import COLUMNS, BrokenLink, Record, Row, first_broken, genesis, to_record

_ROWS_A_PAGE: Final = 512
_ROWS_AFTER: Final = f"SELECT {COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608
_LAST_ROW: Final = f"SELECT {COLUMNS} FROM events ORDER BY seq DESC LIMIT 1"  # noqa: S608
_DAY_START: Final = "SELECT max(seq) FROM events WHERE type = 'day_opened'"


class JournalReader:
    """One thread's eyes on a journal file. Closed by :meth:`close` or as a context manager."""

    def __init__(self, path: Path, *, immutable: bool = False) -> None:
        """Open for reading only. Raises JournalError: journal.missing, journal.corrupt, journal.too_new."""
        self.path = path
        self._false_start: BrokenLink | None = None
        if not path.exists():
            raise JournalError("journal.missing", file=str(path))
        try:
            self._connection = schema.connect(path, read_only=True, immutable=immutable)
            self.header = schema.read_header(self._connection, path)
        except DAMAGE as error:
            self.close()
            raise read_failure(error, path) from error
        except JournalError:
            self.close()
            raise
        schema.check_format(self.header, path)

    def _ask(self, question: str, *values: object) -> list[Any]:
        """All rows of a question. Raises JournalError: journal.corrupt, or journal.write_failed for a sick device."""
        try:
            return self._connection.execute(question, values).fetchall()
        except DAMAGE as error:
            raise read_failure(error, self.path) from error

    def rows(self, after_seq: int = 0, limit: int | None = None) -> Iterator[Row]:
        """Raw rows behind ``after_seq``, in order."""
        left = limit
        while left is None or left > 0:
            wanted = _ROWS_A_PAGE if left is None else min(left, _ROWS_A_PAGE)
            page: list[Row] = self._ask(_ROWS_AFTER, after_seq, wanted)
            yield from page
            if len(page) < wanted:
                return
            after_seq = page[-1][0]
            left = None if left is None else left - len(page)

    def records(self, after_seq: int = 0, limit: int | None = None) -> Iterator[Record]:
        """Records behind ``after_seq``, in order."""
        return (self.record(row) for row in self.rows(after_seq, limit))

    def record(self, row: Row) -> Record:
        """Read a row. Raises JournalError journal.corrupt when its text is no event: then it was changed."""
        try:
            return to_record(row, self.header.epoch)
        except (ValueError, KeyError, TypeError) as error:
            raise corrupt(self.path, f"record {row[0]} is not readable") from error

    def latest(self, types: Sequence[str], limit: int) -> list[Record]:
        """The newest records of some types, newest first."""
        marks = ", ".join("?" * len(types))
        question = f"SELECT {COLUMNS} FROM events WHERE type IN ({marks}) ORDER BY seq DESC LIMIT ?"  # noqa: S608
        return [to_record(row, self.header.epoch) for row in self._ask(question, *types, limit)]

    def day_start(self) -> int:
        """The seq of the last ``day_opened``; 0 when no day was ever opened."""
        return int(self._ask(_DAY_START)[0][0] or 0)

    def last_row(self) -> Row | None:
        """The newest row."""
        return next(iter(self._ask(_LAST_ROW)), None)

    def row(self, seq: int) -> Row | None:
        """One row."""
        return next((row for row in self.rows(seq - 1, 1) if row[0] == seq), None)

    def answer(self, request_id: str) -> str | None:
        """The reply that this request was given, as JSON text, or None."""
        found = self._ask("SELECT reply FROM answers WHERE request_id = ?", request_id)
        return str(found[0][0]) if found else None

    @property
    def start(self) -> tuple[int, bytes]:
        """What the first record follows: (0, genesis), or of a mirror the record (seq, hash) behind which it begins."""
        return self.header.after or (0, self._genesis())

    def verify_tail(self, count: int = 512) -> BrokenLink | None:
        """Check the last records of a mirror, which is looked at whole only when it is wanted."""
        last = self.last_row()
        if last is None:
            return None
        before = self.row(last[0] - count)
        return first_broken(self.rows(last[0] - count), after=(before[0], before[9]) if before else self.start)

    def verify_open_day(self) -> BrokenLink | None:
        """Check the chain of the open day, its tie to the record before it, and the first record's to the header."""
        first = self.row(1)
        if self.last_row() is None:
            return None
        if first is None:
            return BrokenLink(1, "gap", "the first record is missing")
        if first[8] != self._genesis():
            return BrokenLink(1, "header")
        start = self.day_start()
        before = self.row(start - 1) if start > 1 else None
        if start > 1 and before is None:
            return BrokenLink(start, "gap", f"record {start - 1} is missing")
        after = (before[0], before[9]) if before else (0, self._genesis())
        return first_broken(self._same_day(start, self.rows(after[0])), after=after) or self._false_start

    def _same_day(self, start: int, rows: Iterator[Row]) -> Iterator[Row]:
        """Pass rows on, and notice an index that names a wrong start of the day: no chain guards the index."""
        self._false_start = None
        for row in rows:
            if (row[2] == "day_opened") is not (row[0] == start):
                self._false_start = self._false_start or BrokenLink(row[0], "file", "the index of days is wrong")
            yield row

    def verify(self) -> BrokenLink | None:
        """Check the file's structure, then every link from the first record on; the first broken one, or None."""
        try:
            # The chain first: it can name a record; the structure can only name a page.
            broken = first_broken(self.rows(), after=self.start)
            if broken is not None:
                return broken
            problem = str(self._ask("PRAGMA integrity_check(1)")[0][0])
        except JournalError as error:
            return BrokenLink(0, "file", str(error.details.get("problem", error.key)))
        return None if problem == "ok" else BrokenLink(0, "file", " ".join(problem.split()))

    def quick_check(self, budget_s: float | None) -> bool:
        """SQLite's check of the file's structure; True when it was finished within ``budget_s`` seconds.

        Raises JournalError journal.corrupt when anything is wrong.
        """
        timer = None if budget_s is None else threading.Timer(budget_s, self._connection.interrupt)
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            problem = str(self._connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError as error:
            if "interrupt" in str(error):
                return False
            raise corrupt(self.path, error) from error
        except DAMAGE as error:
            raise corrupt(self.path, error) from error
        finally:
            if timer is not None:
                timer.cancel()
                timer.join()
        if problem != "ok":
            raise corrupt(self.path, " ".join(problem.split()))
        return True

    def _genesis(self) -> bytes:
        return genesis(self.header.epoch, simulated=self.header.simulated)

    def copy_into(self, target: sqlite3.Connection) -> None:
        """Copy the whole file, as of now, by SQLite's backup; the writer is not held up."""
        self._connection.backup(target)

    def close(self) -> None:
        """Let the file go."""
        connection = getattr(self, "_connection", None)
        if connection is not None:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()
