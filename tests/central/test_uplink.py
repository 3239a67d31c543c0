"""An office's journal reaches the province over a real broker: whatever falls meanwhile, nothing is lost or doubled."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ConfigDict
from sqlalchemy import event

from queue_core.errors import WireError
from queue_core.journal import Journal, salvage
from queue_core.journal.carried import sent
from queue_core.wire.backoff import Backoff
from queue_core.wire.bus import Bus, TlsFiles
from queue_core.wire.messages import IssueRequest, Request, UplinkRequest
from queue_core.wire.topics import CENTRAL, ProvinceTopics, Topics
from queue_hub import uplink as uplink_module
from queue_hub.central_link import address
from queue_hub.uplink import AWAY, REFUSED, Timing, Uplink
from queue_kit.broker import free_port
from tests.central.house import OFFICE, OTHER, PROVINCE, QUICK, Province, rows_of
from tests.journal.conftest import Office
from tests.wire.harness import eventually


def test_what_the_office_writes_is_at_central_as_it_was_written(province: Province, office: Office) -> None:
    province.opens()
    office.issues(130)
    uplink = province.uplink(office.journal)
    assert province.has(office.journal) == rows_of(office.journal)
    office.issues(3)
    uplink.committed()
    assert province.has(office.journal) == rows_of(office.journal)
    eventually(lambda: uplink.acknowledged == office.journal.seq)


def test_without_central_the_office_works_on_and_sends_when_it_is_there(province: Province, office: Office) -> None:
    uplink = province.uplink(office.journal, timing=Timing(1.0, 0.3, away_after_s=0.05, retry=Backoff(0.02, 0.1)))
    office.issues(60)
    eventually(lambda: (AWAY, True) in province.told)
    assert uplink.acknowledged == 0
    province.opens()
    assert province.has(office.journal) == rows_of(office.journal)
    eventually(lambda: province.told[-1] == (REFUSED, False))
    assert province.told == [(AWAY, True), (AWAY, False), (REFUSED, False)]


def test_a_database_that_was_put_back_gets_what_it_lacks(province: Province, office: Office) -> None:
    province.opens()
    office.issues(20)
    uplink = province.uplink(office.journal)
    province.has(office.journal)
    province.closes()
    shutil.copytree(province.data, province.folder / "last night")
    province.opens()
    office.issues(70)
    uplink.committed()
    province.has(office.journal)
    province.closes()
    shutil.rmtree(province.data)
    (province.folder / "last night").rename(province.data)
    province.opens()
    office.issues(1)
    uplink.committed()
    assert province.has(office.journal) == rows_of(office.journal)


def test_a_salvaged_journal_goes_on_under_its_new_name(province: Province, office: Office) -> None:
    province.opens()
    office.issues(80)
    journal, path = office.journal, office.journal.path
    uplink = province.uplink(journal)
    province.has(journal)
    uplink.stop()
    office.issues(30)  # central has not heard of these when the card fails
    journal.close()
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 1024] = bytes(1024)
    path.write_bytes(data)
    salvage(path)
    with Journal.open(path) as again:
        province.uplink(again)
        assert province.has(again) == rows_of(again)


def test_a_broker_that_falls_again_and_again_loses_and_doubles_nothing(province: Province, office: Office) -> None:
    province.opens()
    uplink = province.uplink(office.journal)
    for _ in range(4):
        office.issues(90)
        uplink.committed()
        eventually(lambda: uplink.acknowledged > 0)
        province.broker.kill()
        office.issues(40)
        uplink.committed()
        province.broker.start()
    assert province.has(office.journal) == rows_of(office.journal)


def test_the_next_broker_of_the_list_is_taken_when_one_does_not_answer(province: Province, office: Office) -> None:
    province.opens()
    nobody = free_port()
    tried = threading.Event()

    def first() -> Bus:
        tried.set()
        return province.bus(OFFICE, port=nobody)

    office.issues(5)
    province.uplink(office.journal, first=first, timing=Timing(0.3, 1.0, retry=QUICK.retry))
    assert province.has(office.journal) == rows_of(office.journal)
    assert tried.is_set()


def test_a_hub_without_its_certificate_yet_works_on(province: Province, office: Office, tmp_path: Path) -> None:
    """Central was added to the inventory, and nobody has enrolled the hub again: it tries, and nothing ends."""
    missing = TlsFiles(tmp_path / "ca.pem", tmp_path / "cert.pem", tmp_path / "key.pem")
    tried = threading.Event()

    def first() -> Bus:
        tried.set()
        return province.bus(OFFICE, tls=missing, fatal=lambda error: pytest.fail(str(error)))

    province.opens()
    office.issues(5)
    province.uplink(office.journal, first=first, timing=Timing(0.3, 1.0, retry=QUICK.retry))
    assert province.has(office.journal) == rows_of(office.journal)
    assert tried.is_set()


@pytest.mark.parametrize("central", ["there", "silent", "away", "frozen broker"])
def test_a_hub_that_stops_waits_for_nobody(province: Province, office: Office, central: str) -> None:
    """Whatever central does: a device is switched off in seconds, and its journal is closed then."""
    if central == "there":
        province.opens()
    heard = threading.Event()
    if central == "silent":
        listener = province.bus(CENTRAL, topics=Topics(PROVINCE, CENTRAL))
        listener.subscribe(ProvinceTopics(PROVINCE).all_requests, lambda *_: heard.set())
        listener.start()
        assert listener.wait_connected(10)
    if central == "frozen broker":
        province.broker.pause()
    uplink = province.uplink(office.journal, timing=Timing(30.0, 30.0))
    if central == "there":
        province.has(office.journal)
    if central == "silent":
        assert heard.wait(10)
    began = time.monotonic()
    uplink.stop()
    took_s = time.monotonic() - began
    if central == "frozen broker":
        province.broker.resume()
    assert not uplink._thread.is_alive()
    assert took_s < 8
    if central == "silent":
        listener.stop()


def test_a_quiet_hub_sends_again_what_a_database_put_back_lacks(
    province: Province, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody comes at the weekend: the new connection alone makes the hub ask."""
    monkeypatch.setattr(uplink_module, "IDLE_S", 0.05)
    province.opens()
    office.issues(20)
    province.uplink(office.journal)
    province.has(office.journal)
    province.closes()
    shutil.rmtree(province.data)
    province.data.mkdir()
    province.broker.restart()
    province.opens()
    assert province.has(office.journal) == rows_of(office.journal)


