"""A whole wire for a test: broker and clients, stopped at its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wire.harness import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "broker")
    try:
        yield made
    finally:
        made.close()
    assert made.faults == [], "a handler failed on a network thread"
