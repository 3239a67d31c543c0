"""The office outside the virtual machine: broker and hub on this computer, and the words for a kiosk inside it."""

from __future__ import annotations

import contextlib
import json
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from queue_hub.accounts import Accounts, Role
from queue_kit.broker import free_port
from tests.rig.machine import HEIGHT, OUTSIDE, PYTHON, WIDTH, Machine, wait_until

OFFICER, PASSWORD = "lan", uuid.uuid4().hex
#: a kiosk's first picture under emulation, beside other work
FIRST_FRAME_S = 240


@contextlib.contextmanager
def office(folder: Path) -> Iterator[OfficeRun]:
    """Broker and hub, open at any hour."""
    round_the_clock(SHIPPED_OFFICE, folder / "office.json")
    (folder / "hub").mkdir(mode=0o700)
    accounts = Accounts(folder / "hub")
    accounts.create(OFFICER, PASSWORD, Role.ADMINISTRATOR, "Nguyễn Thị Lan")
    accounts.close()
    with OfficeRun(
        folder, office=folder / "office.json", signs=1, http_port=free_port(),
        hub_options=["--clock-source", "system"],
    ) as run:  # fmt: skip
        yield run


class KioskInside:
    """A kiosk on the virtual machine's own panel."""

    def __init__(self, machine: Machine, run: OfficeRun, *words: str, name: str = "kiosk") -> None:
        self._machine, self.name = machine, name
        secret = machine.folder / f"{name}.password"
        shutil.copy2(run.broker.password_path("kiosk-1"), secret)
        self._map, self._ready = machine.folder / f"{name}.map", machine.folder / f"{name}.ready"
        self._words = [
            str(PYTHON), "-m", "motcua", "kiosk",
            "--province", run.office.province, "--office", run.office.id, "--client", "kiosk-1",
            "--broker-host", OUTSIDE, "--broker-port", str(run.broker.port), "--broker-username", "kiosk-1",
            "--broker-password-file", f"/rig/{secret.name}", "--data", f"/tmp/{name}",
            "--size", f"{WIDTH}x{HEIGHT}", "--fullscreen", "--attract-s", "100000", "--idle-s", "100000",
            "--no-press-sound", "--ready-file", f"/rig/{self._ready.name}", "--touch-map", f"/rig/{self._map.name}",
            *words,
        ]  # fmt: skip

    @contextlib.contextmanager
    def running(self) -> Iterator[KioskInside]:
        """Start it, wait for its first picture, end it."""
        for file in (self._map, self._ready):
            file.unlink(missing_ok=True)
        # Without a desktop: SDL draws on the panel itself and reads the kernel's input devices.
        with self._machine.started(self.name, *self._words, env={"SDL_VIDEODRIVER": "kmsdrm"}):
            wait_until(self._ready.exists, "first picture of the kiosk", FIRST_FRAME_S)
            yield self

    def says(self, words: str, *, times: int = 1) -> None:
        """Wait until its log holds these words so many times."""
        log = self._machine.folder / f"{self.name}.log"
        wait_until(lambda: log.read_text(errors="replace").count(words) >= times, f"{words!r} in {log.name}", 60)

    def sees(self) -> dict[str, Any]:
        """The touch map as it is now."""
        try:
            said: dict[str, Any] = json.loads(self._map.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return said

    def tap(self, says: str) -> None:
        """Touch what holds these words."""
        target = wait_until(
            lambda: next((one for one in self.sees().get("targets", []) if says in one["says"]), None), says, 60
        )
        self._machine.tap(target["x"], target["y"])

    def shows(self, screen: str, timeout_s: float = 90) -> dict[str, Any]:
        """Wait until it shows this screen."""
        found: dict[str, Any] = wait_until(
            lambda: said if (said := self.sees()).get("screen") == screen else None, f"screen {screen}", timeout_s
        )
        return found
