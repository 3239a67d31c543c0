from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from queue_core import commands as c
from queue_core.errors import MotcuaError
from queue_core.tickets import Status
from queue_hub.web import rest_bookings
from tests.hub_web.house import XSS, House


def test_a_citizen_from_the_number_to_the_end(house: House) -> None:
    lan = house.officer("lan", name="Nguyễn Thị Lan")
    given = lan.do("/tickets", {"service": "ho-tich", "priority": "cao-tuoi", "print": True})
    assert given["number"] == "A001"
    assert given["printing"] is True
    lan.do("/counters/quay-1/open")
    called = lan.do("/counters/quay-1/call-next")["ticket"]
    assert (called["number"], called["status"], called["counter"]) == ("A001", "called", 1)
    assert lan.do("/counters/quay-1/recall")["ticket"]["calls"] == 2
    assert lan.do("/counters/quay-1/serve")["ticket"]["status"] == "serving"
    assert lan.do("/counters/quay-1/finish")["ticket"]["status"] == "finished"
    assert lan.do("/counters/quay-1/undo")["ticket"]["status"] == "serving"
    assert lan.do(f"/tickets/{called['id']}/park")["ticket"]["status"] == "parked"
    assert lan.do("/counters/quay-1/call", {"ticket": called["id"]})["ticket"]["status"] == "called"
    assert lan.do("/counters/quay-1/no-show")["ticket"]["misses"] == 1
    moved = lan.do(f"/tickets/{called['id']}/transfer", {"service": "chung-thuc", "keep_place": False})["ticket"]
    assert (moved["service"], moved["status"]) == ("chung-thuc", "waiting")
    assert lan.do(f"/tickets/{called['id']}/priority", {"priority": None})["ticket"]["priority"] is None
    assert lan.do(f"/tickets/{called['id']}/cancel")["ticket"]["status"] == "cancelled"
    assert lan.do(f"/tickets/{called['id']}/reopen")["ticket"]["status"] == "waiting"
    assert lan.do("/counters/quay-1/pause")["ok"]
    assert lan.do("/counters/quay-1/close")["ok"]
    assert {e["by"] for e in (r.body for r in house.engine.journal.records()) if e["type"].startswith("counter_")} == {
        "officer:lan"
    }


def wait_until(house: House, done: Callable[[], bool]) -> None:
    """Wait for a commit that makes ``done`` true."""
    import threading

    bell = threading.Event()
    house.engine.on_commit(lambda _commit: bell.set())
    while not done():
        assert bell.wait(5), "nothing was committed"
        bell.clear()


def test_a_slip_is_printed_and_noted(house: House) -> None:
    lan = house.officer("lan")
    given = lan.do("/tickets", {"service": "ho-tich", "print": True})
    wait_until(house, lambda: house.state.tickets[given["ticket"]].printed == 1)
    assert lan.do(f"/tickets/{given['ticket']}/print")["ok"]
    wait_until(house, lambda: house.state.tickets[given["ticket"]].printed == 2)
    assert house.printed == ["A001", "A001"]


def test_a_slip_that_fails_is_noted_with_its_reason(open_house: Callable[..., House]) -> None:
    house = open_house(print_fails=MotcuaError("paper.out"))
    given = house.officer("lan").do("/tickets", {"service": "ho-tich", "print": True})
    wait_until(house, lambda: any(r.type == "slip_failed" for r in house.engine.journal.records()))
    failed = [r.body for r in house.engine.journal.records() if r.type == "slip_failed"]
    assert [(e["ticket"], e["why"]) for e in failed] == [(given["ticket"], "paper.out")]
    wait_until(house, lambda: list(house.state.alerts) == [("hub", "paper_out")])


def test_without_a_printer_the_number_is_given_all_the_same(open_house: Callable[..., House]) -> None:
    lan = open_house(printer=False).officer("lan")
    given = lan.do("/tickets", {"service": "ho-tich", "print": True})
    assert (given["number"], given["printing"]) == ("A001", False)
    assert lan.post(f"/tickets/{given['ticket']}/print").json()["key"] == "printer.none"


