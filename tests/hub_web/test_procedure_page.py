"""A procedure on a phone: everything of the record, readable without scripts, from a listener that has nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import httpx
import pytest
from selenium.webdriver.common.by import By

from queue_hub.catalogue_shelf import Shelf
from queue_hub.follow import Follower
from queue_hub.web.app import make_public_app
from queue_hub.web.guard import POLICY
from queue_hub.web.procedure_page import procedure_router
from queue_hub.web.server import Listener, WebThread
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.procedure import Procedure
from queue_kit.catalogue.reader import open_catalogue
from queue_kit.catalogue.shipped import build_shipped
from queue_kit.catalogue.store import build
from queue_kit.catalogue.words import LifeEvents, Synonyms
from tests.hub_web.house import XSS, House
from tests.hub_web.screen import Screen
from tests.kiosk.test_procedure_words import lost, squeezed, texts

REAL = Path(__file__).parents[2].parent / "shared/data/tthc_commune.json"
BIRTH = "1.001193"


def put_up(folder: Path, procedures: list[Procedure]) -> Shelf:
    """An office's own list, as `motcua catalogue import` leaves it."""
    build(folder / "catalogue.db", procedures, Synonyms(), LifeEvents())
    shelf = Shelf(folder / "catalogue.db", folder / "offered")
    assert shelf.look()
    return shelf


def shipped(folder: Path) -> list[Procedure]:
    with open_catalogue(build_shipped(folder / "shipped.db")) as book:
        return book.procedures()


@pytest.fixture
def serve(tmp_path: Path, house: House) -> Iterator[Callable[[list[Procedure]], str]]:
    served: list[WebThread] = []

    def at(procedures: list[Procedure]) -> str:
        app = make_public_app(house.engine, Follower(house.data, house.engine.epoch))
        app.include_router(procedure_router(house.engine, put_up(tmp_path, procedures)))
        web = WebThread([Listener(app=app)])
        web.start()
        served.append(web)
        return f"http://127.0.0.1:{web.ports[0]}"

    yield at
    for web in served:
        web.stop()


@pytest.fixture
def url(tmp_path: Path, serve: Callable[[list[Procedure]], str]) -> str:
    return serve(shipped(tmp_path))


def test_it_is_published_to_read_and_nothing_else(url: str) -> None:
    page = httpx.get(f"{url}/p/{BIRTH}")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    assert "set-cookie" not in page.headers
    assert "<script" not in page.text
    for word in ("Đăng ký khai sinh", "Giấy tờ cần mang", "Thời hạn và lệ phí", "áp dụng cho ngày 23/11/2026"):
        assert word in page.text
    english = httpx.get(f"{url}/p/{BIRTH}/en").text
    assert "Papers to bring" in english
    assert "as of 23/11/2026" in english
    for path in ("/login", "/console", "/api/v1/state", "/dossiers", "/p/", f"/p/{BIRTH}/vi", "/static/console.js"):
        assert httpx.get(url + path).status_code == 404, path
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert httpx.request(method, f"{url}/p/{BIRTH}").status_code == 405


@pytest.mark.parametrize("code", ["9.999999", "x", "..%2f..%2fetc%2fpasswd", "' OR 1=1 --", "%00", "1" * 5000, "ế"])
def test_an_unknown_code_gets_a_kind_page(url: str, code: str) -> None:
    answer = httpx.get(f"{url}/p/{code}")
    assert answer.status_code == 404
    if "%2f" not in code:
        assert "Mời tra cứu lại" in answer.text


def test_guessing_is_stopped_before_reading_is(url: str) -> None:
    with httpx.Client(base_url=url) as http:
        # What was used up comes back with time: on a busy machine it takes some more to reach the end.
        wrong = list(until_refused(http, (f"/p/9.{n:06d}" for n in range(900))))
        assert wrong[:10] == [404] * 10
        assert wrong[-1] == 429
        assert http.get(f"/p/{BIRTH}").status_code == 200
        good = list(until_refused(http, repeat(f"/p/{BIRTH}", 900)))
        assert good[:20] == [200] * 20
        assert good[-1] == 429


def until_refused(http: httpx.Client, paths: Iterable[str]) -> Iterator[int]:
    for path in paths:
        yield (status := http.get(path).status_code)
        if status == 429:
            return


def test_what_an_office_wrote_is_text(tmp_path: Path, serve: Callable[[list[Procedure]], str]) -> None:
    bad = "javascript:alert(1)"
    one = replace(shipped(tmp_path)[0], code=BIRTH, name=f"Khai sinh {XSS}", short_name="", url=bad, conditions=XSS)
    page = httpx.get(f"{serve([one])}/p/{BIRTH}").text
    assert XSS not in page
    assert "&lt;script&gt;" in page
    assert f'href="{bad}' not in page
    assert bad in page, "shown, and no link"


def test_the_fees_are_those_of_the_offices_day(tmp_path: Path, serve: Callable[[list[Procedure]], str]) -> None:
    from datetime import date

    now = replace(shipped(tmp_path)[0], code=BIRTH, conditions="Theo quy định cũ", valid_to=date(2026, 11, 30))
    then = replace(now, conditions="Theo quy định mới", valid_from=date(2026, 12, 1), valid_to=None)
    page = httpx.get(f"{serve([now, then])}/p/{BIRTH}").text
    assert "Theo quy định cũ" in page
    assert "Theo quy định mới" not in page


def plain_of(screen: Screen) -> str:
    return squeezed(str(screen.js("return document.body.textContent")))


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("lang", ["", "/en"])
def test_on_a_phone_everything_can_be_read(browser: Screen, url: str, tmp_path: Path, lang: str) -> None:
    procedure = next(one for one in shipped(tmp_path) if one.code == BIRTH)
    browser.size(390, 844)
    browser.driver.get(f"{url}/p/{BIRTH}{lang}")
    said = plain_of(browser)
    assert [text for text in map(squeezed, texts(procedure)) if text not in said] == []
    for closed in browser.driver.find_elements(By.CSS_SELECTOR, "details:not([open]) > summary"):
        closed.click()
    wide = browser.js("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1], "nothing has to be pushed sideways"
    small = browser.js(
        "return [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && "
        "n.textContent.trim()) && parseFloat(getComputedStyle(e).fontSize) < 15).map(e => e.textContent)"
    )
    assert small == []
    low = browser.js(
        "return [...document.querySelectorAll('a, summary')].map(e => [e.textContent.trim(), "
        "e.getBoundingClientRect().height]).filter(([, high]) => high < 44)"
    )
    assert low == []
    (portal,) = browser.driver.find_elements(By.CSS_SELECTOR, "a.portal")
    assert str(portal.get_attribute("href")).rstrip("/") == procedure.url
    assert "noreferrer" in portal.get_attribute("rel")


@pytest.mark.skipif(not REAL.exists(), reason="the real procedures are not beside this checkout")
def test_the_longest_of_the_real_ones(serve: Callable[[list[Procedure]], str]) -> None:
    procedures, _ = read_sources([REAL])
    longest = sorted(procedures, key=lambda one: sum(map(len, texts(one))), reverse=True)[:4]
    url = serve(longest)
    import html
    import re

    for procedure in longest:
        page = httpx.get(f"{url}/p/{procedure.code}")
        assert page.status_code == 200
        said = squeezed(html.unescape(re.sub(r"<[^>]+>", " ", page.text)))
        assert not lost(procedure, "vi")
        assert [text for text in map(squeezed, texts(procedure)) if text not in said] == [], procedure.code
