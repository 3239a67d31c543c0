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
#: while nothing is to be sent: how soon a new connection is noticed, and how often central is asked all the same
IDLE_S: Final = 30.0
ASK_EVERY_S: Final = 3600.0
#: so many questions in a row without an answer, and the next broker of a list is tried
PATIENCE: Final = 3
#: what no second try mends: a record that no message holds, a peer that does not understand
_STRANGE: Final = frozenset({"wire.too_large", "wire.malformed", "wire.version", "wire.unknown_verb"})
#: what central says of itself, not of the journal
_PASSING: Final = frozenset({"central.store_away", "central.busy"})
_LOOK_S: Final = 0.5
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
        #: since when something waits to be taken, without any progress
        self._waits_since_s = time.monotonic()
        #: set by each commit, on the engine's thread: so it is an event, and no lock that this thread holds for long
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._bus: Bus | None = None
        self._lock = threading.Lock()
        #: in a row, since the last progress
        self._failures = 0
        self._told: dict[str, bool] = {}
        self._random = random.Random()  # noqa: S311 -- how long to wait
        self._thread = threading.Thread(target=self._run, name="uplink", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """End; what central has not said yet is sent again by the next run."""
        with self._lock:
            self._stopping.set()
            bus = self._bus
        self._wake.set()
        if bus is not None:
            bus.stop()  # an answer under way is not waited for
        if self._thread.ident is not None:
            self._thread.join(10)

    def committed(self) -> None:
        """Something new stands in the journal. From any thread; quick."""
        self._wake.set()

    # ------------------------------------------------------------------ the thread
    def _run(self) -> None:
        for dial in cycle(self._dials):
            if self._stopping.is_set():
                break
            try:
                with self._connected(dial) as bus:
                    if bus is not None:
                        self._serve(bus)
            except JournalError as error:
                log.warning("the uplink waits: %s", error)
                self._stopping.wait(self._timing.retry.cap_s)
            except Exception:
                log.exception("the uplink met a fault")
                self._stopping.wait(self._timing.retry.cap_s)

    @contextmanager
    def _connected(self, dial: Callable[[], Bus]) -> Iterator[Bus | None]:
        """A connection to a broker; None: it does not answer, the next one is tried."""
        bus = dial()
        with self._lock:
            if not self._stopping.is_set():
                self._bus = bus
                bus.start()
        try:
            yield bus if self._is_there(bus) else None
        finally:
            with self._lock:
                self._bus, left = None, not self._stopping.is_set()
            if left:  # else whoever stops us ends it
                bus.stop()

    def _is_there(self, bus: Bus) -> bool:
        """Wait for the connection; False: it does not come and another broker is due, or the hub stops."""
        until_s = time.monotonic() + self._timing.connect_s
        while not self._stopping.is_set() and not bus.wait_connected(_LOOK_S):
            self._look()
            if len(self._dials) > 1 and time.monotonic() > until_s:
                break
        self._look()
        return bus.connected and not self._stopping.is_set()

    def _serve(self, bus: Bus) -> None:
        """Send whatever there is, until the connection is gone for good, the next broker is due, or the hub stops."""
        tries, asked_on, asked_s = 0, -1, 0.0
        while not self._stopping.is_set():
            self._wake.clear()
            known = asked_on == bus.connection and time.monotonic() < asked_s + ASK_EVERY_S
            if known and self.acknowledged >= self._journal.seq:
                self._wake.wait(IDLE_S)
                self._waits_since_s = time.monotonic()  # nothing has waited so far
                continue
            try:
                if known:
                    self._send(bus)
                else:
                    asked_on, asked_s = bus.connection, time.monotonic()
                    self._ask(bus)
                tries = 0
            except (WireError, _RefusedError) as error:
                # Perhaps it was taken: how far central is is asked before anything is sent again.
                tries, self._failures, asked_on = tries + 1, self._failures + 1, -1
                log.info("central has not taken the journal: %s", error)
                if isinstance(error, _RefusedError) or error.key in _STRANGE:
                    self._tell(REFUSED, there=True)
                self._stopping.wait(self._timing.retry.wait_s(self._failures, source=self._random))
                if not self._is_there(bus) or (len(self._dials) > 1 and tries >= PATIENCE):
                    return

    def _ask(self, bus: Bus) -> None:
        """How far central is. Raises WireError, :class:`_RefusedError`, JournalError."""
        after, digest = self._journal.start
        said = min(self._answered(bus, after, digest, []), self._journal.seq)
        if said:
            # The number alone would not tell our last record from a second hub's.
            after, digest = self._journal.place(said)
            self._answered(bus, after, digest, [])
        self._progress(said)
        if said >= self._journal.seq:
            self._tell(REFUSED, there=False)

    def _send(self, bus: Bus) -> None:
        """One page. Raises as :meth:`_ask`."""
        after = self.acknowledged
        after, digest = self._journal.place(after) if after else self._journal.start
        rows = list(page(self._journal.rows(after, PAGE_ROWS)))
        said = self._answered(bus, after, digest, rows)
        if said <= after:  # its database was put back from a copy
            raise WireError("wire.refused", reason=f"central is at {said}, not at {after}")
        self._progress(min(said, self._journal.seq))
        self._tell(REFUSED, there=False)

    def _answered(self, bus: Bus, after: int, digest: bytes, rows: Sequence[Row]) -> int:
        asked = UplinkRequest(
            request_id=secrets.token_hex(16),
            epoch=self._journal.epoch,
            simulated=self._journal.simulated,
            after=after,
            after_hash=digest.hex(),
            rows=sent(rows),
        )
        reply = bus.request("uplink", asked, timeout_s=self._timing.answer_s)
        if reply.uplink is None:
            raise _refused(reply)
        if reply.uplink.epoch != self._journal.epoch:
            said = reply.uplink.epoch[:40]
            raise WireError("wire.malformed", path="uplink.epoch", problem=said, problem_en=said)
        return reply.uplink.seq

    def _progress(self, seq: int) -> None:
        if seq > self.acknowledged or seq >= self._journal.seq:
            self._waits_since_s = time.monotonic()
            self._failures = 0
            self._tell(AWAY, there=False)
        self.acknowledged = seq

    def _look(self) -> None:
        """Whether records have waited for too long."""
        if time.monotonic() - self._waits_since_s > self._timing.away_after_s:
            self._tell(AWAY, there=True)

    def _tell(self, kind: str, *, there: bool) -> None:
        if self._told.get(kind) is not there:
            self._told[kind] = there
            self._report(kind, there)


class _RefusedError(Exception):
    """Central has said why it does not take these records."""


def _refused(reply: Reply) -> Exception:
    error = reply.error
    if error is None:
        return WireError("wire.refused", reason="no position")
    if error.key in _STRANGE or (error.key.startswith("central.") and error.key not in _PASSING):
        return _RefusedError(error.en)
    return WireError("wire.refused", reason=error.en)
