"""Catalogues for the tests: one small and invented, the shipped one, and the real one where it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.shipped import build_shipped
from queue_kit.catalogue.store import build
from queue_kit.catalogue.words import read_events, read_synonyms
from tests.catalogue.real import LIST


@pytest.fixture(scope="session")
def shipped_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_shipped(tmp_path_factory.mktemp("shipped") / "catalogue.db")


@pytest.fixture(scope="session")
def shipped(shipped_file: Path) -> Iterator[Catalogue]:
    with Catalogue(shipped_file) as catalogue:
        yield catalogue


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    path = tmp_path_factory.mktemp("real") / "catalogue.db"
    procedures, _ = read_sources([LIST])
    build(path, procedures, read_synonyms(), read_events())
    with Catalogue(path) as catalogue:
        yield catalogue
