"""A hub with a dossier desk, on a real journal, with a clock told by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dossiers.house import DeskHouse


@pytest.fixture
def new_house(tmp_path: Path) -> Iterator[Callable[..., DeskHouse]]:
    made: list[DeskHouse] = []

    def make(**options: Any) -> DeskHouse:
        made.append(DeskHouse(tmp_path, **options))
        return made[-1]

    yield make
    for house in made:
        house.close()


@pytest.fixture
def house(new_house: Callable[..., DeskHouse]) -> DeskHouse:
    return new_house()
