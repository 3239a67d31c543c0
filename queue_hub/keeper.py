"""Looks after the journal beside the day's work: a backup to another path, and the whole chain verified at leisure."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from queue_core.errors import MotcuaError
from queue_core.journal import Journal

log = logging.getLogger(__name__)
BACKUP_EVERY_S: Final = 3600.0
VERIFY_EVERY_S: Final = 24 * 3600.0
#: the first minutes after a start belong to the citizens
FIRST_AFTER_S: Final = 120.0
BACKUP_NAME: Final = "hub-backup.db"

#: (kind of trouble, whether it is there): told at each look; telling the same twice must change nothing
Report = Callable[[str, bool], None]


class Keeper:
    """One thread. ``backup_to``: a folder on another device (a USB stick, a board's card), or None.

    ``daily``: what else is looked at once a day.
    """

    def __init__(
        self,
        journal: Journal,
        backup_to: Path | None,
        report: Report,
        *,
        daily: Callable[[], None] = lambda: None,
        first_after_s: float = FIRST_AFTER_S,
    ) -> None:
        self._journal, self._backup_to, self._report, self._daily = journal, backup_to, report, daily
        self._first_after_s = first_after_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin to look after it."""
        self._thread.start()

    def stop(self) -> None:
        """End; a backup under way is finished first."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(30)

    def back_up(self) -> bool:
        """Make a backup now; False, and ``backup_failed`` reported, when it could not be made."""
        if self._backup_to is None:
            return False
        try:
            done = self._journal.backup(self._backup_to / BACKUP_NAME)
        except (MotcuaError, OSError) as error:
            log.error("no backup: %s", error)  # noqa: TRY400 (the keyed words say it all)
            self._report("backup_failed", True)
            return False
        self._report("backup_failed", False)
        # a backup on the journal's own card is none: it would die with it
        self._report("backup_same_device", done.same_device)
        return True

    def verify(self) -> bool:
        """Verify the whole chain now; False, and ``journal_broken`` reported, when a link is broken."""
        broken = self._journal.verify()
        if broken is not None:
            log.critical("the journal's chain is broken: %s", broken)
        self._report("journal_broken", broken is not None)
        return broken is None

    def _run(self) -> None:
        backup_at = verify_at = time.monotonic() + self._first_after_s
        while not self._stopping.wait(max(0.0, min(backup_at, verify_at) - time.monotonic())):
            now = time.monotonic()
            try:
                if now >= backup_at:
                    backup_at = now + BACKUP_EVERY_S
                    self.back_up()
                if now >= verify_at:
                    verify_at = now + VERIFY_EVERY_S
                    self.verify()
                    self._daily()
            except Exception:
                log.exception("looking after the journal failed")