def test_the_second_officer_at_a_counter_is_refused_kindly(house: House) -> None:
    lan, minh, chief = house.officer("lan", name="Lan"), house.officer("minh"), house.officer("chi", "supervisor")
    ticket = house.issue()
    lan.do("/counters/quay-1/open")
    lan.do("/counters/quay-1/call-next")
    for path, body in [
        ("/counters/quay-1/open", {}),
        ("/counters/quay-1/call-next", {}),
        ("/counters/quay-1/finish", {}),
        ("/counters/quay-1/close", {}),
    ]:
        answer = minh.post(path, body)
        assert (answer.status_code, answer.json()["key"]) == (409, "counter.taken"), path
        assert "Lan" in answer.json()["vi"]
    assert minh.post("/counters/quay-1/open", {"take_over": True}).json()["key"] == "command.not_allowed"
    assert minh.post(f"/tickets/{ticket.id}/cancel").json()["key"] == "ticket.at_other_counter"
    assert house.state.tickets[ticket.id].status is Status.CALLED
    assert chief.do("/counters/quay-1/open", {"take_over": True})["ok"]
    assert house.state.counters["quay-1"].officer == "chi"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "key"),
    [
        ("POST", "/tickets", {"service": "khong-co"}, 404, "service.unknown"),
        ("POST", "/tickets", {"service": "ho-tich", "priority": "vua"}, 404, "priority.unknown"),
        ("POST", "/tickets", {"service": "x" * 65}, 422, "command.invalid"),
        ("POST", "/tickets", {}, 422, "command.invalid"),
        ("POST", "/tickets", [], 422, "command.invalid"),
        ("POST", "/tickets", {"service": "ho-tich", "entry": "booked"}, 422, "command.invalid"),
        ("POST", "/check-in", {"booking": "000000"}, 404, "booking.unknown"),
        ("POST", "/counters/quay-9/call-next", {}, 404, "counter.unknown"),
        ("GET", "/counters/quay-9", None, 404, "counter.unknown"),
        ("GET", "/live?counter=quay-9", None, 404, "counter.unknown"),
        ("POST", "/counters/quay-2/call-next", {}, 409, "counter.not_open"),
        ("POST", "/tickets/9-9/park", {}, 404, "ticket.unknown"),
        ("GET", "/tickets/9-9", None, 404, "ticket.unknown"),
        ("POST", "/bookings", {"service": "ho-tich", "at": "2026-11-24T03:00:00"}, 409, "booking.past"),
        ("POST", "/bookings", {"service": "ho-tich", "at": "9999-12-31T23:59:59+00:00"}, 409, "booking.past"),
        ("POST", "/bookings", {"service": "ho-tich", "at": "0001-01-01T00:00:00"}, 409, "booking.past"),
        ("POST", "/bookings", {"service": "chung-thuc", "at": "2026-11-25T08:00:00"}, 409, "booking.not_offered"),
        ("GET", "/khong-co", None, 404, "web.not_found"),
        ("DELETE", "/tickets", None, 405, "web.method"),
    ],
)
def test_what_is_refused_has_a_key_and_words(  # noqa: PLR0917 -- a table
    calm: House, method: str, path: str, body: Any, status: int, key: str
) -> None:
    http = calm.token("read", "issue", "book", "serve")
    before = calm.engine.seq
    answer = http.request(method, path, json=body) if body is not None else http.request(method, path)
    assert (answer.status_code, answer.json()["key"]) == (status, key), answer.text
    assert answer.json()["vi"]
    assert answer.json()["en"]
    assert not re.search(r"Input should|Field required|String should", answer.json()["vi"])
    assert calm.engine.seq == before


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe", b'{"service": "\\ud800"}', b"[" * 5000, b'{"service":' + b'"x"' * 9, b"null", b"NaN", b""],
)
def test_what_is_no_json_is_refused(calm: House, content: bytes) -> None:
    answer = calm.token("issue").post("/tickets", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["key"]) == (422, "command.invalid"), answer.text


def test_ten_megabytes_are_not_even_read(house: House) -> None:
    http = house.token("issue")
    answer = http.post("/tickets", content=b" " * 10_000_000)
    assert (answer.status_code, answer.json()["key"]) == (413, "web.too_large")
    chunks = (b" " * 65536 for _ in range(160))
    try:
        answer = house.token("issue").post("/tickets", content=chunks)
        assert (answer.status_code, answer.json()["key"]) == (413, "web.too_large")
    except httpx.WriteError:
        pass  # the hub hung up while the rest was still being sent
    assert house.token("issue").post("/tickets", json={"service": "ho-tich"}).status_code == 201


