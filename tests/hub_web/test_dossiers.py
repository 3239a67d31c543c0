"""The dossier book at the console: over REST, as pages print it, and in a real browser."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from queue_core import commands as c
from tests.hub_web.house import PASSWORD, XSS, House, Officer
from tests.hub_web.screen import Screen

NEW = {"matter": "Đăng ký khai sinh", "term_count": 5, "person": {"name": "Nguyễn Thị Hường"}}


@pytest.fixture
def lan(house: House) -> Officer:
    return house.officer("lan", name="Lò Thị Lan")


def test_a_dossiers_day_over_rest(house: House, lan: Officer) -> None:
    made = lan.post("/dossiers", NEW)
    assert made.status_code == 201, made.text
    values = made.json()
    assert (values["state"], values["estimated"], values["forms"]) == (2, True, ["01"])
    assert (values["received"], values["due"]) == ("2026-11-23T08:00:00", "2026-12-01T17:00:00")  # 24/11 is a holiday
    code = values["code"]
    assert "Nguyễn" not in made.text
    assert lan.do("/dossiers/find", {"code": f" {code.lower()} "})["code"] == code
    assert lan.do("/dossiers/supplement", {"code": code, "what": "Giấy chứng sinh"})["state"] == 5
    assert lan.do("/dossiers/papers", {"code": code})["state"] == 4
    later = {"code": code, "until": "2026-12-03T17:00", "why": "Chờ xác minh"}
    assert lan.do("/dossiers/extension", later)["forms"] == ["01", "02", "04"]
    assert lan.do("/dossiers/state", {"code": code, "state": 9})["state"] == 9
    assert lan.do("/dossiers/returned", {"code": code})["state"] == 10
    listed = lan.http.get("/api/v1/dossiers").json()
    assert [d["code"] for d in listed["dossiers"]] == [code]
    assert listed["month"] == {"month": "2026-11", "received": 1, "ready": 1, "on_time": 1, "returned": 1}
    assert lan.http.get("/api/v1/dossiers/person", params={"code": code}).json()["name"] == "Nguyễn Thị Hường"


@pytest.mark.parametrize(
    ("path", "body", "status", "key"),
    [
        ("/dossiers/find", {"code": "H55.242-261123-0099"}, 404, "dossier.unknown"),
        ("/dossiers/find", {"code": "079203001234|1|A|01011990|Nam|B|01012020"}, 422, "dossier.code_invalid"),
        ("/dossiers/find", {"code": ""}, 422, "command.invalid"),
        ("/dossiers", {"matter": ""}, 422, "command.invalid"),
        ("/dossiers", {**NEW, "person": {"name": "079203001234"}}, 422, "dossier.no_card_here"),
        ("/dossiers", {**NEW, "service": "khong-co"}, 404, "service.unknown"),
        ("/dossiers", {**NEW, "identity": "1"}, 422, "command.invalid"),
        ("/dossiers/state", {"code": "x1", "state": 5}, 409, "dossier.use_own_action"),
        ("/dossiers/print/04", {"code": "H55.242-261123-0099"}, 404, "dossier.unknown"),
    ],
)
def test_refusals_are_keyed(lan: Officer, path: str, body: Any, status: int, key: str) -> None:
    answer = lan.post(path, body)
    assert (answer.status_code, answer.json()["key"]) == (status, key), answer.text
    assert "079203001234" not in answer.text


def test_the_same_sent_twice_is_one_dossier(house: House, lan: Officer) -> None:
    first = lan.send("POST", "/dossiers", NEW, **{"idempotency-key": "form-1"}).json()
    again = lan.send("POST", "/dossiers", NEW, **{"idempotency-key": "form-1"})
    assert (again.status_code, again.json()["code"]) == (201, first["code"])
    lan.do("/dossiers/state", {"code": first["code"], "state": 9})
    late = lan.send("POST", "/dossiers", NEW, **{"idempotency-key": "form-1"}).json()
    assert (late["code"], late["state"]) == (first["code"], 9), "it is told as it is now"
    others = [
        lan.send("POST", "/dossiers", NEW, **{"idempotency-key": "form-2"}).json()["code"],
        house.officer("minh").send("POST", "/dossiers", NEW, **{"idempotency-key": "form-1"}).json()["code"],
        lan.do("/dossiers", NEW)["code"],
    ]
    assert len({first["code"], *others}) == 4, "another form, another sender's key, no key"
    assert lan.http.get("/api/v1/dossiers").json()["month"]["received"] == 4
    given = {**NEW, "code": "000.17.22.H56-261120-0007"}
    assert lan.post("/dossiers", given).status_code == 201
    assert lan.post("/dossiers", given).json()["key"] == "dossier.exists"


def test_the_catalogue_fills_the_form_over_rest(open_house: Callable[..., House]) -> None:
    house = open_house(catalogue=True)
    lan = house.officer("lan")

    def get(path: str, **query: Any) -> Any:
        return lan.http.get(f"/api/v1/procedures{path}", params=query)

    assert [one["code"] for one in get("", q="lam giay khai sin").json()][:1] == ["1.001193"]
    assert get("", q="").json() == []
    filling = get("/1.004222").json()
    assert [(way["channel"], way["term_count"], way["fee"]) for way in filling["ways"]] == [
        (1, 7, "20.000 đồng/lần"), (2, 7, "10.000 đồng/lần"),
    ]  # fmt: skip
    assert (get("/1.012812").json()["ways"][0]["term_kind"], get("/1.012812").json()["ways"][0]["time"]) == (
        None,
        "30 Ngày",
    )
    assert (get("/9.999999").status_code, get("/9.999999").json()["key"]) == (404, "catalogue.unknown_code")
    assert get("/khai-sinh").json()["key"] == "command.invalid"
    with house.token("read", "issue") as software:
        assert software.get("/procedures", params={"q": "khai sinh"}).json()["key"] == "auth.scope"


def test_what_became_of_dropped_files_is_for_supervisors(house: House, lan: Officer) -> None:
    drop(house)
    boss = house.officer("chi", "supervisor")
    assert lan.http.get("/api/v1/dossiers/files").status_code == 403
    told = boss.http.get("/api/v1/dossiers/files").json()
    assert told["there"]
    assert [(one["name"], one["stored"], one["why"]) for one in told["files"]] == [
        ("ho-so-mot-cua.csv", 1, ""), ("nua-chung.csv", 0, "unfinished"),
    ]  # fmt: skip
    assert "Dấu Vết" not in str(told)


def drop(house: House) -> None:
    """Two files of the one-stop software: one with troubles, one cut off."""
    assert house.dossiers is not None
    folder = house.data / "dropped"
    folder.mkdir()
    head = "Mã hồ sơ;Người nộp;Trạng thái;Ngày hẹn trả;Mã tra cứu"
    lines = ["h55.242-261120-0001;Lê Dấu Vết;4;;7KQM", ";Trần Dấu Vết;4;27/11/2026;", "H55.242-261120-0002;x;99;;"]
    for name, text, age_s in (
        ("ho-so-mot-cua.csv", "\n".join([head, *lines, ""]), 60),
        ("nua-chung.csv", head + "\nH55", 600),
    ):
        (folder / name).write_text(text, "utf-8")
        os.utime(folder / name, (1_795_000_000 - age_s, 1_795_000_000 - age_s))
    house.dossiers.drop.refresh(1_795_000_000)


@pytest.mark.parametrize(("scopes", "status"), [(("dossiers",), 200), (("read", "issue", "book", "serve"), 403)])
def test_other_software_needs_the_scope(house: House, scopes: tuple[str, ...], status: int) -> None:
    with house.token(*scopes) as software:
        assert software.get("/dossiers").status_code == status


def test_other_software_looks_up_under_the_kiosks_limits(house: House) -> None:
    with house.token("read") as software:
        keys = [software.post("/dossiers/look-up", json={"code": f"H55.242-261120-{n:04d}"}) for n in range(22)]
        assert [k.json()["key"] for k in keys] == ["dossier.unknown"] * 20 + ["dossier.slow_down"] * 2
        assert keys[-1].status_code == 429


def test_an_officer_who_only_looks_is_slowed_as_well(lan: Officer) -> None:
    keys = [lan.post("/dossiers/find", {"code": f"H55.242-261120-{n:04d}"}).json()["key"] for n in range(202)]
    assert keys == ["dossier.unknown"] * 200 + ["dossier.slow_down"] * 2


def test_forms_labels_slips_and_the_register(house: House, lan: Officer) -> None:
    code = lan.do("/dossiers", NEW)["code"]
    sheet = lan.http.get("/dossiers/form/01", params={"code": code})
    label = lan.http.get("/dossiers/label", params={"code": code})
    for found in (sheet, label):
        assert (found.status_code, found.headers["content-type"]) == (200, "application/pdf")
        assert found.content.startswith(b"%PDF")
        assert found.headers["cache-control"] == "no-store"
    assert lan.http.get("/dossiers/form/04", params={"code": code}).json()["key"] == "receipt.not_yet"
    register = lan.http.get("/dossiers/register.xlsx", params={"first": "2026-11-01", "last": "2026-11-30"})
    table = openpyxl.load_workbook(io.BytesIO(register.content)).active
    assert table is not None
    assert table["B6"].value == code
    assert lan.post("/dossiers/print/01", {"code": code}).status_code == 202
    assert house.printed == ["576 dots"]


def test_a_hub_without_a_printer_says_so(open_house: Callable[..., House]) -> None:
    lan = open_house(printer=False).officer("lan")
    code = lan.do("/dossiers", NEW)["code"]
    assert lan.post("/dossiers/print/01", {"code": code}).json()["key"] == "printer.none"


def test_strangers_see_nothing(house: House, lan: Officer) -> None:
    code = lan.do("/dossiers", NEW)["code"]
    import httpx

    with httpx.Client(base_url=house.url) as stranger:
        for path in (
            "/dossiers",
            "/dossiers/label",
            "/dossiers/form/01",
            "/dossiers/register.xlsx",
            "/api/v1/dossiers",
        ):
            found = stranger.get(path, params={"code": code, "first": "2026-11-01", "last": "2026-11-30"})
            assert found.status_code in {303, 401}, path
    with httpx.Client(base_url=house.public_url) as stranger:
        assert stranger.get("/dossiers").status_code == 404


# ---------------------------------------------------------------------- in a browser
@pytest.mark.usefixtures("clean")
def test_an_officer_accepts_a_dossier_and_gives_its_result(house: House, lan: Officer, browser: Screen) -> None:
    driver = browser.driver

    def one(css: str) -> Any:
        return browser.wait(
            lambda: next((x for x in driver.find_elements(By.CSS_SELECTOR, css) if x.is_displayed()), None), css
        )

    def press(words: str) -> None:
        browser.wait(
            lambda: next(
                (x for x in driver.find_elements(By.CSS_SELECTOR, "button") if x.is_displayed() and x.text == words),
                None,
            ),
            words,
        ).click()

    driver.delete_all_cookies()
    driver.get(house.url + "/login")
    one("input[name=username]").send_keys("lan")
    one("input[name=password]").send_keys(PASSWORD)
    one("form button[type=submit]").click()
    one("nav a[href='/dossiers']").click()
    one("#new").click()
    assert not driver.find_elements(By.CSS_SELECTOR, "#accept [name=find]"), "this hub has no catalogue to choose from"
    one("#accept [name=matter]").send_keys(f"Đăng ký khai sinh {XSS}")
    one("#accept [name=procedure]").send_keys("1.001193")
    one("#accept [name=count]").send_keys("5")
    one("#accept [name=papers]").send_keys("Tờ khai\nGiấy chứng sinh")
    shot(browser, "dossier-new.png")
    press("Tiếp nhận và in")
    code = one("tr[data-code] .code").text
    assert code.startswith("H00.00-261123-")
    assert len(one(".about .big").text) == 4
    shot(browser, "dossier-one.png")
    browser.wait(lambda: house.printed == ["576 dots"])
    press("Đã có kết quả")
    one(".badge[data-state='9']")
    press("Trả kết quả")
    one("dialog .badge[data-state='10']")
    one("dialog .head button").click()
    # a scanner types into the field that waits for it, ends with Enter, and leaves nothing on the screen
    seek = one("#code")
    seek.send_keys("079203001234|123456789|A|01011990|Nam|B|01012020\n")
    assert "căn cước" in one(".toast.bad").text
    assert seek.get_property("value") == ""
    assert "079203001234" not in driver.page_source
    seek.send_keys(code.lower() + "\n")
    assert code in one("dialog h2").text
    shot(browser, "dossier-list.png")
    record = lan.do("/dossiers/find", {"code": code})
    assert (record["state"], record["matter"]) == (10, f"Đăng ký khai sinh {XSS}")
    odd = [x for x in driver.get_log("browser") if "422" not in x["message"]]
    assert odd == [], "a script met a fault, or something was fetched that may not be"


@pytest.mark.usefixtures("clean")
def test_a_chosen_procedure_fills_the_form_and_stays_in_the_officers_hands(
    browser: Screen, open_house: Callable[..., House]
) -> None:
    house = open_house(catalogue=True)
    browser.log_in(house, "lan", name="Lò Thị Lan")
    browser.driver.get(house.url + "/dossiers")
    browser.click("#new")
    find = browser.one("#accept [name=find]")
    find.send_keys("nhap khau")
    browser.shows("#found li[aria-selected=true]", "Đăng ký thường trú")
    shot(browser, "accept-finding.png")
    find.send_keys(Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ENTER)
    value = "return document.querySelector(`#accept [name=${arguments[0]}]`).value"
    browser.wait(lambda: browser.js(value, "procedure") == "1.004222")
    filled = {name: browser.js(value, name) for name in ("matter", "count", "kind", "fee")}
    assert filled == {"matter": "Đăng ký thường trú", "count": "7", "kind": "days", "fee": "20.000 đồng/lần"}
    papers = browser.js(value, "papers").split("\n")
    assert papers
    assert any("(1 bản chính" in line for line in papers)
    browser.js(
        "const w = document.querySelector('#accept [name=way]'); w.value = '1'; w.dispatchEvent(new Event('change'));"
    )
    assert browser.js(value, "fee") == "10.000 đồng/lần"
    browser.one("#accept [name=papers]").send_keys("\nGiấy uỷ quyền (1 bản chính, 2 bản sao)")
    browser.one("#accept [name=count]").send_keys(Keys.BACKSPACE, "6")
    shot(browser, "accept-filled.png")
    who = browser.one("#accept [name=name]")
    who.send_keys("079203001234")
    browser.click("#accept + .foot .primary")
    browser.shows(".toast.bad", "số căn cước")
    assert browser.js("return document.querySelector('#toasts').matches(':popover-open')"), (
        "above the dialog, not below"
    )
    shot(browser, "accept-refused.png")
    who.clear()
    browser.click("#accept + .foot .primary")
    browser.shows("dialog h2", "H00.00-261123-0001")
    assert house.dossiers is not None
    record = house.dossiers.book.get("H00.00-261123-0001")
    assert (record.channel, record.term_count, record.fee) == (2, 6, "10.000 đồng/lần")
    assert (record.papers[-1].name, record.papers[-1].originals, record.papers[-1].copies) == ("Giấy uỷ quyền", 1, 2)
    assert len(record.papers) == len(papers) + 1
    browser.press(Keys.ESCAPE)
    # calendar days are told, not turned into working days
    browser.click("#new")
    browser.one("#accept [name=find]").send_keys("1.012812")
    browser.wait(lambda: "1.012812" in browser.text("#found li[aria-selected=true]"))
    browser.one("#accept [name=find]").send_keys(Keys.ENTER)
    browser.shows("#accept .published", "30 Ngày")
    assert browser.js(value, "count") == ""


@pytest.mark.usefixtures("clean")
def test_a_supervisor_reads_what_became_of_the_dropped_files(browser: Screen, house: House) -> None:
    drop(house)
    office = house.state.setup.model_dump(mode="json", exclude_defaults=True)
    house.ask(c.ChangeOffice(office={**office, "dossiers": {"registry": "drop_folder"}}))
    browser.log_in(house, "chi", "supervisor")
    browser.driver.get(house.url + "/dossiers")
    browser.shows("#files .dot", "2")
    browser.click("#files")
    browser.shows("dialog .file[data-name='ho-so-mot-cua.csv'] .chips", "từ chối 2 dòng")
    shot(browser, "dropped-files.png")
    browser.shows("dialog .file[data-name='ho-so-mot-cua.csv'] .findings", "Từ chốiKhông có mã hồ sơ1dòng 3")
    browser.shows("dialog .file[data-name='nua-chung.csv']", "ghi dở")
    house.officer("lan")
    browser.log_in(house, "lan")
    browser.driver.get(house.url + "/dossiers")
    browser.one("tbody#list")
    assert not browser.one("#files").is_displayed()


def shot(screen: Screen, name: str) -> None:
    """A picture to be looked at, where one is wanted."""
    if folder := os.environ.get("MOTCUA_TEST_PICTURES"):
        screen.driver.save_screenshot(str(Path(folder) / name))
