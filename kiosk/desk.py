"""Between the session and the office: asks, cancels, prints and tells on threads of its own.

The screen's thread only puts something into a queue here, and gets events back through ``post``. What a citizen waits
for is the :mod:`kiosk.asker`'s; what must arrive some time is the :mod:`kiosk.teller`'s.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk import session as s
from kiosk.announcements import call_s
from kiosk.asker import ASK_DEADLINE_S, Asker, new_id
from kiosk.condition import Condition
from kiosk.hearing import Hearing
from kiosk.library import Library
from kiosk.look_ups import LOOK_UP_DEADLINE_S, LookUps
from kiosk.printing import STILL_THERE_S, Job, PaperJob, PrintRoom, wall_s
from kiosk.rating_post import RatingPost
from kiosk.remote_slips import RemoteSlips
from kiosk.teller import Teller
from kiosk.words import local_date
from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.errors import WireError
from queue_core.wire.messages import (
    AlertRequest,
    CancelRequestRequest,
    CatalogueVersion,
    SlipRequest,
)
from queue_core.wire.payload import read
from queue_kit.health.readings import ROOT
from queue_kit.paper.errors import PaperError
from queue_kit.paper.spool import Spool
from queue_kit.witness import Seen, Witness

if TYPE_CHECKING:
    from kiosk.technician.workbench import Workbench

log = logging.getLogger(__name__)

#: the hub's identity at the broker
HUB: Final = "hub"


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
        self._teller = Teller(bus, taken_back=self._taken_back)
        self._asker = Asker(
            bus=bus, spool=self.spool, witness=self.witness, hearing=self.hearing, post=post,
            print_slip=self.printing.add, take_back=self._cancel, deadline_s=ask_deadline_s,
        )  # fmt: skip
        #: behind the technician's page, where there is one
        self.workbench: Workbench | None = None
        self.condition = Condition(
            bus, data, tell=self._tell_alert, printer=lambda: self.printing.status, machine=machine
        )

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
        self._asker.stopping()
        self._look_ups.stop()
        self.printing.stop()
        if self._library is not None:
            self._library.stop()
        self.witness.stop()
        self.ratings.stop()
        self.condition.stop()
        self._bus.stop()
        self._teller.stop()
        self._asker.stop()
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
                self._asker.ask(effect.asked)
            case s.Cancel():
                self._cancel(effect.request_id)
            case s.CallOfficer():
                self._asker.help()
            case s.MayRate():
                self._asker.may_rate(effect)
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
        self._asker.leave(request_id)
        self._teller.tell("cancel", CancelRequestRequest(request_id=new_id(), of=request_id), spooled=request_id)

    # ------------------------------------------------------------------ what the office says (network thread: quick)
    def _on_lobby(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        if self.hearing.lobby(payload, retained=info.retained, now_s=time.monotonic()):
            self._post(s.SeenChanged())
            self._asker.store()

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
