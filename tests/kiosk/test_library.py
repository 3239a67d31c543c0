"""The kiosk's own copy of the procedures: answers on a thread, only the newest question, another file under way."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import session as s
from kiosk.library import Library

DEADLINE_S = 20.0


class Reader:
    """Asks the library and waits for its answers."""

    def __init__(self, file: Path) -> None:
        self.events: queue.Queue[s.Event] = queue.Queue()
        self.library = Library(file, post=self.events.put)

    def next(self, kind: type[s.Event]) -> s.Event:
        while not isinstance(event := self.events.get(timeout=DEADLINE_S), kind):
            pass
        return event


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    found = Reader(tmp_path / "catalogue.db")
    yield found
    found.library.stop()


def test_the_shipped_catalogue_is_put_there_and_answers(reader: Reader, tmp_path: Path) -> None:
    assert reader.library.shelf == s.Shelf(), "the tile is there, and nothing is opened before the first frame"
    reader.library.start()
    reader.next(s.SeenChanged)
    shelf = reader.library.shelf
    assert shelf is not None
    assert {group.ident for group, _ in shelf.fields} >= {"Hộ tịch", "Chứng thực"}
    assert (tmp_path / "catalogue.db").exists()
    reader.library.ask(s.Search("lam giay khai sinh"), None)
    found = reader.next(s.Found)
    assert isinstance(found, s.Found)
    assert (found.text, found.entries[0].code) == ("lam giay khai sinh", "1.001193")
    for group, _, _ in shelf.events:
        reader.library.ask(s.ListGroup(group), None)
        listed = reader.next(s.Listed)
        assert isinstance(listed, s.Listed)
        assert listed.group == group
        assert listed.entries, f"{group.ident} is offered and empty"
    reader.library.ask(s.FetchProcedure("1.001193"), None)
    came = reader.next(s.ProcedureCame)
    assert isinstance(came, s.ProcedureCame)
    assert came.procedure is not None
    reader.library.ask(s.FetchProcedure("9.999999"), None)
    assert reader.next(s.ProcedureCame) == s.ProcedureCame("9.999999", None)


def test_of_quick_keys_only_the_newest_is_searched(reader: Reader) -> None:
    # Asked before the thread runs: all of them wait, as when somebody types faster than a slow card answers.
    for text in ("k", "kh", "kha", "khai", "khai sinh"):
        reader.library.ask(s.Search(text), None)
    reader.library.start()
    found = reader.next(s.Found)
    assert isinstance(found, s.Found)
    assert found.text == "khai sinh"
    assert reader.events.empty()


@pytest.mark.parametrize("content", [b"", b"no catalogue at all", b"SQLite format 3\x00" + b"x" * 4000])
def test_a_file_that_is_no_catalogue_is_put_aside_for_the_shipped_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalogue.db").write_bytes(content)
    reader = Reader(tmp_path / "catalogue.db")
    reader.library.start()
    reader.library.ask(s.Search("khai sinh"), None)
    found = reader.next(s.Found)
    assert isinstance(found, s.Found)
    assert found.entries
    assert (tmp_path / "catalogue.db.corrupt").read_bytes() == content
    reader.library.stop()


def test_a_card_that_takes_nothing_still_shows_the_shipped_procedures(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    reader = Reader(tmp_path / "taken" / "catalogue.db")
    reader.library.start()
    reader.library.ask(s.Search("khai sinh"), None)
    found = reader.next(s.Found)
    assert isinstance(found, s.Found)
    assert found.entries
    assert reader.library.shelf is not None
    reader.library.stop()
