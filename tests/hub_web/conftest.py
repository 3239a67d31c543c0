"""An office that a test may open, close and open again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from queue_core.clock import Clock, SimulatedClock
from queue_core.journal import Journal
from queue_core.office import Office
from queue_core.state import State
from queue_core.tickets import Ticket
from queue_hub.accounts import Accounts
from queue_hub.dossiers.desk import DossierDesk
from queue_hub.engine import Engine
from queue_hub.follow import Follower
from queue_hub.web.app import make_app, make_public_app
from queue_hub.web.context import WebSettings
from queue_hub.web.server import Listener, WebThread
from tests.hub_web.house import MONDAY_8AM, PASSWORD, House, close, office_values


def build(
    data: Path,
    *,
    printer: bool = True,
    print_fails: Exception | None = None,
    port: int = 0,
    public_port: int = 0,
    machine: Clock | None = None,
) -> House:
    """Open the office in ``data``, new or with what an earlier run left there. ``machine``: its clocks."""
    data.mkdir(exist_ok=True)
    journal = Journal.open(data / "hub.db", simulated=machine is None)
    clock = SimulatedClock(max(MONDAY_8AM, journal.floor_ms))
    follower = Follower(data, journal.epoch)
    engine = Engine(journal, machine or clock, Office.model_validate(office_values()), follow=follower.url)
    engine.start()
    accounts = Accounts(data)
    printed: list[str] = []

    def print_slip(_state: State, ticket: Ticket) -> None:
        if print_fails:
            raise print_fails
        printed.append(ticket.number)

    def print_picture(picture: Image.Image) -> None:
        if print_fails:
            raise print_fails
        printed.append(f"{picture.width} dots")

    settings = WebSettings(
        data=data,
        print_slip=print_slip if printer else None,
        dossiers=DossierDesk(engine, data),
        print_picture=print_picture if printer else None,
    )
    console = Listener(app=make_app(engine, accounts, settings), port=port)
    web = WebThread([console, Listener(app=make_public_app(engine, follower), port=public_port)])
    web.start()
    return House(data, engine, clock, accounts, web, printed)


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    opened: list[House] = []

    def open_one(**options: Any) -> House:
        opened.append(build(tmp_path / "data", **options))
        return opened[-1]

    yield open_one
    for one in opened:
        close(one)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An office for tests that change nothing in it."""
    house = build(tmp_path_factory.mktemp("calm") / "data")
    house.accounts.create("first", PASSWORD, "administrator", "Quản trị")
    yield house
    close(house)


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    return open_house()


@pytest.fixture(scope="session")
def chromium() -> tuple[str, str]:
    """Paths of Debian's Chromium and its driver; without them the pages are untested, which is a failure."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert browser, "apt-get install chromium"
    assert driver, "apt-get install chromium-driver"
    return browser, driver
