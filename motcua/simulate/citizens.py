"""Those who come: they take a number at a kiosk in their own way, get their slip, and some leave."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from motcua.simulate.agenda import Agenda
from motcua.simulate.asking import KioskMouth, new_id
from motcua.simulate.notes import Act
from motcua.simulate.paper import PrintRoom
from motcua.simulate.plan import BACK_MIN, Citizen, at_ms
from queue_core.wire.messages import CheckInRequest, IssueRequest

_COME_BACK: Final = frozenset({"office.closed", "service.closed", "booking.too_early"})


@dataclass(slots=True)
class Lobby:
    """The kiosks and who stands at them. ``came``: told of everybody who got into a line (the ticket's service)."""

    agenda: Agenda
    mouths: list[KioskMouth]
    printers: list[PrintRoom]
    office_name: dict[str, str]
    came: Callable[[str], None]
    by_ticket: dict[str, Citizen] = field(default_factory=dict)
    numbered: int = 0
    turned_away: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _tellers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "teller"))

    def expect(self, citizen: Citizen) -> None:
        """Somebody will come."""
        self.agenda.add(citizen.arrives_ms, citizen.name, lambda wave: self._arrive(citizen, wave), alone=citizen.ghost)

    def holder(self, ticket: str) -> Citizen:
        """Who has a ticket; for one that nobody has, somebody who never comes."""
        return self.by_ticket.get(ticket) or Citizen(name="nobody-0", arrives_ms=0, service="", ticket=ticket, absent=3)

    def finish(self) -> None:
        """Wait until all paper has been reported."""
        for printer in self.printers:
            printer.finish()
        self._tellers.shutdown(wait=True)

    def mouth_of(self, citizen: Citizen) -> KioskMouth:
        """The kiosk somebody stands at."""
        return self.mouths[int(citizen.name.rpartition("-")[2]) % len(self.mouths)]

    # ------------------------------------------------------------------ taking a number
    def _arrive(self, citizen: Citizen, wave: int) -> None:
        mouth = self.mouth_of(citizen)
        if citizen.ghost:
            self._vanish(mouth, citizen, wave)
            return
        act = self._ask(mouth, citizen, wave)
        if act.ok and act.ticket and act.number:
            self._got(mouth, citizen, act)
        elif act.key in _COME_BACK:
            with self._lock:
                self.turned_away += 1
            now_ms = self.agenda.now_ms
            again_ms = now_ms + 600_000
            if now_ms < at_ms(BACK_MIN - 15):
                again_ms = max(at_ms(BACK_MIN - 14), now_ms + 300_000)
            citizen.booked_ms = None if citizen.booked_ms and act.key != "booking.too_early" else citizen.booked_ms
            self.agenda.add(again_ms, citizen.name, lambda later: self._arrive(citizen, later))

    def _ask(self, mouth: KioskMouth, citizen: Citizen, wave: int) -> Act:
        details = {"priority": citizen.priority, "way": citizen.way}
        if citizen.booked_ms is not None:
            request = CheckInRequest(request_id=new_id(), booking=citizen.booking, lang=citizen.lang)
            return mouth.issue(wave, request, booked_ms=citizen.booked_ms, **details)
        request_ = self._request(citizen)
        match citizen.way:
            case "twice":  # a double tap: the same request at the same time
                with ThreadPoolExecutor(1) as second:
                    other = second.submit(mouth.issue, wave, request_, **details)
                    act = mouth.issue(wave, request_, **details)
                    other.result()
                return act
            case "impatient":  # no answer in time: the same request again
                mouth.send_only(request_)
        return mouth.issue(wave, request_, **details)

    def _request(self, citizen: Citizen) -> IssueRequest:
        return IssueRequest(
            request_id=new_id(), service=citizen.service, entry="collect" if citizen.collect else "walk_in",
            priority=citizen.priority, lang=citizen.lang,
        )  # fmt: skip

    def _vanish(self, mouth: KioskMouth, citizen: Citizen, wave: int) -> None:
        """Leaves before the answer, or before the question arrives: nobody may ever be called for it."""
        request = self._request(citizen)
        if int(citizen.name.rpartition("-")[2]) % 2:
            mouth.send_only(request)
            mouth.cancel(wave, request.request_id, way="left before the answer")
        else:
            mouth.cancel(wave, request.request_id, way="left before the question")
            mouth.issue(wave, request, way="late question")

    def _got(self, mouth: KioskMouth, citizen: Citizen, act: Act) -> None:
        citizen.ticket, citizen.number = act.ticket or "", act.number or ""
        with self._lock:
            self.by_ticket[citizen.ticket] = citizen
            self.numbered += 1
        if citizen.leaves:
            citizen.absent = 3  # should the call be quicker than the cancel
            self.agenda.after(5, citizen.name, lambda wave: self._leave(mouth, citizen, act.request_id, wave))
        elif self.printers:
            body = dict(act.details["body"])

            def printed(why: str) -> None:
                self._tellers.submit(mouth.slip, citizen.ticket, citizen.number, why)

            self.printers[self.mouths.index(mouth) % len(self.printers)].print(body, self.office_name, printed)
        self.came(citizen.service)

    def _leave(self, mouth: KioskMouth, citizen: Citizen, request_id: str, wave: int) -> None:
        mouth.cancel(wave, request_id, ticket=citizen.ticket, number=citizen.number)
