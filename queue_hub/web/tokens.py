"""Integrators' bearer tokens: made by an administrator, shown once, kept as hashes, with scopes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from queue_core.errors import register
from queue_hub.account_errors import AccountError
from queue_hub.accounts import Accounts, now_ms

#: read: states · issue: numbers and slips · book: bookings · serve: counters and their tickets · dossiers: their book
SCOPES: Final = ("read", "issue", "book", "serve", "dossiers")
_MARK: Final = "mct_"

register(
    {
        "token.name": (
            "Mời đặt tên cho mã truy cập (tối đa 60 ký tự) và chọn ít nhất một quyền.",
            "Please name the token (at most 60 characters) and choose at least one scope.",
        ),
        "token.unknown": ("Không có mã truy cập này.", "There is no such token."),
    }
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret."""

    id: str
    name: str
    scopes: frozenset[str]
    made_by: str
    made_ms: int
    used_ms: int | None

    @property
    def by(self) -> str:
        """Who asks, as the journal writes it."""
        return f"token:{self.id}"


class Tokens:
    """All tokens of an office."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def create(self, name: str, scopes: Iterable[str], *, by: str) -> tuple[str, Token]:
        """A new token: the secret (never to be had again) and its description. Raises token.name."""
        name = " ".join(name.split())
        wanted = sorted(set(scopes))
        if not 0 < len(name) <= 60 or not wanted or not set(wanted) <= set(SCOPES):
            raise AccountError("token.name")
        secret, token_id = _MARK + secrets.token_urlsafe(32), secrets.token_hex(4)
        with self._accounts.transaction() as db:
            db.execute(
                "INSERT INTO token (id, hash, name, scopes, made_by, made_ms) VALUES (?, ?, ?, ?, ?, ?)",
                (token_id, _hash(secret), name, " ".join(wanted), by, now_ms()),
            )
            self._accounts.note_change(db, f"token:{token_id}", f"created:{','.join(wanted)}", by)
        self._accounts.drain_notes()
        return secret, next(t for t in self.all() if t.id == token_id)

    def all(self) -> list[Token]:
        """All tokens, the newest first."""
        rows = self._accounts.query("SELECT * FROM token ORDER BY made_ms DESC, id")
        return [
            Token(r["id"], r["name"], frozenset(r["scopes"].split()), r["made_by"], r["made_ms"], r["used_ms"])
            for r in rows
        ]

    def find(self, secret: str) -> Token | None:
        """The token of a bearer secret, or None. Its last use is kept to the day, to spare the card."""
        if not secret.startswith(_MARK):
            return None
        rows = self._accounts.query("SELECT * FROM token WHERE hash = ?", _hash(secret))
        if not rows:
            return None
        r, now = rows[0], now_ms()
        if r["used_ms"] is None or abs(now - r["used_ms"]) > 86_400_000:
            with self._accounts.transaction() as db:
                db.execute("UPDATE token SET used_ms = ? WHERE id = ?", (now, r["id"]))
        return Token(r["id"], r["name"], frozenset(r["scopes"].split()), r["made_by"], r["made_ms"], r["used_ms"])

    def remove(self, token_id: str, *, by: str) -> None:
        """Make a token useless from now on. Raises token.unknown."""
        with self._accounts.transaction() as db:
            if db.execute("DELETE FROM token WHERE id = ?", (token_id,)).rowcount == 0:
                raise AccountError("token.unknown")
            self._accounts.note_change(db, f"token:{token_id}", "removed", by)
        self._accounts.drain_notes()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
