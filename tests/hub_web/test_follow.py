from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from queue_core import commands as c
from queue_core.tickets import Ticket
from queue_hub.follow import Follower, follow_url, follow_values, jumped
from tests.hub_web.house import XSS, House


def token_of(house: House, ticket: Ticket) -> str:
    return Follower(house.data, house.engine.epoch).token(ticket.id)


def now(house: House, ticket: Ticket, lang: str = "vi") -> dict[str, object]:
    answer = httpx.get(f"{house.public_url}/t/{token_of(house, ticket)}/now?lang={lang}")
    assert answer.status_code == 200
    values: dict[str, object] = answer.json()
    return values


def test_only_our_own_tokens_are_read(tmp_path: Path) -> None:
    ours = Follower(tmp_path, "epoch-1")
    token = ours.token("1-25")
    assert ours.ticket_id(token) == "1-25"
    assert Follower(tmp_path, "epoch-1").ticket_id(token) == "1-25", "the key outlives the process"
    assert Follower(tmp_path, "epoch-2").ticket_id(token) is None, "another journal, another ticket 1-25"
    assert Follower(tmp_path / "other", "epoch-1").ticket_id(token) is None
    for wrong in ("", "1-25", "1-26~" + token[5:], token[:-1], token + "A", token.replace("~", "/"), "~" * 90):
        assert ours.ticket_id(wrong) is None
    assert (tmp_path / "follow.key").stat().st_mode & 0o777 == 0o600
    assert follow_url("https://so.vn/", "1-25", epoch="epoch-1", data=tmp_path) == f"https://so.vn/t/{token}"


def test_the_slips_address_leads_to_the_page(house: House) -> None:
    outcome = house.ask(c.Issue(service="ho-tich"))
    url = outcome.reply.ticket.follow_url  # type: ignore[union-attr]
    assert url is not None
    assert url.startswith("https://so.example.gov.vn/t/")
    page = httpx.get(house.public_url + url.removeprefix("https://so.example.gov.vn"))
    assert page.status_code == 200
    assert "A001" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]


def test_the_life_of_a_number_as_its_holder_sees_it(house: House) -> None:
    first, mine, later = house.issue(), house.issue(), house.issue(priority="cao-tuoi")
    house.ask(c.OpenCounter(counter="quay-1", officer="lan"))
    assert now(house, mine)["ahead"] == 2
    house.ask(c.CallNext(counter="quay-1"))
    assert house.state.at_counters()[0].id == later.id
    seen = now(house, mine)
    assert seen["ahead"] == 1
    assert "Đã gọi trước 1 số ưu tiên." in seen["notes"]  # type: ignore[operator]
    assert jumped(house.state, first) == 1
    assert jumped(house.state, later) == 0
    house.ask(c.CallNext(counter="quay-1", finish=True))
    assert (now(house, mine)["headline"], now(house, mine)["tone"]) == ("Sắp đến lượt quý vị", "soon")
    house.ask(c.CallNext(counter="quay-1", finish=True))
    assert (now(house, mine)["headline"], now(house, mine)["tone"]) == ("Mời đến quầy 1", "called")
    house.ask(c.NoShow(counter="quay-1"))
    assert "Quý vị vừa quá lượt; số được gọi lại sau 3 số nữa." in now(house, mine)["notes"]  # type: ignore[operator]
    house.ask(c.CallTicket(counter="quay-1", ticket=mine.id))
    house.ask(c.Serve(counter="quay-1"))
    assert now(house, mine, "en")["headline"] == "Being served at counter 1"
    house.ask(c.Finish(counter="quay-1"))
    assert now(house, mine)["over"] is True


def test_the_wait_is_a_range_with_its_time(house: House) -> None:
    from queue_core.wire.messages import Wait

    ticket = house.issue()
    house.issue()

    def values(low: int | None, high: int | None, *, closing: bool = False) -> dict[str, object]:
        wait = Wait(ahead=1, low_min=low, high_min=high, passes_closing=closing)
        return follow_values(house.state, ticket, house.engine.now(), "vi", lambda *_: wait)

    assert values(10, 15)["wait"] == "chờ khoảng 10–15 phút"
    assert values(0, 15)["wait"] == "chờ không quá 15 phút"
    assert values(0, 5)["wait"] == "sắp đến lượt"
    assert values(None, None)["wait"] == ""
    assert values(10, 15)["told"] == "ước tính lúc 08:00"
    assert any("không kịp" in note for note in values(90, 150, closing=True)["notes"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("token", ["x", "1-1~AAAAAAAAAAAAAAAA", "..%2f..%2fetc", "1-1~" + "A" * 5000, "%00", "ế~ế"])
def test_an_unknown_link_gets_a_kind_page(calm: House, token: str) -> None:
    answer = httpx.get(f"{calm.public_url}/t/{token}")
    assert answer.status_code == 404
    if "%2f" not in token:
        assert "Mời xem số trên phiếu" in answer.text
        assert httpx.get(f"{calm.public_url}/t/{token}/now").json()["key"] == "follow.unknown"


def test_names_are_escaped_on_the_public_page(house: House) -> None:
    ticket = house.issue("chung-thuc")
    page = httpx.get(f"{house.public_url}/t/{token_of(house, ticket)}").text
    assert XSS not in page
    assert "&lt;script&gt;" in page


def test_guessing_is_stopped_and_holders_are_not(house: House) -> None:
    ticket = house.issue()
    with httpx.Client(base_url=house.public_url) as http:
        statuses = [http.get(f"/t/1-1~{i:016d}/now").status_code for i in range(30)]
        assert statuses[:10] == [404] * 10
        assert statuses[-1] == 429
        assert http.get(f"/t/{token_of(house, ticket)}/now").status_code == 200
        good = [http.get(f"/t/{token_of(house, ticket)}/now").status_code for _ in range(450)]
        assert good[0] == 200
        assert 429 in good, "and nobody asks without an end"


def test_the_page_can_only_be_read(house: House) -> None:
    ticket = house.issue()
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert httpx.request(method, f"{house.public_url}/t/{token_of(house, ticket)}").status_code == 405
    assert httpx.post(f"{house.public_url}/t/x", content=b"x" * 5000).status_code == 413
    assert house.engine.seq == 2
