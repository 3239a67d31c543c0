"""A journal to send, and a province to send it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from central.database import database_of, look_at_database, open_database
from central.reader import Reader
from central.store import Store
from queue_core.journal import Journal
from tests.central.house import Province
from tests.journal.conftest import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office that has opened its first day."""
    with Journal.open(tmp_path / "office" / "hub.db") as journal:
        made = Office(journal)
        made.opens()
        yield made


@pytest.fixture
def new_office(tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    journals: list[Journal] = []

    def make(name: str) -> Office:
        journals.append(Journal.open(tmp_path / name / "hub.db"))
        made = Office(journals[-1])
        made.opens()
        return made

    yield make
    for journal in journals:
        journal.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(open_database(database_of(tmp_path)))
    yield made
    made.close()


@pytest.fixture
def reader(store: Store, tmp_path: Path) -> Iterator[Reader]:
    made = Reader(look_at_database(database_of(tmp_path)))
    yield made
    made.close()


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Province]:
    made = Province(tmp_path / "province")
    try:
        yield made
    finally:
        made.close()
