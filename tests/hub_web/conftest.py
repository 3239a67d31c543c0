"""An office that a test may open, close and open again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from queue_core.clock import Clock, SimulatedClock
from queue_core.journal import Journal
from queue_core.office import Office
from queue_core.state import State
from queue_core.tickets import Booking, Ticket
from queue_core.wire.messages import DeviceState
from queue_hub.accounts import Accounts
from queue_hub.bus_front import BusFront
from queue_hub.catalogue_shelf import Shelf
from queue_hub.dossiers.desk import DossierDesk
from queue_hub.engine import Engine
from queue_hub.follow import Follower
from queue_hub.print_jobs import KioskPrinters
from queue_hub.procedures import Procedures
from queue_hub.ratings import RatingDesk
from queue_hub.web.app import make_app, make_public_app
from queue_hub.web.context import WebSettings
from queue_hub.web.server import Listener, WebThread
from tests.hub_web.house import MONDAY_8AM, PASSWORD, House, close, office_values
from tests.hub_web.screen import Screen
from tests.wire.harness import DEADLINE_S
from tests.wire.harness import Office as Wire


def build(
    data: Path,
    *,
    printer: bool = True,
    print_fails: Exception | None = None,
    port: int = 0,
    public_port: int = 0,
    machine: Clock | None = None,
    wire: Wire | None = None,
    catalogue: bool = False,
) -> House:
    """Open the office in ``data``, new or with what an earlier run left there.

    ``machine``: its clocks. ``catalogue``: with the shipped procedures to choose from. ``wire``: go on air there, with
    the printers of kiosks.
    """
    data.mkdir(exist_ok=True)
    journal = Journal.open(data / "hub.db", simulated=machine is None)
    clock = SimulatedClock(max(MONDAY_8AM, journal.floor_ms))
    follower = Follower(data, journal.epoch)
    engine = Engine(journal, machine or clock, Office.model_validate(office_values()), follow=follower.url)
    engine.start()
    accounts = Accounts(data)
    printed: list[str] = []
    bookings_printed: list[str] = []

    def print_slip(_state: State, ticket: Ticket) -> None:
        if print_fails:
            raise print_fails
        printed.append(ticket.number)

    def print_booking(_state: State, booking: Booking) -> None:
        bookings_printed.append(booking.code)

    def print_picture(picture: Image.Image) -> None:
        if print_fails:
            raise print_fails
        printed.append(f"{picture.width} dots")

    leave, kiosks, devices = _go_on_air(engine, wire) if wire else (lambda: None, None, None)
    dossiers = DossierDesk(engine, data, drop_folder=data / "dropped")
    shelf = Shelf(data / "catalogue.db", data / "catalogue")
    if catalogue:
        assert shelf.look()
    settings = WebSettings(
        data=data,
        print_slip=print_slip if printer else None,
        print_booking=print_booking if printer else None,
        kiosks=kiosks,
        dossiers=dossiers,
        ratings=RatingDesk(engine, data, dossiers),
        procedures=Procedures(lambda: shelf.offer) if catalogue else None,
        print_picture=print_picture if printer else None,
        devices=devices,
    )
    console = Listener(app=make_app(engine, accounts, settings), port=port)
    web = WebThread([console, Listener(app=make_public_app(engine, follower), port=public_port)])
    web.start()
    return House(data, engine, clock, accounts, web, printed, bookings_printed, leave, dossiers)


def _go_on_air(
    engine: Engine, wire: Wire
) -> tuple[Callable[[], None], KioskPrinters, Callable[[], dict[str, DeviceState]]]:
    """As the hub's process does it."""
    bus = wire.bus("hub", kind="hub", epoch=engine.epoch)
    front = BusFront(engine, bus, waits=lambda _state, _service: None)
    kiosks = KioskPrinters(engine, bus, front.presence)
    front.start()
    bus.start()
    assert bus.wait_connected(DEADLINE_S), bus.trouble

    def leave() -> None:
        front.stop()
        bus.stop()

    return leave, kiosks, front.presence.all


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


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path / "broker")
    yield made
    made.close()
    assert made.faults == [], "a handler failed on a network thread"


@pytest.fixture(scope="session")
def chromium() -> tuple[str, str]:
    """Paths of Debian's Chromium and its driver; without them the pages are untested, which is a failure."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert browser, "apt-get install chromium"
    assert driver, "apt-get install chromium-driver"
    return browser, driver


@pytest.fixture(scope="module")
def browser(chromium: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    options = Options()
    options.binary_location = chromium[0]
    profile: Path = tmp_path_factory.mktemp("chromium")
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromium[1]))
    screen = Screen(driver)
    screen.size(1366, 768)
    yield screen
    driver.quit()


@pytest.fixture
def clean(browser: Screen) -> Iterator[None]:
    """Nothing from the test before; and no page may break its own policy or throw."""
    browser.driver.get("about:blank")
    browser.size(1366, 768)
    browser.driver.get_log("browser")
    yield
    for entry in browser.driver.get_log("browser"):
        bad = "Content Security Policy" in entry["message"] or "Uncaught" in entry["message"]
        assert not bad, entry["message"]
