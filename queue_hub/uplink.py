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

from queue_core.errors import JournalError
from queue_core.journal import Journal
from queue_core.journal.carried import page, sent
from queue_core.journal.record import Row
from queue_core.wire.backoff import Backoff
from queue_core.wire.bus import Bus
from queue_core.wire.errors import WireError
from queue_core.wire.messages import Reply, UplinkRequest

log = logging.getLogger(__name__)

#: the two troubles that a technician reads (docs/wire.md)
AWAY, REFUSED = "central_away", "central_refuses"
PAGE_ROWS: Final = 50
#: a broker that does not answer within this is left for the next one of the list
CONNECT_S: Final = 20.0
ANSWER_S: Final = 10.0
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
        #: the first records up to here are at central under the damaged journal's name
        self._begins = 0
        self._answered_s = time.monotonic()
        self._changed = threading.Condition()
        self._bus: Bus | None = None
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
            bus = self._bus
        if bus is not None:
            bus.stop()  # an answer under way is not waited for
        if self._thread.ident is not None:
            self._thread.join(10)

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

    @contextmanager
    def _connected(self, dial: Callable[[], Bus]) -> Iterator[Bus | None]:
        """A connection to a broker; None: it does not answer, the next one is tried."""
        bus = dial()
        with self._changed:
            if not self._stopping:
                self._bus = bus
                bus.start()
        try:
            yield bus if self._is_there(bus) else None
        finally:
            with self._changed:
                self._bus, left = None, not self._stopping
            if left:  # else whoever stops us ends it
                bus.stop()

    def _is_there(self, bus: Bus) -> bool:
        """Wait for the connection; False: it does not come, or the hub stops."""
        until_s = time.monotonic() + self._timing.connect_s
        while not self._stopping and not bus.wait_connected(0.2) and time.monotonic() < until_s:
            pass
        self._look()
        return bus.connected and not self._stopping

    def _serve(self, bus: Bus) -> None:
        """Send whatever there is, until the connection is gone for good or the hub stops."""
        failures, known = 0, False
        while not self._stopping:
            with self._changed:
                self._committed = False
            if known and self.acknowledged >= self._journal.seq:
                self._answered_s = time.monotonic()  # nothing waits
                with self._changed:
                    self._changed.wait_for(lambda: self._committed or self._stopping)
                continue
            try:
                known = self._send(bus) if known else self._ask(bus)
            except (WireError, _RefusedError) as error:
                # Perhaps it was taken: how far central is is asked before anything is sent again.
                failures, known = failures + 1, False
                log.info("central has not taken the journal: %s", error)
                if isinstance(error, _RefusedError):
                    self._tell(REFUSED, there=True)
                if not self._is_there(bus):
                    return
                self._pause(self._timing.retry.wait_s(failures, source=self._random))
            else:
                failures = 0

    def _ask(self, bus: Bus) -> bool:
        """How far central is; True. Raises WireError, :class:`_RefusedError`, JournalError."""
        self._begins = 0
        self.acknowledged = min(self._position(bus, self._journal.epoch), self._journal.seq)
        if self.acknowledged:
            # The number alone would not tell our last record from a second hub's.
            after, digest = self._journal.place(self.acknowledged)
            self._answered(bus, self._journal.epoch, after, digest, [])
        earlier = self._journal.earlier_epoch
        if self.acknowledged == 0 and earlier is not None:
            # Salvaged: what central has of the damaged journal is not counted twice.
            self._begins = self.acknowledged = self._journal.taken_over(self._position(bus, earlier))
        return True

    def _position(self, bus: Bus, epoch: str) -> int:
        after, digest = self._journal.start
        return self._answered(bus, epoch, after, digest, [])

    def _send(self, bus: Bus) -> bool:
        """One page; False: central is not where it said, and is to be asked. Raises as :meth:`_ask`."""
        after = self.acknowledged
        after, digest = self._journal.place(after) if after else self._journal.start
        rows = list(page(self._journal.rows(after, PAGE_ROWS)))
        said = self._answered(bus, self._journal.epoch, after, digest, rows)
        self._tell(REFUSED, there=False)
        if said <= after:
            return False  # it lacks records: its database was put back
        self.acknowledged = min(said, self._journal.seq)
        return True

    def _answered(self, bus: Bus, epoch: str, after: int, digest: bytes, rows: Sequence[Row]) -> int:
        asked = UplinkRequest(
            request_id=secrets.token_hex(16),
            epoch=epoch,
            simulated=self._journal.simulated,
            begins=self._begins,
            after=after,
            after_hash=digest.hex(),
            rows=sent(rows),
        )
        reply = bus.request("uplink", asked, timeout_s=self._timing.answer_s)
        if reply.uplink is None:
            raise _refused(reply)
        if reply.uplink.epoch != epoch:
            said = reply.uplink.epoch[:40]
            raise WireError("wire.malformed", path="uplink.epoch", problem=said, problem_en=said)
        self._answered_s = time.monotonic()
        self._tell(AWAY, there=False)
        return reply.uplink.seq

    def _look(self) -> None:
        """Whether records have waited for too long."""
        if time.monotonic() - self._answered_s > self._timing.away_after_s:
            self._tell(AWAY, there=True)

    def _tell(self, kind: str, *, there: bool) -> None:
        if self._told.get(kind) is not there:
            self._told[kind] = there
            self._report(kind, there)

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, timeout=seconds)


class _RefusedError(Exception):
    """Central has said why it does not take these records."""


def _refused(reply: Reply) -> Exception:
    error = reply.error
    if error is not None and error.key.startswith("central.") and error.key != "central.store_away":
        return _RefusedError(error.en)
    return WireError("wire.refused", reason=error.en if error else "no position")
