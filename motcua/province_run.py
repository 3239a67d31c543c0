"""A province as child processes on this computer: broker and central, as :mod:`motcua.office_run` runs an office."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from motcua.office_run import Child
from queue_core.wire.topics import CENTRAL, ProvinceTopics
from queue_kit.broker import Account, Broker
from queue_kit.broker.accounts import province_acl_file


class ProvinceRun:
    """``folder``: on a disk; ``offices``: ids, which are their accounts at the broker, which runs from the start."""

    def __init__(self, folder: Path, province: str, offices: Sequence[str]) -> None:
        self.folder, self.province, self.data = folder, province, folder / "central"
        folder.mkdir(parents=True, exist_ok=True)
        access = province_acl_file(ProvinceTopics(province).root, CENTRAL)
        self.broker = Broker(folder / "broker", accounts=[Account(name) for name in (CENTRAL, *offices)], access=access)
        self.broker.start()
        self.central: Child | None = None

    def start_central(self, *, ready_s: float = 60.0) -> None:
        """Start central (again) and wait until it serves. Raises run.* errors."""
        ready = self.folder / "central.ready"
        ready.unlink(missing_ok=True)
        words = [
            "central", "serve", "--province", self.province, "--data", str(self.data),
            "--broker-host", self.broker.host, "--broker-port", str(self.broker.port),
            "--broker-password-file", str(self.broker.password_path(CENTRAL)), "--ready-file", str(ready),
        ]  # fmt: skip
        self.central = Child("central", [sys.executable, "-m", "motcua", *words], self.folder / "central.log")
        self.central.start()
        self.central.wait_for(ready, ready_s)

    def stop(self) -> None:
        """End both."""
        if self.central is not None:
            self.central.stop()
        self.broker.stop()
