"""What central takes and what it refuses: an office's records in order, once, and as they were written."""

from __future__ import annotations

import dataclasses
import json
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from central.database import database_of, look_at_database, open_database
from central.errors import CentralError
from central.reader import Chain, Reader
from central.store import Sending, Store
from queue_core.journal import Journal, salvage
from queue_core.journal.carried import sent
from queue_core.journal.record import content, genesis, link
from queue_core.wire.messages import UplinkRequest
from tests.central.house import OFFICE, OTHER, rows_of
from tests.journal.conftest import Office


def sending(journal: Journal, after: int = 0, upto: int | None = None, office: str = OFFICE) -> Sending:
    """Records of a journal as its uplink sends them."""
    place, digest = journal.place(after) if after else journal.start
    rows = list(journal.rows(after, (journal.seq if upto is None else upto) - after))
    asked = UplinkRequest(
        request_id=secrets.token_hex(16), epoch=journal.epoch, simulated=journal.simulated, after=place,
        after_hash=digest.hex(), rows=sent(rows[:50]),
    )  # fmt: skip
    return Sending(office, asked)


def said(store: Store, *sendings: Sending) -> list[int | str]:
    return [one.key if isinstance(one, CentralError) else one for one in store.take(sendings)]


def only(reader: Reader, office: str = OFFICE) -> Chain:
    (chain,) = reader.chains(office)
    return chain


def counted(folder: Path) -> list[str]:
    """The events as a report counts them: what stands in two journals once."""
    with closing(sqlite3.connect(folder / "central.db")) as database:
        return [body for (body,) in database.execute("SELECT body FROM events WHERE NOT copied")]


def twin_of(office: Office, path: Path) -> Office:
    """A copied card, whose machine goes on with other citizens."""
    office.journal.backup(path)
    other = Office(Journal.open(path))
    other.day, other.issued = 1, 500
    return other


def test_a_journal_comes_page_by_page_and_is_what_the_office_wrote(
    store: Store, reader: Reader, office: Office
) -> None:
    office.issues(120)
    journal = office.journal
    assert [said(store, sending(journal, after)) for after in (0, 50, 100)] == [[50], [100], [121]]
    chain, last = only(reader), journal.last_stamp()
    assert last is not None
    assert (chain.seq, chain.last_ms, reader.alarms()) == (121, last.at_ms, [])
    assert list(reader.rows(chain)) == rows_of(journal)
    assert reader.verify(chain) is None


def test_the_same_again_changes_nothing(store: Store, reader: Reader, office: Office) -> None:
    office.issues(30)
    journal = office.journal
    again = [sending(journal, 0, 20), sending(journal, 0, 20), sending(journal, 10), sending(journal, 5, 8)]
    assert said(store, *again) == [20, 20, 31, 31]
    assert list(reader.rows(only(reader))) == rows_of(journal)


def test_asked_without_records_it_says_how_far_it_is(store: Store, reader: Reader, office: Office) -> None:
    office.issues(5)
    journal = office.journal
    assert said(store, sending(journal, 0, 0)) == [0]
    assert reader.chains() == [], "a question begins nothing"
    assert said(store, sending(journal, 0, 4), sending(journal, 6, 6), sending(journal, 0, 0)) == [4, 4, 4]


def test_what_it_lacks_it_asks_for_again(store: Store, office: Office) -> None:
    """A database that was put back from last night's copy: the office sends on from where that ends."""
    office.issues(20)
    journal = office.journal
    assert said(store, sending(journal, 0, 8), sending(journal, 15)) == [8, 8]
    assert said(store, sending(journal, 8)) == [21]


def test_a_database_that_knows_nothing_asks_for_the_first_record(store: Store, reader: Reader, office: Office) -> None:
    office.issues(20)
    assert said(store, sending(office.journal, 15)) == [0]
    assert reader.chains() == []


def test_two_hubs_of_one_name_are_told_and_nothing_of_the_second_is_written(
    store: Store, reader: Reader, office: Office, tmp_path: Path
) -> None:
    """A card was copied: both machines go on from record 6, each with other citizens."""
    office.issues(5)
    other = twin_of(office, tmp_path / "twin.db")
    office.issues(4)
    with other.journal as twin:
        assert said(store, sending(office.journal, 0)) == [10]
        other.issues(8)
        tries = [sending(twin, 6), sending(twin, 6), sending(twin, 10), sending(twin, 10, 10)]
        assert said(store, *tries) == ["central.two_hubs"] * 4
    assert list(reader.rows(only(reader))) == rows_of(office.journal)
    (alarm,) = reader.alarms()
    assert (alarm.office, alarm.key, alarm.seq, alarm.times) == (OFFICE, "central.two_hubs", 7, 4)
    assert "Switch one off" in alarm.words


