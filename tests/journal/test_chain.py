"""Whatever is changed behind the journal's back, the first broken link is named, and the file is not opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from queue_core.errors import JournalError
from queue_core.journal import Journal, JournalReader

Tamper = Callable[..., None]


@pytest.fixture
def two_days(office: Any, journal: Journal, path: Path) -> Path:
    """Records 1 to 7 are an old day, 8 to 12 the open one."""
    office.opens()
    office.issues(6)
    office.opens("2026-11-23")
    office.issues(2)
    office.serves()
    assert journal.seq == 12
    journal.close()
    return path


def verify(path: Path) -> tuple[int, str] | None:
    with JournalReader(path) as reader:
        broken = reader.verify()
        return None if broken is None else (broken.seq, broken.what)


def test_an_untouched_journal_is_whole(two_days: Path) -> None:
    assert verify(two_days) is None
    Journal.open(two_days).close()


@pytest.mark.parametrize("seq", [1, 4, 9, 12])
@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("day = day + 1", "hash"),
        ("type = 'ticket_finished'", "hash"),
        ("boot_id = 'boot-2'", "hash"),
        ("mono_ms = mono_ms + 1", "hash"),
        ("source = 'rtc'", "hash"),
        ("request_id = 'another'", "hash"),
        ("body = replace(body, '\"v\":1', '\"v\":2')", "hash"),
        ("body = replace(body, '{', '{ ')", "hash"),
        ("body = CAST(body AS BLOB)", "hash"),
        ("hash = zeroblob(32)", "hash"),
        ("hash = x''", "hash"),
        ("mono_ms = 'soon'", "hash"),
    ],
)
def test_each_field_is_bound(two_days: Path, tamper: Tamper, seq: int, change: str, what: str) -> None:
    tamper(two_days, f"UPDATE events SET {change} WHERE seq = ?", seq)
    assert verify(two_days) == (seq, what)


@pytest.mark.parametrize("seq", [4, 9, 12])
def test_the_hash_of_the_one_before_is_bound(two_days: Path, tamper: Tamper, seq: int) -> None:
    tamper(two_days, "UPDATE events SET prev = zeroblob(32) WHERE seq = ?", seq)
    assert verify(two_days) == (seq, "prev")


@pytest.mark.parametrize("seq", [4, 9])
def test_a_missing_record_is_seen(two_days: Path, tamper: Tamper, seq: int) -> None:
    tamper(two_days, "DELETE FROM events WHERE seq = ?", seq)
    assert verify(two_days) == (seq + 1, "gap")


def test_a_record_moved_to_another_place_is_seen(two_days: Path, tamper: Tamper) -> None:
    tamper(two_days, "UPDATE events SET seq = 13 WHERE seq = 12")
    assert verify(two_days) == (13, "gap")


@pytest.mark.parametrize("change", ["value = 'abc' WHERE key = 'epoch'", "value = '1' WHERE key = 'simulated'"])
def test_the_header_is_bound_by_the_first_record(two_days: Path, tamper: Tamper, change: str) -> None:
    tamper(two_days, f"UPDATE header SET {change}")
    assert verify(two_days) == (1, "header")
    with pytest.raises(JournalError) as refused:
        Journal.open(two_days, simulated="simulated" in change)
    assert refused.value.key == "journal.corrupt"


def test_of_several_broken_links_the_first_is_named(two_days: Path, tamper: Tamper) -> None:
    tamper(two_days, "UPDATE events SET day = 99 WHERE seq IN (5, 3, 11)")
    with JournalReader(two_days) as reader:
        broken = reader.verify()
    assert broken is not None
    assert str(broken) == "record 3: its contents are not what was written"


def test_a_rewritten_record_with_a_fresh_hash_breaks_the_next(two_days: Path, tamper: Tamper) -> None:
    from queue_core.journal.record import link

    with JournalReader(two_days) as reader:
        row = reader.row(5)
    assert row is not None
    body = row[7].replace("A004", "A999")
    tamper(two_days, "UPDATE events SET body = ?, hash = ? WHERE seq = 5", body, link(row[8], row[:7], body))
    assert verify(two_days) == (6, "prev")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET day = 3 WHERE seq = 8",
        "UPDATE events SET day = 3 WHERE seq = 12",
        "UPDATE events SET hash = zeroblob(32) WHERE seq = 7",  # the record that the open day follows
        "DELETE FROM events WHERE seq = 10",
        "DELETE FROM events WHERE seq = 1",
        "DELETE FROM events WHERE seq = 7",
        "DELETE FROM header WHERE key = 'epoch'",
        "UPDATE header SET value = 'one' WHERE key = 'format'",
        "DROP TABLE header",
        "PRAGMA application_id = 7",
    ],
)
def test_a_broken_journal_is_never_opened(two_days: Path, tamper: Tamper, statement: str) -> None:
    tamper(two_days, statement)
    before = two_days.read_bytes()
    with pytest.raises(JournalError) as refused:
        Journal.open(two_days)
    assert refused.value.key == "journal.corrupt"
    assert str(two_days) in refused.value.vi
    assert "motcua journal salvage" in refused.value.vi
    assert two_days.read_bytes() == before, "a refused file is left as it was found"


@pytest.mark.parametrize("text", ["not json", "[]", '{"type":"ticket_issued"}', "null"])
def test_a_record_that_is_no_event_is_an_error_with_a_key(two_days: Path, tamper: Tamper, text: str) -> None:
    tamper(two_days, "UPDATE events SET body = ? WHERE seq = 3", text)
    with Journal.open(two_days) as journal, pytest.raises(JournalError) as refused:
        list(journal.records())
    assert refused.value.key == "journal.corrupt"
    assert "record 3" in refused.value.en


def test_a_fault_in_an_old_day_is_left_to_verify(two_days: Path, tamper: Tamper) -> None:
    """A hundred thousand old records cost the start nothing; the open day is what numbers are given from."""
    tamper(two_days, "UPDATE events SET day = 3 WHERE seq = 3")
    with Journal.open(two_days) as journal:
        broken = journal.verify()
        assert broken is not None
        assert broken.seq == 3


@pytest.mark.parametrize("damage", ["text", "zeros", "short", "header", "half"])
def test_a_damaged_file_is_never_opened(two_days: Path, damage: str) -> None:
    whole = two_days.read_bytes()
    pages = len(whole) // 1024
    two_days.write_bytes(
        {
            "text": b"this is not a journal\n" * 500,
            "zeros": bytes(len(whole)),
            "short": whole[:700],
            "header": bytes(100) + whole[100:],
            "half": whole[: pages // 2 * 1024],
        }[damage]
    )
    with pytest.raises(JournalError) as refused:
        Journal.open(two_days)
    assert refused.value.key == "journal.corrupt"
    with pytest.raises(JournalError), JournalReader(two_days) as reader:
        raise JournalError("journal.corrupt", problem=reader.verify())


@pytest.mark.parametrize(("start", "said"), [(1, 8), (5, 5)])
def test_a_false_index_cannot_hide_the_open_day(two_days: Path, start: int, said: int) -> None:
    """The index of days is not in the chain; what it points at is looked at."""
    import sqlite3

    connection = sqlite3.connect(two_days)
    page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'day_starts'").fetchone()[0]
    connection.close()
    whole = bytearray(two_days.read_bytes())
    leaf = slice((page - 1) * 1024, page * 1024)
    entry = whole[leaf].rindex(bytes([8]))  # the entry of record 8, the last day_opened
    whole[(page - 1) * 1024 + entry] = start
    two_days.write_bytes(whole)
    with JournalReader(two_days) as reader:
        broken = reader.verify_open_day()
    assert broken is not None
    assert (broken.seq, broken.what) == (said, "file")
    assert verify(two_days) == (0, "file")
    with pytest.raises(JournalError, match=r"journal\.corrupt"):
        Journal.open(two_days)


def test_an_empty_file_is_no_journal(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch()
    with pytest.raises(JournalError) as refused:
        Journal.open(path)
    assert refused.value.key == "journal.corrupt"


def test_every_damaged_page_is_found(two_days: Path) -> None:
    """One flipped byte in the used part of any page: opening or verifying tells."""
    whole = two_days.read_bytes()
    missed = []
    for page in range(len(whole) // 1024):
        start = page * 1024
        spots = [at for at in range(start, start + 1024) if whole[at]]
        spot = spots[-1] if spots else start
        two_days.write_bytes(whole[:spot] + bytes([whole[spot] ^ 0x55]) + whole[spot + 1 :])
        try:
            found = verify(two_days) is not None
        except JournalError:
            found = True
        if not found:
            missed.append(page + 1)
    # The chain guards the records. The text of an answer is not part of it; the structure around it is checked.
    two_days.write_bytes(whole)
    assert missed == [page for page in missed if b'{"number":"A00' in whole[(page - 1) * 1024 : page * 1024]]
