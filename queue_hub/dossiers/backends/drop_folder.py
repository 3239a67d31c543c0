"""A registry of files: an office drops CSV or XLSX exports of its one-stop software into a folder.

What was read last from a file stays until a newer whole version of it has been read, so a half-written or broken one
changes nothing. The lines stand in an index beside the hub's other files, never in its memory; of two files with one
code the younger file is right, of two lines in one file the later line.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from queue_core.clock import local
from queue_core.dossiers import Dossier, DossierState
from queue_hub.dossiers.backends.drop_report import FileReport, Tally, dump_report, load_report
from queue_hub.dossiers.backends.drop_table import Row, UnusableFileError, open_table
from queue_hub.dossiers.errors import RegistryError

log = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 10.0
#: a file that changed within this is perhaps still being copied
SETTLED_S: Final = 2.0
MAX_FILES: Final = 100
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS file (
  name TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, read_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS line (
  code TEXT NOT NULL, name TEXT NOT NULL, state INTEGER NOT NULL, due TEXT, returned TEXT, extended INTEGER NOT NULL,
  secret TEXT NOT NULL, todo TEXT NOT NULL, counter INTEGER, PRIMARY KEY (code, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS line_name ON line (name);
CREATE TABLE IF NOT EXISTS report (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""
_INSERT: Final = (
    "INSERT OR REPLACE INTO line (code, state, due, returned, extended, secret, todo, counter, name) "
    "VALUES (?,?,?,?,?,?,?,?,?)"
)


class DropFolder:
    """Reads ``folder`` now and then into ``index``; ``reports`` tells what became of each file."""

    def __init__(self, folder: Path, index: Path) -> None:
        self._folder, self._index = folder, index
        self._reports: dict[str, FileReport] = {}
        self._there = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drop-folder", daemon=True)
        index.parent.mkdir(parents=True, exist_ok=True)
        index.touch(mode=0o600, exist_ok=True)
        try:
            with closing(self._open()) as db:
                db.executescript(_TABLES)
        except sqlite3.DatabaseError:  # only a copy of the files: a damaged one is made again
            index.unlink()
            index.touch(mode=0o600)
            with closing(self._open()) as db:
                db.executescript(_TABLES)
        with closing(self._open()) as db:
            for name, body in db.execute("SELECT name, body FROM report"):
                if (report := load_report(body)) is not None:
                    self._reports[name] = report

    @property
    def there(self) -> bool:
        """Whether the folder was there when it was looked for last."""
        return self._there

    @property
    def reports(self) -> dict[str, FileReport]:
        """What became of each file, by its name."""
        return dict(self._reports)

    def start(self) -> None:
        """Begin to look at the folder."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(5)

    # ------------------------------------------------------------------ asking
    def find(self, code: str, *, deadline_s: float) -> Dossier | None:  # noqa: ARG002 -- an index answers at once
        """The dossier as the youngest file says. Raises RegistryError dossier.registry_away without any file."""
        with closing(self._open()) as db:
            row = db.execute(
                "SELECT state, due, returned, extended, secret, todo, counter, read_ms FROM line JOIN file "
                "USING (name) WHERE code = ? ORDER BY mtime_ns DESC LIMIT 1",
                (code,),
            ).fetchone()
            if row is None:
                if not db.execute("SELECT 1 FROM file").fetchone():
                    raise RegistryError("dossier.registry_away")
                return None
        state, due, returned, extended, secret, todo, counter, read_ms = row
        return Dossier(
            code=code,
            state=DossierState(state),
            due=datetime.fromisoformat(due) if due else None,
            estimated=False,
            extended=bool(extended),
            returned_on=datetime.fromisoformat(returned).date() if returned else None,
            todo=todo,
            counters=(counter,) if counter else (),
            secret=secret,
            as_of=local(read_ms).replace(tzinfo=None),
        )

    # ------------------------------------------------------------------ reading
    def refresh(self, now_s: float) -> bool:
        """Look at the folder once; whether anything was read. A folder that is away changes nothing."""
        try:
            files = sorted(p for p in self._folder.iterdir() if p.suffix.lower() in {".csv", ".xlsx"} and p.is_file())
        except OSError:
            self._note_there(False)
            return False
        self._note_there(True)
        with closing(self._open()) as db:
            rows = db.execute("SELECT name, size, mtime_ns FROM file").fetchall()
            # one without its report (of an earlier version of this software) is read again for it
            known = {name: (size, mtime) if name in self._reports else (0, 0) for name, size, mtime in rows}
            changed = False
            names = set()
            for path in files[:MAX_FILES]:
                names.add(path.name)
                try:
                    stat = path.stat()
                except OSError:
                    continue
                seen = (stat.st_size, stat.st_mtime_ns)
                if known.get(path.name) == seen or now_s - stat.st_mtime < SETTLED_S or path.name.startswith("~$"):
                    continue
                changed |= self._take_in(db, path, seen)
            for name in (known.keys() | self._reports.keys()) - names:  # taken away on purpose
                with db:
                    for table in ("line", "file", "report"):
                        db.execute(f"DELETE FROM {table} WHERE name = ?", (name,))  # noqa: S608
                self._reports.pop(name, None)
        return changed

    def _take_in(self, db: sqlite3.Connection, path: Path, seen: tuple[int, int]) -> bool:
        tally = Tally()
        try:
            with db:
                db.execute("DELETE FROM line WHERE name = ?", (path.name,))
                table = open_table(path)
                for line in table.lines:
                    tally.add(line)
                    if line.row is not None:
                        db.execute(_INSERT, (*_values(line.row), path.name))
                size, mtime_ns = seen
                now = (path.stat().st_size, path.stat().st_mtime_ns)
                if now != seen:
                    raise UnusableFileError("unfinished")
                stored = db.execute("SELECT count(*) FROM line WHERE name = ?", (path.name,)).fetchone()[0]
                db.execute(
                    "INSERT OR REPLACE INTO file VALUES (?,?,?,?)", (path.name, size, mtime_ns, mtime_ns // 1_000_000)
                )
        except (UnusableFileError, OSError, sqlite3.Error) as error:
            why = error.why if isinstance(error, UnusableFileError) else type(error).__name__
            before = self._reports.get(path.name)
            if before is None or before.why != why:
                log.warning("dropped file %s was not taken in: %s", path.name, why)
                # what was read of an earlier version of it stays, and so does when that was
                earlier = None if before is None else before.earlier_ms if before.why else before.file_ms
                self._keep(db, FileReport(name=path.name, file_ms=_ms(seen), why=why, earlier_ms=earlier))
            return False
        report = tally.report(
            path.name, file_ms=_ms(seen), stored=stored, missing=table.missing, encoding=table.encoding
        )
        self._keep(db, report)
        log.info("dropped file %s: %d dossiers, %d lines that are none", path.name, stored, report.refused)
        return True

    def _keep(self, db: sqlite3.Connection, report: FileReport) -> None:
        self._reports[report.name] = report
        try:
            with db:
                db.execute("INSERT OR REPLACE INTO report VALUES (?,?)", (report.name, dump_report(report)))
        except sqlite3.Error as error:
            log.warning("the report of a dropped file was not kept: %s", type(error).__name__)

    def _note_there(self, there: bool) -> None:  # noqa: FBT001
        if self._there and not there:
            log.warning("the dossiers' drop folder is away; what was read from it stays")
        self._there = there

    def _run(self) -> None:
        import time

        while not self._stopping.is_set():
            try:
                self.refresh(time.time())
            except Exception:
                log.exception("reading the drop folder failed")
            self._stopping.wait(LOOK_EVERY_S)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._index, timeout=5)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        return db


def _ms(seen: tuple[int, int]) -> int:
    return seen[1] // 1_000_000


def _values(row: Row) -> tuple[object, ...]:
    return (row.code, row.state, row.due, row.returned, int(row.extended), row.secret, row.todo, row.counter)
