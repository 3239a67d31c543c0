"""The tablet at the counter: paired by a code, awake when the officer has finished, heard once, taken away again."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from selenium.webdriver.common.by import By

from queue_core import commands as c
from queue_hub.web.server import WebThread
from queue_kit.languages import pack
from tests.hub_web.house import House, Officer, close
from tests.hub_web.screen import Screen


def finished(house: House, counter: str = "quay-1", officer: str = "lan", **more: Any) -> str:
    """A citizen is called and served to the end; gives the ticket's id."""
    ticket = house.issue(**more)
    if house.state.counters[counter].officer != officer:
        house.ask(c.OpenCounter(counter=counter, officer=officer, officer_name=officer.title(), take_over=True))
    house.ask(c.CallNext(counter=counter, finish=True))
    house.ask(c.Finish(counter=counter))
    return ticket.id


def pair(house: House, boss: Officer, counter: str = "quay-1") -> httpx.Client:
    code = boss.do("/ratings/tablets/code", {"counter": counter})["code"]
    tablet = httpx.Client(base_url=house.url, timeout=10)
    assert type_code(tablet, code).status_code == 303
    return tablet


def type_code(tablet: httpx.Client, code: str) -> httpx.Response:
    token = re.search(r'name="form_token" value="([^"]+)"', tablet.get("/tablet").text)
    assert token
    return tablet.post("/tablet/pair", data={"form_token": token[1], "code": code})


def say(tablet: httpx.Client, wake: str, value: int = 3, **more: Any) -> httpx.Response:
    body = {"request_id": f"request-{value}-{wake[:8]}", "wake": wake, "value": value, "scale": 3, **more}
    return tablet.post("/tablet/rate", json=body, headers={"x-tablet": "1"})


@pytest.fixture
def boss(house: House) -> Officer:
    return house.officer("chi", "supervisor")


# ---------------------------------------------------------------------- pairing
def test_a_code_pairs_one_tablet_once_and_slows_down_who_guesses(house: House, boss: Officer) -> None:
    code = boss.do("/ratings/tablets/code", {"counter": "quay-1"})["code"]
    assert re.fullmatch(r"\d{8}", code)
    first, second = httpx.Client(base_url=house.url), httpx.Client(base_url=house.url)
    assert type_code(first, f"{code[:4]} {code[4:]}").status_code == 303
    assert "Quầy" in first.get("/tablet").text or "rating.tablet.counter" in first.get("/tablet").text
    answers = [type_code(second, code) for _ in range(8)]
    assert [a.status_code for a in answers[:5]] == [409] * 5
    assert "giây" in answers[-1].text, "guessing becomes slow"
    assert len(boss.send("GET", "/ratings/tablets").json()) == 1


def test_a_code_is_for_supervisors_and_for_counters_that_exist(house: House, boss: Officer) -> None:
    assert house.officer("lan").post("/ratings/tablets/code", {"counter": "quay-1"}).status_code == 403
    assert boss.post("/ratings/tablets/code", {"counter": "quay-9"}).json()["key"] == "counter.unknown"


def test_the_secret_of_a_tablet_opens_nothing_else_and_ends_when_it_is_taken_away(house: House, boss: Officer) -> None:
    tablet = pair(house, boss)
    finished(house)
    for path in ("/api/v1/state", "/api/v1/ratings/today", "/room", "/officers/lan/photo", "/api/v1/live"):
        assert tablet.get(path).status_code in {401, 303}, path
    (known,) = boss.send("GET", "/ratings/tablets").json()
    assert boss.send("DELETE", f"/ratings/tablets/{known['id']}").status_code == 200
    refused = say(tablet, "0" * 32)
    assert (refused.status_code, refused.json()["key"]) == (401, "tablet.unpaired")
    assert "form_token" in tablet.get("/tablet").text


def test_a_tablet_stays_paired_when_the_hub_starts_again(house: House, boss: Officer, open_house: Any) -> None:
    tablet = pair(house, boss)
    port, public = house.web.ports
    close(house)
    again = open_house(port=port, public_port=public)
    assert isinstance(again.web, WebThread)
    assert "data-step" in tablet.get("/tablet").text


