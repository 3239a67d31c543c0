"""What central takes and what it refuses: an office's records in order, once, and as they were written."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, text

from central.database import database_of, open_database
from central.errors import CentralError
from central.schema import METADATA
from central.store import Chain, Sending, Store
from queue_core.journal import Journal, salvage
from queue_core.journal.carried import sent
from queue_core.wire.messages import UplinkRequest
from tests.central.house import OFFICE, OTHER, rows_of
from tests.journal.conftest import Office


def sending(
    journal: Journal, after: int = 0, upto: int | None = None, office: str = OFFICE, begins: int = 0
) -> Sending:
    """Records of a journal as its uplink sends them."""
    place, digest = journal.place(after) if after else journal.start
    rows = list(journal.rows(after, (journal.seq if upto is None else upto) - after))
    asked = UplinkRequest(
        request_id=secrets.token_hex(16), epoch=journal.epoch, simulated=journal.simulated, begins=begins, after=place,
        after_hash=digest.hex(), rows=sent(rows[:50]),
    )  # fmt: skip
    return Sending(office, asked)


def said(store: Store, *sendings: Sending) -> list[int | str]:
    return [one.key if isinstance(one, CentralError) else one for one in store.take(sendings)]


def only(store: Store, office: str = OFFICE) -> Chain:
    (chain,) = store.chains(office)
    return chain


def test_a_journal_comes_page_by_page_and_is_what_the_office_wrote(store: Store, office: Office) -> None:
    office.issues(120)
    journal = office.journal
    assert [said(store, sending(journal, after)) for after in (0, 50, 100)] == [[50], [100], [121]]
    chain = only(store)
    assert (chain.seq, chain.last_ms, chain.alarms) == (121, journal.last_stamp().at_ms, 0)  # type: ignore[union-attr]
    assert list(store.rows(chain)) == rows_of(journal)
    assert store.verify(chain) is None


def test_the_same_again_changes_nothing(store: Store, office: Office) -> None:
    office.issues(30)
    journal = office.journal
    again = [sending(journal, 0, 20), sending(journal, 0, 20), sending(journal, 10), sending(journal, 5, 8)]
    assert said(store, *again) == [20, 20, 31, 31]
    assert list(store.rows(only(store))) == rows_of(journal)


def test_asked_without_records_it_says_how_far_it_is(store: Store, office: Office) -> None:
    office.issues(5)
    journal = office.journal
    assert said(store, sending(journal, 0, 0)) == [0]
    assert store.chains() == []
    assert said(store, sending(journal, 0, 4), sending(journal, 6, 6), sending(journal, 0, 0)) == [4, 4, 4]


def test_what_it_lacks_it_asks_for_again(store: Store, office: Office) -> None:
    """A database that was put back from last night's copy: the office sends on from where that ends."""
    office.issues(20)
    journal = office.journal
    assert said(store, sending(journal, 0, 8), sending(journal, 15)) == [8, 8]
    assert said(store, sending(journal, 8)) == [21]


def test_a_database_that_knows_nothing_asks_for_the_first_record(store: Store, office: Office) -> None:
    office.issues(20)
    assert said(store, sending(office.journal, 15)) == [0]
    assert store.chains() == []


def test_two_hubs_of_one_name_are_told_once_and_nothing_is_written(
    store: Store, office: Office, tmp_path: Path
) -> None:
    """A card was copied: both machines go on from record 6, each with other citizens."""
    office.issues(5)
    office.journal.backup(tmp_path / "twin.db")
    office.issues(4)
    with Journal.open(tmp_path / "twin.db") as twin:
        other = Office(twin)
        other.day, other.issued = 1, 50  # other citizens: other numbers
        assert said(store, sending(office.journal, 0)) == [10]
        other.issues(8)
        assert (
            said(store, sending(twin, 6), sending(twin, 6), sending(twin, 10), sending(twin, 10, 10))
            == ["central.two_hubs"] * 4
        )
    assert list(store.rows(only(store))) == rows_of(office.journal)
    assert only(store).alarms == 2, "at record 7, and at record 10, each once"


