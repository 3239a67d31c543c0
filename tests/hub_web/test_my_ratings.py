"""An officer's own page of ratings: sums of today and of months, nothing of few, nothing of anybody else's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from queue_core import commands as c
from tests.hub_web.house import House
from tests.hub_web.screen import Screen
from tests.hub_web.test_tablet import finished

#: what twelve citizens say of Lan: value, reasons
SAID = [(3, ()), (2, ()), (1, ("attitude", "time")), (3, ()), (1, ("attitude",)), (2, ()), (3, ()), *[(3, ())] * 5]


def rate(
    house: House, said: list[tuple[int, tuple[str, ...]]], *, counter: str = "quay-1", officer: str = "lan"
) -> None:
    for value, reasons in said:
        ticket = finished(house, counter, officer)
        subject = house.ratings.subject_of(ticket)
        house.ask(c.Rate(subject=subject, value=value, scale=3, reasons=list(reasons), ticket=ticket), by="tablet")
        house.pass_time(1)


@pytest.fixture
def rated(house: House) -> House:
    house.officer("lan", name="Nguyễn Thị Lan")
    house.officer("minh", name="Trần Minh")
    rate(house, SAID)
    rate(house, [(1, ("attitude",))] * 4, counter="quay-2", officer="minh")
    return house


def test_an_officer_gets_her_own_sums_and_nobody_elses(rated: House) -> None:
    lan, minh = rated.officer("lan"), rated.officer("minh")
    for path in ("/ratings/mine", "/ratings/mine/months/2026-11"):
        own = lan.send("GET", path).json()["mine"]
        assert (own["count"], own["values"]) == (10, {"3": {"1": 2, "2": 2, "3": 6}}), "whole fives while it grows"
        assert own["reasons"] == {"attitude": 2, "time": 1}
        assert minh.send("GET", path).json() == {"least": 5, "mine": None}, "four would tell who said what"
    assert lan.send("GET", "/ratings/mine/months/2026-10").json()["mine"] is None
    assert lan.send("GET", "/ratings/mine/months/2026-13").status_code == 422
    with rated.token("read") as software:
        assert software.get("/ratings/mine/months/2026-11").status_code == 403


@pytest.mark.usefixtures("clean")
def test_the_page_shows_the_sums(browser: Screen, rated: House) -> None:
    browser.log_in(rated, "lan")
    browser.click("details.me summary")
    browser.click("details.me a[href='/ratings/mine']")
    browser.ready()
    browser.shows("#today .heads", "10lượt đánh giá80%hài lòng")
    browser.shows("#today", "Thái độ phục vụ")
    assert [browser.text(f"#of-month .faceline:nth-of-type({n}) b") for n in (1, 2, 3)] == ["6", "2", "2"], (
        "the happiest first"
    )
    if folder := os.environ.get("MOTCUA_TEST_PICTURES"):
        browser.driver.save_screenshot(str(Path(folder) / "my-ratings.png"))
    browser.js("const m = document.getElementById('month'); m.value = '2026-10'; m.dispatchEvent(new Event('change'));")
    browser.shows("#of-month", "Chưa đủ 5 lượt")
    browser.log_in(rated, "minh")
    browser.driver.get(rated.url + "/ratings/mine")
    browser.ready()
    browser.shows("#today", "Chưa đủ 5 lượt")


@pytest.mark.usefixtures("clean")
def test_an_office_that_asks_nobody_shows_no_way_to_the_page(browser: Screen, open_house: Callable[..., House]) -> None:
    house = open_house()
    office = house.state.setup.model_dump(mode="json", exclude_defaults=True)
    house.ask(c.ChangeOffice(office={**office, "rating": {"offered": False}}))
    browser.log_in(house, "lan")
    assert not browser.js("return document.querySelectorAll('a[href=\"/ratings/mine\"]').length")
