"""An officer prints at a kiosk: a real broker, a kiosk's own desk and a printer that takes bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.desk import Desk
from queue_core import events as e
from queue_core.events import load_event
from queue_kit.paper.interpreter import VirtualPrinter
from tests.hub_web.house import House, Officer
from tests.hub_web.screen import Screen
from tests.wire.harness import DEADLINE_S, eventually
from tests.wire.harness import Office as Wire


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as running:
        yield running


@contextmanager
def kiosk_at(wire: Wire, data: Path, printer: str) -> Iterator[Desk]:
    """A kiosk without its screen."""
    bus = wire.bus("kiosk-1", kind="kiosk")
    desk = Desk(bus=bus, data=data / "kiosk", printer=printer, width_dots=576, post=lambda _event: None)
    desk.start()
    assert bus.wait_connected(DEADLINE_S)
    try:
        yield desk
    finally:
        desk.stop()


def places(lan: Officer) -> dict[str, bool]:
    return {p["id"]: p["there"] for p in lan.send("GET", "/counters/quay-1").json()["printers"]}


def outcome(lan: Officer) -> tuple[str, str] | None:
    """How the last slip ended, in words, once it did."""
    prints = lan.send("GET", "/counters/quay-1").json()["prints"]
    last: dict[str, Any] | None = prints[-1] if prints else None
    return (last["how"], last["words"]) if last and last["how"] != "sent" else None


def slips(house: House) -> list[tuple[str, str]]:
    events = [load_event(record.body) for record in house.engine.journal.records()]
    return [(one.ticket, one.device) for one in events if isinstance(one, e.SlipPrinted)]


def test_a_number_given_at_the_counter_comes_out_of_the_kiosk(
    open_house: Callable[..., House], wire: Wire, printer: VirtualPrinter, tmp_path: Path
) -> None:
    house = open_house(wire=wire)
    lan = house.officer("lan")
    with kiosk_at(wire, tmp_path, printer.address):
        eventually(lambda: places(lan) == {"hub": True, "kiosk-1": True})
        body = {"service": "ho-tich", "print": True, "print_at": "kiosk-1"}
        given = [lan.send("POST", "/tickets", body, **{"idempotency-key": "k-1"}).json() for _ in "ab"]
        assert [g["number"] for g in given] == ["A001", "A001"]
        assert (given[0]["printing"], given[0]["print_problem"]) == (True, None)
        assert eventually(lambda: outcome(lan))[0] == "printed"
        assert lan.post("/tickets/1-1/print", {"at": "kiosk-1"}).status_code == 200
        lan.do("/tickets", body)
        eventually(lambda: ("1-2", "kiosk-1") in slips(house))
        assert slips(house) == [("1-1", "kiosk-1"), ("1-1", "kiosk-1"), ("1-2", "kiosk-1")]
        assert len(printer.slips) == 3
        assert house.state.tickets["1-1"].printed == 2
        assert house.printed == [], "nothing came out of the hub's printer"


def test_a_kiosk_that_is_away_or_has_no_paper(
    open_house: Callable[..., House], wire: Wire, printer: VirtualPrinter, tmp_path: Path
) -> None:
    house = open_house(wire=wire)
    lan = house.officer("lan")
    assert places(lan) == {"hub": True, "kiosk-1": False}
    given = lan.do("/tickets", {"service": "ho-tich", "print": True, "print_at": "kiosk-1"})
    assert (given["number"], given["printing"]) == ("A001", False), "the citizen has his number all the same"
    assert given["print_problem"]["key"] == "printer.kiosk_away"
    printer.run_out_of_paper()
    with kiosk_at(wire, tmp_path, printer.address):
        eventually(lambda: places(lan)["kiosk-1"])
        assert lan.post("/tickets/1-1/print", {"at": "kiosk-1"}).status_code == 200
        how, words = eventually(lambda: outcome(lan))
        assert (how, "A001" in words, "hết giấy" in words) == ("failed", True, True)
        assert house.state.tickets["1-1"].printed == 0
    eventually(lambda: not places(lan)["kiosk-1"])
    refused = lan.post("/tickets/1-1/print", {"at": "kiosk-1"})
    assert (refused.status_code, refused.json()["key"]) == (409, "printer.kiosk_away")
    assert lan.post("/tickets/1-1/print", {"at": "kiosk-9"}).json()["key"] == "printer.kiosk_away"
    assert lan.post("/tickets/9-9/print", {"at": "kiosk-1"}).json()["key"] == "ticket.unknown"
    assert lan.post("/tickets/1-1/print").status_code == 200
    eventually(lambda: house.printed == ["A001"])


@pytest.mark.usefixtures("clean")
def test_the_console_says_how_it_went_and_offers_the_other_printer(
    browser: Screen, open_house: Callable[..., House], wire: Wire, printer: VirtualPrinter, tmp_path: Path
) -> None:
    house = open_house(wire=wire)
    printer.run_out_of_paper()
    with kiosk_at(wire, tmp_path, printer.address):
        browser.log_in(house, "lan")
        browser.open_counter(house)
        house.issue()
        browser.shows("#rows", "A001")
        browser.press(" ")
        browser.is_now("called")
        browser.press("i")
        browser.wait(lambda: browser.js("return document.querySelectorAll('dialog .tile:not(:disabled)').length") == 2)
        browser.one("dialog .tile").send_keys("2")
        browser.shows(".toast.bad", "hết giấy")
        browser.click(".toast.bad .btn")
        browser.wait(lambda: house.printed == ["A001"])