def test_a_record_that_was_changed_on_its_way_is_refused(store: Store, office: Office) -> None:
    office.issues(5)
    good = sending(office.journal)
    rows = list(good.request.rows)
    rows[3] = (*rows[3][:7], rows[3][7].replace("A003", "A999"), rows[3][8])
    bad = Sending(OFFICE, good.request.model_copy(update={"rows": rows}))
    missing = Sending(OFFICE, good.request.model_copy(update={"rows": [*rows[:2], *rows[4:]]}))
    stranger = Sending(OFFICE, good.request.model_copy(update={"epoch": "0" * 16}))
    assert said(store, bad, missing, stranger) == ["central.broken_chain"] * 3
    assert store.chains() == []
    assert said(store, good) == [6]


def test_one_office_s_fault_keeps_no_other_out(
    store: Store, office: Office, new_office: Callable[[str], Office]
) -> None:
    other = new_office("other")
    office.issues(3)
    other.issues(2)
    bad = sending(office.journal)
    broken = Sending(OFFICE, bad.request.model_copy(update={"after_hash": "0" * 64}))
    assert said(store, broken, sending(other.journal, office=OTHER), bad) == ["central.broken_chain", 3, 4]
    assert [chain.office for chain in store.chains()] == [OFFICE, OTHER]


def test_a_salvaged_journal_goes_on_under_its_new_name_and_nothing_is_counted_twice(
    store: Store, office: Office
) -> None:
    """What central has of the damaged one is not sent under the new one."""
    office.issues(20)
    journal, path = office.journal, office.journal.path
    assert said(store, sending(journal, 0, 12)) == [12]
    journal.close()
    salvage(path)
    with Journal.open(path) as again:
        begins = again.taken_over(12)
        assert said(store, sending(again, 15, begins=begins)) == [0], "not from its beginning"
        assert said(store, sending(again, begins, 18, begins=begins), sending(again, 18)) == [18, 21]
        assert said(store, sending(again, begins, begins=begins), sending(again, 0, 0)) == [21, 21]
        old, new = store.chains(OFFICE)
        assert (old.seq, new.begins, new.seq) == (12, 12, 21)
        assert [row[0] for row in store.rows(new)] == list(range(13, 22))
        assert store.verify(new) is None
        numbers = [row[7] for chain in (old, new) for row in store.rows(chain) if row[2] == "ticket_issued"]
        assert len(set(numbers)) == len(numbers) == 20


def test_who_changes_the_database_is_found(store: Store, office: Office, tmp_path: Path) -> None:
    office.issues(9)
    said(store, sending(office.journal))
    with closing(sqlite3.connect(tmp_path / "central.db")) as database:
        database.execute("UPDATE events SET body = replace(body, 'A004', 'A104') WHERE seq = 5")
        database.commit()
    broken = store.verify(only(store))
    assert broken is not None
    assert (broken.seq, broken.what) == (5, "hash")
    with closing(sqlite3.connect(tmp_path / "central.db")) as database:
        database.execute("DELETE FROM events WHERE seq > 3")
        database.commit()
    broken = store.verify(only(store))
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
    again = Store(open_database(database_of(tmp_path)))
    chain = only(again)
    assert 10 <= chain.seq < 41
    assert again.verify(chain) is None
    assert said(again, sending(journal, chain.seq)) == [41]
    again.close()


def test_a_database_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    open_database(database_of(tmp_path)).dispose()
    with closing(sqlite3.connect(tmp_path / "central.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    with pytest.raises(CentralError) as told:
        open_database(database_of(tmp_path))
    assert told.value.key == "central.too_new"


def test_the_steps_make_what_the_code_believes_in(tmp_path: Path) -> None:
    engine = open_database(database_of(tmp_path))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2, "FULL"
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()
