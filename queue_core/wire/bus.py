"""One client's connection to the office's broker: birth and will, subscriptions, publishing, request and reply.

Connections follow one another, each thrown away whole when it ends (:mod:`queue_core.wire.connection`); the birth and
the will of each name its number.

An exception in a handler would end paho's thread and leave a process that lives and hears nothing. Here it ends the
process (:func:`end_process`), and the supervisor starts it again.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, Literal

from paho.mqtt.client import MQTTMessageInfo
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from queue_core.wire.asking import Asking
from queue_core.wire.backoff import Backoff
from queue_core.wire.connection import MAX_INFLIGHT, MAX_PACKET_BYTES, Connection, Dialling, properties_of
from queue_core.wire.errors import WireError
from queue_core.wire.messages import DeviceHealth, DeviceState, Message, Reply, Request
from queue_core.wire.payload import read, write
from queue_core.wire.subscriptions import Handler, MessageInfo, Subscriptions
from queue_core.wire.tls import TlsFiles
from queue_core.wire.topics import Topics

__all__ = ["MAX_INFLIGHT", "MAX_PACKET_BYTES", "Bus", "Handler", "MessageInfo", "TlsFiles", "end_process", "read"]

log = logging.getLogger(__name__)

Kind = Literal["hub", "kiosk", "board", "signs", "central", "other"]
Life = Literal["init", "ready", "stopping"]

#: EX_SOFTWARE of sysexits.h: a fault of the program's own, the supervisor starts it again
EXIT_FAULT: Final = 70
#: a connection that lived shorter is a failure: no tight loop with a broker that throws us out at once
_SETTLED_S: Final = 5.0


def end_process(error: BaseException) -> None:
    """Log the traceback and end the process with status 70."""
    log.critical("a handler of the bus failed; this process ends", exc_info=error)
    logging.shutdown()
    os._exit(EXIT_FAULT)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class Bus:
    """A client of the office's broker with its own network thread. All methods may be called from any thread.

    ``host``, ``port``: the broker. ``client``: this process's identity ([a-z0-9-]), client id and, when not given,
    ``username``. ``kind``, ``version``, ``epoch``, ``state``: what its birth says (see :meth:`set_state`).
    ``on_connection``: called on the network thread, with True once the broker has confirmed our subscriptions (the
    birth is on its way then), with False when the connection is gone. ``keepalive_s``: a dead peer is noticed within
    twice this. ``fatal``: takes the exception of a handler; the default ends the process.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        topics: Topics,
        client: str,
        kind: Kind = "other",
        username: str | None = None,
        password: str | None = None,
        tls: TlsFiles | None = None,
        clean_start: bool = True,
        on_connection: Callable[[bool], None] | None = None,
        version: str = "",
        epoch: str | None = None,
        state: Life = "ready",
        keepalive_s: int = 10,
        backoff: Backoff | None = None,
        boot: str | None = None,
        now_ms: Callable[[], int] = _wall_ms,
        fatal: Callable[[BaseException], None] = end_process,
    ) -> None:
        self.topics = topics
        self.client = client
        #: how often: late_replies, not_connected, refused, connections, obituaries
        self.counts: Counter[str] = Counter()
        self._state_topic = topics.device_state(client)
        self._reply_topic = topics.reply(client)
        self._dialling = Dialling(
            host=host,
            port=port,
            client=client,
            username=client if username is None else username,
            password=password,
            tls=tls,
            clean_start=clean_start,
            keepalive_s=keepalive_s,
        )
        self._on_connection = on_connection
        self._backoff = backoff or Backoff()
        self._now_ms = now_ms
        self._fatal = fatal
        self._random = random.Random()  # noqa: S311 (jitter, no secret)
        self._lock = threading.Lock()  # never held while paho is called: paho holds its own locks when it calls us
        self._announcing = threading.Lock()
        self._subscriptions = Subscriptions()
        self._asking = Asking()
        self._birth = DeviceState(
            state=state, boot=boot or secrets.token_hex(8), kind=kind, version=version, epoch=epoch
        )
        self._current: Connection | None = None  # being made or up
        self._live: Connection | None = None  # the same once the broker has accepted it: the only way to send
        self._open = threading.Event()
        self._stopping = threading.Event()
        self._trouble: WireError | None = None
        self._thread = threading.Thread(target=self._run, name=f"bus-{client}", daemon=True)
        self.subscribe(self._state_topic, self._on_own_state)
        self.subscribe(self._reply_topic, self._on_reply)

    # ------------------------------------------------------------------ life
    def start(self) -> None:
        """Start the network thread; it connects, and connects again, until :meth:`stop`."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Say "stopping", disconnect without a will, end the thread. May be called twice."""
        if not self._thread.is_alive():
            return
        on_thread = threading.current_thread() is self._thread
        said = self.set_state("stopping") if not self._stopping.is_set() else None
        if isinstance(said, MQTTMessageInfo) and not on_thread:
            with contextlib.suppress(ValueError, RuntimeError):
                said.wait_for_publish(min(1.0, timeout_s))
        self._stopping.set()
        current = self._current
        if current is not None:
            current.disconnect()
        if not on_thread:
            self._thread.join(timeout_s)

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted us and the connection is up, as far as is known."""
        return self._open.is_set()

    @property
    def trouble(self) -> WireError | None:
        """Why there is no connection: ``wire.away`` or ``wire.refused``; None while connected or before a try."""
        return self._trouble

    @property
    def connection(self) -> int:
        """Number of the connection or of the last try, from 1."""
        return self._birth.connection

    @property
    def boot(self) -> str:
        """Identity of this process's run, in birth and will."""
        return self._birth.boot

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait until connected; False when that took longer than ``timeout_s``."""
        return self._open.wait(timeout_s)

    # ------------------------------------------------------------------ what the birth says
    @property
    def said(self) -> DeviceState:
        """What this client says of itself now."""
        return self._birth

    def set_state(self, state: Life) -> MQTTMessageInfo | None:
        """Change what this client says of itself; None when not connected (the next birth says it)."""
        return self._announce(state=state)

    def set_alerts(self, kinds: Iterable[str]) -> None:
        """The device's present troubles (``paper_out``, ``cover_open`` …), in its retained state."""
        self._announce(alerts=sorted(set(kinds)))

    def set_health(self, health: DeviceHealth) -> None:
        """How the device is, in its retained state."""
        self._announce(health=health)

    def set_epoch(self, epoch: str) -> None:
        """The hub's journal: a new epoch replaces everything displays remember."""
        self._announce(epoch=epoch)

    def _announce(self, **changes: object) -> MQTTMessageInfo | None:
        with self._announcing:  # built and sent in one order: the last one stays on the broker
            with self._lock:
                self._birth = self._birth.model_copy(update={**changes, "asof_ms": self._now_ms()})
                payload = write(self._birth)
            return self._send(self._state_topic, payload, qos=1, retain=True)

    # ------------------------------------------------------------------ subscribe, publish
    def subscribe(self, topic: str, handler: Handler, *, qos: int = 1) -> None:
        """Hear a topic or filter, now and after every reconnect; one handler a filter.

        Handlers run on the network thread with (topic, payload, info) and must be quick. Of overlapping filters a
        broker may deliver twice. Raises :class:`ValueError` for a filter that has a handler already.
        """
        with self._lock:
            self._subscriptions.add(topic, handler, qos)
            live = self._live
        if live is not None:
            live.subscribe([(topic, qos)])

    def catch_up(self, then: Callable[[], None]) -> bool:
        """Call ``then``, on the network thread, when everything is heard that the broker had sent us by now.

        Whoever was held up, or whose network was, may have newer messages unread. False: not connected; when the
        connection ends before the answer, ``then`` is never called.
        """
        live = self._live
        return live is not None and live.catch_up(then)

    def publish(
        self,
        topic: str,
        message: Message,
        *,
        retain: bool = False,
        qos: int = 1,
        expiry_s: int | None = None,
        correlation: bytes | None = None,
    ) -> bool:
        """Hand a message to the connection. False, and nothing kept: there is none.

        True is no receipt: the connection may break before the broker has it. ``expiry_s`` counts from the broker.
        Raises :class:`WireError` ``wire.too_large``.
        """
        properties = properties_of(PacketTypes.PUBLISH)
        if expiry_s is not None:
            properties.MessageExpiryInterval = expiry_s
        if correlation is not None:
            properties.CorrelationData = correlation
        return self._send(topic, write(message), qos=qos, retain=retain, properties=properties) is not None

    def _send(
        self, topic: str, payload: bytes, *, qos: int, retain: bool = False, properties: Properties | None = None
    ) -> MQTTMessageInfo | None:
        live = self._live
        if live is not None:
            info = live.send(topic, payload, qos=qos, retain=retain, properties=properties)
            if info is not None:
                return info
        self.counts["not_connected"] += 1
        return None

    # ------------------------------------------------------------------ request and reply
    def request(self, verb: str, message: Request, *, timeout_s: float = 4.0) -> Reply:
        """Ask the hub and wait for its answer; not on the network thread.

        Raises :class:`WireError`: ``wire.away`` (not sent, or no hub was there to hear it), ``wire.timeout`` or
        ``wire.cut`` (perhaps done: ask again with the same ``request_id``), ``wire.refused`` (the broker forbids it),
        ``wire.malformed`` or ``wire.version`` (the answer).
        """
        if threading.current_thread() is self._thread:
            problem = "request() on the network thread would wait for itself"
            raise RuntimeError(problem)
        payload = write(message)
        correlation, answer = self._asking.begin()
        properties = properties_of(PacketTypes.PUBLISH)
        properties.ResponseTopic = self._reply_topic
        properties.CorrelationData = correlation
        properties.MessageExpiryInterval = max(1, math.ceil(timeout_s))
        mid: int | None = None
        try:
            sent = self._send(self.topics.request(self.client, verb), payload, qos=1, properties=properties)
            if sent is None:
                raise WireError("wire.away")
            mid = sent.mid
            self._asking.sent(mid, answer)
            return answer.result(timeout_s)
        except TimeoutError:
            raise WireError("wire.timeout", seconds=timeout_s) from None
        finally:
            self._asking.end(correlation, mid)

    def _on_reply(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        try:
            reply: Reply | WireError = read(Reply, payload)
        except WireError as error:
            reply = error
        if not self._asking.answered(info.correlation, reply):
            self.counts["late_replies"] += 1

    def _on_own_state(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        """Our older connection's obituary may come after our birth and would stand there retained: we live."""
        if info.retained:
            return
        try:
            said = read(DeviceState, payload)
        except WireError:
            return
        birth = self._birth
        if said.state == "lost" and (said.boot, said.connection) != (birth.boot, birth.connection):
            self.counts["obituaries"] += 1
            self._announce()

    # ------------------------------------------------------------------ the network thread
    def _run(self) -> None:
        try:
            failures = 0
            while not self._stopping.is_set():
                lived_s = self._one_connection()
                failures = 0 if lived_s >= _SETTLED_S else failures + 1
                self._stopping.wait(self._backoff.wait_s(max(0, failures - 1), source=self._random))
        except BaseException as error:  # noqa: BLE001 (whatever it is, nobody may live on deaf)
            self._fatal(error)

    def _one_connection(self) -> float:
        """Connect and serve until the connection ends; seconds it lived (0: never accepted)."""
        with self._lock:
            self._birth = self._birth.model_copy(update={"connection": self._birth.connection + 1})
        will = self._birth.model_copy(update={"state": "lost", "alerts": [], "health": None, "asof_ms": self._now_ms()})
        connection = self._current = Connection(self._dialling, self, will=(self._state_topic, write(will)))
        lived_s = 0.0
        try:
            lived_s = connection.serve()
        finally:
            self._close(connection)
        return lived_s

    def _close(self, connection: Connection) -> None:
        was_open = self._open.is_set()
        self._open.clear()
        self._live = self._current = None
        connection.close()
        self._asking.cut()
        if not self._stopping.is_set():
            self._trouble = self._trouble or WireError("wire.away")
        if was_open and self._on_connection is not None:
            self._on_connection(False)

    # what the connection says (connection.Owner)
    def accepted(self, connection: Connection) -> None:
        """Subscribe and announce ourselves."""
        with self._lock:
            topics = self._subscriptions.wanted()
            self._live = connection  # in the same breath: a subscription made after this line sends itself
        connection.subscribe(topics)
        self._announce()

    def opened(self) -> None:
        """The broker has confirmed our subscriptions."""
        self._trouble = None
        self.counts["connections"] += 1
        self._open.set()
        at = self._dialling
        log.info("%s connected to %s:%s (connection %s)", self.client, at.host, at.port, self.connection)
        if self._on_connection is not None:
            self._on_connection(True)

    def heard(self, topic: str, payload: bytes, info: MessageInfo) -> None:
        """Pass a message on to its handlers."""
        with self._lock:
            takers = self._subscriptions.takers(topic)
        for handler in takers:
            handler(topic, payload, info)

    def not_passed_on(self, mid: int, error: WireError) -> None:
        """Perhaps a request: then this is its answer."""
        self._asking.refused(mid, error)

    def refused(self) -> None:
        """Count it."""
        self.counts["refused"] += 1

    def failed(self, trouble: WireError, detail: str) -> None:
        """Log a failed try once, not at every try of a long night."""
        if self._trouble is None or self._trouble.key != trouble.key or self.connection == 1:
            at = self._dialling
            log.warning("%s is not connected to %s:%s: %s", self.client, at.host, at.port, detail)
        self._trouble = trouble

    def ending(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._stopping.is_set()
