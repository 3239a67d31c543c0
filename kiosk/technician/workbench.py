"""Behind the technician's page: looks at PINs and runs checks, on a thread that exists from the first PIN on."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from kiosk import session as s
from kiosk.technician.pin import PinLock

if TYPE_CHECKING:
    from queue_kit.doctor import Check

log = logging.getLogger(__name__)
#: a thread that nobody wants anything of ends after so long; the next PIN begins another
_IDLE_S: Final = 600.0


class Workbench:
    """``lock``: the door. ``post``: takes the session's events. ``checks``: asked once, behind the door."""

    def __init__(self, lock: PinLock, *, post: Callable[[s.Event], None], checks: Callable[[], list[Check]]) -> None:
        self._lock, self._post, self._checks = lock, post, checks
        self._jobs: queue.SimpleQueue[s.TryPin | s.RunChecks] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def do(self, effect: s.TryPin | s.RunChecks) -> None:
        """Carry it out; returns at once."""
        with self._starting:
            self._jobs.put(effect)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="workbench", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        known: list[Check] = []
        while True:
            try:
                job = self._jobs.get(timeout=_IDLE_S)
            except queue.Empty:
                with self._starting:
                    if self._jobs.empty():
                        self._thread = None
                        return
                continue
            try:
                if isinstance(job, s.TryPin):
                    known = self._try(job.pin)
                else:
                    self._examine(check for check in known if check.name in job.names)
            except Exception:
                log.exception("the technician's page")
                self._post(s.PinRefused(0.0))

    def _try(self, pin: str) -> list[Check]:
        if not self._lock.try_pin(pin):
            log.warning("a technician's PIN was wrong")
            self._post(s.PinRefused(self._lock.closed_s))
            return []
        log.warning("a technician has come in")
        known = self._checks()
        rows = (s.CheckRow(check.name, (("vi", check.vi), ("en", check.en)), check.acts) for check in known)
        self._post(s.ChecksCame(tuple(rows)))
        return known

    def _examine(self, checks: Iterable[Check]) -> None:
        from queue_kit.doctor import examine

        for found in examine(checks):
            words = (("vi", found.outcome.vi), ("en", found.outcome.en))
            self._post(s.CheckEnded(found.check.name, found.outcome.state, words))
