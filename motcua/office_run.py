"""A whole office as child processes on this computer: broker, hub, and whatever screens are asked for.

The demo, the simulation and the measurements all run the shipped programs this way; nothing of the office runs in
their own process.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from queue_core.errors import MotcuaError, register
from queue_core.office import DAY_NAMES, Office
from queue_core.office_file import read_office
from queue_core.wire.bus import Bus
from queue_core.wire.topics import Topics
from queue_kit.broker import Account, Broker, office_accounts

SHIPPED_OFFICE: Final = Path(__file__).parent.parent / "queue_hub" / "offices" / "commune.yaml"
register(
    {
        "run.not_ready": (
            "“{name}” không sẵn sàng sau {seconds} giây. Xem nhật ký: {log}",
            "“{name}” was not ready within {seconds} s. See its log: {log}",
        ),
        "run.ended": (
            "“{name}” đã dừng (mã {code}): {said}. Xem nhật ký: {log}",
            "“{name}” ended (code {code}): {said}. See: {log}",
        ),
    }
)


def round_the_clock(source: Path, target: Path, **changes: object) -> Office:
    """Write a copy of an office's file that is open at any hour (a demonstration may be given at night)."""
    office = read_office(source)
    values = office.model_dump(mode="json", exclude_defaults=True)
    values |= {"hours": {day: [[0, 24 * 60]] for day in DAY_NAMES}, "holidays": "none", "days": []}
    values.setdefault("policy", {})
    values["policy"] |= {"open_before_min": 0, "stop_before_close_min": 0}
    values |= changes
    for service in [*values["services"], *(s for group in values["services"] for s in group.get("services", []))]:
        service.pop("hours", None)
    open_all_day = Office.model_validate(values)
    # JSON is YAML: the same reader takes it
    target.write_text(open_all_day.model_dump_json(exclude_defaults=True, indent=1), encoding="utf-8")
    return open_all_day


class Child:
    """One program of the office with its log; ended with the office."""

    def __init__(self, name: str, words: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.name, self.words, self.log = name, list(words), log
        self._env = {**os.environ, **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its output is added to its log."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=self._env,
                start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Process id; 0 before the start."""
        return self.process.pid if self.process else 0

    @property
    def running(self) -> bool:
        """Whether it lives."""
        return self.process is not None and self.process.poll() is None

    def wait_for(self, file: Path, seconds: float) -> float:
        """Wait until the program has written its ready file; gives the seconds it took. Raises run.* errors."""
        began = time.monotonic()
        pause = threading.Event()
        while not file.exists():
            if not self.running:
                code = self.process.returncode if self.process else "–"
                raise MotcuaError("run.ended", name=self.name, code=code, said=self._last_words(), log=self.log)
            if time.monotonic() - began > seconds:
                raise MotcuaError("run.not_ready", name=self.name, seconds=seconds, log=self.log)
            pause.wait(0.01)
        return time.monotonic() - began

    def _last_words(self) -> str:
        """The end of its log, which may be gone with the run's folder before anybody opens it."""
        with contextlib.suppress(OSError):
            said = [line.strip() for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines()]
            return " / ".join([line for line in said if line][-4:])[-600:] or "–"
        return "–"

    def stop(self, timeout_s: float = 10.0) -> None:
        """Ask it to end, then make it."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait(10)


class OfficeRun:
    """Broker and hub in ``folder`` (on a disk). Use as a context manager.

    ``office``: configuration file. ``hub_options``: further words for ``motcua hub``. ``observers``: names of accounts
    that hear everything; ``drivers``: the same that may move the simulated clock.
    """

    def __init__(
        self,
        folder: Path,
        *,
        office: Path,
        kiosks: int = 1,
        boards: int = 1,
        signs: int = 0,
        observers: Sequence[str] = ("observer",),
        drivers: Sequence[str] = (),
        http_port: int = 0,
        public_port: int = 0,
        hub_options: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.office_file = office
        self.office = read_office(office)
        self.http_port, self.public_port = http_port, public_port
        self.data = folder / "hub"
        accounts = [
            *office_accounts(kiosks=kiosks, boards=boards, signs=signs, observers=observers),
            *(Account(name, "driver") for name in drivers),
        ]
        self.broker = Broker(folder / "broker", accounts=accounts)
        self._hub_options = list(hub_options)
        self._children: list[Child] = []
        self.hub: Child | None = None

    def __enter__(self) -> Self:
        self.broker.start()
        try:
            self.start_hub()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        for child in reversed(self._children):
            child.stop()
        self.broker.stop()

    @property
    def topics(self) -> Topics:
        """The office's topics."""
        return Topics(self.office.province, self.office.id)

    def client_words(self, client: str) -> list[str]:
        """The options that tell a program who it is and where the broker is."""
        return [
            "--broker-host", self.broker.host,
            "--broker-port", str(self.broker.port),
            "--broker-username", client,
            "--broker-password-file", str(self.broker.password_path(client)),
        ]  # fmt: skip

    def child(self, name: str, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Child:
        """Start a program of the office by its ``motcua`` words."""
        child = Child(name, [sys.executable, "-m", "motcua", *words], self.folder / f"{name}.log", env)
        child.start()
        self._children.append(child)
        return child

    def start_hub(self, *, ready_s: float = 30.0) -> float:
        """Start the hub (again); gives the seconds until it served."""
        return self.begin_hub().wait_for(self.folder / "hub.ready", ready_s)

    def begin_hub(self) -> Child:
        """Start the hub (again) without waiting."""
        ready = self.folder / "hub.ready"
        ready.unlink(missing_ok=True)
        words = [
            "hub",
            "--data", str(self.data),
            "--office", str(self.office_file),
            *self.client_words("hub"),
            "--http-port", str(self.http_port),
            "--public-port", str(self.public_port),
            "--ready-file", str(ready),
            *self._hub_options,
        ]  # fmt: skip
        if self.hub is not None and self.hub in self._children:
            self._children.remove(self.hub)
        self.hub = self.child("hub", words)
        return self.hub

    def bus(self, client: str, *, kind: str = "other") -> Bus:
        """A bus of this process under one of the office's accounts; not yet started."""
        return Bus(
            host=self.broker.host,
            port=self.broker.port,
            topics=self.topics,
            client=client,
            kind=kind,  # type: ignore[arg-type]
            password=self.broker.password(client),
        )
