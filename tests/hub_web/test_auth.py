from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from queue_hub.accounts import Accounts
from queue_hub.web.history import office_history
from tests.hub_web.house import PASSWORD, House, Officer, close, log_in


def first_run_form(http: httpx.Client, **fields: str) -> httpx.Response:
    page = http.get("/first-run").text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    values = {"form_token": token, "username": "quantri", "name": "Quản trị", "password": PASSWORD, "again": PASSWORD}
    return http.post("/first-run", data={**values, **fields})


def test_the_first_run(house: House) -> None:
    http = httpx.Client(base_url=house.url)
    assert http.get("/login").headers["location"] == "/first-run"
    assert first_run_form(http, code="AAAA-BBBB-CCCC").status_code == 409
    code = house.accounts.first_run_code() or ""
    assert first_run_form(http, code=code, again="khác hẳn nhau đấy").status_code == 409
    assert first_run_form(http, code=code, form_token="giả").status_code == 403
    done = first_run_form(http, code=code)
    assert (done.status_code, done.headers["location"]) == (303, "/room")
    assert http.get("/room").status_code == 200
    assert http.get("/first-run").headers["location"] == "/login"
    assert httpx.post(house.url + "/first-run", data={"code": code}).status_code == 403


def test_guessing_the_first_run_code_is_slowed_down(house: House) -> None:
    http = httpx.Client(base_url=house.url)
    answers = [first_run_form(http, code=f"AAAA-AAAA-AAA{i}").status_code for i in range(8)]
    assert answers[:5] == [409] * 5
    assert answers[-1] == 429


def test_the_cookie_is_strict_and_unseen_by_scripts(house: House) -> None:
    house.officer("lan")
    http = httpx.Client(base_url=house.url)
    answer = log_in(http, "lan", PASSWORD)
    cookie = next(v for k, v in answer.headers.multi_items() if k == "set-cookie" and v.startswith("motcua="))
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


def test_wrong_passwords_are_slowed_down_for_the_address_and_the_account(house: House) -> None:
    house.officer("lan")
    http = httpx.Client(base_url=house.url)
    statuses = [log_in(http, "lan", "sai mật khẩu").status_code for _ in range(7)]
    assert statuses[:6] == [401] * 6
    assert statuses[6] == 429
    assert log_in(http, "lan", PASSWORD).status_code == 429, "not even the right one, for some seconds"


def test_a_name_is_not_betrayed(house: House) -> None:
    house.officer("lan")
    http = httpx.Client(base_url=house.url)
    assert (
        log_in(http, "lan", "sai").text.count("chưa đúng")
        == log_in(http, "khong-co", "sai").text.count("chưa đúng")
        == 1
    )


def test_nothing_changes_without_the_pages_token(house: House) -> None:
    lan = house.officer("lan", "supervisor")
    for given in ({}, {"x-csrf-token": "false"}, {"x-csrf-token": ""}):
        answer = lan.http.post("/api/v1/counters/quay-1/open", json={}, headers=given)
        assert (answer.status_code, answer.json()["key"]) == (403, "auth.csrf")
    assert lan.http.post("/logout", data={"csrf": "giả"}).status_code == 403
    assert house.state.counters["quay-1"].officer is None
    assert lan.http.post("/logout", data={"csrf": lan.csrf}).status_code == 303
    assert lan.http.get("/api/v1/state").json()["key"] == "auth.needed"


#: what, the body, the least role
ROLES: list[tuple[str, str, Any, str]] = [
    ("GET", "/state", None, "officer"),
    ("GET", "/office", None, "officer"),
    ("POST", "/counters/quay-1/open", {}, "officer"),
    ("POST", "/tickets", {"service": "ho-tich"}, "officer"),
    ("GET", "/office/history", None, "supervisor"),
    ("GET", "/accounts", None, "supervisor"),
    ("POST", "/services/ho-tich/switch", {"open": True}, "supervisor"),
    ("PATCH", "/accounts/lan", {"title": "Chuyên viên"}, "supervisor"),
    ("PATCH", "/accounts/lan", {"role": "officer"}, "administrator"),
    ("GET", "/tokens", None, "administrator"),
    ("POST", "/tokens", {"name": "Cổng", "scopes": ["read"]}, "administrator"),
    ("PUT", "/accounts/lan/password", {"password": "con trâu ăn cỏ non"}, "administrator"),
    ("POST", "/day/close", {}, "supervisor"),
    ("POST", "/day/reopen", {}, "supervisor"),
    ("GET", "/bookings", None, "officer"),
]