def test_a_quiet_hour_is_no_hour_in_which_something_waits(province: Province, office: Office) -> None:
    """Central is away when the first record after a long pause comes: not told as if it had been away all along."""
    province.opens()
    uplink = province.uplink(office.journal, timing=Timing(2.0, 0.2, away_after_s=600.0, retry=QUICK.retry))
    province.has(office.journal)
    eventually(lambda: uplink.acknowledged == office.journal.seq)
    province.closes()
    uplink._waits_since_s = time.monotonic() - 3600  # so long nobody came
    office.issues(1)
    uplink.committed()
    eventually(lambda: uplink._failures > 2)
    assert (AWAY, True) not in province.told


def test_what_central_cannot_keep_is_told_and_not_tried_all_day(province: Province, office: Office) -> None:
    """Central answers questions, and its disk takes nothing: that is no progress, and no reason to hurry."""
    province.opens()
    central = province.central
    assert central is not None
    engine = central.store._engine
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA max_page_count = 1"))
    office.issues(60)
    retry = Backoff(first_s=0.05, cap_s=10.0)
    uplink = province.uplink(office.journal, timing=Timing(2.0, 2.0, away_after_s=0.3, retry=retry))
    eventually(lambda: (AWAY, True) in province.told)
    assert (REFUSED, True) not in province.told, "the journal is not to blame"
    eventually(lambda: uplink._failures >= 6)
    assert central.responder.counts["requests"] <= 2 * uplink._failures + 2, "a question and a page a try"


def test_a_record_that_no_message_holds_is_told(province: Province, office: Office) -> None:
    province.opens()
    office.issues(3)
    large = office.ticket().model_copy(update={"ticket": {"id": "x", "note": "đ" * 140_000}})
    office.journal.append([large], office.stamp(), day=1)
    uplink = province.uplink(office.journal)
    eventually(lambda: (REFUSED, True) in province.told)
    assert uplink.acknowledged == 4


def test_long_texts_of_three_bytes_a_letter_fit_their_messages(province: Province, office: Office) -> None:
    province.opens()
    for _ in range(8):
        long = office.ticket().model_copy(update={"ticket": {"id": "x", "note": "ខ្មែរ" * 9000}})
        office.journal.append([long], office.stamp(), day=1)
    province.uplink(office.journal)
    assert province.has(office.journal) == rows_of(office.journal)


def test_the_next_broker_is_tried_when_nobody_answers_at_the_first(province: Province, office: Office) -> None:
    """Both brokers live; central is at the second."""
    second = Province(province.folder / "second")
    try:
        second.opens()
        office.issues(5)
        dials = [lambda: province.bus(OFFICE), lambda: second.bus(OFFICE)]
        uplink = Uplink(office.journal, dials, lambda _kind, _there: None, timing=QUICK)
        uplink.start()
        assert second.has(office.journal) == rows_of(office.journal)
        uplink.stop()
    finally:
        second.close()