# ---------------------------------------------------------------------- what is said
def test_it_is_said_once_and_only_about_this_counter(house: House, boss: Officer) -> None:
    here, elsewhere = pair(house, boss), pair(house, boss, "quay-2")
    ticket = finished(house)
    wake = house.ratings.subject_of(ticket)
    assert say(elsewhere, wake).json()["key"] == "tablet.gone_by"
    assert say(here, wake, 1, reasons=["attitude"]).status_code == 200
    assert say(here, wake, 1, reasons=["attitude"]).status_code == 200, "the same again is the same"
    assert len(house.state.rated) == 1
    house.pass_time(11)
    assert say(here, wake, 3).json()["key"] == "rating.already"
    (rating,) = house.state.rated.values()
    assert (rating.officer, rating.counter, rating.value, rating.reasons) == ("lan", "quay-1", 1, ("attitude",))


@pytest.mark.parametrize(
    ("more", "status"),
    [({"value": 4}, 409), ({"scale": 2}, 422), ({"reasons": ["time"]}, 409), ({"reasons": ["x"]}, 409),
     ({"wake": "nobody"}, 422), ({"comment": "Nguyễn Văn A"}, 200)],
)  # fmt: skip
def test_what_a_tablet_may_send(house: House, boss: Officer, more: dict[str, Any], status: int) -> None:
    tablet = pair(house, boss)
    wake = house.ratings.subject_of(finished(house))
    assert say(tablet, **{"wake": wake, **more}).status_code == status
    written = "".join(str(record.body) for record in house.engine.journal.records())
    assert "Nguyễn Văn A" not in written, "no free text is kept"


def test_no_other_page_can_speak_for_a_tablet(house: House, boss: Officer) -> None:
    tablet = pair(house, boss)
    wake = house.ratings.subject_of(finished(house))
    body = {"request_id": "request-1", "wake": wake, "value": 3, "scale": 3}
    assert tablet.post("/tablet/rate", json=body).json()["key"] == "auth.csrf"


def test_the_photo_is_that_of_whoever_served_and_no_other(house: House, boss: Officer) -> None:
    tablet = pair(house, boss)
    for name in ("lan", "minh"):
        house.officer(name)
        portrait(house, name)
    finished(house)
    assert tablet.get("/tablet/photo/lan").status_code == 200
    assert tablet.get("/tablet/photo/minh").status_code == 404


def portrait(house: House, username: str) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 300), "#7A93B0").save(picture, "JPEG")
    house.accounts.set_photo(username, picture.getvalue(), by="test")


# ---------------------------------------------------------------------- sums
def test_sums_come_in_fives_and_tell_nothing_of_few(house: House, boss: Officer) -> None:
    tablet = pair(house, boss)
    lan = house.officer("lan")
    for count in range(1, 8):
        wake = house.ratings.subject_of(finished(house))
        assert say(tablet, wake, 1 if count == 2 else 3).status_code == 200
        house.pass_time(1)
        today = boss.send("GET", "/ratings/today").json()
        shown = 5 if count >= 5 else 0
        assert (today["office"] or {"count": 0})["count"] == shown
        assert sum(one["count"] for one in today["officer"].values()) == shown
        assert (lan.send("GET", "/ratings/mine").json()["mine"] or {"count": 0})["count"] == shown
    assert today["office"]["happy_percent"] == 80
    assert today["counter"]["quay-1"]["values"] == {"3": {"1": 1, "3": 4}}
    assert lan.send("GET", "/ratings/today").status_code == 403, "an officer sees no colleague's"
    sheet = boss.http.get("/api/v1/ratings/months/2026-11/sums.csv")
    assert sheet.content.startswith(b"\xef\xbb\xbf")
    lines = sheet.content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("Trung tâm;xa-mau;")
    assert any(line.startswith("Cán bộ;lan;Lan;5;80;1;") for line in lines)
    assert not re.search(r"A00\d|1-\d", sheet.text), "no number stands in it"
    with house.token("read") as software, house.token("issue") as other:
        assert software.get("/ratings/months/2026-11").json()["office"]["count"] == 5
        assert other.get("/ratings/today").status_code == 403


# ---------------------------------------------------------------------- in a browser
SIZES = [(1024, 768), (800, 1280)]


@pytest.fixture
def at_counter(browser: Screen, house: House, boss: Officer, clean: None) -> Callable[[int, int], None]:
    del clean

    def come(width: int, height: int) -> None:
        house.officer("lan", name="Nguyễn Thị Lan")
        house.accounts.change("lan", name=None, title="Công chức Tư pháp – Hộ tịch", role=None, version=None, by="test")
        portrait(house, "lan")
        code = boss.do("/ratings/tablets/code", {"counter": "quay-1"})["code"]
        browser.driver.delete_all_cookies()
        browser.size(width, height)
        browser.driver.get(house.url + "/tablet")
        browser.js("localStorage.clear()")
        browser.one("[name=code]").send_keys(code)
        browser.click("[type=submit]")
        browser.ready()

    return come


