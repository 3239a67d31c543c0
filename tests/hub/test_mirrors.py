"""A board's copy of the journal on the office's wire: kept up, caught up, and given to boards alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from queue_core import commands as c
from queue_core.journal import JournalReader, carried
from queue_core.wire.messages import RecordsRequest
from queue_kit.mirror import EventsMirror
from tests.hub.house import Hub
from tests.wire.harness import DEADLINE_S
from tests.wire.harness import Office as Wire


class Board:
    """A board's bus and its copy."""

    def __init__(self, wire: Wire, file: Path) -> None:
        self.file, self.told = file, threading.Condition()
        self.troubles: list[bool] = []
        self.bus = wire.bus("board-1", kind="board")
        self.mirror = EventsMirror(self.bus, file, troubled=self._troubled)
        self.bus.subscribe(self.bus.topics.device_state("hub"), self.mirror.on_hub)
        self.bus.subscribe(self.bus.topics.events, self.mirror.on_events)
        self.mirror.start()
        self.bus.start()
        assert self.bus.wait_connected(DEADLINE_S)

    def _troubled(self, trouble: bool) -> None:
        with self.told:
            self.troubles.append(trouble)
            self.told.notify_all()

    def has(self, hub: Hub) -> list[tuple[object, ...]]:
        """Wait until the copy has the hub's last record; its rows."""
        pause = threading.Event()
        for _ in range(round(DEADLINE_S / 0.05)):
            copy = self.mirror._copy
            if copy is not None and (copy.epoch, copy.seq) == (hub.journal.epoch, hub.journal.seq):
                with JournalReader(self.file) as reader:
                    assert reader.verify() is None
                    return list(reader.rows())
            pause.wait(0.05)
        raise AssertionError(f"the copy is at {copy and (copy.epoch, copy.seq)}, the hub at {hub.journal.seq}")

    def leaves(self) -> None:
        self.bus.stop()
        self.mirror.stop()


@pytest.fixture
def board(wire: Wire, tmp_path: Path) -> Iterator[Callable[[], Board]]:
    made: list[Board] = []

    def make() -> Board:
        made.append(Board(wire, tmp_path / "board" / "events.db"))
        return made[-1]

    yield make
    for one in made:
        one.leaves()


def test_it_follows_the_office_and_catches_up_page_by_page(
    hub: Hub, wire: Wire, board: Callable[[], Board], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried, "PAGE_BYTES", 3000)
    hub.goes_on_air(wire)
    hub.issue("request-1")
    copy = board()
    assert copy.has(hub) == list(hub.journal.rows(0, 1000))
    hub.issue("request-2")
    assert copy.has(hub) == list(hub.journal.rows(0, 1000))
    copy.leaves()
    for n in range(20):
        hub.issue(f"request-away-{n}")
    again = board()
    assert again.has(hub) == list(hub.journal.rows(0, 1000))


def test_a_hub_with_another_journal_begins_another_copy(
    hub: Hub, wire: Wire, board: Callable[[], Board], tmp_path: Path, new_hub: Callable[..., Hub]
) -> None:
    hub.goes_on_air(wire)
    hub.issue("request-1")
    copy = board()
    copy.has(hub)
    hub.close()
    other = new_hub(folder=tmp_path / "new")
    other.goes_on_air(wire)
    other.issue("request-1")
    assert copy.has(other) == list(other.journal.rows(0, 1000))
    with JournalReader(Path(f"{copy.file}.before")) as reader:
        assert reader.verify() is None


def test_only_boards_are_given_records(hub: Hub, wire: Wire) -> None:
    hub.goes_on_air(wire)
    kiosk = wire.bus("kiosk-1", kind="kiosk")
    kiosk.start()
    assert kiosk.wait_connected(DEADLINE_S)
    reply = kiosk.request("records", RecordsRequest(request_id="records-1"), timeout_s=DEADLINE_S)
    assert (reply.ok, reply.records, reply.error and reply.error.key) == (False, None, "command.not_allowed")


def test_a_card_that_takes_nothing_is_told_and_the_copy_goes_on_when_it_does(
    hub: Hub, wire: Wire, board: Callable[[], Board], tmp_path: Path
) -> None:
    (tmp_path / "board").write_text("a file where the folder should be", encoding="utf-8")
    hub.goes_on_air(wire)
    hub.ask(c.AskHelp(device="kiosk-1"))
    copy = board()
    with copy.told:
        assert copy.told.wait_for(lambda: copy.troubles == [True], DEADLINE_S)
    (tmp_path / "board").unlink()
    copy.has(hub)
    with copy.told:
        assert copy.told.wait_for(lambda: copy.troubles == [True, False], DEADLINE_S)
