"""The office of a simulated day as child processes, its clock, and what is killed in it.

Shipped programs only: mosquitto as configured by us, ``motcua hub --simulated-clock``, ``motcua display --screen none``
and a paper machine. :attr:`Stage.gate` is shut from a kill until everything serves again and knows the time.
"""

from __future__ import annotations

import json
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Self

from motcua.office_run import Child, OfficeRun
from motcua.simulate.notes import Notes, Outage
from motcua.simulate.plan import Plan
from motcua.simulate.witness import Witness
from queue_core.errors import MotcuaError, register
from queue_core.wire.bus import Bus
from queue_core.wire.errors import WireError
from queue_core.wire.messages import AlertRequest, SimulatedTime
from queue_hub.accounts import Accounts, Role
from queue_hub.web.sessions import Sessions
from queue_kit.broker import free_port

#: the hub's brake on a client is meant for a real day's pace
REQUESTS_PER_S: Final = 5_000
READY_S: Final = 60.0
SUPERVISOR: Final = "truong"
register(
    {
        "simulate.no_clock": (
            "Trung tâm không nhận giờ mô phỏng sau {seconds} giây.",
            "The hub did not take the simulated time within {seconds} s.",
        ),
        "simulate.not_back": ("{what} không hoạt động trở lại.", "{what} did not come back."),
    }
)


