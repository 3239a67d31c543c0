"""What kiosks and boards keep of the numbers they saw, and whom they tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_core.wire.messages import Facts, Reply, Request, WitnessRequest
from queue_core.wire.payload import write
from queue_core.wire.responder import Answer, Responder
from queue_core.wire.subscriptions import MessageInfo
from queue_kit.witness import Seen, Witness
from tests.wire.harness import TOPICS, Office, eventually


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "broker")
    yield made
    made.close()


def highest(*given: tuple[str, str, str | None]) -> tuple[str | None, list[str]]:
    seen = Seen()
    for number, service, date in given:
        seen = seen.with_number(number, service=service, date=date)
    return seen.date, sorted(seen.numbers.values())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([("A001", "x", "d1"), ("A003", "x", "d1"), ("A002", "x", "d1")], ("d1", ["A003"])),
        ([("A999", "x", "d1"), ("A1000", "x", "d1"), ("A998", "x", "d1")], ("d1", ["A1000"])),
        ([("A001", "x", "d1"), ("HT-007", "y", "d1")], ("d1", ["A001", "HT-007"])),
        ([("A009", "x", "d1"), ("D001", "x", "d1")], ("d1", ["A009", "D001"])),
        ([("1019", "x", "d1"), ("2003", "y", "d1")], ("d1", ["1019", "2003"])),
        ([("A009", "x", "d1"), ("A001", "x", "d2")], ("d2", ["A001"])),
        ([("A009", "x", None), ("A003", "x", "d2")], ("d2", ["A009"])),
        ([("A009", "x", "d1"), ("A010", "x", None)], ("d1", ["A010"])),
    ],
    ids=[
        "the highest", "after 999", "each series", "a letter that stands in", "figures", "another day",
        "a date that came later", "a clock that was lost",
    ],
)  # fmt: skip
def test_what_is_kept(given: list[tuple[str, str, str | None]], kept: tuple[str | None, list[str]]) -> None:
    assert highest(*given) == kept


class Hub:
    """Takes testimony, as long as it listens; each life has an epoch."""

    def __init__(self, office: Office, epoch: str) -> None:
        self.heard: list[WitnessRequest] = []
        self.bus = office.bus("hub", kind="hub", epoch=epoch)
        Responder(self.bus, self._on_request)
        self.bus.start()

    def _on_request(self, _client: str, _verb: str, request: Request, answer: Answer) -> None:
        assert isinstance(request, WitnessRequest)
        self.heard.append(request)
        answer(Reply(ok=True, request_id=request.request_id))


def witness_at(office: Office, file: Path) -> Witness:
    bus = office.bus("board-1", kind="board")
    witness = Witness(bus, file, keeps=True, whole=True)
    bus.subscribe(TOPICS.device_state("hub"), witness.on_hub)
    bus.subscribe(TOPICS.events, witness.on_events)
    bus.start()
    witness.start()
    return witness


def test_a_hub_of_another_epoch_is_told_once_also_after_a_night(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "board" / "seen.json"
    first = Hub(office, "e1")
    witness = witness_at(office, file)
    eventually(lambda: first.heard)
    assert (first.heard[0].epoch, first.heard[0].numbers) == ("", [])
    issued = {"type": "ticket_issued", "ticket": {"number": "A007", "service": "ho-tich"}}
    events = [{"type": "day_opened", "date": "2026-11-23"}, issued]
    first.bus.publish(TOPICS.events, Facts(epoch="e1", seq=2, events=events))
    eventually(lambda: file.exists() and "A007" in file.read_text())
    first.bus.stop()
    same = Hub(office, "e1")
    eventually(lambda: same.bus.connected)
    witness.stop()  # the board is switched off, and on again beside a hub with a new journal
    same.bus.stop()
    assert same.heard == []
    office._buses[1].stop()
    second = Hub(office, "e2")
    again = witness_at(office, file)
    told = eventually(lambda: second.heard)[0]
    assert (told.epoch, told.date, told.numbers, told.whole) == ("e1", "2026-11-23", ["A007"], True)
    eventually(lambda: json.loads(file.read_text())["epoch"] == "e2")
    again.stop()
    second.bus.stop()
    assert len(second.heard) == 1


def test_a_damaged_file_is_put_aside(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    file.write_bytes(b"\xff\x00garbage")
    witness = Witness(office.bus("board-1"), file, keeps=True)
    witness.start()
    witness.saw("A001", service="ho-tich", date="2026-11-23")
    witness.stop()
    assert json.loads(file.read_text())["numbers"] == [["ho-tich", "A", "A001"]]
    assert [path.read_bytes() for path in tmp_path.glob("seen.json.corrupt.*")] == [b"\xff\x00garbage"]


def test_strange_facts_are_passed_over(office: Office, tmp_path: Path) -> None:
    witness = Witness(office.bus("board-1"), tmp_path / "seen.json", keeps=True)
    strange = [{}, {"type": "ticket_issued", "ticket": 7}, {"type": "day_opened", "date": None}, {"type": []}]
    for payload in (b"", b"[]", write(Facts(epoch="e", seq=1, events=strange))):
        witness.on_events("events", payload, MessageInfo())
        witness.on_hub("hub", payload, MessageInfo())
    witness.start()
    witness.stop()
    assert not (tmp_path / "seen.json").exists()
