"""The shipped hub and broker as processes: a dossier carried to its counter, somebody who tries every code, and an
identity card that is found nowhere afterwards."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

import httpx
import pytest

from motcua.office_run import OfficeRun, free_port, round_the_clock
from queue_core.clock import VIETNAM
from queue_core.wire.bus import Bus
from queue_core.wire.messages import DossierRequest, IssueRequest, Lobby, Reply
from queue_core.wire.payload import read
from queue_hub.command import SHIPPED_OFFICE
from tests.wire.harness import DEADLINE_S, Box

PASSWORD = "mùa xuân trên bản 1975"
NUMBER, OLD, NAME, HOME = "079203987654", "219876543", "Nguyễn Thị Dấu Vết", "Thôn Ổ Gà Dấu Vết"
CARD = f"{NUMBER}|{OLD}|{NAME}|09091990|Nữ|{HOME}|02022021"
A_DAY = 50
COUNT = itertools.count()


class Visited(OfficeRun):
    """The office with one administrator at the console, one kiosk, and somebody who hears the whole bus."""

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
        self.observer.subscribe(f"{self.topics.root}/#", self.heard)
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
        request = DossierRequest(request_id=f"look-up-{next(COUNT):06d}", code=code, secret=secret)
        return self.kiosk(kiosk).request("dossier", request, timeout_s=DEADLINE_S)


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    tmp_path = tmp_path_factory.mktemp("office")
    office = tmp_path / "office.yaml"
    round_the_clock(SHIPPED_OFFICE, office, dossiers={"unit_code": "H55.242", "lookups_per_day": A_DAY})
    with Visited(
        tmp_path, office=office, kiosks=4, http_port=free_port(), hub_options=["--clock-source", "system", "--verbose"]
    ) as run:
        run.open_doors()
        yield run
        run.close_doors()


def key_of(reply: Reply) -> str:
    return reply.error.key if reply.error else "found"


def test_a_result_is_collected(visited: Visited) -> None:
    made = visited.post("/dossiers", {"matter": "Đăng ký khai sinh", "person": {"name": "Lường Thị Én"}})
    code, secret = str(made["code"]), str(made["secret"])
    visited.post("/dossiers/state", {"code": code, "state": 9})
    lobby = visited.heard.wait_for(lambda box: [m for m in box.messages(Lobby, visited.topics.lobby) if m.dossiers])[-1]
    assert lobby.dossiers
    shut = visited.look_up(code.lower())
    assert shut.dossier is not None
    assert (shut.dossier.step, shut.dossier.details, shut.dossier.offer.service) == (4, None, "tra-ket-qua")
    full = visited.look_up(code, secret)
    assert full.dossier is not None
    assert full.dossier.details is not None
    request = IssueRequest(request_id="take-a-number-1", service="tra-ket-qua", entry="collect", dossier=code)
    given = visited.kiosk().request("issue", request, timeout_s=DEADLINE_S)
    assert given.ticket is not None
    assert given.ticket.entry == "collect"
    counter = "quay-1"
    visited.post(f"/counters/{counter}/open", {})
    visited.post(f"/counters/{counter}/call-next", {})
    view = visited.console.get(f"/api/v1/counters/{counter}").json()
    assert view["ticket"]["number"] == given.ticket.number
    assert view["dossier"] == code
    assert visited.console.get(f"/api/v1/tickets/{given.ticket.ticket}/dossier").json()["code"] == code
    assert visited.post("/dossiers/returned", {"code": code})["state"] == 10
    again = visited.look_up(code)
    assert again.dossier is not None
    assert (again.dossier.step, again.dossier.offer.kind) == (5, "nothing")
    bus = b"\n".join(payload for topic, payload, _ in visited.heard.items if topic == visited.topics.events)
    assert b"dossier_changed" in bus
    assert code.encode() not in bus, "what reaches the province's copy holds the hash only"


def test_somebody_tries_one_code_after_the_other(visited: Visited) -> None:
    code = str(visited.post("/dossiers", {"matter": "Đăng ký khai sinh"})["code"])
    head = f"H55.242-{datetime.now(VIETNAM):%y%m%d}-"
    last, before = int(code[-4:]), visited.used
    found = [key_of(visited.look_up(f"{head}{n:04d}", kiosk="kiosk-1")) for n in range(last, last + 25)]
    assert found == ["found"] + ["dossier.unknown"] * 19 + ["dossier.slow_down"] * 5
    assert visited.look_up(code, kiosk="kiosk-1").dossier is None
    # a second kiosk guesses the characters: four tries, and every further one waits longer
    guesses = [key_of(visited.look_up(code, f"AA{n:02d}", "kiosk-2")) for n in range(8)]
    assert guesses == ["dossier.secret_wrong"] * 4 + ["dossier.secret_wait"] * 4
    # the office's day is used up, whichever kiosk asks; a restart of the hub gives nothing back
    rest = [key_of(visited.look_up(f"{head}{n:04d}", kiosk="kiosk-2")) for n in range(100, 120)]
    assert rest == ["dossier.unknown"] * 16 + ["dossier.slow_down"] * 4
    third = [key_of(visited.look_up(f"{head}{n:04d}", kiosk="kiosk-3")) for n in range(200, 215)]
    left = A_DAY - before - 2 * 20
    assert third == ["dossier.unknown"] * left + ["dossier.day_limit"] * (15 - left)
    assert visited.hub is not None
    visited.hub.kill()
    visited.start_hub()
    for kiosk, key in (("kiosk-1", "dossier.slow_down"), ("kiosk-3", "dossier.day_limit")):
        assert visited.kiosk(kiosk).wait_connected(DEADLINE_S)
        assert key_of(visited.look_up(f"{head}0300", kiosk=kiosk)) == key
    # numbers are still given
    request = IssueRequest(request_id="take-a-number-9", service="ho-tich")
    assert visited.kiosk("kiosk-1").request("issue", request, timeout_s=DEADLINE_S).ticket is not None


def places(run: Visited) -> dict[str, bytes]:
    """Everything that could keep what was scanned. The observer hears what clients send as well: that is left out."""
    files = [path for path in sorted(run.data.rglob("*")) if path.is_file()]
    return {
        "files of the hub": b"".join(path.read_bytes() for path in files),
        "log of the hub": (run.folder / "hub.log").read_bytes(),
        "log of the broker": run.broker.log.read_bytes(),
        "bus": b"\n".join(p for topic, p, _ in run.heard.items if "/request/" not in topic),
    }


def where(run: Visited, *marks: str) -> set[str]:
    spelled = {s for mark in marks for s in (mark.encode(), quote(mark).encode(), ascii(mark)[1:-1].encode())}
    return {place for place, content in places(run).items() if any(s in content for s in spelled)}


def test_an_identity_card_is_found_nowhere(visited: Visited) -> None:
    # first: the search finds a mark in each of those places
    visited.post("/dossiers", {"matter": "Đăng ký khai sinh DẤU-VẾT-1", "person": {"name": "Dấu Vết Một"}})
    assert "files of the hub" in where(visited, "Dấu Vết Một")
    mark = "dau-vet-2"
    unknown = IssueRequest(request_id="mark-000001", service=mark)
    assert key_of(visited.kiosk().request("issue", unknown, timeout_s=DEADLINE_S)) == "service.unknown"
    with (visited.folder / "hub.log").open("ab") as log:
        log.write(f"{mark}\n".encode())
    with visited.broker.log.open("ab") as log:
        log.write(f"{mark}\n".encode())
    visited.heard.wait_for(lambda _box: "bus" in where(visited, mark))
    assert {"bus", "log of the hub", "log of the broker"} <= where(visited, mark)
    # then: a card at the kiosk (which should have refused it itself), at the console, in every field
    for text in (CARD[:64], NUMBER, f"{NUMBER}|{OLD}"):
        reply = visited.look_up(text)
        assert key_of(reply) == "dossier.code_invalid"
        assert reply.error is not None
        assert "căn cước" in reply.error.vi
    with pytest.raises(ValueError, match="at most 64"):
        DossierRequest(request_id="too-long-1", code=CARD)
    for number, text in enumerate((CARD[:64], NUMBER)):
        request = IssueRequest(request_id=f"card-{number:06d}", service="ho-tich", dossier=text)
        assert visited.kiosk().request("issue", request, timeout_s=DEADLINE_S).ticket is not None
    for path, body in (
        ("/dossiers/find", {"code": CARD}),
        ("/dossiers/look-up", {"code": CARD}),
        ("/dossiers/state", {"code": CARD[:64], "state": 4}),
        ("/dossiers", {"matter": "Khai sinh", "code": CARD[:64]}),
        ("/dossiers", {"matter": "Khai sinh", "person": {"name": CARD[:90]}}),
        ("/dossiers", {"matter": CARD}),
    ):
        answer = visited.console.post(f"/api/v1{path}", json=body)
        assert answer.status_code in {422, 404}, (path, answer.text)
        assert not any(mark in answer.text for mark in (NUMBER, OLD, "Dấu Vết"))
    assert where(visited, NUMBER, OLD, NAME, HOME, "09091990") == set()


def test_the_lobby_says_whether_dossiers_are_looked_up() -> None:
    assert read(Lobby, b'{"v":1,"rev":{"epoch":"e","seq":1},"asof_ms":1,"office_id":"x","office":{}}').dossiers is False
