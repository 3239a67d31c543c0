from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.signs.house import Cable, Units


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    cable = Cable(tmp_path)
    cable.plug_in()
    yield cable
    cable.unplug()


@pytest.fixture
def units(cable: Cable) -> Iterator[Callable[..., Units]]:
    made: list[Units] = []

    def make(*addresses: int) -> Units:
        made.append(Units(cable.far, list(addresses)).start())
        return made[-1]

    yield make
    for one in made:
        one.stop()