SCOPES = [
    ("read", "GET", "/state", None),
    ("read", "GET", "/tickets", None),
    ("issue", "POST", "/tickets", {"service": "ho-tich"}),
    ("book", "POST", "/bookings", {"service": "ho-tich", "at": "2026-11-25T08:00:00"}),
    ("serve", "POST", "/counters/quay-1/close", {}),
]


def test_a_token_does_what_its_scopes_say_and_no_more(house: House) -> None:
    for scope in ("read", "issue", "book", "serve"):
        http = house.token(scope)
        for needed, method, path, body in SCOPES:
            answer = http.request(method, path, json=body)
            expected = {200, 201} if scope == needed else {403}
            assert answer.status_code in expected, (scope, path, answer.text)
        for method, path in (("GET", "/accounts"), ("POST", "/day/close"), ("POST", "/counters/quay-1/open")):
            assert http.request(method, path, json={}).json()["key"] == "command.not_allowed"
    bad = httpx.get(house.url + "/api/v1/state", headers={"authorization": "Bearer mct_giả".encode()})
    assert (bad.status_code, bad.json()["key"]) == (401, "auth.token")


def test_the_same_key_gives_the_same_number(house: House) -> None:
    one, two = house.token("issue"), house.token("issue")
    key = {"Idempotency-Key": "k-1"}
    same = [one.post("/tickets", json={"service": "ho-tich"}, headers=key).json() for _ in range(3)]
    assert {x["number"] for x in same} == {"A001"}
    other = two.post("/tickets", json={"service": "ho-tich"}, headers=key).json()
    assert other["number"] == "A002", "another sender's key is another key"
    gone = two.post("/requests/k-2/cancel", json={})
    assert gone.status_code == 200
    late = two.post("/tickets", json={"service": "ho-tich"}, headers={"Idempotency-Key": "k-2"})
    assert late.json()["key"] == "request.cancelled"


def test_many_at_once_never_get_the_same_number(house: House) -> None:
    http = house.token("issue")

    def one(_: int) -> str:
        return str(http.post("/tickets", json={"service": "ho-tich"}).json()["number"])

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(one, range(64)))
    assert sorted(numbers) == [f"A{i:03d}" for i in range(1, 65)]


def test_two_clicks_at_two_counters_never_call_one_citizen(house: House) -> None:
    for _ in range(12):
        house.issue()
    house.ask(c.OpenCounter(counter="quay-1", officer="a"))
    house.ask(c.OpenCounter(counter="quay-2", officer="b"))
    http = house.token("serve")

    def call(i: int) -> str | None:
        answer = http.post(f"/counters/quay-{i % 2 + 1}/call-next", json={"finish": True})
        return answer.json()["ticket"]["number"] if answer.status_code == 200 else None

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(call, range(12)))
    called = [r.body["ticket"] for r in house.engine.journal.records() if r.type == "ticket_called"]
    assert len(called) == len(set(called)) == 12


def test_a_booking_from_the_slot_to_the_number(house: House) -> None:
    http = house.token("book", "issue")
    made = http.post("/bookings", json={"service": "ho-tich", "at": "2026-11-23T09:00:00+07:00"})
    assert made.status_code == 201
    code = made.json()["code"]
    assert len(code) == 6
    assert code.isdigit()
    full = http.post("/bookings", json={"service": "ho-tich", "at": "2026-11-23T09:10:00"})
    assert full.json()["key"] == "booking.full"
    assert http.post("/check-in", json={"booking": code}).status_code == 201
    assert http.get(f"/bookings/{code}").json()["ticket"] == "1-1"
    assert http.delete(f"/bookings/{code}").json()["key"] == "booking.used"
    key = {"Idempotency-Key": "b-1"}
    twice = [
        http.post("/bookings", json={"service": "ho-tich", "at": "2026-11-23T10:00:00"}, headers=key) for _ in "ab"
    ]
    assert twice[0].json()["code"] == twice[1].json()["code"]


