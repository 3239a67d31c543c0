"""A copy of the records on another machine: the same chain, all or none of a page, and good for a new hub."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from queue_core.errors import JournalError
from queue_core.journal import Journal, JournalReader, Mirror, lengthen, salvage
from queue_core.journal.mirror import DAYS_KEPT

Office = Any


def copied(journal: Journal, file: Path, *, after: int = 0) -> Mirror:
    """A mirror that was asked for everything behind a record."""
    copy = Mirror(file)
    copy.begin(journal.epoch, simulated=False, after=journal.place(after) if after else (0, journal._genesis))
    copy.add(list(journal.rows(copy.seq, 10_000)))
    return copy


def test_it_is_the_same_chain_and_goes_on_after_a_restart(office: Office, journal: Journal, tmp_path: Path) -> None:
    office.opens()
    office.issues(20)
    copy = copied(journal, tmp_path / "board" / "events.db")
    copy.close()
    office.issues(5)
    again = Mirror(tmp_path / "board" / "events.db")
    assert (again.epoch, again.seq) == (journal.epoch, 21)
    again.add(list(journal.rows(again.seq, 100)))
    again.close()
    with JournalReader(again.path) as reader:
        assert reader.verify() is None
        assert list(reader.rows()) == list(journal.rows(0, 100))


def test_it_may_begin_with_the_open_day(office: Office, journal: Journal, tmp_path: Path) -> None:
    office.opens("2026-11-21")
    office.issues(5)
    office.opens("2026-11-22")
    office.issues(3)
    before = journal.place(None)
    assert before[0] == 6
    copy = copied(journal, tmp_path / "events.db", after=before[0])
    copy.close()
    with JournalReader(copy.path) as reader:
        assert (reader.start, reader.verify()) == (before, None)
        assert [row[0] for row in reader.rows()] == [7, 8, 9, 10]
    with pytest.raises(JournalError, match=r"corrupt|hỏng|damaged"):
        Journal.open(copy.path)


@pytest.mark.parametrize("fault", ["gap", "changed", "other"])
def test_what_does_not_follow_is_refused_whole(office: Office, journal: Journal, tmp_path: Path, fault: str) -> None:
    office.opens()
    office.issues(5)
    copy = copied(journal, tmp_path / "events.db")
    office.issues(4)
    rows = list(journal.rows(copy.seq, 10))
    match fault:
        case "gap":
            rows = rows[1:]
        case "changed":
            rows[2] = (*rows[2][:7], rows[2][7].replace("A008", "A009"), *rows[2][8:])
        case _:
            rows[0] = (*rows[0][:8], bytes(32), rows[0][9])
    with pytest.raises(JournalError) as told:
        copy.add(rows)
    assert told.value.key == "journal.corrupt"
    assert copy.seq == 6
    copy.add(list(journal.rows(6, 10)))
    assert copy.seq == 10
    copy.close()


def test_another_journal_begins_a_new_copy_and_the_old_one_stays(
    office: Office, journal: Journal, tmp_path: Path
) -> None:
    office.opens()
    office.issues(5)
    copy = copied(journal, tmp_path / "events.db")
    copy.begin("0123456789abcdef", simulated=False, after=(0, bytes(32)))
    assert (copy.epoch, copy.seq) == ("0123456789abcdef", 0)
    copy.close()
    with JournalReader(tmp_path / "events.db.before") as reader:
        assert (reader.header.epoch, reader.verify(), len(list(reader.rows()))) == (journal.epoch, None, 6)


def test_a_damaged_copy_is_put_aside(office: Office, journal: Journal, tmp_path: Path) -> None:
    office.opens()
    office.issues(50)
    file = copied(journal, tmp_path / "events.db").path
    file.write_bytes(b"no journal any more" * 100)
    for tail in ("-wal", "-shm"):
        Path(f"{file}{tail}").unlink(missing_ok=True)
    copy = Mirror(file)
    assert (copy.epoch, copy.seq) == ("", 0)
    assert len(list(tmp_path.glob("events.db.corrupt.*"))) == 1


def test_a_month_is_kept(office: Office, journal: Journal, tmp_path: Path) -> None:
    copy = copied(journal, tmp_path / "events.db")
    for _ in range(DAYS_KEPT + 4):
        office.opens()
        office.issues(2)
        copy.add(list(journal.rows(copy.seq, 10)))
    copy.close()
    with JournalReader(copy.path) as reader:
        assert reader.verify() is None
        days = {row[1] for row in reader.rows()}
    assert (min(days), max(days)) == (4, DAYS_KEPT + 4)


def test_backup_and_copy_make_the_journal_as_it_was_when_the_hub_died(
    office: Office, journal: Journal, path: Path, tmp_path: Path
) -> None:
    office.opens()
    office.issues(7)
    journal.append([], office.stamp(), day=1, side=_own_table)
    stick = tmp_path / "stick.db"
    journal.backup(stick)
    start = journal.place(journal.seq - 2)
    copy = Mirror(tmp_path / "events.db")
    copy.begin(journal.epoch, simulated=False, after=start)
    office.issues(9)
    copy.add(list(journal.rows(copy.seq, 100)))
    copy.close()
    longer = tmp_path / "longer.db"
    assert lengthen(stick, copy.path, longer) == 9
    with JournalReader(longer, immutable=True) as reader:
        assert reader.verify() is None
        assert list(reader.rows()) == list(journal.rows(0, 100))
    new = tmp_path / "new" / "hub.db"
    new.parent.mkdir()
    new.write_bytes(b"died" * 400)
    report = salvage(new, [longer])
    assert (report.kept, report.lost, report.series, report.open_day_whole) == (17, 0, {"A": 16}, True)
    with sqlite3.connect(new) as db:
        assert db.execute("SELECT name FROM officers").fetchall() == [("lan",)]
    db.close()


def test_the_copy_alone_is_worth_its_records(office: Office, journal: Journal, tmp_path: Path) -> None:
    office.opens("2026-11-21")
    office.issues(3)
    office.opens("2026-11-22")
    office.issues(8)
    copy = copied(journal, tmp_path / "events.db", after=journal.place(None)[0])
    copy.close()
    new = tmp_path / "new" / "hub.db"
    new.parent.mkdir()
    new.write_bytes(b"died" * 400)
    report = salvage(new, [copy.path])
    assert (report.kept, report.series, report.open_day_whole) == (9, {"A": 8}, True)


@pytest.mark.parametrize("fault", ["another journal", "a gap", "damaged"])
def test_a_copy_that_does_not_go_on_from_the_backup_is_refused(
    office: Office, journal: Journal, tmp_path: Path, fault: str
) -> None:
    office.opens()
    office.issues(5)
    stick = tmp_path / "stick.db"
    journal.backup(stick)
    office.issues(5)
    copy = Mirror(tmp_path / "events.db")
    if fault == "another journal":
        with Journal.open(tmp_path / "other.db") as other:
            copy.begin(other.epoch, simulated=False, after=(0, other._genesis))
    else:
        copy.begin(journal.epoch, simulated=False, after=journal.place(8))
        copy.add(list(journal.rows(8, 10)))
    copy.close()
    if fault == "damaged":
        copy.path.write_bytes(b"no journal")
    with pytest.raises(JournalError) as told:
        lengthen(stick, copy.path, tmp_path / "longer.db")
    assert told.value.key == "journal.corrupt"
    assert not (tmp_path / "longer.db").exists()


def _own_table(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE officers (name TEXT)")
    connection.execute("INSERT INTO officers VALUES ('lan')")
