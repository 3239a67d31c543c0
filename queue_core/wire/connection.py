"""One connection to the broker, from the dial to its end; it is never used again.

paho keeps unacknowledged messages and sends them again after a reconnect; in a lobby that is a call spoken minutes
late. So each connection has a paho client of its own that is thrown away with it.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from queue_core.wire.errors import WireError
from queue_core.wire.messages import MAX_PAYLOAD_BYTES
from queue_core.wire.subscriptions import MessageInfo
from queue_core.wire.tls import TlsFiles

log = logging.getLogger(__name__)

#: messages on their way at once; mosquitto is configured with the same
MAX_INFLIGHT: Final = 100
#: a packet a client takes: the largest payload, its topic and properties
MAX_PACKET_BYTES: Final = MAX_PAYLOAD_BYTES * 2
#: the thread wakes by itself this often, to look after the keep-alive; messages wake it at once
_LOOP_S: Final = 2.5  # or a quarter of the keep-alive
_CONNECT_S: Final = 4.0
_NO_MATCHING_SUBSCRIBERS: Final = 0x10
_SESSION_TAKEN_OVER: Final = 0x8E
#: nobody subscribes this: leaving it changes nothing, and the broker answers in its turn
_NEVER_SUBSCRIBED: Final = "$motcua/caught-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialling:
    """Where the broker is, and as whom we come. ``keepalive_s``: a dead peer is noticed within twice this."""

    host: str
    port: int
    client: str
    username: str
    password: str | None
    tls: TlsFiles | None
    clean_start: bool
    keepalive_s: int


class Owner(Protocol):
    """Who made the connection, and hears of it on the network thread."""

    def accepted(self, connection: Connection) -> None:
        """The broker has accepted us: subscribe, and say who we are."""
        ...

    def opened(self) -> None:
        """The broker has confirmed the first subscriptions."""
        ...

    def heard(self, topic: str, payload: bytes, info: MessageInfo) -> None:
        """A message came."""
        ...

    def not_passed_on(self, mid: int, error: WireError) -> None:
        """The broker did not pass packet ``mid`` on."""
        ...

    def refused(self) -> None:
        """The broker refused a message or a subscription; it is logged."""
        ...

    def failed(self, trouble: WireError, detail: str) -> None:
        """There is no connection, and why."""
        ...

    def ending(self) -> bool:
        """Whether the end is wanted."""
        ...


class Connection:
    """One try, and the connection that came of it. Sending is for any thread, :meth:`serve` for the network thread.

    ``will``: topic and payload that the broker publishes, retained, when we are gone without a word.
    """

    def __init__(self, dialling: Dialling, owner: Owner, *, will: tuple[str, bytes]) -> None:
        self._dialling = dialling
        self._owner = owner
        self._is_open = False
        self._first_subscription: int | None = None
        self._catching_up: deque[Callable[[], None]] = deque()
        self._asking_order = threading.Lock()
        self._paho = self._new_paho(will)

    def serve(self) -> float:
        """Connect and serve until the connection ends; seconds it lived (0: never accepted)."""
        opened_s, wake_s = time.monotonic(), min(_LOOP_S, self._dialling.keepalive_s / 4)
        if not self._dial():
            return 0.0
        while self._paho.loop(wake_s if self._is_open else 0.5) == MQTTErrorCode.MQTT_ERR_SUCCESS:
            if not self._is_open and (self._owner.ending() or time.monotonic() - opened_s > _CONNECT_S):
                break
        return time.monotonic() - opened_s if self._is_open else 0.0

    def disconnect(self) -> None:
        """Say goodbye; no will is published."""
        self._paho.disconnect()

    def close(self) -> None:
        """Let go of the socket: of a broker that accepts and never answers, or after a handler that failed."""
        raw = self._paho.socket()
        if raw is not None:
            raw.close()

    def subscribe(self, topics: Iterable[tuple[str, int]]) -> None:
        """Ask for (filter, qos); the confirmation of the first that is asked for opens the connection."""
        _, mid = self._paho.subscribe([(topic, SubscribeOptions(qos=qos)) for topic, qos in topics])
        if self._first_subscription is None:
            self._first_subscription = mid

    def send(
        self, topic: str, payload: bytes, *, qos: int, retain: bool = False, properties: Properties | None = None
    ) -> mqtt.MQTTMessageInfo | None:
        """Hand a message to the socket; None when there is none any more."""
        info = self._paho.publish(topic, payload, qos=qos, retain=retain, properties=properties)
        # A connection that ended meanwhile takes its client, and this message, with it.
        return info if info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def catch_up(self, then: Callable[[], None]) -> bool:
        """Call ``then``, on the network thread, when all is heard that the broker has sent by the time it reads this.

        False: there is no connection. When it ends before the answer, ``then`` is never called. MQTT has no word for
        the question; a broker answers an UNSUBSCRIBE behind what it sent before (MQTT 5, 4.6: one ordered stream).
        """
        with self._asking_order:
            self._catching_up.append(then)
            result, _ = self._paho.unsubscribe(_NEVER_SUBSCRIBED)
            if result != MQTTErrorCode.MQTT_ERR_SUCCESS:
                self._catching_up.pop()
                return False
        return True

    # ------------------------------------------------------------------ within
    def _new_paho(self, will: tuple[str, bytes]) -> mqtt.Client:
        dialling = self._dialling
        paho = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=dialling.client, protocol=mqtt.MQTTv5, reconnect_on_failure=False
        )
        paho.max_inflight_messages = MAX_INFLIGHT
        paho.connect_timeout = _CONNECT_S
        if dialling.tls is None or dialling.password is not None:
            paho.username_pw_set(dialling.username, dialling.password)
        paho.will_set(*will, qos=1, retain=True)
        paho.on_socket_open = _no_delay
        # Without this paho writes to the socket from whichever thread publishes, and two may interleave.
        paho.on_socket_register_write = _leave_to_the_thread
        paho.on_connect = self._on_connect
        paho.on_disconnect = self._on_disconnect
        paho.on_message = self._on_message
        paho.on_publish = self._on_publish
        paho.on_subscribe = self._on_subscribe
        paho.on_unsubscribe = self._on_unsubscribe
        return paho

    def _dial(self) -> bool:
        dialling = self._dialling
        properties = properties_of(PacketTypes.CONNECT)
        properties.MaximumPacketSize = MAX_PACKET_BYTES
        properties.ReceiveMaximum = MAX_INFLIGHT
        if not dialling.clean_start:
            properties.SessionExpiryInterval = 3600
        try:
            if dialling.tls is not None:
                self._paho.tls_set_context(dialling.tls.context())
            self._paho.connect(
                dialling.host,
                dialling.port,
                dialling.keepalive_s,
                clean_start=dialling.clean_start,
                properties=properties,
            )
        except (OSError, ValueError) as error:  # ValueError: a host's name that is none
            self._owner.failed(WireError("wire.away"), f"{type(error).__name__}: {error}")
            return False
        return True

    def _on_connect(
        self, _paho: mqtt.Client, _data: Any, _flags: mqtt.ConnectFlags, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._owner.failed(WireError("wire.refused", reason=str(reason)), str(reason))
        else:
            self._owner.accepted(self)

    def _on_disconnect(
        self, _paho: mqtt.Client, _data: Any, _flags: mqtt.DisconnectFlags, reason: ReasonCode, _properties: Any
    ) -> None:
        if self._owner.ending():
            return
        if reason.value == _SESSION_TAKEN_OVER:
            log.error("another process uses the identity %s: give each process its own", self._dialling.client)
        log.warning("%s lost its connection: %s", self._dialling.client, reason)

    def _on_message(self, _paho: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return
        properties = message.properties
        info = MessageInfo(
            retained=bool(message.retain),
            response_topic=getattr(properties, "ResponseTopic", None),
            correlation=getattr(properties, "CorrelationData", None),
        )
        self._owner.heard(topic, bytes(message.payload), info)

    def _on_publish(self, _paho: mqtt.Client, _data: Any, mid: int, reason: ReasonCode, _properties: Any) -> None:
        if reason.value == _NO_MATCHING_SUBSCRIBERS:
            self._owner.not_passed_on(mid, WireError("wire.away"))  # a request no hub hears; else of no interest
        elif reason.is_failure:
            self._owner.refused()
            log.error("the broker refused a message of %s: %s", self._dialling.client, reason)
            self._owner.not_passed_on(mid, WireError("wire.refused", reason=str(reason)))

    def _on_subscribe(
        self, _paho: mqtt.Client, _data: Any, mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        for reason in reasons:
            if reason.is_failure:
                self._owner.refused()
                log.error("the broker refused a subscription of %s: %s", self._dialling.client, reason)
        if mid == self._first_subscription and not self._is_open:
            self._is_open = True
            self._owner.opened()

    def _on_unsubscribe(
        self, _paho: mqtt.Client, _data: Any, _mid: int, _reasons: list[ReasonCode], _properties: Any
    ) -> None:
        if self._catching_up:  # answered in the order they were asked
            self._catching_up.popleft()()


def properties_of(packet: int) -> Properties:
    """Empty properties for a kind of packet."""
    return Properties(packet)  # type: ignore[no-untyped-call]


def _no_delay(_paho: mqtt.Client, _data: Any, sock: Any) -> None:
    # Nagle's algorithm and delayed acknowledgements cost 40 ms a request.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _leave_to_the_thread(_paho: mqtt.Client, _data: Any, _sock: Any) -> None:
    """Paho's own wake-up pipe does the rest."""
