"""Old files and old events are lifted; what a newer version wrote is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from queue_core import events
from queue_core.errors import JournalError
from queue_core.events import SlipFailed, load_event
from queue_core.journal import Journal, JournalReader, schema


@pytest.fixture
def one_day(office: Any, journal: Journal, path: Path) -> Path:
    office.opens()
    office.issues(4)
    journal.close()
    return path


def _add_table(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE notes (seq INTEGER PRIMARY KEY, text TEXT)")
    connection.execute("INSERT INTO notes SELECT seq, 'from format 1' FROM events")


def _add_column(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE answers ADD COLUMN asked INTEGER")


def test_an_older_file_is_lifted_step_by_step(one_day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with JournalReader(one_day) as reader:
        before = list(reader.records())
    monkeypatch.setattr(schema, "FORMAT", 3)
    monkeypatch.setattr(schema, "MIGRATIONS", {1: _add_table, 2: _add_column})
    with Journal.open(one_day) as journal:
        assert list(journal.records()) == before
        assert journal.verify() is None
    connection = sqlite3.connect(one_day)
    assert connection.execute("SELECT count(*) FROM notes").fetchone() == (5,)
    assert connection.execute("SELECT value FROM header WHERE key = 'format'").fetchone() == ("3",)
    connection.close()
    Journal.open(one_day).close()


def test_a_failing_step_leaves_the_older_file(one_day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: sqlite3.Connection) -> None:
        _add_table(connection)
        connection.execute("INSERT INTO notes VALUES ('not a number', 1)")

    with monkeypatch.context() as newer:
        newer.setattr(schema, "FORMAT", 2)
        newer.setattr(schema, "MIGRATIONS", {1: half})
        with pytest.raises(JournalError) as refused:
            Journal.open(one_day)
        assert refused.value.key == "journal.write_failed"
    with Journal.open(one_day) as journal:
        assert (journal.seq, journal.verify()) == (5, None)
    connection = sqlite3.connect(one_day)
    assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'notes'").fetchone() == (0,)
    connection.close()


def test_a_newer_file_is_refused_and_left_alone(one_day: Path, tamper: Callable[..., None]) -> None:
    tamper(one_day, "UPDATE header SET value = '9' WHERE key = 'format'")
    before = one_day.read_bytes()
    with pytest.raises(JournalError) as refused:
        Journal.open(one_day)
    assert refused.value.key == "journal.too_new"
    assert "9" in refused.value.vi
    assert one_day.read_bytes() == before


def test_an_old_event_is_lifted_when_it_is_read(office: Any, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record keeps its text for ever; only what the fold sees is of today's version."""
    journal.append([SlipFailed(at_ms=1, ticket="t1", why="paper_out")], office.stamp(), day=1)

    def rename(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "why": f"printer.{values['why']}", "v": 2}

    monkeypatch.setitem(events.UPCASTERS, ("slip_failed", 1), rename)
    record = next(journal.records())
    lifted = load_event(record.body)
    assert isinstance(lifted, SlipFailed)
    assert (lifted.v, lifted.why) == (2, "printer.paper_out")
    assert (record.v, record.body["why"]) == (1, "paper_out")
    assert journal.verify() is None