def test_a_code_that_is_taken_is_drawn_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([["111111"], ["111111", "222222"], ["111111"] * 20])
    monkeypatch.setattr(rest_bookings, "_draw", lambda *_: next(draws))
    http = house.token("book")
    answers = [
        http.post("/bookings", json={"service": "ho-tich", "at": f"2026-11-23T{hour}:00:00"}) for hour in ("09", 10, 14)
    ]
    assert [answer.json().get("code") for answer in answers[:2]] == ["111111", "222222"]
    assert answers[2].json()["key"] == "request.busy"
    assert list(house.state.bookings) == ["111111", "222222"]


def test_the_set_up_is_changed_with_history_and_mistakes_are_named(house: House) -> None:
    chief = house.officer("chi", "supervisor")
    answer = chief.send("GET", "/office").json()
    office = answer["office"]
    office["services"][0]["name"]["vi"] = "Hộ tịch – Quốc tịch"
    broken = json.loads(json.dumps(office))
    broken["counters"][0]["services"].append("khong-co")
    refused = chief.send("PUT", "/office", {"office": broken, "revision": answer["revision"]})
    assert (refused.status_code, refused.json()["key"]) == (422, "config.invalid")
    assert refused.json()["details"]["path"] == "counters.quay-1.services"
    assert chief.send("POST", "/office/check", {"office": broken}).json()["key"] == "config.invalid"
    assert chief.send("PUT", "/office", {"office": office, "revision": answer["revision"]}).status_code == 200
    stale = chief.send("PUT", "/office", {"office": office, "revision": answer["revision"]})
    assert stale.json()["key"] == "config.stale"
    first = chief.send("GET", "/office/history").json()[0]
    assert (first["by"], first["values"]) == ("officer:chi", {"services[0].name.vi": "Hộ tịch – Quốc tịch"})


def test_the_line_says_why(house: House) -> None:
    house.issue()
    house.issue(priority="cao-tuoi")
    lan = house.officer("lan")
    view = lan.send("GET", "/counters/quay-1").json()
    assert [(x["number"], x["why"]) for x in view["line"]] == [
        ("A002", "diện ưu tiên: Người cao tuổi"),
        ("A001", "đến trước"),
    ]
    assert lan.send("GET", "/counters/quay-1?lang=en").json()["line"][0]["why"] == "priority: Aged 60 or over"


def test_todays_figures(house: House) -> None:
    for _ in range(3):
        house.issue()
    house.ask(c.OpenCounter(counter="quay-1", officer="a"))
    house.pass_time(600)
    house.ask(c.CallNext(counter="quay-1"))
    house.ask(c.Serve(counter="quay-1"))
    house.pass_time(300)
    house.ask(c.Finish(counter="quay-1"))
    figures = house.officer("lan").send("GET", "/counters/quay-1").json()["figures"]
    assert figures == {
        "issued": 3, "waiting": 2, "served": 1, "here": 1, "mean_wait_min": 10.0, "mean_service_min": 5.0,
    }  # fmt: skip


def test_the_description_names_every_command(calm: House) -> None:
    document = httpx.get(calm.url + "/api/v1/openapi.json").json()
    paths = document["paths"]
    assert all(p.startswith("/api/v1/") for p in paths)
    for action in ("open", "pause", "close", "call-next", "call", "recall", "serve", "finish", "no-show", "undo"):
        assert f"/api/v1/counters/{{counter_id}}/{action}" in paths
    for action in ("cancel", "transfer", "park", "unpark", "reopen", "priority", "print", "slip"):
        assert f"/api/v1/tickets/{{ticket_id}}/{action}" in paths
    for operations in paths.values():
        for operation in operations.values():
            assert operation["description"]
            assert "409" in operation["responses"]


def test_names_are_data_in_the_json(house: House) -> None:
    house.issue("chung-thuc")
    lan = house.officer("lan", name=XSS)
    page = lan.http.get("/console?counter=quay-1").text
    assert XSS not in page
    assert "&lt;script&gt;" in page
    assert lan.send("GET", "/counters/quay-2").json()["line"][0]["service_name"] == f"Chứng thực {XSS}"
