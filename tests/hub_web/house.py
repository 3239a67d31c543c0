"""A real office for the web front: journal on disk, engine thread, uvicorn on free ports, officers who log in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from queue_core import commands as c
from queue_core.clock import VIETNAM, SimulatedClock
from queue_core.state import State
from queue_core.tickets import Ticket
from queue_hub.accounts import Accounts
from queue_hub.dossiers.desk import DossierDesk
from queue_hub.engine import Engine, Outcome
from queue_hub.ratings import RatingDesk
from queue_hub.web.server import WebThread

PASSWORD = "mùa xuân trên bản"
MONDAY_8AM = int(datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM).timestamp() * 1000)
XSS = "<script>alert('x')</script>"


def office_values() -> dict[str, Any]:
    return {
        "province": "tinh-mau",
        "id": "xa-mau",
        "name": {"vi": "Trung tâm Phục vụ hành chính công xã Mẫu", "en": "Mẫu Commune Centre"},
        "public_base_url": "https://so.example.gov.vn",
        "hours": {"mon-fri": ["07:30-11:30", "13:30-17:00"]},
        "priority": {
            "ratio": 2,
            "classes": [
                {"id": "cao-tuoi", "name": {"vi": "Người cao tuổi", "en": "Aged 60 or over"}},
                {"id": "mang-thai", "name": "Phụ nữ mang thai"},
            ],
        },
        "services": [
            {"id": "ho-tich", "prefix": "A", "name": {"vi": "Hộ tịch", "en": "Civil status"}, "slot_places": 1},
            {"id": "chung-thuc", "prefix": "B", "name": f"Chứng thực {XSS}", "daily_limit": 3},
            {"id": "tra-ket-qua", "prefix": "T", "name": "Trả kết quả", "kind": "collect"},
        ],
        "counters": [
            {"id": "quay-1", "number": 1, "services": ["ho-tich", "tra-ket-qua"], "name": "Hộ tịch & Trả kết quả"},
            {"id": "quay-2", "number": 2, "services": [["chung-thuc", "ho-tich"]]},
        ],
        "devices": [{"id": "kiosk-1", "name": f"Máy lấy số {XSS}"}],
    }


@dataclass
class House:
    """One office with its web front."""

    data: Path
    engine: Engine
    clock: SimulatedClock
    accounts: Accounts
    web: WebThread
    printed: list[str] = field(default_factory=list)
    bookings_printed: list[str] = field(default_factory=list)
    leave_the_wire: Callable[[], None] = lambda: None
    dossiers: DossierDesk | None = None

    @property
    def ratings(self) -> RatingDesk:
        """Who takes what citizens say."""
        return RatingDesk(self.engine, self.data)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web.ports[0]}"

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.web.ports[1]}"

    @property
    def state(self) -> State:
        return self.engine.state

    def ask(self, command: c.AnyCommand, *, by: str = "test", request_id: str | None = None) -> Outcome:
        outcome = self.engine.submit(command, by=by, request_id=request_id).result(5)
        assert outcome.ok, outcome.error
        return outcome

    def issue(self, service: str = "ho-tich", **more: Any) -> Ticket:
        ticket = self.ask(c.Issue(service=service, **more)).ticket
        assert ticket is not None
        return ticket

    def pass_time(self, seconds: float) -> None:
        """Move the office's clock on; the next command sees it."""
        self.clock.set(self.clock.utc_ms + int(seconds * 1000))

    def officer(self, username: str, role: str = "officer", name: str = "") -> Officer:
        if self.accounts.empty and role != "administrator":
            self.accounts.create("first", PASSWORD, "administrator", "Quản trị")
        if self.accounts.get(username) is None:
            self.accounts.create(username, PASSWORD, role, name or username.title())
        return Officer(self, username)

    def token(self, *scopes: str) -> httpx.Client:
        from queue_hub.web.tokens import Tokens

        secret, _ = Tokens(self.accounts).create("phần mềm khác", scopes, by="test")
        return httpx.Client(base_url=self.url + "/api/v1", headers={"authorization": f"Bearer {secret}"}, timeout=10)


class Officer:
    """Somebody who has logged in with a browser-like client."""

    def __init__(self, house: House, username: str) -> None:
        self.http = httpx.Client(base_url=house.url, timeout=10)
        answer = log_in(self.http, username, PASSWORD)
        assert answer.status_code == 303, answer.text
        page = self.http.get("/account").text
        found = re.search(r'"csrf":"([^"]+)"', page)
        assert found
        self.csrf = found[1]

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.http.request(method, "/api/v1" + path, json=body, headers={"x-csrf-token": self.csrf, **headers})

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.send("POST", path, {} if body is None else body)

    def do(self, path: str, body: Any = None) -> dict[str, Any]:
        """Post what must succeed."""
        answer = self.post(path, body)
        assert answer.status_code in {200, 201}, answer.text
        values: dict[str, Any] = answer.json()
        return values


def log_in(http: httpx.Client, username: str, password: str) -> httpx.Response:
    form = re.search(r'name="form_token" value="([^"]+)"', http.get("/login").text)
    assert form
    return http.post("/login", data={"form_token": form[1], "username": username, "password": password})


def close(house: House) -> None:
    """Stop an office; twice is once."""
    house.web.stop()
    house.leave_the_wire()
    if house.engine.alive:
        house.engine.stop()
    house.engine.journal.close()
    house.accounts.close()
