"""The authority's book (SQLite): one-time tokens, what was signed, who is denied. Survives a power cut (WAL, FULL)."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provisioning.errors import TokenError

_WAIT_S: Final = 10
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS token (
    hash TEXT PRIMARY KEY, device TEXT NOT NULL, wish TEXT NOT NULL, expires_at_s REAL NOT NULL,
    used_at_s REAL, keys TEXT
);
CREATE TABLE IF NOT EXISTS certificate (
    serial TEXT PRIMARY KEY, office TEXT NOT NULL, device TEXT NOT NULL, instance TEXT NOT NULL, token TEXT NOT NULL,
    pem BLOB NOT NULL, issued_at_s REAL NOT NULL, denied_at_s REAL
);
CREATE INDEX IF NOT EXISTS certificate_device ON certificate (device, instance);
"""


@dataclass(frozen=True, slots=True)
class Issued:
    """A signed certificate: serial number and PEM; ``office``: whose key signed it, and whose deny list may name it."""

    serial: int
    pem: bytes
    office: str


class Book:
    """A connection for each use: the service's threads and a command beside it share the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        with self._open() as db:
            db.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            yield db
        finally:
            db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def new_token(self, device: str, wish: Mapping[str, object], *, days: float) -> str:
        """A token for a device; earlier ones of it that nobody used are void."""
        token = secrets.token_urlsafe(32)
        values = (_hash(token), device, json.dumps(wish), time.time() + days * 86_400)
        with self._writing() as db:
            db.execute("DELETE FROM token WHERE device = ? AND used_at_s IS NULL", (device,))
            db.execute("INSERT INTO token (hash, device, wish, expires_at_s) VALUES (?, ?, ?, ?)", values)
        return token

    def spend(
        self,
        token: str,
        device: str,
        keys: Mapping[str, str],
        sign: Callable[[Mapping[str, object]], Mapping[str, Issued]],
    ) -> dict[str, bytes]:
        """Use a token for these keys (instance → fingerprint) and keep what ``sign`` gives; all in one transaction.

        Raises TokenError enrol.token_unknown, enrol.token_expired, enrol.token_used, and what ``sign`` raises: the
        token is unused then.
        """
        asked = json.dumps(keys, sort_keys=True)
        with self._writing() as db:
            row = db.execute(
                "SELECT wish, expires_at_s, used_at_s, keys FROM token WHERE hash = ? AND device = ?",
                (_hash(token), device),
            ).fetchone()
            if row is None:
                raise TokenError("enrol.token_unknown")
            wish, expires_at_s, used_at_s, used_for = row
            if used_at_s is not None:
                if used_for != asked:
                    raise TokenError("enrol.token_used")
                rows = db.execute(
                    "SELECT instance, pem, denied_at_s FROM certificate WHERE token = ?", (_hash(token),)
                ).fetchall()
                if any(denied_at_s is not None for _instance, _pem, denied_at_s in rows):
                    raise TokenError("enrol.token_used")
                return {instance: bytes(pem) for instance, pem, _denied_at_s in rows}
            now = time.time()
            if now > expires_at_s:
                raise TokenError("enrol.token_expired")
            issued = sign(json.loads(wish))
            db.execute("UPDATE token SET used_at_s = ?, keys = ? WHERE hash = ?", (now, asked, _hash(token)))
            db.executemany(
                "INSERT INTO certificate (serial, office, device, instance, token, pem, issued_at_s)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (f"{one.serial:x}", one.office, device, instance, _hash(token), one.pem, now)
                    for instance, one in issued.items()
                ],
            )
            return {instance: one.pem for instance, one in issued.items()}

    def deny(self, device: str, instance: str | None = None) -> int:
        """Deny all certificates of a device, or of one instance of it; gives how many it had. Its tokens are void."""
        where, values = "device = ?", [device]
        if instance is not None:
            where, values = "device = ? AND instance = ?", [device, instance]
        with self._writing() as db:
            db.execute("DELETE FROM token WHERE device = ? AND used_at_s IS NULL", (device,))
            # Two fixed texts, chosen above.
            count = db.execute(f"SELECT count(*) FROM certificate WHERE {where}", values).fetchone()[0]  # noqa: S608
            stamp = f"UPDATE certificate SET denied_at_s = ? WHERE denied_at_s IS NULL AND {where}"  # noqa: S608
            db.execute(stamp, (time.time(), *values))
        return int(count)

    def denied(self, office: str) -> list[int]:
        """Serial numbers on an office's deny list, ascending."""
        with self._open() as db:
            rows = db.execute("SELECT serial FROM certificate WHERE office = ? AND denied_at_s IS NOT NULL", (office,))
            return sorted(int(serial, 16) for (serial,) in rows)

    def known(self, device: str) -> bool:
        """Whether a device was ever given a certificate."""
        with self._open() as db:
            found = db.execute("SELECT 1 FROM certificate WHERE device = ? LIMIT 1", (device,)).fetchone()
            return found is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
