"""Between the session and the office: asks, cancels, prints and tells on threads of its own.

The screen's thread only puts something into a queue here, and gets events back through ``post``. What a citizen waits
for is asked by a thread of its own; what must arrive some time is the :mod:`kiosk.teller`'s.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk import session as s
from kiosk.announcements import call_s
from kiosk.condition import Condition
from kiosk.hearing import Hearing
from kiosk.library import Library
from kiosk.look_ups import LOOK_UP_DEADLINE_S, LookUps
from kiosk.printing import STILL_THERE_S, Job, PaperJob, PrintRoom, wall_s
from kiosk.rating_post import RatingPost, asking, is_final
from kiosk.remote_slips import RemoteSlips
from kiosk.teller import FINAL_FAULTS, TRY_S, Teller
from kiosk.words import local_date
from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.errors import WireError
from queue_core.wire.messages import (
    AlertRequest,
    CancelRequestRequest,
    CatalogueVersion,
    CheckInRequest,
    ErrorBody,
    HelpRequest,
    IssueRequest,
    Reply,
    Request,
    SlipRequest,
    TicketBody,
)
from queue_core.wire.payload import read
from queue_kit.health.readings import ROOT
from queue_kit.paper.errors import PaperError
from queue_kit.paper.spool import Spool
from queue_kit.witness import Seen, Witness

if TYPE_CHECKING:
    from kiosk.technician.workbench import Workbench

log = logging.getLogger(__name__)

#: a citizen waits so long for a number, then the request is taken back
ASK_DEADLINE_S: Final = 10.0
HELP_DEADLINE_S: Final = 5.0
_LOOK_S: Final = 0.2
#: the hub is still finding out which numbers were given: it will know in seconds
_SOON: Final = frozenset({"series.asking"})
_SOON_S: Final = 0.5
#: the hub's identity at the broker
HUB: Final = "hub"


def new_id() -> str:
    """A request's identity: 128 bits of chance."""
    return secrets.token_hex(16)


def _body(error: WireError) -> ErrorBody:
    key = "hub.away" if error.key in {"wire.away", "wire.timeout", "wire.cut"} else error.key
    return ErrorBody(key=key, vi=error.vi, en=error.en)