def test_a_record_that_was_changed_on_its_way_is_refused(store: Store, reader: Reader, office: Office) -> None:
    office.issues(5)
    good = sending(office.journal)
    rows = list(good.request.rows)
    rows[3] = (*rows[3][:7], rows[3][7].replace("A003", "A999"), rows[3][8])
    bad = Sending(OFFICE, good.request.model_copy(update={"rows": rows}))
    missing = Sending(OFFICE, good.request.model_copy(update={"rows": [*rows[:2], *rows[4:]]}))
    stranger = Sending(OFFICE, good.request.model_copy(update={"epoch": "0" * 16}))
    assert said(store, bad, missing, stranger) == ["central.broken_chain"] * 3
    assert reader.chains() == []
    assert {(alarm.epoch, alarm.times) for alarm in reader.alarms()} == {(office.journal.epoch, 2), ("0" * 16, 1)}
    assert said(store, good) == [6]


def made(bodies: list[str]) -> Sending:
    """A chain of these texts, right in every hash."""
    epoch = "0123456789abcdef"
    digest = genesis(epoch, simulated=False)
    start, rows = digest.hex(), []
    for seq, body in enumerate(bodies, 1):
        values = (seq, 1, "help_asked", "boot-1", 1000, "ntp", None)
        digest = link(digest, values, body)
        rows.append((*values, body, digest.hex()))
    asked = UplinkRequest(request_id="request-1", epoch=epoch, after=0, after_hash=start, rows=rows)
    return Sending(OFFICE, asked)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 50_000 + "]" * 50_000,
        "{",
        '{"type": "other", "at_ms": 1, "by": "", "v": 1}',
        "null",
        '"' + "x" * 9,
        "1e999",
    ],
)
def test_a_text_that_is_no_event_is_refused_whatever_it_is(store: Store, body: str) -> None:
    assert said(store, made([body])) == ["central.broken_chain"]


@pytest.mark.parametrize("at_ms", [2**80, -(2**80), 253_402_300_800_000, 0])
def test_an_office_with_a_broken_clock_is_taken_all_the_same(store: Store, reader: Reader, at_ms: int) -> None:
    event_text = json.dumps({"type": "help_asked", "at_ms": at_ms, "by": "kiosk-1", "v": 1})
    assert said(store, made([event_text])) == [1]
    assert reader.verify(only(reader)) is None


def test_one_office_s_fault_keeps_no_other_out(
    store: Store, reader: Reader, office: Office, new_office: Callable[[str], Office]
) -> None:
    other = new_office("other")
    office.issues(3)
    other.issues(2)
    bad = sending(office.journal)
    broken = Sending(OFFICE, bad.request.model_copy(update={"after_hash": "0" * 64}))
    assert said(store, broken, sending(other.journal, office=OTHER), bad) == ["central.broken_chain", 3, 4]
    assert [chain.office for chain in reader.chains()] == [OFFICE, OTHER]


# --- an office with more than one journal


@pytest.mark.parametrize("spoilt", ["a page in the middle", "the first page", "twice"])
def test_a_salvaged_journal_is_counted_once(
    store: Store, reader: Reader, office: Office, tmp_path: Path, spoilt: str
) -> None:
    """The hub's card fails; central has more of the old journal than could be saved, and less than all of it."""
    office.issues(100)
    path = office.journal.path
    for after in (0, 50):
        said(store, sending(office.journal, after, 80))
    office.issues(10)
    office.journal.close()
    written = {row[7] for row in _raw(path)}
    for _ in range(2 if spoilt == "twice" else 1):
        data = bytearray(path.read_bytes())
        at = 0 if spoilt == "the first page" else len(data) // 2
        data[at : at + 1024] = bytes(1024)
        path.write_bytes(data)
        salvage(path)
    with Journal.open(path) as again:
        assert again.seq > 10
        for after in range(0, again.seq, 50):
            assert said(store, sending(again, after)) == [min(after + 50, again.seq)]
        old, new = reader.chains(OFFICE)
        assert (old.number, old.seq, new.number, new.seq) == (1, 80, 2, again.seq)
        assert reader.verify(new) is None
        assert list(reader.rows(new)) == rows_of(again)
        found = counted(tmp_path)
        assert len(found) == len(set(found)), "counted twice"
        assert set(found) == {row[7] for row in rows_of(again)} | {row[7] for row in reader.rows(old)}
        assert set(found) <= written
        assert reader.alarms() == []


def _raw(path: Path) -> list[tuple[object, ...]]:
    with Journal.open(path) as journal:
        return list(rows_of(journal))