#: what is cut off or outside the screen; whether one would have to scroll; whether the part is there
SEEN = """
const part = document.querySelector(`[data-part="${arguments[0]}"]`).getBoundingClientRect();
const page = document.documentElement;
const bad = [...document.querySelectorAll("main button, main h1, main img")].filter((x) => {
  const r = x.getBoundingClientRect();
  if (!x.offsetParent) return false;
  const cut = x.tagName === "BUTTON" && x.scrollWidth > x.clientWidth + 1;
  return cut || r.left < 0 || r.top < 0 || r.right > innerWidth + 1 || r.bottom > innerHeight + 1;
}).map((x) => x.textContent || x.src);
return [bad, page.scrollWidth > innerWidth || page.scrollHeight > innerHeight + 1, part.width > 0];
"""


def step(browser: Screen, name: str) -> None:
    browser.wait(lambda: browser.js("return document.body.dataset.step") == name, name)
    seen = browser.js(SEEN, name)
    assert seen == [[], False, True], f"{name}: outside the screen or to be scrolled: {seen}"


def touch(browser: Screen, selector: str, least_px: int = 76) -> None:
    node = browser.one(selector)
    assert min(node.size["width"], node.size["height"]) >= least_px, selector
    node.click()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_tablet_wakes_is_answered_and_sleeps(
    browser: Screen, house: House, at_counter: Callable[[int, int], None], width: int, height: int
) -> None:
    at_counter(width, height)
    step(browser, "asleep")
    finished(house)
    step(browser, "ask")
    browser.shows("#officer", "Nguyễn Thị Lan")
    browser.shows("#officer", "Công chức Tư pháp")
    browser.wait(lambda: browser.js("return document.querySelector('#officer img')?.naturalWidth") > 0, "the photo")
    assert [b.text for b in browser.driver.find_elements(By.CSS_SELECTOR, ".facebutton")] == [
        "Rất hài lòng", "Hài lòng", "Không hài lòng",
    ]  # fmt: skip
    touch(browser, "[data-face=unhappy]")
    step(browser, "why")
    touch(browser, "[data-reason=attitude]")
    touch(browser, "[data-reason=time]")
    touch(browser, "#why-send")
    step(browser, "thanks")
    browser.shows("#change", "Chọn lại (")
    assert not house.state.rated, "it can still be changed"
    touch(browser, "#change")
    step(browser, "ask")
    touch(browser, "[data-face=very_happy]")
    step(browser, "thanks")
    touch(browser, "#done")
    step(browser, "asleep")
    browser.wait(lambda: [one.value for one in house.state.rated.values()] == [3], "it is heard once, as it was last")
    finished(house, lang="en")
    step(browser, "ask")
    browser.shows(".facebutton", "Very satisfied")


def test_a_finish_that_is_taken_back_takes_the_question_away(
    browser: Screen, house: House, at_counter: Callable[[int, int], None]
) -> None:
    at_counter(*SIZES[0])
    finished(house)
    step(browser, "ask")
    house.ask(c.Undo(counter="quay-1"))
    step(browser, "asleep")


def test_what_is_said_while_the_hub_is_away_arrives_once(
    browser: Screen, house: House, at_counter: Callable[[int, int], None], open_house: Any
) -> None:
    at_counter(*SIZES[0])
    finished(house)
    step(browser, "ask")
    port, public = house.web.ports
    close(house)
    touch(browser, "[data-face=happy]")
    touch(browser, "#done")
    browser.wait(lambda: browser.one("#waits").is_displayed(), "it says that it is kept")
    again = open_house(port=port, public_port=public)
    browser.wait(lambda: [one.value for one in again.state.rated.values()] == [2], "it arrived")
    browser.wait(lambda: browser.js("return localStorage.getItem('motcua.ratings')") == "[]", "and is kept no longer")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_speaks_every_language_of_the_office(
    browser: Screen, house: House, at_counter: Callable[[int, int], None], width: int, height: int
) -> None:
    office = house.state.setup.model_dump(mode="json", exclude_defaults=True)
    house.ask(c.ChangeOffice(office={**office, "languages": ["vi", "en", "km"]}))
    at_counter(width, height)
    finished(house, lang="km")
    step(browser, "ask")
    khmer = pack("km")
    assert browser.text("[data-part=ask] h1") == khmer["rating.ask"], "the language of the number that was called"
    loaded = "return [...document.fonts].filter((x) => x.status === 'loaded' && x.unicodeRange.includes('1780')).length"
    browser.wait(lambda: browser.js(loaded), "they come from the pack")
    if folder := os.environ.get("MOTCUA_TEST_PICTURES"):
        browser.driver.save_screenshot(str(Path(folder) / f"tablet-km-{width}.png"))
    browser.click("[data-lang=en]")
    browser.shows("[data-part=ask] h1", str(pack("en")["rating.ask"]))
    step(browser, "ask")
    assert browser.js("return [...document.querySelectorAll('.tongue')].map((x) => x.textContent)") == [
        "Tiếng Việt",
        "ខ្មែរ",
    ]


