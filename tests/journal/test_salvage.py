"""A damaged journal becomes a new one that knows all that could be read, and says what was lost."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from queue_core.errors import JournalError
from queue_core.journal import Journal, JournalReader, Record, highest_numbers, salvage, schema

PAGE = 1024
Office = Any


@pytest.fixture
def three_days(office: Office, journal: Journal, path: Path) -> Path:
    """Records 1–61 and 62–122 are closed days, 123–183 the open one."""
    for date in ("2026-11-20", "2026-11-21", "2026-11-22"):
        office.opens(date)
        office.issues(60)
    journal.append([], office.stamp(), day=3, side=_bookings)
    journal.close()
    assert journal.seq == 183
    return path


def _bookings(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE bookings (code TEXT PRIMARY KEY, at_ms INTEGER)")
    connection.execute("CREATE INDEX bookings_at ON bookings (at_ms)")
    connection.executemany("INSERT INTO bookings VALUES (?, ?)", [(f"{code:06d}", code) for code in range(50)])


def facts(records: list[Record]) -> list[tuple[Any, ...]]:
    """A record without its place in a chain."""
    return [(r.day, r.text, r.boot_id, r.mono_ms, r.source, r.request_id) for r in records]


def read(path: Path) -> list[Record]:
    with JournalReader(path) as reader:
        return list(reader.records())


def pages_with(path: Path, *texts: str) -> list[int]:
    """The pages (from 1) of events that hold one of these texts."""
    whole = path.read_bytes()
    pages = {
        at // PAGE + 1 for at in range(0, len(whole), PAGE) for text in texts if text.encode() in whole[at : at + PAGE]
    }
    return sorted(pages)


def spoil(path: Path, *pages: int) -> None:
    whole = bytearray(path.read_bytes())
    for page in pages:
        whole[(page - 1) * PAGE : page * PAGE] = bytes([0xA5]) * PAGE
    path.write_bytes(whole)


def leaf_of(path: Path, seq: int) -> int:
    """The page that holds one record, found by its stamp and number."""
    with JournalReader(path) as reader:
        row = reader.row(seq)
        assert row is not None
    whole = path.read_bytes()
    return whole.index(row[9]) // PAGE + 1


def test_a_journal_without_its_first_page(three_days: Path) -> None:
    """Neither the schema nor the header can be read: every record still proves itself."""
    before = read(three_days)
    spoil(three_days, 1)
    with pytest.raises(JournalError):
        Journal.open(three_days)
    report = salvage(three_days)
    assert (report.kept, report.lost, report.set_aside, report.open_day_whole) == (183, 0, 0, True)
    assert (report.from_epoch, report.last_old_seq, report.day, report.last_day) == (None, 183, 3, 3)
    assert report.series == {"A": 60}
    assert report.corrupt.name.startswith("journal.db.corrupt.2")
    with Journal.open(three_days) as journal:
        assert journal.verify() is None
        after = list(journal.records())
        assert facts(after) == facts(before)
        assert len(list(journal.open_day())) == 61
        assert journal.epoch == report.epoch != before[0].epoch


def test_the_new_journal_goes_on(three_days: Path, new_office: Callable[[Journal], Office]) -> None:
    spoil(three_days, 1)
    report = salvage(three_days)
    with Journal.open(three_days) as journal:
        office = new_office(journal)
        office.day, office.issued = report.day, report.series["A"]
        assert office.issues() == 184
        assert journal.last_stamp().body["ticket"]["number"] == "A061"
        assert journal.verify() is None


def test_a_hole_in_a_closed_day_keeps_both_sides(three_days: Path) -> None:
    before = read(three_days)
    spoil(three_days, leaf_of(three_days, 30))
    report = salvage(three_days)
    assert report.set_aside == 0
    assert report.open_day_whole
    ((first, last),) = report.gaps
    assert first <= 30 <= last < 61
    assert report.lost == last - first + 1 == 183 - report.kept
    assert report.runs == [(1, first - 1), (last + 1, 183)]
    assert report.from_epoch == before[0].epoch != report.epoch
    with Journal.open(three_days) as journal:
        assert facts(list(journal.records())) == facts([r for r in before if not first <= r.seq <= last])
        assert len(list(journal.open_day())) == 61
        assert journal.verify() is None


def test_a_hole_in_the_open_day_ends_it_there_and_later_numbers_stay_witnesses(three_days: Path) -> None:
    before = read(three_days)
    spoil(three_days, leaf_of(three_days, 150))
    report = salvage(three_days)
    ((first, last),) = report.gaps
    assert first <= 150 <= last < 183
    assert not report.open_day_whole
    assert (report.last_old_seq, report.set_aside) == (first - 1, 183 - last)
    assert report.series == {"A": 60}, "the numbers behind the hole were given too"
    with Journal.open(three_days) as journal:
        assert facts(list(journal.records())) == facts(before[: first - 1])


def test_a_backup_fills_the_hole(three_days: Path, tmp_path: Path) -> None:
    before = read(three_days)
    with Journal.open(three_days) as journal:
        journal.backup(tmp_path / "stick" / "copy.db")
    spoil(three_days, leaf_of(three_days, 150), leaf_of(three_days, 20), 1)
    report = salvage(three_days, backups=[tmp_path / "stick" / "copy.db", tmp_path / "no-such.db"])
    assert report.backups_used == [tmp_path / "stick" / "copy.db"]
    assert (report.kept, report.lost, report.set_aside) == (183, 0, 0)
    assert report.from_epoch == before[0].epoch
    assert facts(read(three_days)) == facts(before)


def test_nothing_readable_but_an_older_backup(office: Office, journal: Journal, path: Path, tmp_path: Path) -> None:
    office.opens()
    office.issues(9)
    journal.backup(tmp_path / "older.db")
    office.issues(1)
    journal.backup(tmp_path / "newer.db")
    office.issues(5)
    journal.close()
    path.write_bytes(b"\xff" * 5000)
    report = salvage(path, backups=[tmp_path / "older.db", tmp_path / "newer.db"])
    assert (report.kept, report.last_old_seq, report.series) == (11, 11, {"A": 10})
    assert report.backups_used[0] == tmp_path / "newer.db"
    assert report.answers == 10
    with Journal.open(path) as again:
        assert again.answer("1-10") == '{"number":"A010"}'


def test_nothing_readable_at_all(three_days: Path) -> None:
    three_days.write_bytes(b"\xff" * 5000)
    report = salvage(three_days)
    assert (report.kept, report.series, report.day, report.from_epoch) == (0, {}, 0, None)
    with Journal.open(three_days) as journal:
        assert journal.seq == 0
        assert journal.salvaged is not None
    assert report.corrupt.read_bytes() == b"\xff" * 5000


def test_another_office_s_backup_is_not_mixed_in(
    three_days: Path, tmp_path: Path, new_office: Callable[[Journal], Office]
) -> None:
    with Journal.open(tmp_path / "other.db") as other:
        office = new_office(other)
        office.opens()
        office.issues(300)
    spoil(three_days, leaf_of(three_days, 20))
    report = salvage(three_days, backups=[tmp_path / "other.db"])
    assert report.backups_foreign == [tmp_path / "other.db"]
    assert report.backups_used == []
    assert report.series == {"A": 60}
    assert report.lost > 0


def test_a_forged_record_is_left_out(three_days: Path, tamper: Callable[..., None]) -> None:
    tamper(three_days, "UPDATE events SET body = replace(body, 'A050', 'A999') WHERE seq = 173")
    report = salvage(three_days)
    assert report.gaps == [(173, 173)]
    assert report.last_old_seq == 172
    assert report.series == {"A": 60}


def test_a_damaged_last_record_is_still_a_witness(three_days: Path, tamper: Callable[..., None]) -> None:
    tamper(three_days, "UPDATE events SET mono_ms = 7 WHERE seq = 183")
    report = salvage(three_days)
    assert (report.gaps, report.kept, report.series) == ([(183, 183)], 182, {"A": 60})


def test_a_damaged_number_is_not_believed(three_days: Path, tamper: Callable[..., None]) -> None:
    tamper(three_days, "UPDATE events SET body = replace(body, '\"ordinal\":60', '\"ordinal\":99060') WHERE seq = 183")
    assert salvage(three_days).series == {"A": 59}


def test_answers_and_the_hub_s_own_tables_come_along(three_days: Path) -> None:
    spoil(three_days, leaf_of(three_days, 30))
    report = salvage(three_days)
    assert report.tables == {"bookings": "journal"}
    assert report.answers == 180
    with Journal.open(three_days) as journal:
        assert journal.answer("3-60") == '{"number":"A060"}'
        origin = json.loads(journal.salvaged or "")
        assert (origin["epoch"], origin["last_seq"]) == (report.from_epoch, 183)
        assert origin["runs"] == [list(run) for run in report.runs]
    with closing(sqlite3.connect(three_days)) as connection:
        assert connection.execute("SELECT count(*), max(code) FROM bookings").fetchone() == (50, "000049")
        assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'bookings_at'").fetchone() == (1,)


def test_a_broken_table_comes_from_the_backup(three_days: Path, tmp_path: Path) -> None:
    with Journal.open(three_days) as journal:
        journal.backup(tmp_path / "copy.db")
    connection = sqlite3.connect(three_days)
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'bookings'").fetchone()[0]
    connection.close()
    spoil(three_days, root)
    report = salvage(three_days, backups=[tmp_path / "copy.db"])
    assert report.tables == {"bookings": "backup"}
    with closing(sqlite3.connect(three_days)) as connection:
        assert connection.execute("SELECT count(*) FROM bookings").fetchone() == (50,)


def test_what_is_only_in_the_log_is_read_too(office: Office, journal: Journal, path: Path, tmp_path: Path) -> None:
    """The hub was killed: most records stand only in the -wal when the file's first page goes."""
    office.opens()
    office.issues(40)
    folder = tmp_path / "card"
    folder.mkdir()
    for tail in ("", "-wal"):
        (folder / f"journal.db{tail}").write_bytes(path.with_name(f"journal.db{tail}").read_bytes())
    moved = folder / "journal.db"
    spoil(moved, 1, 2, 3)
    report = salvage(moved)
    assert (report.kept, report.series) == (41, {"A": 40})
    assert (folder / f"{report.corrupt.name}-wal").exists()
    moved.unlink()
    report.corrupt.unlink()
    (folder / "journal.db-wal").write_bytes((folder / f"{report.corrupt.name}-wal").read_bytes())
    with pytest.raises(JournalError, match=r"journal\.corrupt"):
        Journal.open(moved)
    assert salvage(moved).kept == 41