class Stage:
    """The office at work. Use as a context manager; :attr:`notes` fills while it runs."""

    def __init__(self, folder: Path, plan: Plan, *, kiosks: int = 2, audio: str = "none") -> None:
        self.folder, self.plan, self.kiosks = folder, plan, kiosks
        self.notes = Notes()
        self.gate = threading.Event()
        self.clock_ms = 0
        self.http_port, self.public_port = free_port(), free_port()
        #: officer or supervisor → (cookie, CSRF token)
        self.sessions: dict[str, tuple[str, str]] = {}
        self._audio = audio
        self._stack = ExitStack()
        self.witness = Witness(self.notes, folder / "heard.jsonl")
        self._office: OfficeRun | None = None
        self._driver: Bus | None = None
        self._board: Child | None = None
        #: officers are hasty while the board is held up
        self.board_held = False
        #: one printer a kiosk
        self.printer_ports = [free_port() for _ in range(kiosks)]

    # ------------------------------------------------------------------ life
    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.witness.read_record()
        self._stack.close()

    @property
    def office(self) -> OfficeRun:
        """Broker and hub."""
        if self._office is None:
            raise MotcuaError("internal")
        return self._office

    @property
    def printer_addresses(self) -> list[str]:
        """Where the kiosks print."""
        return [f"tcp://127.0.0.1:{port}" for port in self.printer_ports]

    @property
    def slips(self) -> Path:
        """The folder of the paper, with one folder a printer."""
        return self.folder / "slips"

    def public_base_url(self) -> str:
        """The address on the slips."""
        return f"http://127.0.0.1:{self.public_port}"

    def _start(self) -> None:
        office_file = self.folder / "office.yaml"
        values = self.plan.office | {"public_base_url": self.public_base_url()}
        office_file.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
        self._open_accounts()
        self._office = OfficeRun(
            self.folder,
            office=office_file,
            kiosks=self.kiosks,
            observers=("observer",),
            drivers=("driver",),
            http_port=self.http_port,
            public_port=self.public_port,
            hub_options=["--simulated-clock", "--requests-per-s", str(REQUESTS_PER_S)],
        )
        self._stack.enter_context(self._office)
        for number, port in enumerate(self.printer_ports, 1):
            self._start_printer(number, port)
        self._driver = self.join("driver")
        observer = self.bus("observer")
        self.witness.listen(observer)
        self._begin(observer)
        self._start_board()

    def _start_printer(self, number: int, port: int) -> None:
        words = [sys.executable, "-m", "queue_kit.paper.interpreter", "--port", str(port)]
        out = self.slips / f"printer-{number}"
        printer = Child("printer", [*words, "--out", str(out)], self.folder / f"printer-{number}.log")
        printer.start()
        self._stack.callback(printer.stop)

    def _start_board(self) -> None:
        office = self.office
        ready = self.folder / "board.ready"
        board = self._board = office.child(
            "board",
            [
                "display", "--province", office.office.province, "--office", office.office.id,
                *office.client_words("board-1"), "--client", "board-1", "--screen", "none", "--pace", "max",
                "--audio", self._audio, "--log-calls", str(self.witness.record), "--ready-file", str(ready),
            ],
        )  # fmt: skip
        board.wait_for(ready, READY_S)
        if not self.witness.board_ready.wait(READY_S):
            raise MotcuaError("simulate.not_back", what="board-1")

    def _open_accounts(self) -> None:
        """Officers with a session each, as if they had logged in; before the hub starts."""
        accounts = Accounts(self.folder / "hub")
        sessions = Sessions(accounts)
        try:
            people = [(f"cb{n + 1}", Role.OFFICER, f"Cán bộ {n + 1}") for n in range(len(self.plan.open_counters))]
            for name, role, title in [*people, (SUPERVISOR, Role.ADMINISTRATOR, "Trưởng bộ phận")]:
                account = accounts.create(name, secrets.token_urlsafe(12), role, title)
                secret, session = sessions.begin(account)
                self.sessions[name] = (secret, session.csrf)
        finally:
            accounts.close()

    def bus(self, client: str, *, kind: str = "other") -> Bus:
        """A bus of this process, not yet started; closed with the stage."""
        bus = self.office.bus(client, kind=kind)
        self._stack.callback(bus.stop)
        return bus

    def join(self, client: str, *, kind: str = "other") -> Bus:
        """A bus of this process, connected."""
        bus = self.bus(client, kind=kind)
        self._begin(bus)
        return bus

    def _begin(self, bus: Bus) -> None:
        bus.start()
        if not bus.wait_connected(READY_S):
            raise MotcuaError("simulate.not_back", what=bus.client)

    # ------------------------------------------------------------------ time
    def set_clock(self, clock_ms: int) -> None:
        """Set the day's clock and wait until the hub has it."""
        self.clock_ms = clock_ms
        self._tell_time()
        self.gate.set()

    def _tell_time(self) -> None:
        driver = self._driver
        if driver is None:
            raise MotcuaError("internal")
        until_s = time.monotonic() + READY_S
        while time.monotonic() < until_s:
            driver.publish(driver.topics.clock, SimulatedTime(utc_ms=self.clock_ms), qos=1)
            barrier = AlertRequest(request_id=secrets.token_hex(8), kind="none", on=False)
            try:
                # the same connection: once this is answered, the time before it has been heard
                driver.request("alert", barrier, timeout_s=2.0)
            except WireError as error:
                if error.key not in {"wire.timeout", "wire.cut"}:
                    driver.wait_connected(0.05)
                    threading.Event().wait(0.02)
                continue
            return
        raise MotcuaError("simulate.no_clock", seconds=READY_S)

    # ------------------------------------------------------------------ faults
    def kill_hub(self) -> Outage:
        """SIGKILL, start again, tell the time; gives when it was away."""
        self.gate.clear()
        hub = self.office.hub
        if hub is None:
            raise MotcuaError("internal")
        down_s = time.monotonic()
        hub.kill()
        self.office.start_hub(ready_s=READY_S)
        return self._back("hub", down_s)

    def kill_broker(self) -> Outage:
        """SIGKILL the broker, start it on its old port, wait until everybody is back."""
        self.gate.clear()
        self.witness.board_ready.clear()
        down_s = time.monotonic()
        self.office.broker.kill()
        self.office.broker.start()
        if not self.witness.board_ready.wait(READY_S):
            raise MotcuaError("simulate.not_back", what="board-1")
        return self._back("broker", down_s)

    @contextmanager
    def hold_board(self) -> Iterator[None]:
        """The board's computer is busy with something else for a while: what comes meanwhile waits in its ear."""
        board = self._board
        if board is None or board.process is None:
            raise MotcuaError("internal")
        board.process.send_signal(signal.SIGSTOP)
        self.board_held = True
        try:
            yield
        finally:
            self.board_held = False
            board.process.send_signal(signal.SIGCONT)

    def _back(self, what: str, down_s: float) -> Outage:
        self._tell_time()
        outage = Outage(what=what, down_s=down_s, up_s=time.monotonic())  # type: ignore[arg-type]
        self.notes.outages.append(outage)
        self.gate.set()
        return outage
