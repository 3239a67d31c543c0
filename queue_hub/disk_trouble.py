"""A disk that takes no more events: who is told, and how it is found out that it takes them again."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import Final

from queue_core.errors import JournalError, MotcuaError
from queue_core.journal import Journal, Stamp

log = logging.getLogger(__name__)
_TRIAL: Final = "disk trial ".ljust(12_000, ".")


class DiskTrouble:
    """On the engine's thread only. ``listeners`` are told when the journal stops or begins again to take events."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.listeners: list[Callable[[], None]] = []
        self.error: MotcuaError | None = None

    def look(self, stamp: Stamp, *, day: int) -> None:
        """While nothing can be saved nobody asks for a number: find out by ourselves when the disk takes writes."""
        if self.error is None:
            return
        try:
            # as much as a few tickets take, really written: with less the lobby would open and shut every second
            for write in (_write_trial, _remove_trial):
                self._journal.append([], stamp, day=day, side=write)
        except MotcuaError as error:
            self.met(error)
        else:
            self.over()

    def met(self, error: MotcuaError) -> None:
        """Nothing was saved; of the journal's own errors the listeners are told."""
        if self.error is None or self.error.key != error.key:
            log.error("nothing was saved: %s", error)
        if isinstance(error, JournalError):
            self._set(error)

    def over(self) -> None:
        """The disk has taken something."""
        self._set(None)

    def _set(self, error: MotcuaError | None) -> None:
        changed = (self.error is None) != (error is None)
        self.error = error
        if changed:
            for listener in self.listeners:
                listener()


def _write_trial(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT OR REPLACE INTO cursors (name, seq) VALUES (?, 0)", (_TRIAL,))


def _remove_trial(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM cursors WHERE name = ?", (_TRIAL,))
