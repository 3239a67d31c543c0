"""How long numbers are held back after a journal was damaged or lost, and who ends the wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from queue_core import commands as c
from queue_core import events as e
from queue_hub.inquiry import ALONE, Inquiry
from tests.hub.house import Hub
from tests.wire.harness import TOPICS, eventually
from tests.wire.harness import Office as Wire

WAIT_S = 5.0
#: so long that only a witness ends it
LONG_S = 600.0


def inquiry(*, connected_s: float | None = 12.0, there: tuple[str, ...] = (), spoke: tuple[str, ...] = ()) -> Inquiry:
    made = Inquiry(WAIT_S)
    for client in there:
        made.is_there(client, there=True)
    made.begin(10.0)
    if connected_s is not None:
        made.connected(connected_s)
    for client in spoke:
        made.spoke(client, {"A"}, whole=False)
    return made


@pytest.mark.parametrize(
    ("made", "over_at_s"),
    [
        (inquiry(), 12.0 + WAIT_S),
        (inquiry(connected_s=3.0), 10.0 + WAIT_S),
        (inquiry(connected_s=None), 10.0 + ALONE * WAIT_S),
        (inquiry(connected_s=10.0 + 3.5 * WAIT_S), 10.0 + ALONE * WAIT_S),
        (inquiry(there=("kiosk-1",), spoke=("kiosk-1",)), 0.0),
        (inquiry(there=("kiosk-1",), spoke=("kiosk-1", "board")), 0.0),
        (inquiry(there=("kiosk-1", "board-1"), spoke=("kiosk-1",)), 12.0 + WAIT_S),
        (inquiry(spoke=("board",)), 12.0 + WAIT_S),
    ],
    ids=[
        "nobody there", "connected before", "no broker", "a broker that comes late", "all spoke", "and the old board",
        "one is silent", "nobody known to be there",
    ],
)  # fmt: skip
def test_when_the_wait_is_over(made: Inquiry, over_at_s: float) -> None:
    assert made.over(over_at_s)
    assert not over_at_s or not made.over(over_at_s - 0.01)


def test_who_is_gone_is_not_waited_for() -> None:
    made = inquiry(there=("kiosk-1", "board-1"), spoke=("kiosk-1",))
    assert not made.over(12.0)
    made.is_there("board-1", there=False)
    assert made.over(12.0)
    made.end()
    assert not made.over(1e9)


# ---------------------------------------------------------------------- in the engine
def garbage(hub: Hub) -> None:
    hub.close()
    for path in hub.folder.glob("hub.db*"):
        if path.suffix != ".lock":
            path.write_bytes(b"\xa5" * 8192)


def refusal(hub: Hub, request_id: str) -> str | None:
    error = hub.ask(c.Issue(service="ho-tich"), request_id).error
    return error.key if error else None


def test_no_number_until_a_witness_has_spoken_also_when_the_hub_is_killed_meanwhile(
    new_hub: Callable[..., Hub],
) -> None:
    hub = new_hub(witness_wait_s=LONG_S)
    for n in range(3):
        hub.issue(f"kiosk-1/r{n}")
    garbage(hub)
    hub.open()
    assert refusal(hub, "kiosk-1/after") == "series.asking"
    hub.reopen()
    assert refusal(hub, "kiosk-1/after") == "series.asking", "the doubt is in the journal"
    hub.engine.inquiry.is_there("kiosk-1", there=True)
    hub.ask(c.Testify(numbers=("A003",), date="2026-11-23"), by="kiosk-1")
    assert hub.issue("kiosk-1/after") == "A004"
    hub.reopen()
    assert hub.issue("kiosk-1/later") == "A005", "settled once and for all"


def test_everything_but_numbers_goes_on_meanwhile(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub(witness_wait_s=LONG_S)
    garbage(hub)
    hub.open()
    hub.opened("q1")
    assert hub.ask(c.AskHelp(device="kiosk-1")).ok
    assert refusal(hub, "kiosk-1/r1") == "series.asking"


def test_a_first_start_waits_for_nobody(new_hub: Callable[..., Hub], wire: Wire) -> None:
    hub = new_hub(witness_wait_s=LONG_S)
    hub.goes_on_air(wire)
    assert hub.issue("kiosk-1/r1") == "A001"
    assert not hub.written(e.SeriesRaised)


def test_a_new_card_waits_where_the_broker_still_has_the_board_of_today(
    new_hub: Callable[..., Hub], wire: Wire, tmp_path: Path
) -> None:
    old = new_hub(folder=tmp_path / "old")
    old.goes_on_air(wire)
    _bus, ear = wire.listener("watch", TOPICS.board)
    old.issue("kiosk-1/r1")
    ear.wait_for(lambda box: box.items)
    old.close()
    new = new_hub(folder=tmp_path / "new", witness_wait_s=LONG_S)
    new.goes_on_air(wire)
    eventually(lambda: new.engine.inquiry.open)
    assert refusal(new, "kiosk-1/r2") == "series.asking"
    new.engine.inquiry.is_there("board-1", there=True)
    new.ask(c.Testify(numbers=("A001",), date="2026-11-23", whole=True), by="board-1")
    assert new.issue("kiosk-1/r2") == "A002"


def test_a_damaged_page_speaks_for_itself_after_the_wait(new_hub: Callable[..., Hub]) -> None:
    """Nobody answers, but the file could be read to its end: no letter changes."""
    hub = new_hub(witness_wait_s=0.05)
    for n in range(30):
        hub.issue(f"kiosk-1/r{n}")
    hub.close()
    content = bytearray(hub.path.read_bytes())
    middle = len(content) // 2 // 1024 * 1024
    content[middle : middle + 1024] = b"\xff" * 1024
    hub.path.write_bytes(content)
    hub.open()
    eventually(lambda: hub.engine.state.doubt == "none")
    assert int(hub.issue("kiosk-1/after").removeprefix("A")) > 30
