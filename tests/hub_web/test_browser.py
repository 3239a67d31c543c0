"""The pages in Debian's Chromium, as officers use them: keys, clicks, and what stands on the screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from queue_core import commands as c
from queue_core.tickets import Status
from queue_hub.follow import Follower
from tests.hub.house import HandClock
from tests.hub_web.house import PASSWORD, XSS, House, close
from tests.hub_web.screen import Screen

pytestmark = pytest.mark.usefixtures("clean")


def test_the_first_run(browser: Screen, house: House) -> None:
    browser.driver.delete_all_cookies()
    browser.driver.get(house.url)
    browser.one("[name=code]").send_keys((house.accounts.first_run_code() or "").lower())
    browser.one("[name=name]").send_keys("Phạm Văn Quản")
    for field in ("password", "again"):
        browser.one(f"[name={field}]").send_keys(PASSWORD)
    browser.click("[type=submit]")
    browser.ready()
    assert browser.driver.current_url.endswith("/room")
    assert [a.role for a in house.accounts.all()] == ["administrator"]


def test_a_citizen_by_keys_alone(browser: Screen, house: House) -> None:
    browser.log_in(house, "lan", name="Nguyễn Thị Lan")
    browser.open_counter(house)
    browser.press("n")
    browser.one("dialog .tile").send_keys("1")
    browser.shows(".given .number", "A001")
    browser.press(Keys.ESCAPE)
    browser.shows("#rows", "A001")
    browser.shows("#next-who", "đến trước")
    browser.press(" ")
    browser.shows("#now-number", "A001")
    assert house.state.at_counters()[0].status is Status.CALLED
    browser.press("p")
    browser.is_now("serving")
    browser.press("h")
    browser.is_now("free")
    browser.shows(".toast", "Đã hoàn thành A001")
    browser.press("z")
    browser.is_now("serving")
    assert house.state.by_number("A001").status is Status.SERVING  # type: ignore[union-attr]


def test_a_priority_and_a_pause_by_keys(browser: Screen, house: House) -> None:
    house.issue(priority="cao-tuoi")
    browser.log_in(house, "lan")
    browser.open_counter(house)
    browser.press(" ")
    browser.shows("#now-facts", "chưa xác nhận")
    browser.press("u")
    browser.wait(lambda: house.state.tickets["1-1"].priority_confirmed)
    browser.shows("#now-facts", "Bỏ ưu tiên")
    browser.press("b")
    browser.wait(lambda: house.state.tickets["1-1"].priority is None)
    browser.press("h")
    browser.is_now("free")
    browser.press("t")
    browser.wait(lambda: house.state.counters["quay-1"].status == "paused")
    browser.shows("#closed-do", "Mở lại quầy")
    browser.press("t")
    browser.wait(lambda: house.state.counters["quay-1"].status == "open")


def test_a_number_is_sent_on_by_keys_and_taken_back(browser: Screen, house: House) -> None:
    house.issue()
    browser.log_in(house, "lan")
    browser.open_counter(house)
    browser.press(" ")
    browser.is_now("called")
    browser.press("c")
    browser.one("dialog .tiles button").send_keys("2")
    browser.shows(".toast", "Đã chuyển A001")
    assert house.state.tickets["1-1"].service == "chung-thuc"
    browser.press("z")
    browser.is_now("called")
    assert house.state.tickets["1-1"].service == "ho-tich"
    house.issue()
    browser.click("#rows .line")
    browser.click("#rows .more .btn:has(use[href$='#transfer'])")
    browser.one("dialog .tiles button").send_keys("2")
    browser.wait(lambda: house.state.tickets["1-2"].service == "chung-thuc")


def test_the_supervisors_room(browser: Screen, house: House) -> None:
    house.issue()
    house.ask(c.OpenCounter(counter="quay-2", officer="minh", officer_name="Minh"))
    house.ask(c.AskHelp(device="kiosk-1"))
    browser.log_in(house, "chi", "supervisor")
    browser.shows("#messages", "cần giúp đỡ")
    browser.click("#messages button")
    browser.wait(lambda: browser.text("#messages") == "")
    browser.click('#lines [data-value="false"]')
    browser.wait(lambda: house.state.switched == {"ho-tich": False})
    browser.click("#longs button")
    browser.click("dialog .tiles button:nth-child(2)")
    browser.wait(lambda: house.state.tickets["1-1"].service == "chung-thuc")
    browser.wait(lambda: not browser.js("return document.querySelector('dialog')"))
    browser.click(".desk-tile:nth-child(2) .deeds button")
    browser.wait(lambda: house.state.counters["quay-2"].officer == "chi")


def test_the_room_closes_the_day_and_takes_it_back(browser: Screen, house: House) -> None:
    house.issue()
    browser.log_in(house, "chi", "supervisor")
    browser.click("#close-day")
    browser.click("dialog .foot .primary")
    browser.shows("#messages", "Ngày làm việc đã khoá sổ")
    assert house.state.tickets["1-1"].status is Status.EXPIRED
    browser.wait(lambda: not browser.js("return document.querySelector('dialog')"))
    browser.click("#messages button")
    browser.shows("dialog", "chờ lại đúng lượt")
    browser.click("dialog .foot .primary")
    browser.shows("#longs", "A001")
    assert house.state.day_open
    assert browser.one("#close-day").is_displayed()


def test_a_clock_that_jumped_and_a_date_that_nobody_knows(browser: Screen, open_house: Callable[..., House]) -> None:
    machine = HandClock()
    house = open_house(machine=machine)
    house.issue()
    machine.pass_s(10, jump_s=366 * 86_400)
    browser.log_in(house, "chi", "supervisor")
    browser.shows("#messages", "24/11/2027")
    browser.click("#messages button")
    browser.click("dialog .foot .primary")
    browser.wait(lambda: browser.text("#messages") == "")
    assert (house.state.date, house.state.tickets["1-1"].status) == ("2027-11-24", Status.WAITING)
    assert not browser.js("return document.getElementById('well').hidden")
    machine.reboot(0, "boot-2", "floor")
    browser.shows("#messages", "Máy chưa biết hôm nay là ngày nào")
    browser.click("#messages button")
    browser.js("document.querySelector('dialog input').value = '2027-11-25'")
    browser.click("dialog .foot .primary")
    browser.wait(lambda: browser.text("#messages") == "")
    assert (house.state.day, house.state.date) == (2, "2027-11-25")


def test_a_double_strike_of_the_space_bar_calls_one_citizen(browser: Screen, house: House) -> None:
    for _ in range(3):
        house.issue()
    browser.log_in(house, "lan")
    browser.open_counter(house)
    browser.shows("#line-count", "3")
    browser.press("   ")
    browser.shows("#now-number", "A001")
    assert browser.text("#line-count") == "2"
    assert len(house.state.waiting) == 2


def test_the_page_follows_without_a_reload(browser: Screen, house: House) -> None:
    browser.log_in(house, "lan")
    browser.open_counter(house)
    browser.js("window.marked = true")
    house.issue(priority="cao-tuoi")
    house.issue(lang="en")
    browser.shows("#line-count", "2")
    browser.shows("#rows", "Người cao tuổi (chưa xác nhận)")
    browser.click("#rows .row:nth-child(2) .line")
    browser.click("#rows .row:nth-child(2) .more .primary")
    browser.shows("#now-number", "A002")
    house.ask(c.AskHelp(device="kiosk-1"))
    browser.shows("#notes", "cần giúp đỡ")
    browser.click("#notes button")
    browser.wait(lambda: browser.text("#notes") == "")
    assert house.state.help == {}
    house.ask(c.AskHelp(device="kiosk-2"))
    browser.shows("#notes kbd", "A")
    browser.press("a")
    browser.wait(lambda: house.state.help == {})
    assert browser.js("return window.marked") is True


def test_who_waits_without_a_slip_is_marked_until_it_is_printed(browser: Screen, house: House) -> None:
    browser.log_in(house, "lan")
    browser.open_counter(house)
    ticket = house.issue()
    browser.shows("#rows", ticket.number)
    assert "chưa có phiếu" not in browser.text("#rows")
    house.ask(c.SlipDone(ticket=ticket.id, ok=False, why="paper.out"))
    browser.shows("#rows .chip.no-slip", "chưa có phiếu")
    if folder := os.environ.get("MOTCUA_TEST_PICTURES"):
        browser.driver.save_screenshot(str(Path(folder) / "no-slip.png"))
    browser.click("#rows .line")
    again = "[...document.querySelectorAll('#rows .more button')].find((x) => x.textContent.includes('In lại'))"
    browser.js(f"{again}.click()")
    browser.wait(lambda: house.printed == [ticket.number], "the slip")
    browser.wait(lambda: "chưa có phiếu" not in browser.text("#rows"), "the mark goes")


def test_the_second_officer_is_refused_kindly(browser: Screen, house: House) -> None:
    house.ask(c.OpenCounter(counter="quay-1", officer="lan", officer_name="Nguyễn Thị Lan"))
    browser.log_in(house, "minh")
    browser.shows(".deskcard[data-key=quay-1]", "Nguyễn Thị Lan")
    browser.click(".deskcard[data-key=quay-1]")
    browser.shows(".toast.bad", "đang do Nguyễn Thị Lan phụ trách")
    assert browser.driver.current_url.endswith("/choose")
    assert house.state.counters["quay-1"].officer == "lan"
    browser.open_counter(house, "quay-2")


def test_a_lost_hub_is_said_and_found_again(browser: Screen, open_house: Callable[..., House]) -> None:
    house = open_house()
    port = house.web.ports[0]
    browser.log_in(house, "lan")
    browser.open_counter(house)
    browser.js("window.marked = true")
    browser.wait(lambda: browser.text("[data-live]") == "Trực tiếp")
    close(house)
    browser.shows("[data-live]", "Mất kết nối")
    assert browser.one("#lost").is_displayed()
    again = open_house(port=port)
    again.issue()
    browser.shows("[data-live]", "Trực tiếp")
    browser.shows("#rows", "A001")
    assert not browser.one("#lost").is_displayed()
    assert browser.js("return window.marked") is True, "nobody had to press F5"


def test_names_stay_text(browser: Screen, house: House) -> None:
    house.issue("chung-thuc")
    house.ask(c.AskHelp(device="kiosk-1"))
    browser.log_in(house, "lan", name=f"Lan {XSS}")
    browser.open_counter(house, "quay-2")
    browser.shows("#rows", XSS)
    browser.shows("#notes", XSS)
    browser.shows(".me .who", XSS)
    browser.log_in(house, "chi", "administrator", name=f"<b>{XSS}</b>")
    for page in ("/room", "/office", "/officers"):
        browser.driver.get(house.url + page)
        browser.ready()
        assert browser.js("return document.querySelectorAll('main script, main b b').length") == 0


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768), (768, 1024)])
def test_the_main_things_are_seen_without_scrolling(browser: Screen, house: House, width: int, height: int) -> None:
    for _ in range(9):
        house.issue(priority="cao-tuoi")
    house.ask(c.AskHelp(device="kiosk-1"))
    house.ask(c.ReportAlert(device="kiosk-1", kind="paper_out", on=True))
    browser.size(width, height)
    browser.log_in(house, "lan")
    browser.open_counter(house)
    browser.press(" ")
    browser.shows("#now-number", "A001")
    browser.shows("#notes", "cần giúp đỡ")
    boxes = browser.js(
        "return [...document.querySelectorAll("
        "'#next, .acts .btn, #now, .figures, [data-do=issue], [data-do=bookings], #rows .row:first-child')]"
        ".map((x) => { const b = x.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })"
    )
    assert len(boxes) == 14
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 60
        assert right <= width + 0.5
        assert bottom <= height + 0.5
    assert browser.js("return document.documentElement.scrollWidth") <= width
    for node in browser.driver.find_elements(By.CSS_SELECTOR, ".acts .btn, #next, [data-do=issue]"):
        assert node.size["height"] >= 48
        assert node.size["width"] >= 48
    over = browser.js(
        "return [...document.querySelectorAll('#rows .chip')].filter((x) => x.getBoundingClientRect().right > "
        "x.closest('.line').querySelector('.mins').getBoundingClientRect().left).length"
    )
    assert over == 0, "no mark lies over the minutes"
    cut = browser.js(
        "return [...document.querySelectorAll('.acts .btn span, #next-what, #now-number')]"
        ".filter((x) => x.scrollWidth > x.clientWidth + 1 && getComputedStyle(x).display !== 'inline')"
        ".map((x) => x.textContent)"
    )
    assert cut == []


def test_the_set_up_by_form(browser: Screen, house: House) -> None:
    browser.log_in(house, "chi", "supervisor")
    browser.driver.get(house.url + "/office")
    browser.ready()
    field = browser.one("[data-id='services.ho-tich'] input")
    field.clear()
    field.send_keys("Hộ tịch – Quốc tịch")
    browser.click("#save")
    browser.wait(lambda: house.state.setup.service("ho-tich").name["vi"] == "Hộ tịch – Quốc tịch")  # type: ignore[union-attr]
    assert house.state.setup.hours == house.state.setup.model_validate(house_values(house)).hours
    browser.wait(lambda: not browser.one("#savebar").is_displayed())
    browser.click("[data-part=counters]")
    browser.click("[data-id='counters.quay-1'] [data-service=tra-ket-qua] button")
    browser.click("#save")
    browser.shows("#save-words", "Sai ở services.tra-ket-qua")
    assert browser.one("[data-part=services]").get_attribute("aria-selected") == "true", "it leads to the mistake"
    assert "wrong" in browser.one("[data-id='services.tra-ket-qua']").get_attribute("class")
    browser.click("#revert")
    browser.click("[data-part=history]")
    browser.shows(".history", "services[0].name.vi → Hộ tịch – Quốc tịch")
    browser.shows(".history", "Chi (chi)")


def test_the_televisions_pages_by_form(browser: Screen, house: House) -> None:
    browser.log_in(house, "chi", "supervisor")
    browser.driver.get(house.url + "/office")
    browser.ready()
    browser.click("[data-part=guidance]")
    browser.click("#part > .btn")
    title, text = browser.one("#part .item input"), browser.one("#part .item textarea")
    title.send_keys("Chứng thực bản sao")
    text.send_keys("Mang theo bản chính.\nNhận trong ngày.")
    browser.shows("#part .item", "37/200 chữ · 2/5 dòng")
    if folder := os.environ.get("MOTCUA_TEST_PICTURES"):
        browser.driver.save_screenshot(str(Path(folder) / "guidance.png"))
    browser.click("#save")
    browser.wait(
        lambda: [page.text["vi"] for page in house.state.setup.guidance] == ["Mang theo bản chính.\nNhận trong ngày."]
    )
    browser.wait(lambda: not browser.one("#savebar").is_displayed(), "saved, and drawn anew")
    browser.ready()
    # six lines are more than the television holds: said at once, refused when it is saved all the same
    text = browser.one("#part .item textarea")
    text.send_keys("\n3\n4\n5\n6")
    assert "bad" in browser.js("return arguments[0].closest('label').querySelector('small').className", text)
    browser.click("#save")
    browser.shows("#save-words", "Sai ở guidance.0.text")
    browser.shows("#save-words", "trên 5 dòng")
    assert "wrong" in browser.one("[data-id='guidance.0']").get_attribute("class")
    browser.click("#revert")
    browser.click("[data-part=history]")
    browser.shows(".history", "guidance")
    browser.shows(".history", "Chi (chi)")


def house_values(house: House) -> dict[str, Any]:
    from queue_core.office import dump_office

    return dump_office(house.state.setup)


def test_the_page_of_a_number_follows_on_the_phone(browser: Screen, house: House) -> None:
    ticket = house.issue()
    browser.size(390, 844)
    browser.driver.get(f"{house.public_url}/t/{Follower(house.data, house.engine.epoch).token(ticket.id)}")
    browser.js("window.marked = true")
    browser.shows("#headline", "Sắp đến lượt")
    house.ask(c.OpenCounter(counter="quay-1", officer="lan"))
    house.ask(c.CallNext(counter="quay-1"))
    browser.shows("#headline", "Mời đến quầy 1")
    assert browser.js("return window.marked") is True
    assert browser.js("return document.documentElement.scrollWidth") <= 390
