"""The tablets at the counters: paired by a code that a supervisor makes, told apart by a secret of their own.

A tablet is no officer: nobody logs in, nothing expires, and its secret opens the page of its counter and nothing else.
Secrets are kept as hashes; a code is used once and lives ten minutes.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from queue_core.errors import register
from queue_hub.account_errors import AccountError
from queue_hub.accounts import Accounts, now_ms

CODE_DIGITS: Final = 8
CODE_S: Final = 600.0
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS tablet (
    id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, counter TEXT NOT NULL, made_by TEXT NOT NULL,
    made_ms INTEGER NOT NULL) STRICT
"""

register(
    {
        "tablet.code": (
            "Mã ghép không đúng hoặc đã quá 10 phút. Mời người phụ trách tạo mã mới.",
            "The pairing code is wrong or older than 10 minutes. Ask the supervisor for a new one.",
        ),
        "tablet.unknown": ("Không có máy đánh giá này.", "There is no such rating tablet."),
        "tablet.unpaired": (
            "Máy này không còn được ghép với quầy nào. Mời nhập mã mới.",
            "This tablet is not paired with a counter any more. Please type a new code.",
        ),
        "tablet.gone_by": (
            "Lượt này đã qua. Cảm ơn quý vị.",
            "This visit has gone by. Thank you.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Tablet:
    """A paired tablet without its secret."""

    id: str
    counter: str
    made_by: str
    made_ms: int

    @property
    def by(self) -> str:
        """Who asks, as the journal writes it: the counter's tablet, never a person."""
        return f"tablet:{self.id}"


class Tablets:
    """All tablets of an office. ``clock_s``: a monotonic clock."""

    def __init__(self, accounts: Accounts, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._accounts, self._clock_s = accounts, clock_s
        #: hash of a code → (counter, who made it, until when)
        self._codes: dict[bytes, tuple[str, str, float]] = {}
        with accounts.transaction() as db:
            db.execute(_TABLE)

    def new_code(self, counter: str, *, by: str) -> str:
        """A code for a tablet of this counter; the one before it for the same counter is void."""
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        self._codes = {key: value for key, value in self._live().items() if value[0] != counter}
        self._codes[_hash(code)] = (counter, by, self._clock_s() + CODE_S)
        return code

    def pair(self, code: str) -> tuple[str, Tablet]:
        """The secret for the tablet's cookie, and the tablet. Raises AccountError tablet.code."""
        self._codes = self._live()
        found = self._codes.pop(_hash("".join(code.split())), None)
        if found is None:
            raise AccountError("tablet.code")
        counter, by, _ = found
        secret, tablet = secrets.token_urlsafe(32), Tablet(secrets.token_hex(4), counter, by, now_ms())
        with self._accounts.transaction() as db:
            db.execute(
                "INSERT INTO tablet VALUES (?, ?, ?, ?, ?)", (tablet.id, _hash(secret), counter, by, tablet.made_ms)
            )
            self._accounts.note_change(db, f"tablet:{tablet.id}", f"paired:{counter}", by)
        self._accounts.drain_notes()
        return secret, tablet

    def find(self, secret: str) -> Tablet | None:
        """The tablet of a cookie, or None."""
        rows = self._accounts.query("SELECT id, counter, made_by, made_ms FROM tablet WHERE hash = ?", _hash(secret))
        return Tablet(*rows[0]) if rows else None

    def all(self) -> list[Tablet]:
        """All, the newest first."""
        rows = self._accounts.query("SELECT id, counter, made_by, made_ms FROM tablet ORDER BY made_ms DESC, id")
        return [Tablet(*row) for row in rows]

    def remove(self, tablet_id: str, *, by: str) -> None:
        """From now on it may do nothing. Raises AccountError tablet.unknown."""
        with self._accounts.transaction() as db:
            if db.execute("DELETE FROM tablet WHERE id = ?", (tablet_id,)).rowcount == 0:
                raise AccountError("tablet.unknown")
            self._accounts.note_change(db, f"tablet:{tablet_id}", "removed", by)
        self._accounts.drain_notes()

    def _live(self) -> dict[bytes, tuple[str, str, float]]:
        now_s = self._clock_s()
        return {key: value for key, value in self._codes.items() if value[2] > now_s}


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()
