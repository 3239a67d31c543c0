"""The dossier book at the console: over REST, as pages print it, and in a real browser."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.hub_web.house import PASSWORD, XSS, House, Officer

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
@pytest.fixture
def browser(chromium: tuple[str, str], tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = chromium[0]
    for word in (
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1366,768", "--disable-gpu",
        f"--user-data-dir={tmp_path / 'browser'}",
    ):  # fmt: skip
        options.add_argument(word)
    driver = webdriver.Chrome(options, webdriver.ChromeService(chromium[1]))
    yield driver
    driver.quit()


def test_an_officer_accepts_a_dossier_and_gives_its_result(
    house: House, lan: Officer, browser: webdriver.Chrome
) -> None:
    def one(css: str) -> Any:
        return WebDriverWait(browser, 15).until(
            lambda b: next((x for x in b.find_elements(By.CSS_SELECTOR, css) if x.is_displayed()), None)
        )

    def press(words: str) -> None:
        WebDriverWait(browser, 15).until(
            lambda b: next(
                (x for x in b.find_elements(By.CSS_SELECTOR, "button") if x.is_displayed() and x.text == words), None
            )
        ).click()

    def picture(name: str) -> None:
        if folder := os.environ.get("MOTCUA_TEST_PICTURES"):
            browser.save_screenshot(str(Path(folder) / name))

    browser.get(house.url + "/login")
    one("input[name=username]").send_keys("lan")
    one("input[name=password]").send_keys(PASSWORD)
    one("form button[type=submit]").click()
    one("nav a[href='/dossiers']").click()
    one("#new").click()
    fields = [x for x in browser.find_elements(By.CSS_SELECTOR, "#accept input, #accept textarea") if x.is_displayed()]
    fields[0].send_keys(f"Đăng ký khai sinh {XSS}")
    fields[1].send_keys("1.001193")
    browser.find_element(By.CSS_SELECTOR, "#accept textarea").send_keys("Tờ khai\nGiấy chứng sinh")
    picture("dossier-new.png")
    press("Tiếp nhận và in")
    code = one("tr[data-code] .code").text
    assert code.startswith("H00.00-261123-")
    assert len(one(".about .big").text) == 4
    picture("dossier-one.png")
    WebDriverWait(browser, 15).until(lambda _b: house.printed == ["576 dots"])
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
    assert "079203001234" not in browser.page_source
    seek.send_keys(code.lower() + "\n")
    assert code in one("dialog h2").text
    picture("dossier-list.png")
    record = lan.do("/dossiers/find", {"code": code})
    assert (record["state"], record["matter"]) == (10, f"Đăng ký khai sinh {XSS}")
    odd = [x for x in browser.get_log("browser") if "422" not in x["message"]]
    assert odd == [], "a script met a fault, or something was fetched that may not be"