def test_who_may_do_what(house: House) -> None:
    order = ["officer", "supervisor", "administrator"]
    house.accounts.create("lan", PASSWORD, "officer", "Lan")
    people = {role: house.officer(role, role) for role in order}
    for method, path, body, least in ROLES:
        assert httpx.request(method, house.url + "/api/v1" + path, json=body).status_code == 401, path
        for role in order:
            answer = people[role].send(method, path, body)
            if order.index(role) < order.index(least):
                assert (answer.status_code, answer.json()["key"]) == (403, "command.not_allowed"), (path, role)
            else:
                assert answer.status_code in {200, 201, 409}, (path, role, answer.text)
                assert "command.not_allowed" not in answer.text


@pytest.mark.parametrize("page", ["/console", "/choose", "/room", "/office", "/officers", "/account"])
def test_pages_lead_to_the_log_in(calm: House, page: str) -> None:
    answer = httpx.get(calm.url + page, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_ones_own_password_needs_the_old_one(house: House) -> None:
    lan = house.officer("lan")
    new = "con trâu ăn cỏ non"
    wrong = lan.send("PUT", "/accounts/lan/password", {"password": new, "old": "sai"})
    assert wrong.json()["key"] == "auth.wrong"
    assert lan.send("PUT", "/accounts/lan/password", {"password": new, "old": PASSWORD}).status_code == 200
    assert lan.http.get("/api/v1/state").status_code == 401, "all sessions of the account have ended"
    assert log_in(httpx.Client(base_url=house.url), "lan", new).status_code == 303


def test_every_change_of_an_account_is_in_the_journal(house: House) -> None:
    import asyncio

    admin = house.officer("quantri", "administrator")
    admin.do("/accounts", {"username": "lan", "name": "Lan", "password": PASSWORD})
    admin.send("PATCH", "/accounts/lan", {"role": "supervisor"})
    token = admin.do("/tokens", {"name": "Cổng", "scopes": ["read"]})
    admin.send("DELETE", f"/tokens/{token['id']}")
    admin.send("DELETE", "/accounts/lan")
    noted = [(x["account"], x["what"], x["by"]) for x in asyncio.run(office_history(house.engine))]
    who = "officer:quantri"
    assert noted[:5] == [
        ("lan", "removed", who),
        (f"token:{token['id']}", "removed", who),
        (f"token:{token['id']}", "created:read", who),
        ("lan", "role:supervisor", who),
        ("lan", "created:officer", who),
    ]
    assert token["secret"] not in admin.http.get("/api/v1/tokens").text


def test_strict_headers_everywhere(house: House) -> None:
    for url in (
        house.url + "/login",
        house.url + "/api/v1/state",
        house.public_url + "/t/x",
        house.url + "/static/base.css",
    ):
        headers = httpx.get(url).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_no_page_holds_a_script_or_a_style_of_its_own(house: House) -> None:
    import re

    admin = house.officer("quantri", "administrator")
    for page in ("/console", "/choose", "/room", "/office", "/officers", "/account", "/console?counter=quay-1"):
        html = admin.http.get(page).text
        assert not re.search(r"<script(?![^>]*(src=|application/json))", html), page
        assert not re.search(r"\son\w+=|<style|style=", html), page
        assert "https://" not in html.replace("https://so.example.gov.vn", ""), page


def test_the_public_listener_serves_nothing_of_the_console(calm: House) -> None:
    for path in (
        "/",
        "/login",
        "/console",
        "/api/v1/state",
        "/api/v1/openapi.json",
        "/static/console.js",
        "/first-run",
    ):
        assert httpx.get(calm.public_url + path).status_code == 404, path


def test_a_session_lives_through_a_restart_of_the_hub(open_house: Callable[..., House]) -> None:
    before = open_house()
    lan = before.officer("lan")
    lan.do("/counters/quay-1/open")
    close(before)
    after = open_house()
    lan.http.base_url = after.url
    assert lan.do("/counters/quay-1/pause")["ok"]


def test_accounts_of_another_hub_know_nothing(house: House, tmp_path: Any) -> None:
    other = Accounts(tmp_path / "other")
    assert other.empty
    other.close()
    assert isinstance(house.officer("lan"), Officer)
