"""What is appended is there, once, in order, for every reader and after every restart."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from queue_core.errors import JournalError
from queue_core.events import DayOpened, TicketIssued, dump_event, load_event
from queue_core.journal import Journal, JournalReader, Stamp


def test_a_new_journal_is_empty_and_has_a_name_of_its_own(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "a.db") as first, Journal.open(tmp_path / "b.db") as second:
        assert (first.seq, list(first.records()), first.last_stamp(), first.verify()) == (0, [], None, None)
        assert first.epoch != second.epoch
        assert len(first.epoch) == 16


def test_a_batch_is_numbered_without_gaps_and_holds_everything(office: Any, journal: Journal) -> None:
    office.opens()
    tickets = [office.ticket(), office.ticket(), office.ticket()]
    stamp = Stamp("boot-7", 4242, "rtc")
    assert journal.append(tickets, stamp, day=9, requests=["r1", None, "r3"]) == 4
    records = list(journal.records(after_seq=1))
    assert [record.seq for record in records] == [2, 3, 4]
    assert [load_event(record.body) for record in records] == tickets
    assert [record.request_id for record in records] == ["r1", None, "r3"]
    for record, ticket in zip(records, tickets, strict=True):
        assert (record.epoch, record.day, record.boot_id, record.mono_ms, record.source) == (
            journal.epoch, 9, "boot-7", 4242, "rtc",
        )  # fmt: skip
        assert (record.at_ms, record.by, record.type, record.v) == (ticket.at_ms, ticket.by, "ticket_issued", 1)
        assert record.body == dump_event(ticket) == json.loads(record.text)
    assert [record.prev for record in records][1:] == [record.hash for record in records][:-1]
    office.issues()
    assert journal.verify() is None


def test_everything_is_there_after_a_restart(office: Any, journal: Journal, path: Path) -> None:
    office.opens()
    office.issues(3)
    before = list(journal.records())
    journal.close()
    with Journal.open(path) as again:
        assert (again.epoch, again.seq) == (journal.epoch, 4)
        assert list(again.records()) == before
        assert again.append([office.ticket()], Stamp("boot-2", 1, "ntp"), day=1) == 5
        assert again.verify() is None


def test_records_page_over_many_rows_and_stop_at_the_limit(office: Any, journal: Journal) -> None:
    journal.append([office.ticket() for _ in range(1300)], office.stamp(), day=1)
    assert [record.seq for record in journal.records(after_seq=3, limit=700)] == list(range(4, 704))
    assert [record.seq for record in journal.records(after_seq=100)] == list(range(101, 1301))
    assert list(journal.records(limit=0)) == []
    assert list(journal.records(after_seq=1300)) == []


def test_the_open_day_begins_at_the_last_day_opened(office: Any, journal: Journal) -> None:
    office.issues(2)
    assert [record.seq for record in journal.open_day()] == [1, 2], "no day yet: everything"
    office.opens()
    office.issues(5)
    office.opens("2026-11-23")
    office.issues(2)
    days = list(journal.open_day())
    assert [record.seq for record in days] == [9, 10, 11]
    assert isinstance(load_event(days[0].body), DayOpened)
    assert journal.last_stamp() == days[-1]


def test_the_open_day_is_found_by_an_index(path: Path, journal: Journal) -> None:
    connection = sqlite3.connect(path)
    plan = connection.execute("EXPLAIN QUERY PLAN SELECT max(seq) FROM events WHERE type = 'day_opened'").fetchall()
    connection.close()
    assert "day_starts" in str(plan)


def test_the_same_request_is_answered_the_same(office: Any, journal: Journal, path: Path) -> None:
    office.opens()
    office.issues(2)
    assert journal.answer("1-2") == '{"number":"A002"}'
    assert journal.answer("1-3") is None
    journal.append([], office.stamp(), day=1, answers=[("1-3", '{"cancelled":true}')])
    journal.close()
    with Journal.open(path) as again:
        assert again.answer("1-1") == '{"number":"A001"}'
        assert again.answer("1-3") == '{"cancelled":true}'
        assert again.seq == 3


def _fill(journal: Journal, day: int, at_ms: int, count: int) -> None:
    for number in range(count):
        event = TicketIssued(at_ms=at_ms, ticket={"id": f"{day}-{number}"})
        journal.append([event], Stamp("b", 0, "ntp"), day=day, answers=[(f"{day}-{at_ms}-{number}", "{}")])


@pytest.mark.parametrize(
    ("days", "day_ms", "remembered"),
    [
        (7, 86_400_000, True),
        (9, 86_400_000, False),
        (30, 3_600_000, True),  # thirty days opened within one: the clock says not yet
        (2, 86_400_000 * 400, True),  # a clock that jumped a year: the count of days says not yet
    ],
)
def test_answers_are_forgotten_after_seven_days_by_both_measures(
    journal: Journal, days: int, day_ms: int, remembered: bool
) -> None:
    start_ms = 1_795_312_800_000
    _fill(journal, 1, start_ms, 5)
    _fill(journal, 1 + days, start_ms + days * day_ms, 200)
    assert (journal.answer(f"1-{start_ms}-0") is not None) is remembered
    assert journal.answer(f"{1 + days}-{start_ms + days * day_ms}-0") == "{}"


def test_forgetting_keeps_up_with_many_answers_a_day(journal: Journal, path: Path) -> None:
    for day in range(1, 14):
        _fill(journal, day, 1_795_312_800_000 + day * 86_400_000, 100)
    with closing(sqlite3.connect(path)) as connection:
        kept = connection.execute("SELECT count(*), min(day) FROM answers").fetchone()
    assert kept[1] >= 13 - 7 - 1
    assert kept[0] <= 9 * 100


def test_side_tables_share_the_transaction(office: Any, journal: Journal, path: Path) -> None:
    def make(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE bookings (code TEXT PRIMARY KEY)")

    def book(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO bookings VALUES ('123456')")

    journal.append([], office.stamp(), day=0, side=make)
    office.opens()
    journal.append([office.ticket()], office.stamp(), day=1, side=book)

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO bookings VALUES ('654321')")
        raise LookupError("the booking book is confused")

    with pytest.raises(LookupError, match="confused"):
        journal.append([office.ticket()], office.stamp(), day=1, answers=[("r", "{}")], side=fail)
    with pytest.raises(JournalError) as refused:
        journal.append([office.ticket()], office.stamp(), day=1, side=book)
    assert refused.value.key == "journal.write_failed"
    assert (journal.seq, journal.answer("r"), journal.verify()) == (2, None, None)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT code FROM bookings").fetchall() == [("123456",)]
    assert office.issues() == 3


@pytest.mark.parametrize("statement", ["UPDATE events SET day = 3 WHERE seq = 1", "DELETE FROM events WHERE seq = 1"])
def test_a_fact_cannot_be_changed_by_a_slip_in_a_side_table(office: Any, journal: Journal, statement: str) -> None:
    office.opens()
    with pytest.raises(JournalError, match="a journal record never"):
        journal.append([office.ticket()], office.stamp(), day=1, side=lambda connection: connection.execute(statement))
    assert (journal.seq, journal.verify()) == (1, None)


def test_events_and_requests_must_match(office: Any, journal: Journal) -> None:
    with pytest.raises(ValueError, match="2 requests for 1 events"):
        journal.append([office.ticket()], office.stamp(), day=1, requests=["a", "b"])
    assert journal.seq == 0


@pytest.mark.parametrize(
    ("build_floor_ms", "floor_ms"),
    [(None, 1_795_312_800_002), (1_795_312_800_001, 1_795_312_800_002), (1_900_000_000_000, 1_900_000_000_000)],
)
def test_the_floor_of_time_is_the_later_of_the_last_record_and_the_build(
    office: Any, journal: Journal, path: Path, build_floor_ms: int | None, floor_ms: int
) -> None:
    office.issues(2)
    assert journal.floor_ms == 1_795_312_800_002
    journal.close()
    with Journal.open(path, build_floor_ms=build_floor_ms) as again:
        assert again.floor_ms == floor_ms


def test_other_threads_read_while_one_writes(office: Any, journal: Journal) -> None:
    office.opens()
    wrong: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seqs = [record.seq for record in journal.records()]
            if seqs != list(range(1, len(seqs) + 1)) or journal.verify() is not None:
                wrong.append(str(seqs))
            journal.answer("1-1")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    office.issues(100)
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert journal.seq == 101


def test_an_abandoned_reader_does_not_hold_the_file(office: Any, journal: Journal, path: Path) -> None:
    journal.append([office.ticket() for _ in range(600)], office.stamp(), day=1)
    half_read = journal.records()
    next(half_read)
    office.issues(5)
    connection = sqlite3.connect(path)
    busy, frames, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    connection.close()
    assert (busy, frames - moved) == (0, 0)


def test_two_writers_are_refused(journal: Journal, path: Path) -> None:
    with pytest.raises(JournalError) as refused:
        Journal.open(path)
    assert refused.value.key == "journal.in_use"
    with JournalReader(path) as reader:
        assert reader.last_row() is None
    journal.close()
    Journal.open(path).close()


def test_a_closed_journal_says_so(office: Any, journal: Journal) -> None:
    journal.close()
    with pytest.raises(JournalError):
        office.issues()
    with pytest.raises(JournalError):
        journal.answer("x")
    journal.close()


@pytest.mark.parametrize(("made", "opened"), [(True, False), (False, True)])
def test_a_simulated_journal_stays_apart(path: Path, made: bool, opened: bool) -> None:
    with Journal.open(path, simulated=made) as journal:
        assert journal.simulated is made
    with pytest.raises(JournalError) as refused:
        Journal.open(path, simulated=opened)
    assert refused.value.key == ("journal.simulated" if made else "journal.not_simulated")
    Journal.open(path, simulated=made).close()


def test_the_missing_file_beside_its_wal_is_no_new_journal(
    office: Any, journal: Journal, path: Path, new_office: Callable[[Journal], Any]
) -> None:
    office.issues(3)
    path.unlink()  # while open: the -wal stays behind, as after a clumsy rescue
    with pytest.raises(JournalError) as refused:
        journal.close() or Journal.open(path)
    assert refused.value.key == "journal.corrupt"


def test_the_file_is_what_the_card_needs(journal: Journal, path: Path) -> None:
    connection = journal._connection
    assert connection is not None
    asked = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "journal_mode")}
    assert asked == {"page_size": 1024, "journal_mode": "wal"}
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
