"""Asks the hub for what a citizen stands and waits for: a number, an officer, whether a visit may be rated.

One thread, one question after another; what must arrive some time whether somebody waits or not is the
:mod:`kiosk.teller`'s. A citizen who leaves ends the question at once: the next one shall not stand behind it.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from typing import Final

from kiosk import session as s
from kiosk.hearing import Hearing
from kiosk.printing import Job, wall_s
from kiosk.rating_post import asking, is_final
from kiosk.teller import FINAL_FAULTS, TRY_S
from queue_core.wire.bus import Bus
from queue_core.wire.errors import WireError
from queue_core.wire.messages import CheckInRequest, ErrorBody, HelpRequest, IssueRequest, Reply, Request, TicketBody
from queue_kit.paper.errors import PaperError
from queue_kit.paper.spool import Spool
from queue_kit.witness import Witness

log = logging.getLogger(__name__)

#: a citizen waits so long for a number, then the request is taken back
ASK_DEADLINE_S: Final = 10.0
HELP_DEADLINE_S: Final = 5.0
_LOOK_S: Final = 0.2
#: the hub is still finding out which numbers were given: it will know in seconds
_SOON: Final = frozenset({"series.asking"})
_SOON_S: Final = 0.5


def new_id() -> str:
    """A request's identity: 128 bits of chance."""
    return secrets.token_hex(16)


