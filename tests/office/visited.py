"""An office as child processes, with an administrator at the console and somebody who hears the whole bus."""

from __future__ import annotations

import itertools
import json
import re

import httpx

from motcua.office_run import OfficeRun
from queue_core.wire.bus import Bus
from queue_core.wire.messages import DossierRequest, Reply
from tests.wire.harness import DEADLINE_S, Box

PASSWORD = "mùa xuân trên bản 1975"
_COUNT = itertools.count()


class Visited(OfficeRun):
    """The office with one administrator at the console, kiosks that are only a bus, and an observer."""

    def open_doors(self) -> None:
        self.console = httpx.Client(base_url=f"http://127.0.0.1:{self.http_port}", timeout=10)
        code = (self.data / "first-run-code.txt").read_text("utf-8").strip()
        page = self.console.get("/first-run").text
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        assert token
        who = {"username": "quantri", "name": "Lò Thị Lan", "password": PASSWORD, "again": PASSWORD}
        assert self.console.post("/first-run", data={"form_token": token[1], "code": code, **who}).status_code == 303
        csrf = re.search(r'"csrf":"([^"]+)"', self.console.get("/account").text)
        assert csrf
        self.console.headers["x-csrf-token"] = csrf[1]
        self.heard = Box()
        self.observer = self.bus("observer")
        self.observer.subscribe("#", self.heard)
        self.observer.start()
        assert self.observer.wait_connected(DEADLINE_S)
        self.kiosks: dict[str, Bus] = {}

    def kiosk(self, name: str = "kiosk-4") -> Bus:
        if name not in self.kiosks:
            self.kiosks[name] = self.bus(name, kind="kiosk")
            self.kiosks[name].start()
            assert self.kiosks[name].wait_connected(DEADLINE_S)
        return self.kiosks[name]

    def close_doors(self) -> None:
        for bus in (*self.kiosks.values(), self.observer):
            bus.stop()
        self.console.close()

    def post(self, path: str, body: object) -> dict[str, object]:
        answer = self.console.post(f"/api/v1{path}", json=body)
        assert answer.status_code in {200, 201}, answer.text
        values: dict[str, object] = answer.json()
        return values

    @property
    def used(self) -> int:
        """Look-ups counted today."""
        path = self.data / "look-ups.json"
        return int(json.loads(path.read_text())["day"][1]) if path.exists() else 0

    def look_up(self, code: str, secret: str | None = None, kiosk: str = "kiosk-4") -> Reply:
        request = DossierRequest(request_id=f"look-up-{next(_COUNT):06d}", code=code, secret=secret)
        return self.kiosk(kiosk).request("dossier", request, timeout_s=DEADLINE_S)
