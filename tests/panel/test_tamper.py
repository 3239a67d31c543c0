"""A door that is opened reaches the console, whatever the printer has to say, and also when the hub was away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.panel.panel import DOOR_OPEN
from queue_core.wire.messages import AlertRequest, DeviceState
from queue_hub.web.console_view import alert_words
from queue_kit.broker import Broker, office_accounts
from queue_kit.paper.interpreter import VirtualPrinter
from tests.kiosk import office_sample as office
from tests.kiosk.fake_hub import TOPICS, FakeHub
from tests.kiosk.test_desk import desk_at, ticket
from tests.signs.house import eventually
from tests.wire.harness import Box


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path / "broker", accounts=office_accounts(kiosks=1)) as running:
        yield running


def tells(hub: FakeHub, *wanted: bool) -> None:
    """Wait until the hub has heard of the door so often: open or shut, in order."""

    def heard() -> list[bool]:
        alerts = [request for _, request in hub.asked if isinstance(request, AlertRequest)]
        return [alert.on for alert in alerts if alert.kind == DOOR_OPEN]

    eventually(lambda: heard() == list(wanted), f"it heard {heard()}")


def test_an_open_door_stands_beside_the_printers_troubles(broker: Broker, tmp_path: Path) -> None:
    with FakeHub(broker, office.lobby(), ticket) as hub, VirtualPrinter() as printer:
        box = Box()
        hub.bus.subscribe(TOPICS.device_state("kiosk-1"), box)
        printer.run_out_of_paper()
        with desk_at(broker, tmp_path / "kiosk", printer.address, status_every_s=0.05) as (desk, _):
            desk.warm()
            hub.wait_for("alert")
            desk.panel_troubles(frozenset({DOOR_OPEN}))
            tells(hub, True)

            def both(box: Box) -> bool:
                wanted = {DOOR_OPEN, "paper_out"}
                return any(wanted <= set(state.alerts) for state in box.messages(DeviceState))

            box.wait_for(both)
            desk.panel_troubles(frozenset())
            tells(hub, True, False)
    assert alert_words(DOOR_OPEN, "vi") == "cửa máy đang mở"


def test_a_door_opened_and_shut_while_the_hub_was_away_is_told_afterwards(broker: Broker, tmp_path: Path) -> None:
    with desk_at(broker, tmp_path / "kiosk", "none:") as (desk, _):
        desk.panel_troubles(frozenset({DOOR_OPEN}))
        desk.panel_troubles(frozenset())
        with FakeHub(broker, office.lobby(), ticket) as hub:
            tells(hub, True, False)
