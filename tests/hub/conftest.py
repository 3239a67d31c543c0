"""A hub and a wire for a test, closed at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub.house import Hub
from tests.wire.harness import Office as Wire


@pytest.fixture
def new_hub(tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    made: list[Hub] = []

    def make(**options: Any) -> Hub:
        hub = Hub(options.pop("folder", tmp_path), **options)
        made.append(hub)
        return hub

    yield make
    for hub in made:
        hub.close()


@pytest.fixture
def hub(new_hub: Callable[..., Hub]) -> Hub:
    return new_hub()


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path / "broker")
    try:
        yield made
    finally:
        made.close()
    assert made.faults == [], "a handler failed on a network thread"
