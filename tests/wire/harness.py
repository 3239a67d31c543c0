"""An office's wire for a test: a real mosquitto, clients on it, and boxes to wait for messages in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from queue_core.wire.backoff import Backoff
from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.messages import DeviceState, Message
from queue_core.wire.payload import read
from queue_core.wire.topics import Topics
from queue_kit.broker import Account, Broker, office_accounts

DEADLINE_S = 10.0
TOPICS = Topics("tinh-a", "xa-b")
M = TypeVar("M", bound=Message)


class Box:
    """What came, in order; a test waits until it holds what it is waiting for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.items: list[tuple[str, bytes, MessageInfo]] = []

    def __call__(self, topic: str, payload: bytes, info: MessageInfo) -> None:
        with self._changed:
            self.items.append((topic, payload, info))
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[Box], Any], timeout_s: float = DEADLINE_S) -> Any:
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self), timeout_s), f"only came: {self.items}"
            return wanted(self)

    def messages(self, model: type[M], topic: str | None = None) -> list[M]:
        return [read(model, payload) for got, payload, _ in self.items if topic in (None, got)]

    def wait_state(self, client: str, **wanted: Any) -> DeviceState:
        """Wait for a state of the client with these values."""
        topic = TOPICS.device_state(client)

        def found(box: Box) -> DeviceState | None:
            for state in box.messages(DeviceState, topic):
                if all(getattr(state, key) == value for key, value in wanted.items()):
                    return state
            return None

        state = self.wait_for(found)
        assert isinstance(state, DeviceState)
        return state


class Office:
    """A broker and the clients made on it; all are stopped at the end."""

    def __init__(self, directory: Path) -> None:
        accounts = [
            *office_accounts(kiosks=2, boards=1, signs=1, observers=("watch", "ear")),
            Account("driver", "driver"),
        ]
        self.broker = Broker(directory, accounts=accounts)
        self.broker.start()
        self.faults: list[BaseException] = []
        self._buses: list[Bus] = []
        self._raw: list[mqtt.Client] = []

    def bus(self, client: str, **options: Any) -> Bus:
        given: dict[str, Any] = {
            "host": self.broker.host,
            "port": self.broker.port,
            "topics": TOPICS,
            "client": client,
            "password": self.broker.password(client),
            "backoff": Backoff(0.02, 0.2),
            "fatal": self.faults.append,
        }
        bus = Bus(**(given | options))
        self._buses.append(bus)
        return bus

    def started(self, client: str, **options: Any) -> Bus:
        bus = self.bus(client, **options)
        bus.start()
        assert bus.wait_connected(DEADLINE_S), bus.trouble
        return bus

    def listener(self, client: str, *topics: str) -> tuple[Bus, Box]:
        """A connected client whose subscriptions fill a box."""
        box, bus = Box(), self.bus(client)
        for topic in topics:
            bus.subscribe(topic, box)
        bus.start()
        assert bus.wait_connected(DEADLINE_S), bus.trouble
        return bus, box

    def raw(self, client: str, **options: Any) -> tuple[mqtt.Client, Box, threading.Event]:
        """A bare MQTT client that may send anything; what it hears, and when it lost the connection."""
        paho = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client, protocol=mqtt.MQTTv5, reconnect_on_failure=False
        )
        paho.username_pw_set(options.get("username", client), options.get("password", self.broker.password(client)))
        box, up, gone = Box(), threading.Event(), threading.Event()
        paho.on_connect = lambda *_: up.set()
        paho.on_disconnect = lambda *_: gone.set()
        paho.on_message = lambda _c, _d, message: box(
            message.topic,
            bytes(message.payload),
            MessageInfo(bool(message.retain), None, getattr(message.properties, "CorrelationData", None)),
        )
        paho.connect(self.broker.host, self.broker.port)
        paho.loop_start()
        assert up.wait(DEADLINE_S)
        self._raw.append(paho)
        return paho, box, gone

    def close(self) -> None:
        for bus in self._buses:
            bus.stop()
        for paho in self._raw:
            paho.disconnect()
            paho.loop_stop()
        self.broker.stop()


def eventually(condition: Callable[[], Any], timeout_s: float = DEADLINE_S) -> Any:
    """Wait for a state that tells nobody when it is reached."""
    deadline_s, pause = time.monotonic() + timeout_s, threading.Event()
    while not (value := condition()):
        assert time.monotonic() < deadline_s, "waited in vain"
        pause.wait(0.005)
    return value
