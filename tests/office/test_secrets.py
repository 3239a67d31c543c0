"""What must stay secret stays out of all that others read: logs, the journal, the bus, the list of processes."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from urllib.parse import urlencode

import httpx

from motcua.office_run import OfficeRun
from queue_hub.command import SHIPPED_OFFICE
from queue_kit.broker import free_port
from tests.wire.harness import DEADLINE_S

PASSWORD = "mùa xuân trên bản 1975"


def form(http_: httpx.Client, path: str, **fields: str) -> httpx.Response:
    found = re.search(r'name="form_token" value="([^"]+)"', http_.get(path).text)
    assert found
    return http_.post(path, data={"form_token": found[1], **fields})


def test_secrets_stay_where_they_belong(tmp_path: Path) -> None:
    heard: list[bytes] = []
    facts = threading.Event()

    def hear(topic: str, payload: bytes, _info: object) -> None:
        heard.append(topic.encode() + b" " + payload)
        if b"ticket_issued" in payload:
            facts.set()

    with OfficeRun(
        tmp_path, office=SHIPPED_OFFICE, http_port=free_port(), hub_options=["--clock-source", "system", "--verbose"]
    ) as run:
        bus = run.bus("observer")
        bus.subscribe(f"{run.topics.root}/#", hear)
        bus.start()
        assert bus.wait_connected(DEADLINE_S)
        with httpx.Client(base_url=f"http://127.0.0.1:{run.http_port}", timeout=10) as http_:
            code = (run.data / "first-run-code.txt").read_text("utf-8").strip()
            who = {"username": "quantri", "name": "Quản trị", "password": PASSWORD, "again": PASSWORD}
            assert form(http_, "/first-run", code=code, **who).status_code == 303
            cookie = next(value for name, value in http_.cookies.items() if name.endswith("motcua"))
            csrf = re.search(r'"csrf":"([^"]+)"', http_.get("/account").text)
            assert csrf
            mine = {"x-csrf-token": csrf[1]}
            token = http_.post("/api/v1/tokens", json={"name": "cổng", "scopes": ["issue"]}, headers=mine).json()
            service = run.office.leaves()[0].id
            bearer = {"authorization": f"Bearer {token['secret']}"}
            http_.post(f"/api/v1/services/{service}/switch", json={"open": True}, headers=mine)
            with httpx.Client(base_url=str(http_.base_url)) as software:
                assert form(software, "/login", username="quantri", password=f"{PASSWORD} sai").status_code == 401
                assert software.post("/api/v1/tickets", json={"service": service}, headers=bearer).status_code == 201
        assert facts.wait(DEADLINE_S)
        assert run.hub is not None
        process = b"".join(Path(f"/proc/{run.hub.pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
        broker_passwords = [run.broker.password(client) for client in ("hub", "kiosk-1", "board-1")]
        bus.stop()
    places = {
        "log of the hub": (tmp_path / "hub.log").read_bytes(),
        "log of the broker": run.broker.log.read_bytes(),
        "journal and accounts": b"".join(f.read_bytes() for f in sorted(run.data.glob("*.db*"))),
        "bus": b"\n".join(heard),
        "process": process,
    }
    secrets = {"password": PASSWORD, "session": cookie, "csrf": csrf[1], "token": str(token["secret"]), "code": code}
    secrets |= {f"broker {i}": one for i, one in enumerate(broker_passwords)}
    assert {len(found) for found in places.values()}.isdisjoint({0})
    told = {
        (place, name)
        for place, content in places.items()
        for name, secret in secrets.items()
        for spelled in {secret.encode(), urlencode({"": secret})[1:].encode()}
        if spelled in content
    }
    # The code is printed at the hub on purpose, and void once it was used; a form's token is nobody's credential alone.
    assert ("log of the hub", "code") in told, "the search finds what is there"
    assert told - {("log of the hub", "code"), ("journal and accounts", "csrf")} == set()
    assert not (run.data / "first-run-code.txt").exists()