@pytest.mark.parametrize("host", ["central..tinh.vn", "x" * 70 + ".vn"])
def test_a_host_that_is_none_ends_nothing(province: Province, office: Office, host: str) -> None:
    failed: list[BaseException] = []
    province.opens()
    bus = province.bus(OFFICE, host=host, fatal=failed.append)
    bus.start()
    eventually(lambda: bus.trouble is not None)
    bus.stop()
    assert failed == []


def test_two_hubs_of_one_name_are_told_to_the_technicians(province: Province, office: Office, tmp_path: Path) -> None:
    province.opens()
    office.issues(5)
    office.journal.backup(tmp_path / "twin.db")
    uplink = province.uplink(office.journal)
    office.issues(5)
    uplink.committed()
    province.has(office.journal)
    uplink.stop()
    province.told.clear()
    with Journal.open(tmp_path / "twin.db") as twin:
        other = Office(twin)
        other.day, other.issued = 1, 50
        other.issues(5)
        second = province.uplink(twin)
        eventually(lambda: (REFUSED, True) in province.told)
        second.stop()
    assert province.has(office.journal) == rows_of(office.journal)


def test_offices_do_not_mix(province: Province, office: Office, new_office: Callable[[str], Office]) -> None:
    province.opens()
    other = new_office("other")
    office.issues(40)
    other.issues(70)
    province.uplink(office.journal)
    province.uplink(other.journal, OTHER)
    assert province.has(office.journal) == rows_of(office.journal)
    assert province.has(other.journal, OTHER) == rows_of(other.journal)


class Anything(Request):
    """A request as somebody else's program might send it."""

    model_config = ConfigDict(extra="allow")
    v: int = 1  # type: ignore[assignment]


def asked(office: Office) -> UplinkRequest:
    digest = office.journal.start[1]
    return UplinkRequest(
        request_id=secrets.token_hex(16), epoch=office.journal.epoch, after=0, after_hash=digest.hex(),
        rows=sent(rows_of(office.journal)[:10]),
    )  # fmt: skip


def test_nobody_speaks_for_another_office(province: Province, office: Office) -> None:
    """The broker lets an account write under its own name alone; under another's nobody hears it."""
    province.opens()
    foreign = province.bus(OTHER, topics=Topics(PROVINCE, OFFICE))
    foreign.start()
    assert foreign.wait_connected(10)
    with pytest.raises(WireError) as told:
        foreign.request("uplink", asked(office), timeout_s=2)
    assert told.value.key in {"wire.refused", "wire.away"}
    foreign.stop()
    assert province.reader().chains() == []


@pytest.mark.parametrize("verb", ["issue", "records"])
def test_central_gives_no_numbers(province: Province, office: Office, verb: str) -> None:
    province.opens()
    bus = province.bus(OFFICE)
    bus.start()
    assert bus.wait_connected(10)
    reply = bus.request(verb, IssueRequest(request_id="request-1", service="ho-tich"), timeout_s=5)
    assert reply.error is not None
    assert reply.error.key == "wire.unknown_verb"
    assert "uplink" in reply.error.vi
    bus.stop()


@pytest.mark.parametrize(
    "change",
    [
        {"after": -1}, {"epoch": "../.."}, {"after_hash": "x"}, {"rows": [[1, 2]]}, {"rows": [[2**70] * 9]}, {"v": 2},
        {"rows": [[1, 1, "a", "b", 2**64, "ntp", None, "{}", "0" * 64]]},
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words_and_the_next_is_taken(
    province: Province, office: Office, change: dict[str, object]
) -> None:
    province.opens()
    office.issues(5)
    bus = province.bus(OFFICE)
    bus.start()
    assert bus.wait_connected(10)
    good = asked(office)
    reply = bus.request("uplink", Anything.model_validate(good.model_dump(mode="json") | change), timeout_s=5)
    assert reply.error is not None
    assert reply.error.key in {"wire.malformed", "wire.version"}
    assert reply.error.vi != reply.error.en
    taken = bus.request("uplink", good, timeout_s=5)
    assert taken.uplink is not None
    assert taken.uplink.seq == 6
    bus.stop()


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("central.tinh.vn:8884", ("central.tinh.vn", 8884)),
        ("central.tinh.vn", ("central.tinh.vn", 8883)),
        ("[fd00::1]:1883", ("fd00::1", 1883)),
        ("[fd00::1]", ("fd00::1", 8883)),
        ("10.0.0.1:0", None),
        ("host:port", None),
        (":8883", None),
        ("", None),
    ],
)
def test_where_central_is(word: str, wanted: tuple[str, int] | None) -> None:
    if wanted is None:
        with pytest.raises(ValueError, match="HOST:PORT"):
            address(word)
    else:
        assert address(word) == wanted
