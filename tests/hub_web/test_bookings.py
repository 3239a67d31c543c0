"""Booked visits at the console, in the room and for other software: made, shown, printed, checked in, cancelled."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from selenium.webdriver.common.keys import Keys

from queue_core import commands as c
from queue_core.booking_code import read_booking
from tests.hub_web.house import MONDAY_8AM, House
from tests.hub_web.screen import Screen

HOUR_MS = 3_600_000


def booked(house: House, code: str, at_ms: int, lang: str = "vi") -> None:
    house.ask(c.MakeBooking(service="ho-tich", code=code, at_ms=at_ms, lang=lang))


def told(http: httpx.Client, **query: Any) -> list[tuple[str, str, str | None]]:
    answer = http.get("/bookings", params=query)
    assert answer.status_code == 200, answer.text
    return [(b["code"], b["state"], b["number"]) for b in answer.json()]


def take(browser: Screen, time: str) -> None:
    """Choose a slot, and book it."""
    script = """return [...document.querySelectorAll('dialog .slot:not(.full)')]
      .find((slot) => slot.querySelector('b').textContent === arguments[0])?.querySelector('input')"""
    browser.wait(lambda: browser.js(script, time), f"{time} is offered").click()
    browser.click("dialog form.make .primary")


def test_the_days_list_and_what_became_of_each(house: House) -> None:
    booked(house, "300000", MONDAY_8AM + HOUR_MS, "en")
    booked(house, "100000", MONDAY_8AM + HOUR_MS // 2)
    booked(house, "200000", MONDAY_8AM + 49 * HOUR_MS)
    http = house.token("book", "issue")
    assert told(http) == [("100000", "expected", None), ("300000", "expected", None)]
    assert told(http, date="2026-11-25") == [("200000", "expected", None)]
    assert told(http, date="2026-11-26") == []
    assert http.get("/bookings", params={"date": "morgen"}).status_code == 422
    http.post("/check-in", json={"booking": "300000"})
    house.pass_time(45 * 60 + 1)  # the earlier one's grace is over
    house.ask(c.Tick())
    assert told(http) == [("100000", "missed", None), ("300000", "checked_in", "A001")]
    one = http.get("/bookings/100000", params={"lang": "en"}).json()
    assert (one["qr"], one["service_name"]) == ("MOTCUA-BOOKING:100000", "Civil status")
    assert read_booking(one["qr"]) == "100000"
    assert http.post("/check-in", json={"booking": "100000"}).status_code == 201, "late, he waits like the others"


def test_the_code_as_a_picture_and_on_paper(house: House) -> None:
    booked(house, "402913", MONDAY_8AM + HOUR_MS)
    http = house.token("book")
    picture = http.get("/bookings/402913/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    assert b"<script" not in picture.content
    assert http.post("/bookings/402913/print").json()["code"] == "402913"
    for path in ("/bookings/000000/print", "/bookings/000000/qr.svg"):
        method = "POST" if path.endswith("print") else "GET"
        assert http.request(method, path).json()["key"] == "booking.unknown"
    assert house.token("read").get("/bookings").json()["key"] == "auth.scope"


def test_the_slots_of_a_day_with_the_places_that_are_left(house: House) -> None:
    booked(house, "100000", MONDAY_8AM + HOUR_MS)
    http = house.token("book")

    def slots(day: str, service: str = "ho-tich") -> httpx.Response:
        return http.get("/bookings/slots", params={"service": service, "date": day})

    today = slots("2026-11-23").json()
    offered = {slot["time"]: slot["places"] for slot in today["slots"]}
    assert list(offered)[:3] == ["08:30", "09:00", "09:30"], "08:00 has begun"
    assert (offered["09:00"], offered["09:30"], list(offered)[-1]) == (0, 1, "16:30")
    assert "11:30" not in offered
    assert "12:00" not in offered, "nobody is booked into the break"
    for slot in today["slots"]:
        answer = http.post(
            "/bookings",
            json={"service": "ho-tich", "at": datetime.fromtimestamp(slot["at_ms"] / 1000, UTC).isoformat()},
        )
        assert answer.status_code == (201 if slot["places"] else 409), "what is offered can be booked, and nothing else"
    full = slots("2026-11-23").json()
    assert {slot["places"] for slot in full["slots"]} == {0}
    assert full["next"] == "2026-11-25", "24/11 is a holiday"
    assert slots("2026-11-24").json() == {"slots": [], "next": "2026-11-25"}
    assert slots("2026-11-20").json()["slots"] == []
    assert slots("9999-12-31").json() == {"slots": [], "next": None}
    assert slots("2026-11-23", "chung-thuc").json()["key"] == "booking.not_offered"
    assert slots("2026-11-23", "khong-co").json()["key"] == "service.unknown"


@pytest.mark.usefixtures("clean")
def test_a_booking_at_the_console(browser: Screen, house: House) -> None:
    booked(house, "118207", MONDAY_8AM + 2 * HOUR_MS)
    browser.log_in(house, "lan")
    browser.open_counter(house)
    browser.shows("#bookings-count", "1")
    browser.press("d")
    browser.shows("dialog .booked", "118207")
    browser.shows("dialog .slots .full", "10:00hết chỗ")
    if folder := os.environ.get("MOTCUA_TEST_PICTURES"):
        browser.driver.save_screenshot(str(Path(folder) / "slots.png"))
    take(browser, "08:30")
    browser.wait(lambda: len(browser.text(".given .number")) == 6)
    code = browser.text(".given .number")
    assert set(house.state.bookings) == {"118207", code}
    browser.wait(
        lambda: browser.js("const i = document.querySelector('.given .qr'); return i.complete && i.naturalWidth")
    )
    seen = zxingcpp.read_barcodes(Image.open(io.BytesIO(browser.driver.get_screenshot_as_png())).convert("L"))
    assert [read_booking(one.text) for one in seen] == [code], "a kiosk reads it off the screen"
    browser.click("dialog.booking .options .btn")
    browser.wait(lambda: house.bookings_printed == [code])
    browser.one("dialog.booking").send_keys(Keys.ESCAPE)
    browser.wait(lambda: not browser.js("return document.querySelector('dialog.booking')"))
    browser.click("dialog .booked[data-key='118207'] .danger")
    browser.click("dialog .foot .primary")
    browser.shows(".toast", "Đã huỷ lịch hẹn 118207")
    browser.wait(lambda: browser.js("return document.querySelectorAll('dialog .booked').length") == 1)
    browser.click("dialog .booked .primary")
    browser.shows(".given .number", "A001")
    browser.press(Keys.ESCAPE)
    browser.shows("#rows", "có hẹn")
    assert house.state.bookings[code].ticket == "1-1"


@pytest.mark.usefixtures("clean")
def test_the_room_sees_and_makes_bookings_but_gives_no_number(browser: Screen, house: House) -> None:
    booked(house, "118207", MONDAY_8AM + HOUR_MS)
    browser.log_in(house, "chi", "supervisor")
    browser.shows("#bookings", "118207")
    assert browser.js("return document.querySelectorAll('#bookings .primary').length") == 0
    house.ask(c.CheckIn(booking="118207"))
    browser.shows("#bookings", "đã nhận số A001")
    browser.click("#bookings-open")
    browser.js(
        "const d = document.querySelector('dialog [type=date]'); d.value = '2026-11-25';"
        "d.dispatchEvent(new Event('change'));"
    )
    browser.shows("dialog .bookings", "Không có lịch hẹn")
    take(browser, "09:00")
    browser.shows(".given .when", "25/11/2026")
