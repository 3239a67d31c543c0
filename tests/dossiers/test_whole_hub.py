"""The shipped hub and broker as processes: a dossier carried to its counter, and somebody who tries every code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from motcua.office_run import round_the_clock
from queue_core.clock import VIETNAM
from queue_core.wire.messages import IssueRequest, Lobby, Reply
from queue_core.wire.payload import read
from queue_hub.command import SHIPPED_OFFICE
from queue_kit.broker import free_port
from tests.office.visited import Visited
from tests.wire.harness import DEADLINE_S

A_DAY = 50


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


def test_the_lobby_says_whether_dossiers_are_looked_up() -> None:
    assert read(Lobby, b'{"v":1,"rev":{"epoch":"e","seq":1},"asof_ms":1,"office_id":"x","office":{}}').dossiers is False
