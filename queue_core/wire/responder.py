"""The side that answers, the hub's or central's: every request is validated here, counted, and answered in words.

A broker does not tell the hub who published. The topic does (a client may write only under its own name), so the
answer goes to the reply topic of the topic's client and to no other, whatever the sender asks for.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from queue_core.errors import MotcuaError
from queue_core.wire.bus import Handler, MessageInfo
from queue_core.wire.errors import WireError
from queue_core.wire.messages import REQUESTS, ErrorBody, Message, Reply, Request
from queue_core.wire.payload import read
from queue_core.wire.topics import Topics

log = logging.getLogger(__name__)

#: takes the reply, once; later ones are ignored. May be called from any thread.
Answer = Callable[[Reply], None]
#: (client, verb, request, answer); runs on the network thread and must be quick
RequestHandler = Callable[[str, str, Request, Answer], None]

#: an answer nobody fetched within this is not delivered
REPLY_EXPIRY_S: Final = 30
_CORRELATION_BYTES: Final = 64
_CLIENTS_KEPT: Final = 1024


class RequestTopics(Protocol):
    """Where requests are heard and answered: an office's topics, or a province's."""

    @property
    def all_requests(self) -> str:
        """The filter of all requests."""
        ...

    def parse_request(self, topic: str) -> tuple[str, str] | None:
        """``(client, verb)`` of a request topic, or None."""
        ...

    def reply(self, client: str) -> str:
        """Where a client is answered."""
        ...


class Wire(Protocol):
    """What the responder needs of a :class:`~queue_core.wire.bus.Bus`."""

    @property
    def topics(self) -> Topics:
        """The office's topics."""
        ...

    def subscribe(self, topic: str, handler: Handler, *, qos: int = 1) -> None:
        """Hear a topic."""
        ...

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
        """Send a message."""
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests of one client: ``per_s`` in the long run, ``burst`` at once."""

    per_s: float = 50.0
    burst: float = 100.0


@dataclass(slots=True)
class _Bucket:
    """Tokens of one client; ``told`` are those for refusals, so that a flood isn't answered with a flood."""

    tokens: float
    told: float
    at_s: float


class Responder:
    """Hears all requests of the office and passes the good ones on. Make it before the bus starts.

    ``handler``: gets validated requests. ``rate``: the limit of one client (a bench sets its own). ``topics``,
    ``verbs``: where and what is asked; an office's, unless told.
    Whatever bytes come, nothing is raised: the client gets a keyed error, or nothing where it may not be answered.
    """

    def __init__(
        self,
        bus: Wire,
        handler: RequestHandler,
        *,
        rate: Rate | None = None,
        clock_s: Callable[[], float] = time.monotonic,
        topics: RequestTopics | None = None,
        verbs: Mapping[str, type[Request]] = REQUESTS,
    ) -> None:
        #: how often: requests, and by error key; foreign_reply, retained, no_topic, silenced, faults, unanswered
        self.counts: Counter[str] = Counter()
        self._bus = bus
        self._handler = handler
        self._rate = rate or Rate()
        self._clock_s = clock_s
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._topics: RequestTopics = bus.topics if topics is None else topics
        self._verbs = verbs
        bus.subscribe(self._topics.all_requests, self.hear)

    def hear(self, topic: str, payload: bytes, info: MessageInfo) -> None:
        """Take one arrived request; called on the network thread."""
        self.counts["requests"] += 1
        if info.retained:  # somebody stored a request on the broker: it is not asked now
            self.counts["retained"] += 1
            return
        parsed = self._topics.parse_request(topic)
        if parsed is None:
            self.counts["no_topic"] += 1
            return
        client, verb = parsed
        answer = _Answer(self._bus, self._topics.reply(client), info.correlation, self.counts)
        try:
            request = self._validated(client, verb, payload, info)
        except WireError as error:
            self.counts[error.key] += 1
            if error.key == "wire.too_many" and not self._may_tell(client):
                self.counts["silenced"] += 1
                return
            answer(refusal(error))
            return
        try:
            self._handler(client, verb, request, answer)
        except MotcuaError as error:
            answer(refusal(error, request.request_id))
        except Exception:  # one strange request must not stop the office for everybody
            self.counts["faults"] += 1
            log.exception("the request %s of %s met a fault", verb, client)
            answer(refusal(MotcuaError("internal"), request.request_id))

    def _validated(self, client: str, verb: str, payload: bytes, info: MessageInfo) -> Request:
        self._check_rate(client)
        if info.response_topic is not None and info.response_topic != self._topics.reply(client):
            self.counts["foreign_reply"] += 1
            raise WireError("wire.foreign_reply", allowed=self._topics.reply(client))
        if info.correlation is not None and len(info.correlation) > _CORRELATION_BYTES:
            limit = str(_CORRELATION_BYTES)
            raise WireError(
                "wire.malformed",
                path="correlation data",
                problem=f"tối đa {limit} byte",
                problem_en=f"at most {limit} bytes",
            )
        model = self._verbs.get(verb)
        if model is None:
            raise WireError("wire.unknown_verb", verb=verb, allowed=", ".join(sorted(self._verbs)))
        return read(model, payload)

    def _check_rate(self, client: str) -> None:
        rate, now_s = self._rate, self._clock_s()
        bucket = self._buckets.pop(client, None) or _Bucket(rate.burst, rate.burst, now_s)
        self._buckets[client] = bucket  # the last one heard of stands at the end
        if len(self._buckets) > _CLIENTS_KEPT:
            self._buckets.popitem(last=False)
        gained = max(0.0, now_s - bucket.at_s) * rate.per_s
        bucket.tokens = min(rate.burst, bucket.tokens + gained)
        bucket.told = min(rate.burst, bucket.told + gained)
        bucket.at_s = now_s
        if bucket.tokens < 1.0:
            raise WireError("wire.too_many", seconds=max(1, round(1.0 / rate.per_s)))
        bucket.tokens -= 1.0

    def _may_tell(self, client: str) -> bool:
        bucket = self._buckets[client]
        if bucket.told < 1.0:
            return False
        bucket.told -= 1.0
        return True


class _Answer:
    """Publishes the first reply it is given, where and only where the client hears it."""

    def __init__(self, bus: Wire, topic: str, correlation: bytes | None, counts: Counter[str]) -> None:
        self._bus, self._topic, self._counts = bus, topic, counts
        self._correlation = correlation if correlation is None or len(correlation) <= _CORRELATION_BYTES else None
        self._given = False

    def __call__(self, reply: Reply) -> None:
        if self._given:
            return
        self._given = True
        if not self._bus.publish(self._topic, reply, expiry_s=REPLY_EXPIRY_S, correlation=self._correlation):
            self._counts["unanswered"] += 1


def refusal(error: MotcuaError, request_id: str = "") -> Reply:
    """The reply that says why nothing has changed."""
    return Reply(ok=False, request_id=request_id, error=ErrorBody(key=error.key, vi=error.vi, en=error.en))
