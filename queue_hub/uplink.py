"""The office's journal on its way to the province: page by page, strictly in order, from where central's copy ends.

Central's answer is what counts: it comes after central's own commit, and tells how far central is. Whatever was on its
way when a broker, central or this hub fell is sent again from there; a record that central has is not taken twice. The
office waits for nothing here: without central it works on, and sends when central is back.
"""

from __future__ import annotations

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from queue_core.errors import JournalError, MotcuaError
from queue_core.journal import Journal
from queue_core.journal.carried import page, sent
from queue_core.wire.backoff import Backoff
from queue_core.wire.bus import Bus
from queue_core.wire.errors import WireError
from queue_core.wire.messages import Reply, UplinkBody, UplinkRequest

log = logging.getLogger(__name__)

#: the journal's cursor, and the two troubles that a technician reads (docs/wire.md)
CURSOR: Final = "uplink"
AWAY, REFUSED = "central_away", "central_refuses"
PAGE_ROWS: Final = 50
#: a broker that does not answer within this is left for the next one of the list
CONNECT_S: Final = 20.0
ANSWER_S: Final = 10.0
#: the cursor costs a commit on the card: it only spares questions, so it need not be the last word
CURSOR_EVERY_S: Final = 60.0
#: records have waited so long: somebody should look
AWAY_AFTER_S: Final = 3600.0
_RETRY: Final = Backoff(first_s=0.5, cap_s=60.0)

#: (kind of trouble, whether it is there)
Report = Callable[[str, bool], None]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, for tests and for a province far away."""

    connect_s: float = CONNECT_S
    answer_s: float = ANSWER_S
    away_after_s: float = AWAY_AFTER_S
    retry: Backoff = _RETRY


class Uplink:
    """One thread. ``dials`` make a connection to one broker of central each, in the order in which they are tried."""

    def __init__(
        self, journal: Journal, dials: Sequence[Callable[[], Bus]], report: Report, *, timing: Timing | None = None
    ) -> None:
        self._journal, self._dials, self._report = journal, dials, report
        self._timing = timing or Timing()
        #: the last record that central has on disk, as far as it has said so in this run
        self.acknowledged = 0
        self._after = min(journal.cursor(CURSOR), journal.seq)
        self._noted, self._noted_s = self._after, time.monotonic()
        self._answered_s = time.monotonic()
        self._changed = threading.Condition()
        self._committed = False
        self._stopping = False
        self._told: dict[str, bool] = {}
        self._random = random.Random()  # noqa: S311 -- how long to wait
        self._thread = threading.Thread(target=self._run, name="uplink", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """End; what central has not said yet is sent again by the next run."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(self._timing.answer_s + 10)

    def committed(self) -> None:
        """Something new stands in the journal. From any thread; quick."""
        with self._changed:
            self._committed = True
            self._changed.notify_all()

    # ------------------------------------------------------------------ the thread
    def _run(self) -> None:
        for dial in cycle(self._dials):
            if self._stopping:
                break
            try:
                with self._connected(dial) as bus:
                    if bus is not None:
                        self._serve(bus)
            except JournalError as error:
                log.warning("the uplink waits: %s", error)
                self._pause(self._timing.retry.cap_s)
            except Exception:
                log.exception("the uplink met a fault")
                self._pause(self._timing.retry.cap_s)
        self._note(at_once=True)

    @contextmanager
    def _connected(self, dial: Callable[[], Bus]) -> Iterator[Bus | None]:
        """A connection to a broker; None: it does not answer, the next one is tried."""
        bus = dial()
        bus.start()
        try:
            until_s = time.monotonic() + self._timing.connect_s
            while not self._stopping and not bus.connected and time.monotonic() < until_s:
                bus.wait_connected(0.2)
            self._look()
            yield bus if bus.connected else None
        finally:
            bus.stop()

    def _serve(self, bus: Bus) -> None:
        """Send whatever there is, until the connection is gone for good or the hub stops."""
        failures, unsure = 0, True
        while not self._stopping:
            with self._changed:
                self._committed = False
            if not unsure and self._after >= self._journal.seq:
                self._answered_s = time.monotonic()  # nothing waits
                self._note()
                with self._changed:
                    self._changed.wait_for(lambda: self._committed or self._stopping, timeout=CURSOR_EVERY_S)
                continue
            try:
                self._turn(bus)
            except (WireError, _RefusedError) as error:
                # Perhaps it was taken. It is sent again: central takes nothing twice, and says how far it is.
                failures, unsure = failures + 1, True
                log.info("central has not taken the journal: %s", error)
                if isinstance(error, _RefusedError):
                    self._tell(REFUSED, there=True)
                self._look()
                if not bus.connected and not bus.wait_connected(self._timing.connect_s):
                    return
                self._pause(self._timing.retry.wait_s(failures, source=self._random))
            else:
                failures, unsure = 0, False

    def _turn(self, bus: Bus) -> None:
        """One page, or the question how far central is. Raises WireError, :class:`_RefusedError`, JournalError."""
        after, digest = self._journal.place(self._after) if self._after else self._journal.start
        rows = list(page(self._journal.rows(after, PAGE_ROWS)))
        asked = UplinkRequest(
            request_id=secrets.token_hex(16),
            epoch=self._journal.epoch,
            simulated=self._journal.simulated,
            begins=min(self._journal.began(CURSOR), after),
            after=after,
            after_hash=digest.hex(),
            rows=sent(rows),
        )
        said = _position(bus.request("uplink", asked, timeout_s=self._timing.answer_s))
        if said.epoch != self._journal.epoch:
            raise WireError("wire.malformed", path="uplink.epoch", problem=said.epoch, problem_en=said.epoch)
        # Behind what was sent: central lacks records (its database was put back), and gets them again.
        self._after = self.acknowledged = max(0, min(said.seq, self._journal.seq))
        self._answered_s = time.monotonic()
        self._tell(REFUSED, there=False)
        self._tell(AWAY, there=False)

    def _look(self) -> None:
        """Whether records have waited for too long."""
        if time.monotonic() - self._answered_s > self._timing.away_after_s:
            self._tell(AWAY, there=True)

    def _note(self, *, at_once: bool = False) -> None:
        if self._after == self._noted or (not at_once and time.monotonic() < self._noted_s + CURSOR_EVERY_S):
            return
        self._noted_s = time.monotonic()
        try:
            self._journal.move_cursor(CURSOR, self._after)
            self._noted = self._after
        except MotcuaError as error:
            log.info("how far central is was not noted: %s", error)

    def _tell(self, kind: str, *, there: bool) -> None:
        if self._told.get(kind) is not there:
            self._told[kind] = there
            self._report(kind, there)

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, timeout=seconds)


class _RefusedError(Exception):
    """Central has said why it does not take these records."""


def _position(reply: Reply) -> UplinkBody:
    if reply.uplink is not None:
        return reply.uplink
    error = reply.error
    if error is not None and error.key.startswith("central."):
        raise _RefusedError(error.en)
    raise WireError("wire.refused", reason=error.en if error else "no position")
