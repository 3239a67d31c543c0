"""``motcua simulate --printer-faults``: everything that goes wrong with paper, again and again, while people come.

The shipped hub and broker, kiosks with the shipped desk and driver, and paper machines that break in every listed way.
Judged from outside: by what the kiosk's screen would show, by what the console shows, and by the paper.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from motcua.disk_folder import disk_folder
from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from motcua.officer_client import OfficerClient
from motcua.simulate.broken_paper import FALLBACK, FAULTS, NEAR_END, PaperFault
from motcua.simulate.lobby_kiosk import LobbyKiosk
from queue_core.errors import MotcuaError
from queue_hub.accounts import Accounts, Role
from queue_kit.broker import free_port
from queue_kit.paper.interpreter import VirtualPrinter

#: how often each failure comes, at the least
TIMES: Final = 6
#: a slip is given up after so long
PATIENCE_S: Final = 7
_SEE_S: Final = 10.0
_SLIP_S: Final = 40.0
_OFFICER: Final = "can-bo"


@dataclass(slots=True)
class Findings:
    """What an outsider counted, and the stories of what was wrong."""

    happened: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    stories: list[str] = field(default_factory=list)
    citizens: int = 0
    reprinted: int = 0
    took_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, kind: str, story: str) -> None:
        """Count a fault of the office's."""
        with self._lock:
            self.wrong[kind] += 1
            self.stories.append(f"{kind}: {story}")

    def count(self, name: str) -> None:
        """Count a failure that was played."""
        with self._lock:
            self.happened[name] += 1

    def came(self) -> None:
        """Count a citizen."""
        with self._lock:
            self.citizens += 1


class Console:
    """What the officer's page shows of devices, asked for as the page does."""

    def __init__(self, port: int, password: str) -> None:
        self._client = OfficerClient(port)
        self._client.log_in(_OFFICER, password)
        self._busy = threading.Lock()

    def alerts(self, device: str) -> frozenset[str]:
        """The troubles of a device that stand on the page now."""
        with self._busy:
            room = self._client.get("/state")
        return frozenset(alert["kind"] for alert in room["alerts"] if alert["device"] == device)

    def numbers(self) -> list[str]:
        """All numbers given today."""
        with self._busy:
            tickets = self._client.get("/tickets")["value"]
        return [ticket["number"] for ticket in tickets]

    def close(self) -> None:
        """Log off."""
        self._client.close()


