"""Slips that an officer has printed on this kiosk's printer: each once, and never late.

A job says until when it is wanted, by the hub's clock. That clock is kept from the beats. A process that stood still
(a frozen card, a debugger) wakes up with old messages before it: beats that come late would set the clock back and an
old job would look fresh. So the clock only goes back when beats keep their usual distance.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from kiosk.printing import STILL_THERE_S, Job, wall_s
from queue_core.wire.errors import WireError
from queue_core.wire.messages import Beat, PrintJob
from queue_core.wire.payload import read
from queue_kit.paper.errors import PaperError
from queue_kit.paper.spool import Spool, SpoolEntry

log = logging.getLogger(__name__)

LATE: Final = "print.late"
#: two beats of a hub that was set back are at least so far apart; those of a full buffer come at once
_APART_S: Final = 3.0
_SAME_MS: Final = 1500


class HubClock:
    """The hub's clock, from its beats and our monotonic clock (seconds)."""

    def __init__(self) -> None:
        self._ahead_ms: int | None = None  # of our monotonic clock
        self._doubted: tuple[int, float] | None = None

    def beat(self, asof_ms: int, mono_s: float) -> None:
        """Take a beat: one that came late says too early a time, and is not believed alone."""
        ahead_ms = asof_ms - int(mono_s * 1000)
        before, self._doubted = self._doubted, None
        if self._ahead_ms is None or ahead_ms >= self._ahead_ms - _SAME_MS:
            self._ahead_ms = ahead_ms
        elif before is not None and abs(ahead_ms - before[0]) <= _SAME_MS and mono_s - before[1] >= _APART_S:
            self._ahead_ms = ahead_ms  # two agree: the hub's clock was set back
        else:
            self._doubted = (ahead_ms, mono_s)

    def now_ms(self, mono_s: float) -> int | None:
        """The hub's time, UTC milliseconds; None before the first beat."""
        return None if self._ahead_ms is None else self._ahead_ms + int(mono_s * 1000)


class RemoteSlips:
    """Makes print jobs of the hub's messages. :meth:`beat` and :meth:`job` are for the network thread: quick."""

    def __init__(self, spool: Spool, *, mono_s: Callable[[], float] = time.monotonic) -> None:
        self._spool, self._mono_s = spool, mono_s
        self._clock = HubClock()

    def beat(self, payload: bytes) -> None:
        """Keep the hub's clock."""
        try:
            self._clock.beat(read(Beat, payload).asof_ms, self._mono_s())
        except WireError:
            return

    def job(self, payload: bytes) -> Job | None:
        """The slip to put behind those that wait; None for what nobody can read."""
        try:
            wanted = read(PrintJob, payload)
        except WireError as error:
            log.warning("a print job was not understood: %s", error)
            return None
        return Job(
            request_id=wanted.request_id,
            ticket=wanted.ticket,
            office=wanted.office,
            no_show_after=wanted.no_show_after,
            no_show_limit=wanted.no_show_limit,
            reprint=wanted.reprint,
            before=partial(self._before, wanted.deadline_ms),
        )

    def _before(self, deadline_ms: int, job: Job) -> str | None:
        """On the printer's thread: None to print it, else how it ended ("" is: it came out before)."""
        known = self._known(job.request_id)
        if known is not None and known.state != "asked":
            return "" if known.state == "printed" else known.why or "kiosk.restarted"
        now_ms = self._clock.now_ms(self._mono_s())
        if now_ms is not None and now_ms > deadline_ms:
            return LATE
        left_s = STILL_THERE_S if now_ms is None else (deadline_ms - now_ms) / 1000
        # after a crash it is printed while it is wanted, no longer
        record = job.dump(wall_s() - STILL_THERE_S + min(STILL_THERE_S, left_s))
        try:
            self._spool.asked(job.request_id)
            ticket = job.ticket
            self._spool.given(
                job.request_id,
                ticket_id=ticket.ticket,
                number=ticket.number,
                service=ticket.service,
                date=ticket.date,
                slip=record,
            )
        except PaperError as error:
            return error.key
        return None

    def _known(self, request_id: str) -> SpoolEntry | None:
        try:
            return self._spool.entry(request_id)
        except PaperError:
            return None
