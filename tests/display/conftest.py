from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# The fake hub stands beside these tests; tests are no package.
sys.path.insert(0, str(Path(__file__).parent))

from lobby import Lobby

from queue_kit.broker.accounts import office_accounts
from queue_kit.broker.process import Broker


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with Broker(tmp_path_factory.mktemp("broker"), accounts=office_accounts(boards=2)) as running:
        yield running


@dataclass
class Beating:
    """A fake hub that beats until it is stopped."""

    lobby: Lobby
    stopped: threading.Event

    def run(self) -> None:
        while not self.stopped.wait(2.0):
            self.lobby.beat()


@pytest.fixture
def lobby(broker: Broker) -> Iterator[Lobby]:
    fake = Lobby(epoch=f"e{threading.get_native_id()}-{id(object())}")
    fake.connect(broker.port, broker.password("hub"))
    fake.show()
    fake.beat()
    beating = Beating(fake, threading.Event())
    thread = threading.Thread(target=beating.run)
    thread.start()
    yield fake
    beating.stopped.set()
    thread.join()
    assert fake.bus is not None
    fake.bus.stop()