def run_printer_faults(
    *,
    seed: int,
    times: int = TIMES,
    patience_s: int = PATIENCE_S,
    tell: Callable[[str], None] = lambda _line: None,
) -> Findings:
    """Play each failure ``times`` times, spread over four kiosks, and judge them.

    ``seed`` orders them; ``patience_s``: the kiosks give a slip up after so long.
    """
    import random

    began_s = time.monotonic()
    findings = Findings()
    with ExitStack() as stack:
        folder = stack.enter_context(disk_folder(prefix="motcua-paper-"))
        office, console, service = _open(stack, folder)
        stations = _stations(stack, office, folder, patience_s)
        rounds = [variants[turn % len(variants)] for variants in FAULTS for turn in range(times)]
        random.Random(seed).shuffle(rounds)
        shares: list[list[PaperFault]] = [rounds[index :: len(stations)] for index in range(len(stations))]
        for share, station in zip(shares, stations, strict=True):
            share.append(NEAR_END)
            if station.second is not None:
                share[:] = [*share[: len(share) // 2], FALLBACK, *share[len(share) // 2 :], FALLBACK]
        threads = [
            threading.Thread(target=station.play, args=(share, service, console, findings, tell), daemon=True)
            for share, station in zip(shares, stations, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        _judge_numbers(stations, console, findings)
    findings.took_s = time.monotonic() - began_s
    return findings


def _open(stack: ExitStack, folder: Path) -> tuple[OfficeRun, Console, str]:
    file, http_port, public_port = folder / "office.yaml", free_port(), free_port()
    setup = round_the_clock(SHIPPED_OFFICE, file, public_base_url=f"http://127.0.0.1:{public_port}")
    password = secrets.token_urlsafe(12)
    accounts = Accounts(folder / "hub")
    accounts.create(_OFFICER, password, Role.ADMINISTRATOR, "Cán bộ")
    accounts.close()
    office = stack.enter_context(
        OfficeRun(
            folder,
            office=file,
            kiosks=4,
            http_port=http_port,
            public_port=public_port,
            hub_options=["--clock-source", "system"],
        )
    )
    console = Console(http_port, password)
    stack.callback(console.close)
    service = next(leaf.id for leaf in setup.leaves() if "walk_in" in leaf.entries and leaf.daily_limit is None)
    return office, console, service


@dataclass(slots=True)
class Station:
    """A kiosk with its printer, and perhaps a second one."""

    kiosk: LobbyKiosk
    printer: VirtualPrinter
    second: VirtualPrinter | None = None

    def play(
        self, faults: list[PaperFault], service: str, console: Console, findings: Findings, tell: Callable[[str], None]
    ) -> None:
        """One citizen a failure; whatever happens, the next one comes."""
        for fault in faults:
            try:
                self._one(fault, service, console, findings)
            except MotcuaError as error:
                findings.fault("broken_off", f"{self.kiosk.client} {fault.name}: {error.en}")
            tell(f"{self.kiosk.client}: {fault.name}")

    def _one(self, fault: PaperFault, service: str, console: Console, findings: Findings) -> None:
        kiosk, where = self.kiosk, f"{self.kiosk.client} {fault.name}"
        findings.came()
        if fault.before is not None:
            fault.before(self.printer)
        hand = threading.Thread(target=fault.during or (lambda _printer: None), args=(self.printer,), daemon=True)
        hand.start()
        request_id = kiosk.ask(service)
        try:
            ticket = kiosk.number(request_id, _SEE_S)
        except MotcuaError:
            findings.fault("without_number", where)
            fault.mend(self.printer)
            return
        ended = kiosk.slip_end(request_id, 1, _SLIP_S)
        comes_out = True if self.second is not None else fault.comes_out
        if comes_out is not None and comes_out is bool(ended):
            findings.fault("wrongly_told", f"{where}: the screen said {ended or 'printed'!r} of {ticket.number}")
        findings.count(fault.name)
        self._see(console, lambda kinds: bool(kinds & fault.kinds), findings, "not_on_console", where)
        hand.join(_SEE_S)
        fault.mend(self.printer)
        tries = 1
        # A mended printer may still be printing what it had in its buffer: people press the button once more.
        while ended and tries < 5:
            kiosk.reprint(request_id)
            tries += 1
            ended = kiosk.slip_end(request_id, tries, _SLIP_S)
        if not self._on_paper(ticket.follow_url or "?"):
            findings.fault("slips_missing", f"{where}: {ticket.number} is on no paper, {ended!r}")
        self._see(console, lambda kinds: not kinds, findings, "left_on_console", where)

    def _see(
        self, console: Console, wanted: Callable[[frozenset[str]], bool], findings: Findings, kind: str, where: str
    ) -> None:
        until_s, pause = time.monotonic() + _SEE_S, threading.Event()
        while not wanted(shown := console.alerts(self.kiosk.client)):
            if time.monotonic() > until_s:
                findings.fault(kind, f"{where}: the console shows {sorted(shown)}")
                return
            pause.wait(0.1)

    def _on_paper(self, code: str) -> bool:
        """Whether a slip with the citizen's own code lies in front of a printer of this kiosk."""
        import zxingcpp

        return any(
            found.text == code
            for printer in (self.printer, self.second)
            if printer is not None
            for slip in reversed(printer.slips)
            for found in zxingcpp.read_barcodes(slip.convert("L"))
        )


def _stations(stack: ExitStack, office: OfficeRun, folder: Path, patience_s: int) -> list[Station]:
    """A network printer, one on a serial line, one on a device file, and two of another make side by side."""
    made: list[Station] = []
    deadline = f"deadline={patience_s}"
    addresses = (
        ("tcp", f"?{deadline}"), ("serial", f"?baud=921600&{deadline}"), ("file", f"?{deadline}"),
        ("tcp", f"?profile=epson&codes=native&{deadline}"),
    )  # fmt: skip
    for index, (line, options) in enumerate(addresses, 1):
        link = None if line == "tcp" else folder / f"printer-{index}"
        printer = stack.enter_context(VirtualPrinter(link=link, rows_per_s=4000.0))
        address = printer.address if line != "file" else f"file:{printer.path}"
        second = stack.enter_context(VirtualPrinter(width_dots=384)) if index == len(addresses) else None
        kiosk = LobbyKiosk(
            office, f"kiosk-{index}", folder / f"kiosk-{index}", printer=address + options,
            second=f"{second.address}?paper=58" if second else "none:",
        )  # fmt: skip
        stack.enter_context(kiosk)
        kiosk.wait_ready(30)
        made.append(Station(kiosk, printer, second))
    return made


def _judge_numbers(stations: list[Station], console: Console, findings: Findings) -> None:
    """Nobody without a number, nobody with two, no number twice: by the screens and by the office's own list."""
    shown = [tickets for station in stations for tickets in station.kiosk.shown.values()]
    for tickets in shown:
        if len({ticket.ticket for ticket in tickets}) > 1:
            findings.fault("with_two_numbers", ", ".join(ticket.number for ticket in tickets))
    numbers = [tickets[0].number for tickets in shown]
    given = console.numbers()
    for number, count in Counter(numbers).items():
        if count > 1:
            findings.fault("duplicate_numbers", number)
    for number in set(given) - set(numbers):
        findings.fault("with_two_numbers", f"{number} was given, and no screen showed it")
    for station in stations:
        for printer in (station.printer, station.second):
            for error in printer.errors if printer else ():
                findings.fault("refused_by_printer", f"{station.kiosk.client}: {error}")