def test_letters_are_given_of_the_offices_languages_only(house: House) -> None:
    with httpx.Client(base_url=house.url) as tablet:
        assert tablet.get("/tablet/letters.css").text == "", "Vietnamese and English need none"
        for path in ("/tablet/letters/km/regular", "/tablet/letters/..%2f..%2fx/regular", "/tablet/letters/vi/bold"):
            assert tablet.get(path).status_code == 404, path


def test_the_room_pairs_a_tablet_and_shows_the_sum(browser: Screen, house: House, clean: None) -> None:
    del clean
    browser.size(1366, 768)
    browser.log_in(house, "chi", "supervisor")
    browser.shows("#fig-happy-words", "chưa đủ 5 lượt")
    browser.click("#tablet-add")
    browser.click("[data-counter=quay-2]")
    browser.wait(lambda: re.fullmatch(r"\d{8}", browser.text("#pair-code")), "the code")
    tablet = httpx.Client(base_url=house.url, timeout=10)
    assert type_code(tablet, browser.text("#pair-code")).status_code == 303
    browser.js("document.querySelector('dialog').close()")
    browser.shows("#tablets", "Quầy 2")


# ---------------------------------------------------------------------- a receipt's code
#: as typed from a card: 12 digits, which no dossier has
CARD = "001099012345"


def accepted(house: House, *states: int) -> str:
    """A dossier that has come so far; gives its code."""
    lan = house.officer("lan")
    made = lan.do("/dossiers", {"matter": "Đăng ký khai sinh", "service": "ho-tich", "term_count": 2})
    for state in states:
        lan.do("/dossiers/state", {"code": made["code"], "state": state})
    return str(made["code"])


def typed(tablet: httpx.Client, code: str) -> httpx.Response:
    return tablet.post("/tablet/receipt", json={"code": code}, headers={"x-tablet": "1"})


def rate_dossier(tablet: httpx.Client, asked: dict[str, Any], value: int = 3, **more: Any) -> httpx.Response:
    return say(tablet, asked["wake"], value, grant=asked["grant"], time_index=asked["time_index"], **more)


def test_a_dossier_is_rated_by_its_receipt_once_for_ever(house: House, boss: Officer) -> None:
    here, there = pair(house, boss), pair(house, boss, "quay-2")
    code = accepted(house, 9)
    asked = typed(here, code.lower()).json()
    assert ([one["value"] for one in asked["faces"]], asked["officer"]) == ([3, 2, 1], None)
    assert code not in str(asked), "from here on it is told apart without its code"
    assert rate_dossier(there, asked).json()["key"] == "tablet.gone_by", "a grant is one tablet's"
    assert rate_dossier(here, {**asked, "time_index": 1}).json()["key"] == "tablet.gone_by"
    assert rate_dossier(here, asked, 1, reasons=["time"]).status_code == 200
    (rating,) = house.state.rated.values()
    assert (rating.value, rating.counter, rating.officer, rating.indices["1"]) == (1, None, None, 2)
    other = typed(there, code)
    assert (other.status_code, other.json()["key"]) == (409, "rating.already")
    house.pass_time(11)
    assert rate_dossier(here, asked, 3).json()["key"] == "rating.already"
    assert typed(here, code).json()["key"] == "rating.already"
    house.pass_time(2 * 24 * 3600)
    house.issue()  # another day has begun, and knows nothing of the day before
    assert not house.state.rated
    assert rate_dossier(here, asked, 2).json()["key"] == "rating.already", "what a tablet kept for a day is too late"
    assert typed(here, code).json()["key"] == "rating.already"