def copy_while_open(path: Path, folder: Path) -> Path:
    folder.mkdir()
    for tail in ("", "-wal"):
        (folder / f"journal.db{tail}").write_bytes(path.with_name(f"journal.db{tail}").read_bytes())
    return folder / "journal.db"


def test_a_broken_place_in_the_log_is_not_silently_forgotten(
    office: Office, journal: Journal, path: Path, tmp_path: Path
) -> None:
    """SQLite drops every commit behind a broken frame without a word: numbers would be given twice."""
    office.opens()
    office.issues(40)
    moved = copy_while_open(path, tmp_path / "card")
    log = moved.with_name("journal.db-wal")
    data = bytearray(log.read_bytes())
    data[32 + 60 * (24 + PAGE) + 200] ^= 1
    log.write_bytes(data)
    with JournalReader(moved) as reader:
        seen = reader.last_row()
        assert seen is not None
        assert seen[0] < 41
        assert reader.verify() is None, "by itself, what SQLite shows looks whole"
    with pytest.raises(JournalError, match=r"journal\.corrupt"):
        Journal.open(moved)
    report = salvage(moved)
    assert report.kept + report.lost + report.set_aside == 41
    assert report.series == {"A": 40}


def test_an_unfinished_salvage_is_never_mistaken_for_a_journal(
    office: Office, journal: Journal, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log already has its second name: what stands under the journal's own looks whole, and knows too little."""
    office.opens()
    office.issues(40)
    assert journal._connection is not None
    journal._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    office.issues(40)
    moved = copy_while_open(path, tmp_path / "card")
    log = moved.with_name("journal.db-wal")
    data = bytearray(log.read_bytes())
    data[32 + 60 * (24 + PAGE) + 200] ^= 1
    log.write_bytes(data)

    def cut(*_: object, **__: object) -> str:
        raise OSError(5, "power cut")

    with monkeypatch.context() as broken:
        broken.setattr(schema, "build_new", cut)
        with pytest.raises(JournalError):
            salvage(moved)
    assert not log.exists()
    with JournalReader(moved) as reader:
        assert reader.verify() is None
    assert key_of_opening(moved) == "journal.corrupt"
    report = salvage(moved)
    assert report.series == {"A": 80}
    assert report.kept > 41
    assert key_of_opening(moved) is None


@pytest.mark.parametrize("bytes_lost", [1, 700, 1048, 1500])
def test_a_torn_end_of_the_log_is_an_ordinary_power_cut(
    office: Office, journal: Journal, path: Path, tmp_path: Path, bytes_lost: int
) -> None:
    office.opens()
    office.issues(10)
    moved = copy_while_open(path, tmp_path / "card")
    log = moved.with_name("journal.db-wal")
    log.write_bytes(log.read_bytes()[:-bytes_lost])
    with Journal.open(moved) as again:
        assert again.seq == 10
        assert again.verify() is None


def test_a_simulation_stays_a_simulation(path: Path, new_office: Callable[[Journal], Office]) -> None:
    with Journal.open(path, simulated=True) as journal:
        office = new_office(journal)
        office.opens()
    spoil(path, leaf_of(path, 1))
    salvage(path)
    with pytest.raises(JournalError):
        Journal.open(path)
    Journal.open(path, simulated=True).close()


def key_of_opening(path: Path) -> str | None:
    try:
        Journal.open(path).close()
    except JournalError as error:
        return error.key
    return None


STEPS = ["build_new", "finish", "put_in_place", "sync"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_salvage_that_was_cut_short_begins_again(
    three_days: Path, monkeypatch: pytest.MonkeyPatch, step: str, call: int
) -> None:
    """However far it came: the journal is not opened before it is done, and nothing is lost by beginning again."""
    before = read(three_days)
    spoil(three_days, 1)
    calls = 0
    real = getattr(schema, step)

    def cut(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError(5, "power cut")
        return real(*arguments, **named)

    with monkeypatch.context() as broken:
        broken.setattr(schema, step, cut)
        try:
            salvage(three_days)
            done = True
        except JournalError:
            done = False
    # Cut after the new file got its name, only the note may be left: then beginning again is harmless, too.
    if not done and key_of_opening(three_days) is not None:
        assert key_of_opening(three_days) == "journal.corrupt"
        salvage(three_days)
    assert facts(read(three_days)) == facts(before)
    with Journal.open(three_days) as journal:
        assert journal.seq == 183
    assert len(list(three_days.parent.glob("*.corrupt.*"))) >= 1
    assert not list(three_days.parent.glob("*.salvage*"))


def test_random_damage_never_invents_and_never_hides(three_days: Path, chance: random.Random) -> None:
    """Whatever was scribbled over, what is kept is a part of what was written, in order, and the count is true."""
    before = facts(read(three_days))
    whole = three_days.read_bytes()
    for _ in range(12):
        for leftover in three_days.parent.iterdir():
            leftover.unlink()
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            start = chance.randrange(len(data))
            for at in range(start, min(len(data), start + chance.choice([1, 16, 1024, 5000]))):
                data[at] = chance.randrange(256)
        three_days.write_bytes(data)
        report = salvage(three_days)
        with Journal.open(three_days) as journal:
            assert journal.verify() is None
            kept = facts(list(journal.records()))
        places = [before.index(fact) for fact in kept]
        assert places == sorted(set(places))
        assert report.kept == len(kept)
        assert report.kept + report.set_aside + report.lost <= 183
        assert report.series.get("A", 0) <= 60


def test_random_damage_is_always_an_error_with_a_key(three_days: Path, chance: random.Random) -> None:
    """Opening says whole or corrupt; nothing else ever comes out of it, whatever the card did."""
    whole = three_days.read_bytes()
    outcomes = set()
    for _ in range(80):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            at = chance.randrange(chance.choice([120, 1024, 9 * 1024, len(data)]))
            data[at] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])
        three_days.write_bytes(data)
        outcomes.add(key_of_opening(three_days))
    assert outcomes <= {None, "journal.corrupt", "journal.too_new"}
    assert "journal.corrupt" in outcomes


def test_what_root_salvages_belongs_to_the_hub(three_days: Path) -> None:
    """Else the hub, which is not root, could not open its journal after the technician's visit."""
    folder = three_days.parent
    if os.geteuid() == 0:
        for file in (folder, *folder.iterdir()):
            os.chown(file, 4711, 4712)
    spoil(three_days, 1)
    salvage(three_days)
    Journal.open(three_days).close()
    owner = folder.stat()
    wrong = [
        file.name
        for file in folder.iterdir()
        if (file.stat().st_uid, file.stat().st_gid) != (owner.st_uid, owner.st_gid)
    ]
    assert wrong == []


def test_a_journal_in_use_is_not_salvaged(journal: Journal, path: Path) -> None:
    with pytest.raises(JournalError) as refused:
        salvage(path)
    assert refused.value.key == "journal.in_use"


@pytest.mark.parametrize("name", ["nothing.db", "no/such/folder.db"])
def test_nothing_to_salvage(tmp_path: Path, name: str) -> None:
    with pytest.raises(JournalError) as refused:
        salvage(tmp_path / name)
    assert refused.value.key == "journal.nothing_to_salvage"


def test_the_report_speaks_to_people(three_days: Path) -> None:
    spoil(three_days, leaf_of(three_days, 150))
    report = salvage(three_days)
    vi, en = report.words()
    assert "A060" in vi
    assert "đối chiếu" in vi
    assert "compare" in en
    assert json.loads(json.dumps(report.plain()))["lost"] == report.lost


@pytest.mark.parametrize(
    ("witnesses", "highest"),
    [
        ([], {}),
        ([{"A": 3}], {"A": 3}),
        ([{"A": 3, "B": 9}, {"A": 7}, {"C": 1, "B": 2}], {"A": 7, "B": 9, "C": 1}),
    ],
)
def test_the_highest_number_any_witness_knows(witnesses: list[dict[str, int]], highest: dict[str, int]) -> None:
    assert highest_numbers(*witnesses) == highest