class Asker:
    """``take_back`` is called with the request of a number that came too late or not at all; ``post`` takes events.

    A number is in ``spool`` and known to ``witness`` before anybody sees it; its slip goes to ``print_slip``.
    """

    def __init__(
        self,
        *,
        bus: Bus,
        spool: Spool,
        witness: Witness,
        hearing: Hearing,
        post: Callable[[s.Event], None],
        print_slip: Callable[[Job], None],
        take_back: Callable[[str], None],
        deadline_s: float = ASK_DEADLINE_S,
    ) -> None:
        self._bus, self._spool, self._witness, self._hearing = bus, spool, witness, hearing
        self._post, self._print_slip, self._take_back = post, print_slip, take_back
        self._deadline_s = deadline_s
        self._asks: queue.SimpleQueue[s.Asked | s.MayRate | str | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._left: set[str] = set()
        self._thread = threading.Thread(target=self._work, name="asker", daemon=True)

    # ------------------------------------------------------------------ life
    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stopping(self) -> None:
        """Ask for nothing more."""
        self._stopping.set()
        self._asks.put(None)

    def stop(self) -> None:
        """Wait for the question in hand; after the bus, whose end ends it."""
        self._thread.join(5.0)

    # ------------------------------------------------------------------ from any thread, at once
    def ask(self, asked: s.Asked) -> None:
        """A number, or a booking's check-in."""
        self._asks.put(asked)

    def may_rate(self, wanted: s.MayRate) -> None:
        """Whether this visit may be rated."""
        self._asks.put(wanted)

    def help(self) -> None:
        """An officer, please."""
        self._asks.put("help")

    def store(self) -> None:
        """Keep the lobby on disk: not on the network's thread."""
        self._asks.put("store")

    def leave(self, request_id: str) -> None:
        """The citizen went away; an answer that comes now is nobody's."""
        with self._lock:
            self._left.add(request_id)

    # ------------------------------------------------------------------ the asker's thread
    def _work(self) -> None:
        while (job := self._asks.get()) is not None:
            if isinstance(job, s.Asked):
                try:
                    self._ask(job)
                except Exception:
                    log.exception("a request failed")
                    self._post(s.Refused(job.request_id, ErrorBody(key="internal", vi="", en="")))
            elif isinstance(job, s.MayRate):
                self._look_whether(job)
            elif job == "store":
                self._hearing.store()
            else:
                self._call_officer()

    def _ask(self, asked: s.Asked) -> None:
        try:
            self._spool.asked(asked.request_id)
        except PaperError as error:
            self._post(s.Refused(asked.request_id, ErrorBody(key=error.key, vi=error.vi, en=error.en)))
            return
        verb, message = _request(asked)
        try:
            reply = self._until_answered(verb, message, asked.request_id)
        except WireError as error:
            self._post(s.Refused(asked.request_id, _body(error)))
            self._take_back(asked.request_id)
            return
        if reply is None:
            return
        if not reply.ok or reply.ticket is None:
            self._spool.cancelled(asked.request_id)
            self._post(s.Refused(asked.request_id, reply.error or ErrorBody(key="internal", vi="", en="")))
            return
        self._given(asked, reply.ticket)

    def _until_answered(self, verb: str, message: Request, request_id: str) -> Reply | None:
        """The same request again and again until the deadline; None when the citizen left."""
        until_s = time.monotonic() + self._deadline_s
        while True:
            if self._has_left(request_id) or self._stopping.is_set():
                return None
            left_s = until_s - time.monotonic()
            try:
                reply = self._bus.request(verb, message, timeout_s=max(0.2, min(TRY_S, left_s)))
                if reply.error is None or reply.error.key not in _SOON or left_s < _SOON_S:
                    return reply
                self._stopping.wait(_SOON_S)
            except WireError as error:
                if error.key in FINAL_FAULTS or until_s - time.monotonic() < TRY_S / 4:
                    raise
                log.info("request %s: %s, asking again", request_id[:8], error.key)
                self._wait_connected(until_s, request_id)

    def _wait_connected(self, until_s: float, request_id: str) -> None:
        """Until there is a connection, or nobody waits for it any more: the next citizen shall not stand behind it."""
        while time.monotonic() < until_s and not self._has_left(request_id) and not self._stopping.is_set():
            if self._bus.wait_connected(_LOOK_S):
                return

    def _given(self, asked: s.Asked, ticket: TicketBody) -> None:
        lobby = self._hearing.seen(time.monotonic()).lobby
        job = Job(
            request_id=asked.request_id,
            ticket=ticket,
            office=lobby.office if lobby else {"vi": " "},
            no_show_after=lobby.no_show_back_after if lobby else None,
            no_show_limit=lobby.no_show_limit if lobby else None,
        )
        self._spool.given(
            asked.request_id,
            ticket_id=ticket.ticket,
            number=ticket.number,
            service=ticket.service,
            date=ticket.date,
            slip=job.dump(wall_s()),
        )
        self._witness.saw(ticket.number, service=ticket.service, date=ticket.date)
        with self._lock:
            left = asked.request_id in self._left
            if not left:
                self._post(s.TicketCame(asked.request_id, ticket))
        if not left:
            self._print_slip(job)

    def _has_left(self, request_id: str) -> bool:
        with self._lock:
            return request_id in self._left

    def _look_whether(self, wanted: s.MayRate) -> None:
        """A visit that cannot be rated is said so at once; a hub that does not answer says nothing against it."""
        try:
            reply = self._bus.request("rate", asking(wanted), timeout_s=TRY_S)
        except WireError:
            return
        if reply.error is not None and is_final(reply.error.key):
            self._post(s.RatingRefused(wanted.request_id, reply.error))

    def _call_officer(self) -> None:
        try:
            reply = self._bus.request("help", HelpRequest(request_id=new_id()), timeout_s=HELP_DEADLINE_S)
        except WireError:
            self._post(s.HelpAnswered(ok=False))
            return
        self._post(s.HelpAnswered(ok=reply.ok))


def _request(asked: s.Asked) -> tuple[str, Request]:
    if asked.booking is not None:
        return "check_in", CheckInRequest(request_id=asked.request_id, booking=asked.booking, lang=asked.lang)
    return "issue", IssueRequest(
        request_id=asked.request_id,
        service=asked.service,
        entry=asked.entry,
        priority=asked.priority,
        lang=asked.lang,
        dossier=asked.dossier,
    )


def _body(error: WireError) -> ErrorBody:
    key = "hub.away" if error.key in {"wire.away", "wire.timeout", "wire.cut"} else error.key
    return ErrorBody(key=key, vi=error.vi, en=error.en)
