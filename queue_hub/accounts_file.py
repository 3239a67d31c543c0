"""The file of the accounts' book: its tables, and what happens when it is damaged."""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path
from typing import Final

SCHEMA_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE account (
    username TEXT PRIMARY KEY, name TEXT NOT NULL, title TEXT NOT NULL DEFAULT '', role TEXT NOT NULL,
    hash TEXT NOT NULL, photo BLOB, version INTEGER NOT NULL DEFAULT 1, made_ms INTEGER NOT NULL) STRICT;
CREATE TABLE session (
    id_hash BLOB PRIMARY KEY, username TEXT NOT NULL REFERENCES account ON DELETE CASCADE ON UPDATE CASCADE,
    csrf TEXT NOT NULL, made_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT;
CREATE TABLE token (
    id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL,
    made_by TEXT NOT NULL, made_ms INTEGER NOT NULL, used_ms INTEGER) STRICT;
CREATE TABLE unnoted (id INTEGER PRIMARY KEY, account TEXT NOT NULL, what TEXT NOT NULL, by TEXT NOT NULL) STRICT;
"""


def open_file(path: Path) -> sqlite3.Connection:
    """Open or make it. A damaged one is renamed and reported, and a new one takes its place."""
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        aside = path.with_name(f"{path.name}.corrupt.{int(time.time())}")
        path.rename(aside)
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        print(f"accounts.db was damaged ({error}); it was renamed to {aside.name}", file=sys.stderr)  # noqa: T201
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        db.row_factory = sqlite3.Row
        for pragma in ("page_size=1024", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            db.execute(f"PRAGMA {pragma}")
        if db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("quick_check")
        if db.execute("PRAGMA user_version").fetchone()[0] == 0:
            db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")
    except BaseException:
        db.close()
        raise
    return db
