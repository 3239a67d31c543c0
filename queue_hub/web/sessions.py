"""Log-in sessions in the accounts' book: hashed, sliding, and alive through a restart of the hub.

A screen that is open all day never dies: each request and each heartbeat of the live stream moves the end.
Age is judged by the monotonic clock within a run (a Pi's wall clock may leap a year when the network comes) and by
the wall clock only over a restart.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Final

from queue_hub.accounts import Account, Accounts, now_ms

LIFE_S: Final = 12 * 3600
#: the book is not written more often than this for the mere seeing of a session
TOUCH_S: Final = 600
#: so long a session is believed without asking the book again, if nothing was written to it meanwhile
BELIEVED_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody logged in. ``csrf`` must come back in a header or form field with each change."""

    account: Account
    csrf: str
    id_hash: bytes

    @property
    def by(self) -> str:
        """Who asks, as the journal writes it."""
        return f"officer:{self.account.username}"


class Sessions:
    """All sessions of an office."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._seen: dict[bytes, float] = {}
        self._touched: dict[bytes, float] = {}
        #: found lately: (the book's generation, until when, the session). SQLite lets go of the interpreter's lock, and
        #: a click would wait for it behind the engine's work.
        self._found: dict[bytes, tuple[int, float, Session]] = {}

    def begin(self, account: Account) -> tuple[str, Session]:
        """A new session: the secret for the cookie, and the session. Forgotten ones are swept out."""
        secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        now = now_ms()
        with self._accounts.transaction() as db:
            for row in db.execute("SELECT id_hash, seen_ms FROM session").fetchall():
                if not self._alive(row["id_hash"], row["seen_ms"]):
                    db.execute("DELETE FROM session WHERE id_hash = ?", (row["id_hash"],))
                    self._forget(row["id_hash"])
            db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", (_hash(secret), account.username, csrf, now, now))
        self._seen[_hash(secret)] = self._touched[_hash(secret)] = time.monotonic()
        return secret, Session(account, csrf, _hash(secret))

    def find(self, secret: str) -> Session | None:
        """The session of a cookie, or None; its life begins anew."""
        id_hash = _hash(secret)
        generation, until_s, session = self._found.get(id_hash, (-1, 0.0, None))
        if session is not None and generation == self._accounts.generation and time.monotonic() < until_s:
            self._seen[id_hash] = time.monotonic()
            return session
        rows = self._accounts.query("SELECT username, csrf, seen_ms FROM session WHERE id_hash = ?", id_hash)
        if not rows or not self._alive(id_hash, rows[0]["seen_ms"]):
            self._forget(id_hash)
            return None
        account = self._accounts.get(rows[0]["username"])
        if account is None:
            return None
        now = time.monotonic()
        self._seen[id_hash] = now
        if now - self._touched.get(id_hash, -TOUCH_S) >= TOUCH_S:
            self._touched[id_hash] = now
            with self._accounts.transaction() as db:
                db.execute("UPDATE session SET seen_ms = ? WHERE id_hash = ?", (now_ms(), id_hash))
        session = Session(account, rows[0]["csrf"], id_hash)
        self._found[id_hash] = (self._accounts.generation, now + BELIEVED_S, session)
        return session

    def end(self, session: Session) -> None:
        """Log out."""
        with self._accounts.transaction() as db:
            db.execute("DELETE FROM session WHERE id_hash = ?", (session.id_hash,))
        self._forget(session.id_hash)

    def _alive(self, id_hash: bytes, seen_ms: int) -> bool:
        if (seen := self._seen.get(id_hash)) is not None:
            return time.monotonic() - seen < LIFE_S
        return abs(now_ms() - seen_ms) < LIFE_S * 1000

    def _forget(self, id_hash: bytes) -> None:
        self._seen.pop(id_hash, None)
        self._touched.pop(id_hash, None)
        self._found.pop(id_hash, None)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
