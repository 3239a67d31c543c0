from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from queue_core.errors import MotcuaError
from queue_hub.catalogue_shelf import Shelf
from queue_hub.tls import office_tls
from queue_hub.web import refusals
from queue_hub.web.catalogue_files import catalogue_router
from queue_hub.web.guard import Guard
from queue_hub.web.server import Listener, WebThread
from queue_kit.catalogue.fetching import fetch
from queue_kit.catalogue.store import verify


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "hub" / "catalogue.db", tmp_path / "hub" / "catalogue")
    assert shelf.look()
    return shelf


def listener(shelf: Shelf) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.include_router(catalogue_router(shelf))
    refusals.install(app)
    app.add_middleware(Guard, limit_bytes=1024)
    return app


@pytest.fixture
def url(shelf: Shelf) -> Iterator[str]:
    web = WebThread([Listener(app=listener(shelf))])
    web.start()
    yield f"http://127.0.0.1:{web.ports[0]}"
    web.stop()


def test_the_current_catalogue_needs_no_log_in_and_is_sent_once(shelf: Shelf, url: str) -> None:
    offer = shelf.offer
    assert offer is not None
    answer = httpx.get(f"{url}/catalogue/current.db")
    assert answer.content == offer.file.read_bytes()
    assert answer.headers["etag"] == f'"{offer.hash}"'
    assert answer.headers["cache-control"] == "no-cache"
    for have in (answer.headers["etag"], f'"x", W/{answer.headers["etag"]}', "*"):
        again = httpx.get(f"{url}/catalogue/current.db", headers={"if-none-match": have})
        assert (again.status_code, again.content) == (304, b"")
    assert httpx.get(f"{url}/catalogue/current.db", headers={"if-none-match": '"x"'}).status_code == 200
    named = httpx.get(f"{url}{offer.path}")
    assert named.content == answer.content
    assert "immutable" in named.headers["cache-control"]
    assert httpx.head(f"{url}{offer.path}").headers["content-length"] == str(offer.size_bytes)


@pytest.mark.parametrize("name", ["0" * 64, "..%2fhub", "hub", "%2e%2e%2f%2e%2e%2fcatalogue"])
def test_no_other_file_is_given(url: str, name: str) -> None:
    assert httpx.get(f"{url}/catalogue/{name}.db").status_code == 404


def test_whoever_asks_without_end_is_told_to_wait(url: str) -> None:
    answers = {httpx.get(f"{url}/catalogue/current.db").status_code for _ in range(40)}
    assert answers == {200, 429}


def test_a_kiosk_on_the_lan_fetches_from_a_hub_whose_ca_it_knows(shelf: Shelf, tmp_path: Path) -> None:
    files = office_tls(tmp_path / "tls", ["hub.mau.local"], office="xa-mau")
    web = WebThread([Listener(app=listener(shelf), tls=files)])
    web.start()
    own, hub = tmp_path / "kiosk.db", f"https://127.0.0.1:{web.ports[0]}"
    try:
        with pytest.raises(MotcuaError, match=r"catalogue\.away"):
            fetch(hub, own)
        assert not own.exists()
        fetched = fetch(hub, own, ca=files.ca)
        assert fetched.new
        assert fetched.hash == verify(own)
        assert not fetch(hub, own, ca=files.ca).new
    finally:
        web.stop()