def test_a_machine_that_was_replaced_and_is_switched_on_again_is_told_and_counted_once(
    store: Store, reader: Reader, office: Office, tmp_path: Path
) -> None:
    """The new hub goes on from last night's backup; what the old one gave since then was given, too."""
    office.issues(20)
    office.journal.backup(tmp_path / "new" / "hub.db")
    office.issues(10)
    said(store, sending(office.journal, 0, 25))
    (tmp_path / "new" / "hub.db").rename(tmp_path / "new" / "restore.db")
    (tmp_path / "new" / "hub.db").write_bytes(b"this journal died with its device" * 64)
    salvage(tmp_path / "new" / "hub.db", backups=[tmp_path / "new" / "restore.db"])
    with Journal.open(tmp_path / "new" / "hub.db") as journal:
        new = Office(journal)
        new.day, new.issued = 1, 300
        new.issues(4)
        assert said(store, sending(journal)) == [25]
        assert reader.alarms() == []
        assert said(store, sending(office.journal, 25)) == [31], "what it gave is not lost either"
        (alarm,) = reader.alarms()
        assert (alarm.key, alarm.epoch, alarm.seq) == ("central.two_journals", office.journal.epoch, 26)
        found = counted(tmp_path)
        assert len(found) == len(set(found)) == 31 + 4


def test_offices_that_say_the_same_are_counted_each_for_itself(
    store: Store, office: Office, new_office: Callable[[str], Office], tmp_path: Path
) -> None:
    """Also when one of them has a second journal, and what is said there is compared with the first."""
    first, other = new_office("first"), new_office("other")
    office.issues(3)
    other.issues(3)
    assert said(store, sending(first.journal), sending(other.journal, office=OTHER), sending(office.journal)) == [
        1,
        4,
        4,
    ]
    assert len(counted(tmp_path)) == 1 + 4 + 3, "only the day that both journals of the office opened"


# --- the database


def test_who_changes_the_database_is_found(store: Store, reader: Reader, office: Office, tmp_path: Path) -> None:
    office.issues(9)
    said(store, sending(office.journal))
    with closing(sqlite3.connect(tmp_path / "central.db")) as database:
        database.execute("UPDATE events SET body = replace(body, 'A004', 'A104') WHERE seq = 5")
        database.commit()
    broken = reader.verify(only(reader))
    assert broken is not None
    assert (broken.seq, broken.what) == (5, "hash")
    with closing(sqlite3.connect(tmp_path / "central.db")) as database:
        database.execute("DELETE FROM events WHERE seq > 3")
        database.commit()
    broken = reader.verify(only(reader))
    assert broken is not None
    assert (broken.seq, broken.what) == (10, "gap")


def test_a_full_disk_is_said_in_words_and_what_was_there_stays(tmp_path: Path, office: Office) -> None:
    engine = open_database(database_of(tmp_path))
    store = Store(engine)
    office.issues(40)
    journal = office.journal
    assert said(store, sending(journal, 0, 10)) == [10]
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA max_page_count = 1"))
    answers = [one for after in range(10, 41, 2) for one in store.take([sending(journal, after, after + 2)])]
    (words,) = {one.en for one in answers if isinstance(one, CentralError) and one.key == "central.store_away"}
    assert "full" in words
    store.close()
    again, reader = Store(open_database(database_of(tmp_path))), Reader(look_at_database(database_of(tmp_path)))
    chain = only(reader)
    assert 10 <= chain.seq < 41
    assert reader.verify(chain) is None
    assert said(again, sending(journal, chain.seq)) == [41]
    again.close()
    reader.close()


def test_what_is_looked_at_is_what_was_written_also_while_it_is_written(
    store: Store, reader: Reader, office: Office
) -> None:
    office.issues(30)
    said(store, sending(office.journal, 0, 20))
    chain = only(reader)
    rows = reader.rows(chain)
    first = next(rows)
    said(store, sending(office.journal, 20))
    assert [first, *rows] == rows_of(office.journal)[:20]
    assert reader.verify(dataclasses.replace(chain, seq=31)) is None


def test_a_content_is_what_a_record_says_and_not_where_it_stands(office: Office) -> None:
    office.issues(2)
    seq, day, kind, boot_id, mono_ms, source, request_id, body, prev, digest = rows_of(office.journal)[1]
    own = content((seq, day, kind, boot_id, mono_ms, source, request_id, body, prev, digest))
    assert own == content((99, day, kind, boot_id, mono_ms, source, request_id, body, bytes(32), bytes(32)))
    others = {
        content((seq, day + 1, kind, boot_id, mono_ms, source, request_id, body, prev, digest)),
        content((seq, day, kind, "boot-2", mono_ms, source, request_id, body, prev, digest)),
        content((seq, day, kind, boot_id, mono_ms + 1, source, request_id, body, prev, digest)),
        content((seq, day, kind, boot_id, mono_ms, source, "request-9", body, prev, digest)),
        content((seq, day, kind, boot_id, mono_ms, source, request_id, f"{body} ", prev, digest)),
    }
    assert len(others - {own}) == 5
