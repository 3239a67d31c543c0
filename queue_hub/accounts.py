"""Who may do what at this office: accounts with a role and an argon2 hash, in a file of their own.

``accounts.db`` (SQLite, WAL, FULL) holds accounts, sessions and integrators' tokens; passwords, session ids and
tokens are in it as hashes only. A change and the wish to note it in the journal are one transaction
(:attr:`Accounts.note` is told until it says that the note is on disk), so no change goes unrecorded.
A damaged file is renamed and reported: the first-run code, printed at the hub, then opens a new one.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from queue_hub.account import Account, Role, check_username, clean, clean_name
from queue_hub.account_errors import AccountError
from queue_hub.accounts_file import open_file
from queue_hub.first_run import CODE_FILE, code_is, forget_code, kept_code
from queue_hub.passwords import hash_password, password_is
from queue_hub.portrait import square_jpeg

__all__ = ["CODE_FILE", "Account", "Accounts", "Note", "Role", "now_ms"]

#: (account, what, by) → whether the note is on disk
Note = Callable[[str, str, str], bool]


def now_ms() -> int:
    """The system's time, for the accounts' own book only (never for the queue)."""
    return time.time_ns() // 1_000_000


class Accounts:
    """The accounts' book in ``folder``. Thread-safe; each call takes well under a millisecond but :meth:`verify`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.note: Note | None = None
        #: grows with each transaction: what was read before may be old
        self.generation = 0
        self._lock = threading.RLock()
        self._db = open_file(folder / "accounts.db")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One writing transaction; for the sessions' and tokens' tables too."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self.generation += 1
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def query(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Read rows."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # -------------------------------------------------------------- reading
    def all(self) -> list[Account]:
        """All accounts by name."""
        return [_account(r) for r in self.query(f"SELECT {_COLUMNS} FROM account ORDER BY name, username")]  # noqa: S608

    def get(self, username: str) -> Account | None:
        """One account, or None."""
        rows = self.query(f"SELECT {_COLUMNS} FROM account WHERE username = ?", username)  # noqa: S608
        return _account(rows[0]) if rows else None

    def photo(self, username: str) -> bytes | None:
        """The photo as JPEG, or None."""
        rows = self.query("SELECT photo FROM account WHERE username = ?", username)
        return rows[0][0] if rows else None

    def verify(self, username: str, password: str) -> Account | None:
        """The account if the password is right. Takes as long for a name that does not exist (about 30 ms)."""
        rows = self.query("SELECT hash FROM account WHERE username = ?", username)
        right = password_is(rows[0][0] if rows else None, password)
        return self.get(username) if right else None

    # -------------------------------------------------------------- changing
    def create(
        self, username: str, password: str, role: Role | str, name: str, *, title: str = "", by: str = "hub"
    ) -> Account:
        """Make an account. Raises :class:`AccountError` (account.exists, .username, .name, .weak_password)."""
        check_username(username)
        hashed = hash_password(username, password)
        values = (username, clean_name(name), clean(title), Role(role).value, hashed, now_ms())
        with self.transaction() as db:
            if db.execute("SELECT 1 FROM account WHERE username = ?", (username,)).fetchone():
                raise AccountError("account.exists", username=username)
            db.execute(
                "INSERT INTO account (username, name, title, role, hash, made_ms) VALUES (?, ?, ?, ?, ?, ?)", values
            )
            _to_note(db, username, f"created:{Role(role).value}", by)
        self.drain_notes()
        return self._sure(username)

    def change(
        self, username: str, *, name: str | None = None, title: str | None = None, role: Role | str | None = None,
        version: int | None = None, by: str,
    ) -> Account:  # fmt: skip
        """Change what is given. ``version`` is the one the editor saw (account.stale when it is older)."""
        old = self._sure(username)
        if version is not None and version != old.version:
            raise AccountError("account.stale")
        wanted = {
            "name": clean_name(name) if name is not None else old.name,
            "title": clean(title) if title is not None else old.title,
            "role": Role(role).value if role is not None else old.role.value,
        }
        changed = [k for k, v in wanted.items() if v != str(getattr(old, k))]
        if not changed:
            return old
        with self.transaction() as db:
            if old.role is Role.ADMINISTRATOR and wanted["role"] != Role.ADMINISTRATOR:
                _keep_one_administrator(db, username)
            db.execute(
                "UPDATE account SET name = ?, title = ?, role = ?, version = version + 1 WHERE username = ?",
                (wanted["name"], wanted["title"], wanted["role"], username),
            )
            for key in changed:
                _to_note(db, username, f"role:{wanted['role']}" if key == "role" else key, by)
        self.drain_notes()
        return self._sure(username)

    def set_password(self, username: str, password: str, *, by: str) -> None:
        """Set a password; every session of the account ends."""
        self._sure(username)
        hashed = hash_password(username, password)
        with self.transaction() as db:
            db.execute("UPDATE account SET hash = ?, version = version + 1 WHERE username = ?", (hashed, username))
            db.execute("DELETE FROM session WHERE username = ?", (username,))
            _to_note(db, username, "password", by)
        self.drain_notes()

    def set_photo(self, username: str, picture: bytes | None, *, by: str) -> None:
        """Keep a photo, cut square to 320 px and re-encoded (no metadata stays), or remove it (None)."""
        self._sure(username)
        jpeg = None if picture is None else square_jpeg(picture)
        with self.transaction() as db:
            db.execute("UPDATE account SET photo = ?, version = version + 1 WHERE username = ?", (jpeg, username))
            _to_note(db, username, "photo" if jpeg else "photo_removed", by)
        self.drain_notes()

    def remove(self, username: str, *, by: str) -> None:
        """Remove an account and end its sessions; the journal keeps its name in what it did."""
        account = self._sure(username)
        with self.transaction() as db:
            if account.role is Role.ADMINISTRATOR:
                _keep_one_administrator(db, username)
            db.execute("DELETE FROM account WHERE username = ?", (username,))
            _to_note(db, username, "removed", by)
        self.drain_notes()

    def note_change(self, db: sqlite3.Connection, account: str, what: str, by: str) -> None:
        """Within a transaction: a change of tokens that shall be noted as well."""
        _to_note(db, account, what, by)

    def drain_notes(self) -> None:
        """Tell the journal what it has not been told yet; what fails is told the next time."""
        if self.note is None:
            return
        for row in self.query("SELECT id, account, what, by FROM unnoted ORDER BY id"):
            if not self.note(row["account"], row["what"], row["by"]):
                return
            with self.transaction() as db:
                db.execute("DELETE FROM unnoted WHERE id = ?", (row["id"],))

    # -------------------------------------------------------------- the first run
    @property
    def empty(self) -> bool:
        """Whether nobody administers this office yet."""
        return not self.query("SELECT 1 FROM account WHERE role = ?", Role.ADMINISTRATOR.value)

    def first_run_code(self) -> str | None:
        """The one-time code of an office without an administrator (the same until used), else None."""
        if not self.empty:
            return None
        return kept_code(self.folder)

    def first_run(self, code: str, username: str, password: str, name: str) -> Account:
        """Make the first administrator. Raises account.first_run_done or account.first_run_code."""
        with self._lock:
            right = self.first_run_code()
            if right is None:
                raise AccountError("account.first_run_done")
            if not code_is(right, code):
                raise AccountError("account.first_run_code")
            account = self.create(username, password, Role.ADMINISTRATOR, name, by="first-run")
            forget_code(self.folder)
        return account

    def _sure(self, username: str) -> Account:
        account = self.get(username)
        if account is None:
            raise AccountError("account.unknown", username=username[:32])
        return account


_COLUMNS: Final = "username, name, title, role, version, photo IS NOT NULL AS has_photo"


def _account(row: sqlite3.Row) -> Account:
    return Account(
        username=row["username"], name=row["name"], title=row["title"], role=Role(row["role"]),
        version=row["version"], has_photo=bool(row["has_photo"]),
    )  # fmt: skip


def _to_note(db: sqlite3.Connection, account: str, what: str, by: str) -> None:
    db.execute("INSERT INTO unnoted (account, what, by) VALUES (?, ?, ?)", (account, what[:64], by))


def _keep_one_administrator(db: sqlite3.Connection, without: str) -> None:
    others = db.execute("SELECT 1 FROM account WHERE role = 'administrator' AND username <> ?", (without,)).fetchone()
    if others is None:
        raise AccountError("account.last_administrator")
