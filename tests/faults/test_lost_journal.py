"""The hub's journal is garbage in mid-day: the next number lies above every number that anybody holds."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk import session as s
from kiosk.asker import new_id
from kiosk.desk import Desk
from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from queue_core.errors import WireError
from queue_core.office_file import read_office
from queue_core.wire.backoff import Backoff
from queue_core.wire.bus import Bus
from queue_core.wire.messages import IssueRequest, Reply, WitnessRequest
from queue_display.board.record import Record
from queue_display.board.runtime import Runtime
from tests.wire.harness import eventually

DEADLINE_S = 20.0
WAIT_S = 3.0
GIVEN = 7


class Office(OfficeRun):
    """Broker and hub as children; a kiosk's desk and a board's runtime as they are in their own processes."""

    def crash(self, *, broker_too: bool) -> None:
        """The hub dies, its journal becomes garbage; with ``broker_too`` the broker's memory is gone as well."""
        assert self.hub is not None
        self.hub.kill()
        for path in self.data.glob("hub.db*"):
            if path.suffix != ".lock":
                path.write_bytes(b"\xa5" * max(4096, path.stat().st_size))
        if broker_too:
            self.broker.kill()
            shutil.rmtree(self.broker.directory / "data")
            self.broker.start()

    def quick_bus(self, client: str, kind: Any, **more: Any) -> Bus:
        return Bus(
            host=self.broker.host, port=self.broker.port, topics=self.topics, client=client, kind=kind,
            password=self.broker.password(client), backoff=Backoff(0.02, 0.2), **more,
        )  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    file = tmp_path / "office.yaml"
    round_the_clock(SHIPPED_OFFICE, file)
    options = ["--clock-source", "system", "--witness-wait-s", str(WAIT_S)]
    with Office(tmp_path, office=file, kiosks=2, hub_options=options) as run:
        yield run


@contextmanager
def kiosk(office: Office) -> Iterator[Callable[[], str]]:
    """The kiosk's desk; a function that presses and gives the number shown."""
    came, changed = dict[str, Any](), threading.Condition()
    found: list[Desk] = []

    def post(event: s.Event) -> None:
        if isinstance(event, (s.TicketCame, s.Refused)):
            with changed:
                came[event.request_id] = event
                changed.notify_all()

    bus = office.quick_bus("kiosk-1", "kiosk", on_connection=lambda up: found[0].connection_changed(up))  # noqa: PLW0108
    desk = Desk(bus=bus, data=office.folder / "kiosk", printer="none:", width_dots=576, post=post)
    found.append(desk)

    def press() -> str:
        request_id = new_id()
        desk.do(s.Ask(s.Asked(request_id=request_id, service="ho-tich")))
        with changed:
            assert changed.wait_for(lambda: request_id in came, DEADLINE_S)
            event = came[request_id]
        assert isinstance(event, s.TicketCame), event
        return event.ticket.number

    desk.start()
    try:
        yield press
    finally:
        desk.stop()


@contextmanager
def board(office: Office) -> Iterator[None]:
    """A television that keeps a copy of the events."""
    found: list[Runtime] = []
    bus = office.quick_bus("board-1", "board", on_connection=lambda up: found[0].on_connection(up))  # noqa: PLW0108
    runtime = Runtime(bus=bus, voice=None, record=Record(None), shown_s=0.0, seen=office.folder / "board" / "seen.json")
    found.append(runtime)
    loop = threading.Thread(target=runtime.run, daemon=True)
    runtime.start()
    loop.start()
    assert bus.wait_connected(DEADLINE_S)
    try:
        yield
    finally:
        runtime.stop()
        loop.join(5)


def on_the_boards_card(office: Office, number: str) -> None:
    """Wait until the board has written a number down: it hears of it a moment after whoever asked."""
    file = office.folder / "board" / "seen.json"
    assert eventually(lambda: file.exists() and f'"{number}"' in file.read_text(encoding="utf-8"), DEADLINE_S)