def test_a_dossier_that_goes_on_is_not_rated_yet(house: House, boss: Officer) -> None:
    tablet = pair(house, boss)
    assert typed(tablet, accepted(house)).json()["key"] == "rating.dossier_open"
    unknown = typed(tablet, "H00.00-261120-0099")
    assert (unknown.status_code, unknown.json()["key"]) == (404, "dossier.unknown")
    assert tablet.post("/tablet/receipt", json={"code": "x"}).json()["key"] == "auth.csrf"
    assert typed(httpx.Client(base_url=house.url), "H00.00-261120-0099").json()["key"] == "tablet.unpaired"


def test_an_identity_card_is_refused_and_nowhere_kept(house: House, boss: Officer, capfd: Any) -> None:
    tablet, marker = pair(house, boss), accepted(house, 9)
    assert typed(tablet, marker).status_code == 200
    for card in (CARD, f"{CARD}|012345678|Nguyễn Văn An|01021990|Nam|Thôn Chang|01012024"):
        refused = typed(tablet, card)
        assert (refused.status_code, refused.json()["key"]) == (422, "dossier.code_invalid")
        assert "căn cước" in refused.json()["vi"]
        assert CARD not in refused.text
    assert marker.encode() in everything(house), "what is kept would be found"
    assert CARD.encode() not in everything(house)
    assert CARD not in "".join(capfd.readouterr())


def everything(house: House) -> bytes:
    """All that lies in the hub's folder."""
    return b"".join(file.read_bytes() for file in house.data.rglob("*") if file.is_file())


def test_codes_are_not_tried_out_at_a_tablet(house: House, boss: Officer) -> None:
    tablet = pair(house, boss)
    answers = [typed(tablet, f"H00.00-261120-{count:04d}") for count in range(1, 30)]
    most = house.state.setup.dossiers.lookups_per_kiosk
    assert [answer.status_code for answer in answers] == [404] * most + [429] * (29 - most)
    assert "phút" in answers[-1].json()["vi"]


RECEIPT_SIZES = [(1280, 800), (1024, 768), (800, 1280)]


@pytest.mark.parametrize(("width", "height"), RECEIPT_SIZES)
def test_a_code_is_typed_on_the_tablet(
    browser: Screen, house: House, at_counter: Callable[[int, int], None], width: int, height: int
) -> None:
    code = accepted(house, 9)
    at_counter(width, height)
    step(browser, "asleep")
    touch(browser, "#by-receipt")
    step(browser, "receipt")

    def type_in(text: str) -> None:
        for sign in text:
            touch(browser, f'[data-key="{sign}"]')

    type_in(CARD)
    touch(browser, "#receipt-go")
    browser.shows("#receipt-sub", "Đây là thẻ căn cước")
    assert browser.text("#receipt-code") == "", "nothing of it stays on the screen"
    step(browser, "receipt")
    touch(browser, "[data-lang=en]", least_px=60)
    type_in("H00.00-261120-00988")
    touch(browser, "[data-key=erase]")
    touch(browser, "#receipt-go")
    browser.shows("#receipt-sub", "This dossier was not found")
    assert browser.text("#receipt-code") == "H00.00-261120-0098", "a slip of the finger is mended, not typed anew"
    picture(browser, f"tablet-receipt-{width}")
    step(browser, "receipt")
    touch(browser, "#receipt-back")
    step(browser, "asleep")
    touch(browser, "#by-receipt")
    assert browser.text("#receipt-code") == ""
    type_in(code)
    picture(browser, f"tablet-receipt-typed-{width}")
    touch(browser, "#receipt-go")
    step(browser, "ask")
    browser.shows("[data-part=ask] h1", "hài lòng")
    touch(browser, "[data-face=happy]")
    step(browser, "thanks")
    touch(browser, "#done")
    browser.wait(lambda: [one.value for one in house.state.rated.values()] == [2], "it is heard")
    assert code not in str(browser.js("return JSON.stringify(localStorage)"))
    finished(house)
    step(browser, "ask")  # whoever was just served is asked as ever


def picture(browser: Screen, name: str) -> None:
    if folder := os.environ.get("MOTCUA_TEST_PICTURES"):
        browser.driver.save_screenshot(str(Path(folder) / f"{name}.png"))


def test_without_a_dossier_book_no_receipt_is_asked_for(
    browser: Screen, house: House, at_counter: Callable[[int, int], None]
) -> None:
    office = house.state.setup.model_dump(mode="json", exclude_defaults=True)
    house.ask(c.ChangeOffice(office={**office, "dossiers": {"registry": "none"}}))
    at_counter(*SIZES[0])
    step(browser, "asleep")
    assert not browser.one("#by-receipt").is_displayed()
