"""A day from the first booking to the closed doors: errand after errand, the clock set before, the answer awaited."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

from motcua.simulate.agenda import Agenda, Errand
from motcua.simulate.asking import ConsoleHand, KioskMouth, new_id
from motcua.simulate.citizens import Lobby
from motcua.simulate.notes import PageSeen
from motcua.simulate.officers import Officer
from motcua.simulate.paper import PrintRoom, read_slips
from motcua.simulate.plan import CLOSE_MIN, Plan, at_ms
from motcua.simulate.stage import SUPERVISOR, Stage
from queue_core.clock import local

#: a call that the board has neither spoken nor dropped by then is not waited for any longer
HEAR_S: Final = 5.0
_MOST_AT_ONCE: Final = 16
#: a kill comes so long after a wave has begun: before, in and behind its requests
_KILL_WITHIN_S: Final = 0.012
#: a board is held up so long: longer than a message may be on its way
_HELD_S: Final = 1.0
_TOO_MANY: Final = 429
#: slips a printer may be behind the day
_PAPER_BEHIND: Final = 10


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the day is. ``doing``: what goes on, besides the day itself."""

    clock_ms: int
    numbered: int
    calls: int
    kills: int
    doing: str = ""


class Day:
    """One day on a stage. ``speed``: simulated seconds a second, None as fast as can be. ``tell``: told of progress."""

    def __init__(
        self,
        stage: Stage,
        plan: Plan,
        *,
        speed: float | None = None,
        kill_hub: int = 0,
        kill_broker: int = 0,
        print_slips: bool = True,
        tell: Callable[[Progress], None] = lambda _progress: None,
    ) -> None:
        self._stage, self._plan, self._speed, self._tell = stage, plan, speed, tell
        self._agenda = Agenda()
        self._wave = 0
        self._calls = 0
        self._kills = 0
        self._chance = random.Random(f"{plan.seed} faults")
        self._faults = self._plan_faults(kill_hub, kill_broker)
        most = len(plan.citizens)
        self._holds = sorted(self._chance.randint(1, round(0.8 * most)) for _ in range(1 + most // 200))
        mouths = [KioskMouth(stage, f"kiosk-{n + 1}") for n in range(stage.kiosks)]
        self._lobby = Lobby(
            agenda=self._agenda,
            mouths=mouths,
            office_name=dict(stage.office.office.name),
            came=self._joined,
            printers=[PrintRoom(address) for address in stage.printer_addresses] if print_slips else [],
        )
        self._officers = [
            Officer(stage, plan, self._agenda, self._lobby, index=i, changed=self._joined)
            for i in range(len(plan.open_counters))
        ]
        self._supervisor = ConsoleHand(stage, SUPERVISOR)

    def run(self) -> None:
        """Play the day, to the closed doors and the last slip read."""
        start_ms = at_ms(7 * 60)
        self._agenda.now_ms = start_ms
        self._stage.set_clock(start_ms)
        self._prepare()
        for citizen in (*self._plan.citizens, *self._plan.ghosts):
            self._lobby.expect(citizen)
        for officer in self._officers:
            officer.begin()
        began_s = time.monotonic()
        with ThreadPoolExecutor(_MOST_AT_ONCE, "people") as people:
            while wave := self._agenda.next_wave():
                self._wave += 1
                if self._speed is not None:
                    due_s = began_s + (self._agenda.now_ms - start_ms) / 1000 / self._speed
                    threading.Event().wait(max(0.0, due_s - time.monotonic()))
                self._stage.set_clock(self._agenda.now_ms)
                self._do(people, wave)
                self._say("")
                self._await_paper()
        self._close()

    def _await_paper(self) -> None:
        """A day at speed is faster than its printers: let them come close again."""
        pause = threading.Event()
        while any(printer.waiting > _PAPER_BEHIND for printer in self._lobby.printers):
            pause.wait(0.02)

    def _say(self, doing: str) -> None:
        self._tell(Progress(self._agenda.now_ms, self._lobby.numbered, self._calls, self._kills, doing))

    def _joined(self, service: str) -> None:
        for officer in self._officers:
            if service in officer.services:
                officer.wake()

    # ------------------------------------------------------------------ a wave
    def _do(self, people: ThreadPoolExecutor, wave: list[Errand]) -> None:
        kill = self._faults[0][1] if self._faults and self._calls >= self._faults[0][0] else None
        hold = kill is None and bool(self._holds) and self._calls >= self._holds[0]
        with self._stage.hold_board() if hold else nullcontext():
            said = self._act(people, wave, kill)
            if hold and self._hasty(self._wave):
                self._holds.pop(0)
                threading.Event().wait(_HELD_S)
        must_hear = [seq for seqs in said for seq in seqs or ()]
        self._calls += len(must_hear)
        if must_hear:
            # after a kill some may never be heard: their officers call again
            self._stage.witness.settled(must_hear, HEAR_S if kill is None else 0.5)

    def _hasty(self, wave: int) -> bool:
        """Whether somebody was called and served at once in this wave."""
        verbs = [act.verb for act in self._stage.notes.acts if act.wave == wave and act.ok]
        return "serve" in verbs and ("call_next" in verbs or "call" in verbs)

    def _act(
        self, people: ThreadPoolExecutor, wave: list[Errand], kill: Callable[[], object] | None
    ) -> list[list[int] | None]:
        """Let everybody act at once, and something be killed meanwhile; gives the calls that must be heard."""
        jobs = [people.submit(errand.do, self._wave) for errand in wave]
        if kill is not None:
            self._faults.pop(0)
            threading.Event().wait(self._chance.uniform(0.0, _KILL_WITHIN_S))
            kill()
            self._kills += 1
        return [job.result() for job in jobs]

    def _plan_faults(self, hub: int, broker: int) -> list[tuple[int, Callable[[], object]]]:
        """After how many calls what is killed: spread over the day, between the first call and the last."""
        kinds: list[Callable[[], object]] = [*[self._stage.kill_hub] * hub, *[self._stage.kill_broker] * broker]
        self._chance.shuffle(kinds)
        most = len(self._plan.citizens)
        first, last = max(1, round(0.03 * most)), round(0.85 * most)
        step = (last - first) / max(1, len(kinds))
        return [(round(first + (i + self._chance.random()) * step), kind) for i, kind in enumerate(kinds)]

    # ------------------------------------------------------------------ before and after
    def _prepare(self) -> None:
        """Before the doors open: services nobody serves today are closed, visits are booked."""
        for service in self._plan.closed_services:
            self._supervisor.do(0, "switch", f"/services/{service}/switch", {"open": False})
        for citizen in self._plan.citizens:
            if citizen.booked_ms is None:
                continue
            at = local(citizen.booked_ms).isoformat()
            status, booked = self._supervisor.send("/bookings", {"service": citizen.service, "at": at}, new_id())
            if status == http.client.CREATED:
                citizen.booking = booked["code"]
            else:
                citizen.booked_ms = None

    def _close(self) -> None:
        """The end: the last numbers expire, the doors are shut, every slip is opened on a phone once more."""
        self._say("closing")
        self._stage.set_clock(max(self._agenda.now_ms, at_ms(CLOSE_MIN + 31)))
        self._supervisor.do(self._wave + 1, "close_day", "/day/close")
        self._lobby.finish()
        for officer in self._officers:
            officer.close()
        self._supervisor.close()
        notes = self._stage.notes
        self._say("reading the paper")
        notes.slips += read_slips(self._stage.slips, {s.prefix for s in self._stage.office.office.leaves()})
        self._say("opening the pages")
        given = [str(a.details["follow_url"]) for a in notes.acts if a.ok and a.details.get("follow_url")]
        notes.pages += self._open_pages(list(dict.fromkeys(given)))
        self._stage.witness.read_record()

    def _open_pages(self, addresses: list[str]) -> list[PageSeen]:
        """What a phone shows for each slip."""
        connection = http.client.HTTPConnection("127.0.0.1", self._stage.public_port, timeout=10)
        pages = []
        pause = threading.Event()
        for address in addresses:
            path = "/t/" + address.partition("/t/")[2] + "/now"
            while True:
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
                if response.status != _TOO_MANY:
                    break
                pause.wait(0.2)  # a phone waits too
            values = json.loads(body)
            pages.append(
                PageSeen(code=address, number=str(values.get("number", "")), status=str(values.get("status", "")))
            )
        connection.close()
        return pages