class Guest:
    """A kiosk that saw nothing and keeps nothing: it asks until it is answered."""

    def __init__(self, office: Office) -> None:
        self.bus = office.quick_bus("kiosk-2", "other")
        self.bus.start()
        assert self.bus.wait_connected(DEADLINE_S)
        self.refusals: list[str] = []

    def reply(self, service: str = "ho-tich") -> Reply | None:
        try:
            return self.bus.request("issue", IssueRequest(request_id=new_id(), service=service), timeout_s=1.0)
        except WireError:
            return None

    def press(self, service: str = "ho-tich") -> str:
        def number() -> str | None:
            reply = self.reply(service)
            if reply is not None and reply.error is not None:
                self.refusals.append(reply.error.key)
            return reply.ticket.number if reply is not None and reply.ticket is not None else None

        found = eventually(number, DEADLINE_S)
        assert isinstance(found, str)
        return found


def ordinal(number: str) -> int:
    found = re.fullmatch(r"A(\d+)", number)
    assert found is not None, f"{number} is of another series"
    return int(found[1])


@pytest.mark.timeout(90)
@pytest.mark.parametrize(
    ("witnesses", "broker_too"),
    [
        pytest.param({"kiosk", "board"}, False, id="everybody lives"),
        pytest.param({"kiosk"}, True, id="only the kiosk's record"),
        pytest.param({"board"}, True, id="only the board's copy of the events"),
    ],
)
def test_the_next_number_is_above_every_number_ever_shown(
    office: Office, witnesses: set[str], broker_too: bool
) -> None:
    guest = Guest(office)
    shown: list[str] = []
    with ExitStack() as lobby:
        if "board" in witnesses:
            lobby.enter_context(board(office))
        if "kiosk" in witnesses:
            press = lobby.enter_context(kiosk(office))
        shown = [(press if "kiosk" in witnesses else guest.press)() for _ in range(GIVEN)]
        assert shown == [f"A{n:03d}" for n in range(1, GIVEN + 1)]
        if "board" in witnesses:
            on_the_boards_card(office, shown[-1])
        office.crash(broker_too=broker_too)
        office.start_hub()
        after = press() if "kiosk" in witnesses else guest.press()
        assert ordinal(after) == GIVEN + 1
        shown.append(after)
        if "board" in witnesses:
            on_the_boards_card(office, after)
    # The same with witnesses that were switched off meanwhile and know only what is on their cards.
    office.crash(broker_too=broker_too)
    with ExitStack() as lobby:
        office.start_hub()
        if "board" in witnesses:
            lobby.enter_context(board(office))
        if "kiosk" in witnesses:
            press = lobby.enter_context(kiosk(office))
        after = press() if "kiosk" in witnesses else guest.press()
        assert ordinal(after) > max(map(ordinal, shown)), "a number that somebody holds was given again"
    guest.bus.stop()


@pytest.mark.timeout(60)
def test_where_nobody_knows_numbers_go_on_at_an_unused_letter(office: Office) -> None:
    guest = Guest(office)
    before = {guest.press() for _ in range(3)}
    used = {leaf.prefix for leaf in read_office(office.office_file).leaves()}
    office.crash(broker_too=True)
    office.start_hub()
    after = guest.press()
    assert "series.asking" in guest.refusals, "it was asked around first"
    assert after not in before
    assert after.rstrip("0123456789") not in used
    assert after.endswith("001")
    guest.bus.stop()


@pytest.mark.timeout(60)
def test_yesterday_and_absurd_numbers_move_nothing(office: Office) -> None:
    """A kiosk that was away since yesterday, and a confused one; both speak while the hub asks around."""
    guest = Guest(office)
    with board(office):
        assert guest.press() == "A001"
        office.crash(broker_too=False)
        office.start_hub()
        for said in (
            WitnessRequest(request_id=new_id(), epoch="old", date="2020-01-01", numbers=["A500"]),
            WitnessRequest(request_id=new_id(), epoch="old", numbers=["A99999", "A000123"]),
        ):
            assert guest.bus.request("witness", said, timeout_s=DEADLINE_S).ok
        assert guest.press() == "A002"
    guest.bus.stop()