class Desk:
    """The kiosk's threads towards the office.

    ``machine``: stands for ``/`` where the machine's own state is read.
    ``post``: takes the session's events, from any thread. ``seen_changed`` in it says that :meth:`seen` has news.
    ``called`` hears for how many seconds the lobby is called now, on the network's thread.
    """

    def __init__(
        self,
        *,
        bus: Bus,
        data: Path,
        printer: str,
        second_printer: str = "none:",
        width_dots: int,
        post: Callable[[s.Event], None],
        ask_deadline_s: float = ASK_DEADLINE_S,
        look_up_deadline_s: float = LOOK_UP_DEADLINE_S,
        status_every_s: float = 30.0,
        library: Library | None = None,
        called: Callable[[float], None] = lambda _seconds: None,
        machine: Path = ROOT,
    ) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._bus = bus
        self._library = library
        self._called = called
        self._post = post
        self._ask_deadline_s = ask_deadline_s
        self._look_ups = LookUps(bus, post, deadline_s=look_up_deadline_s)
        self.hearing = Hearing(data / "lobby.json", now_s=time.monotonic())
        self.spool = Spool(data / "slips.jsonl")
        self.witness = Witness(bus, data / "seen.json", seen=_seen_in(self.spool))
        self.printing = PrintRoom(
            address=printer,
            second=second_printer,
            width_dots=width_dots,
            spool=self.spool,
            ended=self._slip_ended,
            troubles=lambda kinds: self.condition.report("paper", kinds),
            status_every_s=status_every_s,
        )
        self._remote = RemoteSlips(self.spool)
        self.ratings = RatingPost(bus, data / "ratings.json", clock_ms=self.clock_ms)
        self._asks: queue.SimpleQueue[s.Asked | s.MayRate | str | None] = queue.SimpleQueue()
        self._teller = Teller(bus, taken_back=self._taken_back)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._left: set[str] = set()
        #: behind the technician's page, where there is one
        self.workbench: Workbench | None = None
        self.condition = Condition(
            bus, data, tell=self._tell_alert, printer=lambda: self.printing.status, machine=machine
        )
        self._asker = threading.Thread(target=self._ask_all, name="asker", daemon=True)

    # ------------------------------------------------------------------ life
    def start(self) -> None:
        """Subscribe, connect, and take up what a crash left."""
        topics = self._bus.topics
        self._bus.subscribe(topics.lobby, self._on_lobby)
        self._bus.subscribe(topics.beat, self._on_beat, qos=0)
        self._bus.subscribe(topics.call, self._on_call, qos=0)
        if self._library is not None:
            self._bus.subscribe(topics.catalogue, self._on_catalogue)
        self._bus.subscribe(topics.device_state(HUB), self.witness.on_hub)
        self.witness.start()
        self._bus.subscribe(topics.print_job(self._bus.client), self._on_print_job)
        self.printing.start()
        self.ratings.start()
        self.condition.start()
        self._asker.start()
        self._teller.start()
        self._take_up()
        self._bus.start()

    def stop(self) -> None:
        """Finish the slip in hand, say good-bye."""
        self._stopping.set()
        self._asks.put(None)
        self._look_ups.stop()
        self.printing.stop()
        if self._library is not None:
            self._library.stop()
        self.witness.stop()
        self.ratings.stop()
        self.condition.stop()
        self._bus.stop()
        self._teller.stop()
        self._asker.join(5.0)
        self.spool.close()

    def warm(self) -> None:
        """The first frame is there: load what printing needs."""
        self.printing.warm()
        if self._library is not None:
            self._library.start()

    def connection_changed(self, connected: bool) -> None:  # noqa: FBT001 -- the bus's own callback
        """Hand this to the bus as ``on_connection``."""
        self.hearing.connection(connected, time.monotonic())
        self._post(s.SeenChanged())
        self.ratings.ring()
        self._teller.ring()

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._bus.connected

    # ------------------------------------------------------------------ what the screen asks for
    def seen(self) -> s.Seen:
        """The lobby, whether the hub is heard, and what the own catalogue offers."""
        seen = self.hearing.seen(time.monotonic())
        return seen if self._library is None else replace(seen, shelf=self._library.shelf)

    def clock_ms(self) -> int | None:
        """The hub's time, UTC ms."""
        return self.hearing.clock_ms(time.monotonic())

    def do(self, effect: s.Effect) -> None:
        """Carry out an effect of the session; returns at once."""
        match effect:
            case s.Ask():
                self._asks.put(effect.asked)
            case s.Cancel():
                self._cancel(effect.request_id)
            case s.CallOfficer():
                self._asks.put("help")
            case s.MayRate():
                self._asks.put(effect)
            case s.KeepRating() | s.SendRating() | s.DropRating():
                self.ratings.do(effect)
            case s.Search() | s.ListGroup() | s.FetchProcedure():
                if self._library is not None:
                    self._library.ask(effect, self._today())
            case s.LookUp():
                self._look_ups.ask(effect)
            case s.PrintPapers():
                self._print_papers(effect)
            case s.TryPin() | s.RunChecks():
                if self.workbench is not None:
                    self.workbench.do(effect)
            case s.PrintAgain():
                self._print_again(effect.request_id)
            case _:
                raise TypeError(f"unknown effect {effect!r}")

    def _today(self) -> date | None:
        """The office's date, where its clock is trusted."""
        now_ms = self.clock_ms()
        return None if now_ms is None else local_date(now_ms)

    def _print_papers(self, effect: s.PrintPapers) -> None:
        lobby, day = self.seen().lobby, self._today()
        sheet = PaperJob(
            procedure=effect.procedure, lang=effect.lang, office=lobby.office if lobby else {}, day=day,
            done=lambda key: self._post(s.ChecklistEnded(key)),
        )  # fmt: skip
        self.printing.add(sheet)

    def _print_again(self, request_id: str) -> None:
        """The slip that did not come out, once more; it is marked as a reprint only where half of it did."""
        try:
            entry = self.spool.entry(request_id)
            job = Job.load(request_id, entry.slip or {}, reprint=entry.state == "printed")
        except (PaperError, ValueError, KeyError, TypeError):
            self._post(s.SlipEnded(request_id, "spool.unknown"))
            return
        self.printing.add(job)

    def _cancel(self, request_id: str) -> None:
        with self._lock:
            self._left.add(request_id)
        self._teller.tell("cancel", CancelRequestRequest(request_id=new_id(), of=request_id), spooled=request_id)

    # ------------------------------------------------------------------ what the office says (network thread: quick)
    def _on_lobby(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        if self.hearing.lobby(payload, retained=info.retained, now_s=time.monotonic()):
            self._post(s.SeenChanged())
            self._asks.put("store")

    def _on_catalogue(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        try:
            version = read(CatalogueVersion, payload)
        except WireError:
            return
        if self._library is not None:
            self._library.announced(version)

    def _on_call(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        if not info.retained and (seconds := call_s(payload)):
            self._called(seconds)

    def _on_beat(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        before = self.hearing.seen(time.monotonic()).hub_away
        unknown = self.hearing.clock_ms(time.monotonic()) is None
        self.hearing.beat(payload, time.monotonic())
        self._remote.beat(payload)
        if before or unknown:
            self._post(s.SeenChanged())

    def _on_print_job(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        if not info.retained and (job := self._remote.job(payload)) is not None:
            self.printing.add(job)

    # ------------------------------------------------------------------ the asker
    def _ask_all(self) -> None:
        while (job := self._asks.get()) is not None:
            if isinstance(job, s.Asked):
                try:
                    self._ask(job)
                except Exception:
                    log.exception("a request failed")
                    self._post(s.Refused(job.request_id, ErrorBody(key="internal", vi="", en="")))
            elif isinstance(job, s.MayRate):
                self._may_rate(job)
            elif job == "store":
                self.hearing.store()
            else:
                self._help()

    def _ask(self, asked: s.Asked) -> None:
        try:
            self.spool.asked(asked.request_id)
        except PaperError as error:
            self._post(s.Refused(asked.request_id, ErrorBody(key=error.key, vi=error.vi, en=error.en)))
            return
        verb, message = _request(asked)
        try:
            reply = self._until_answered(verb, message, asked.request_id)
        except WireError as error:
            self._post(s.Refused(asked.request_id, _body(error)))
            self._cancel(asked.request_id)
            return
        if reply is None:
            return
        if not reply.ok or reply.ticket is None:
            self.spool.cancelled(asked.request_id)
            self._post(s.Refused(asked.request_id, reply.error or ErrorBody(key="internal", vi="", en="")))
            return
        self._given(asked, reply.ticket)

    def _until_answered(self, verb: str, message: Request, request_id: str) -> Reply | None:
        """The same request again and again until the deadline; None when the citizen left."""
        until_s = time.monotonic() + self._ask_deadline_s
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
        lobby = self.seen().lobby
        job = Job(
            request_id=asked.request_id,
            ticket=ticket,
            office=lobby.office if lobby else {"vi": " "},
            no_show_after=lobby.no_show_back_after if lobby else None,
            no_show_limit=lobby.no_show_limit if lobby else None,
        )
        self.spool.given(
            asked.request_id,
            ticket_id=ticket.ticket,
            number=ticket.number,
            service=ticket.service,
            date=ticket.date,
            slip=job.dump(wall_s()),
        )
        self.witness.saw(ticket.number, service=ticket.service, date=ticket.date)
        with self._lock:
            left = asked.request_id in self._left
            if not left:
                self._post(s.TicketCame(asked.request_id, ticket))
        if not left:
            self.printing.add(job)

    def _has_left(self, request_id: str) -> bool:
        with self._lock:
            return request_id in self._left

    def _may_rate(self, wanted: s.MayRate) -> None:
        """A visit that cannot be rated is said so at once; a hub that does not answer says nothing against it."""
        try:
            reply = self._bus.request("rate", asking(wanted), timeout_s=TRY_S)
        except WireError:
            return
        if reply.error is not None and is_final(reply.error.key):
            self._post(s.RatingRefused(wanted.request_id, reply.error))

    def _help(self) -> None:
        try:
            reply = self._bus.request("help", HelpRequest(request_id=new_id()), timeout_s=HELP_DEADLINE_S)
        except WireError:
            self._post(s.HelpAnswered(ok=False))
            return
        self._post(s.HelpAnswered(ok=reply.ok))

    # ------------------------------------------------------------------ the printer's thread
    def _slip_ended(self, request_id: str, ticket_id: str, key: str) -> None:
        self._post(s.SlipEnded(request_id, key))
        self._teller.tell("slip", SlipRequest(request_id=new_id(), ticket=ticket_id, ok=not key, why=key))

    def panel_troubles(self, kinds: frozenset[str]) -> None:
        """What is wrong at the panel now, an open door too; any thread."""
        self.condition.report("panel", kinds)

    def _tell_alert(self, kind: str, there: bool) -> None:  # noqa: FBT001 -- the condition's callback
        self._teller.tell("alert", AlertRequest(request_id=new_id(), kind=kind, on=there))

    def _taken_back(self, request_id: str) -> None:
        """The hub has heard that the citizen left; the teller's thread."""
        try:
            self.spool.cancelled(request_id)
        except PaperError as error:
            log.debug("the print record: %s", error)

    # ------------------------------------------------------------------ after a crash
    def _take_up(self) -> None:
        """Requests without an answer are taken back; slips not confirmed are printed while somebody may be there."""
        if self.spool.damage is not None:
            log.warning("the print record was damaged and is kept as %s", self.spool.damage.kept_as)
        for entry in self.spool.pending():
            if entry.todo == "cancel":
                self._cancel(entry.request_id)
                continue
            slip = entry.slip or {}
            fresh = 0 <= wall_s() - float(slip.get("at_s", 0.0)) <= STILL_THERE_S
            try:
                job = Job.load(entry.request_id, slip, reprint=entry.todo == "reprint")
            except (ValueError, KeyError, TypeError):
                self.spool.failed(entry.request_id, "kiosk.restarted")
                continue
            if fresh:
                self.printing.add(job)
            elif entry.todo == "print":
                # Nobody has it on paper and nobody waits for it any more.
                self._cancel(entry.request_id)
            else:
                self.spool.failed(entry.request_id, "kiosk.restarted")
                self._teller.tell(
                    "slip",
                    SlipRequest(request_id=new_id(), ticket=job.ticket.ticket, ok=False, why="kiosk.restarted"),
                )


def _seen_in(spool: Spool) -> Seen:
    """What the print record knows of numbers given; the newest date is the one that counts."""
    seen = Seen()
    for entry in spool.numbers():
        if entry.number:
            seen = seen.with_number(entry.number, service=entry.service or "", date=entry.date)
    return seen


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
