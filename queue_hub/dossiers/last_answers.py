"""What a registry said last, kept on disk for the hub that starts while the registry is away.

Kept are state, dates and counters under the code's keyed hash: no code, nobody's name, none of the registry's own words
("what to bring" may hold a name), and not the receipt's 4 characters. So after a restart the answer is the degree of
completion "as of" then; the details come back with the registry.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from queue_core.dossiers import Dossier, DossierState
from queue_hub.dossiers.secrets import DossierKey

log = logging.getLogger(__name__)
MOST: Final = 5000
#: an older answer says too little of how a dossier stands today
KEPT_DAYS: Final = 30
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS answer (
  hash TEXT PRIMARY KEY, said TEXT NOT NULL, state INTEGER NOT NULL, due TEXT, estimated INTEGER NOT NULL,
  returned TEXT, extended INTEGER NOT NULL, counters TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answer_said ON answer (said);
"""


class LastAnswers:
    """One file, at most :data:`MOST` answers of the last :data:`KEPT_DAYS` days. Its trouble is nobody's: it is logged.

    Methods may be called from any thread.
    """

    def __init__(self, path: Path, key: DossierKey) -> None:
        self._path, self._key = path, key
        self._lock = threading.Lock()
        path.touch(mode=0o600, exist_ok=True)
        try:
            self._make()
        except sqlite3.DatabaseError:  # only a copy of what the registry knows: a damaged one begins anew
            path.unlink()
            path.touch(mode=0o600)
            self._make()

    def keep(self, code: str, found: Dossier | None, now: datetime | None) -> None:
        """Keep an answer; None (there is no such dossier) takes an earlier one away. Nothing while no date is known."""
        digest = self._key.hash(code)
        said = found.as_of or now if found is not None else None
        try:
            with self._lock, closing(self._open()) as db, db:
                if found is None or said is None:
                    db.execute("DELETE FROM answer WHERE hash = ?", (digest,))
                    return
                db.execute(
                    "INSERT OR REPLACE INTO answer VALUES (?,?,?,?,?,?,?,?)",
                    (
                        digest, said.isoformat(timespec="seconds"), int(found.state),
                        found.due.isoformat() if found.due else None, int(found.estimated),
                        found.returned_on.isoformat() if found.returned_on else None, int(found.extended),
                        " ".join(str(number) for number in found.counters),
                    ),
                )  # fmt: skip
                oldest = (said - timedelta(days=KEPT_DAYS)).isoformat()
                db.execute("DELETE FROM answer WHERE said < ?", (oldest,))
                db.execute(
                    "DELETE FROM answer WHERE hash IN (SELECT hash FROM answer ORDER BY said DESC LIMIT -1 OFFSET ?)",
                    (MOST,),
                )
        except sqlite3.Error as error:
            log.warning("a registry's answer was not kept: %s", type(error).__name__)

    def find(self, code: str, now: datetime | None) -> Dossier | None:
        """What was said last of a code, with ``as_of``; None when nothing was, or too long ago."""
        try:
            with self._lock, closing(self._open()) as db:
                row = db.execute("SELECT * FROM answer WHERE hash = ?", (self._key.hash(code),)).fetchone()
            if row is None:
                return None
            _, said, state, due, estimated, returned, extended, counters = row
            as_of = datetime.fromisoformat(said)
            if now is not None and now - as_of > timedelta(days=KEPT_DAYS):
                return None
            return Dossier(
                code=code,
                state=DossierState(state),
                due=datetime.fromisoformat(due) if due else None,
                estimated=bool(estimated),
                extended=bool(extended),
                returned_on=date.fromisoformat(returned) if returned else None,
                counters=tuple(int(number) for number in counters.split()),
                as_of=as_of,
            )
        except (sqlite3.Error, ValueError) as error:
            log.warning("a registry's answers could not be read: %s", type(error).__name__)
            return None

    def _make(self) -> None:
        with closing(self._open()) as db:
            db.executescript(_TABLE)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=1)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA secure_delete=ON")
        return db
