from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.procedure import Case, Channel, Note, Paper, Procedure, Result, from_plain, plain
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.shipped import SOURCE
from queue_kit.catalogue.store import build, connect, verify
from queue_kit.catalogue.words import LifeEvents, Synonyms, read_events, read_synonyms

TEXT = st.sampled_from(["", "a", "Đăng ký\nkhai sinh", " ", "0", "\u0301"])
DAY = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))


def shipped_procedures() -> list[Procedure]:
    return read_sources([SOURCE])[0]


def built(path: Path, procedures: list[Procedure] | None = None) -> str:
    chosen = shipped_procedures() if procedures is None else procedures
    return build(path, chosen, read_synonyms(), read_events())


def test_a_second_import_of_the_same_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    first = built(path)
    before = path.stat()
    assert built(path, list(reversed(shipped_procedures()))) == first
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert built(tmp_path / "elsewhere.db") == first == verify(path)


CHANGES = {
    "a letter of a fee": lambda ps: [replace(ps[0], channels=(replace(ps[0].channels[0], fee="1 đồng"),)), *ps[1:]],
    "a procedure less": lambda ps: ps[1:],
    "a day": lambda ps: [replace(ps[0], valid_to=date(2027, 2, 28)), *ps[1:]],
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_changes_the_hash(tmp_path: Path, what: str) -> None:
    path = tmp_path / "catalogue.db"
    before = built(path)
    assert built(path, CHANGES[what](shipped_procedures())) != before
    assert verify(path) != before


def test_other_words_are_another_catalogue(tmp_path: Path) -> None:
    procedures = shipped_procedures()
    plain_words = build(tmp_path / "a.db", procedures, Synonyms(), LifeEvents())
    assert build(tmp_path / "a.db", procedures, Synonyms(filler=("xin",)), LifeEvents()) != plain_words


def test_who_has_the_old_one_open_goes_on_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    built(path)
    inode = path.stat().st_ino
    with Catalogue(path) as old:
        built(path, shipped_procedures()[:3])
        assert path.stat().st_ino != inode, "another file took the name; the open one was not touched"
        assert len(old.procedures()) == 18
    with Catalogue(path) as new:
        assert len(new) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_no_file_keeps_the_old_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    before = built(path)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(CatalogueError, match=r"catalogue\.not_written"):
            built(path, shipped_procedures()[:3])
    finally:
        tmp_path.chmod(0o700)
    assert verify(path) == before


def test_a_full_disk_keeps_the_old_catalogue_and_leaves_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalogue.db"
    before = built(path)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("queue_kit.catalogue.store.os.fsync", full)
    with pytest.raises(CatalogueError, match=r"catalogue\.not_written"):
        built(path, shipped_procedures()[:3])
    assert verify(path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["catalogue.db"]


def damaged(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()


def test_a_changed_row_is_found(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    built(path)
    damaged(path, "UPDATE procedure SET body = replace(body, '8.000', '9.000')")
    with pytest.raises(CatalogueError, match=r"catalogue\.not_one"):
        verify(path)


def test_a_torn_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    built(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(CatalogueError, match=r"catalogue\.not_one"):
        verify(path)


def nothing(_path: Path) -> None:
    """No file at all."""


def text(path: Path) -> None:
    path.write_text("đây không phải là danh mục\n" * 100, encoding="utf-8")


def empty(path: Path) -> None:
    path.touch()


def other_database(path: Path) -> None:
    damaged(path, "CREATE TABLE meta (key TEXT, value TEXT)")


def from_the_future(path: Path) -> None:
    built(path)
    damaged(path, "PRAGMA user_version = 99")


def without_meta(path: Path) -> None:
    built(path)
    damaged(path, "DELETE FROM meta")


@pytest.mark.parametrize(
    ("make", "key"),
    [
        *((nothing, "missing"), (text, "not_one"), (empty, "not_one"), (other_database, "not_one")),
        *((from_the_future, "newer_format"), (without_meta, "not_one")),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_in_words(tmp_path: Path, make: object, key: str) -> None:
    path = tmp_path / "catalogue.db"
    make(path)  # type: ignore[operator]
    with pytest.raises(CatalogueError) as refused:
        Catalogue(path)
    assert refused.value.key == f"catalogue.{key}"
    assert "catalogue.db" in refused.value.vi


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    built(path)
    with closing(connect(path)) as database, pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("DELETE FROM procedure")


@settings(max_examples=60)
@given(
    st.builds(
        Procedure,
        code=st.just("1.004222"), name=TEXT, subjects=st.tuples(TEXT), steps=st.tuples(TEXT, TEXT),
        channels=st.tuples(st.builds(Channel, method=TEXT, fee=TEXT, time_unclear=st.booleans(), valid_from=DAY)),
        cases=st.tuples(
            st.builds(
                Case, name=TEXT, papers=st.tuples(st.builds(Paper, name=TEXT, originals=st.integers(0, 9))),
                notes=st.tuples(st.builds(Note, text=TEXT)),
            )
        ),
        results=st.tuples(st.builds(Result, name=TEXT, code=TEXT)), valid_to=DAY,
    )
)  # fmt: skip
def test_a_procedure_is_the_same_after_writing_and_reading(procedure: Procedure) -> None:
    assert from_plain(plain(procedure)) == procedure
