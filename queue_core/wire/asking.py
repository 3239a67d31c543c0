"""The requests whose answers are awaited, found again by their correlation data."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import Final

from queue_core.wire.errors import WireError
from queue_core.wire.messages import Reply

#: refusals that came before their sender looked; more are forgotten, and those requests end by their deadline
_REFUSALS_KEPT: Final = 32


class Asking:
    """Open requests of one client. Thread-safe.

    Answers, refusals and cuts come from the network thread; requesters wait on the futures they got.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[bytes, Future[Reply]] = {}
        self._by_mid: dict[int, Future[Reply]] = {}
        self._refusals: OrderedDict[int, WireError] = OrderedDict()

    def begin(self) -> tuple[bytes, Future[Reply]]:
        """New correlation data (16 random bytes) and the future of its answer."""
        correlation = secrets.token_bytes(16)
        answer: Future[Reply] = Future()
        with self._lock:
            self._open[correlation] = answer
        return correlation, answer

    def sent(self, mid: int, answer: Future[Reply]) -> None:
        """The request is on its way as packet ``mid``; a refusal of that packet is its answer."""
        with self._lock:
            error = self._refusals.pop(mid, None)
            if error is None:
                self._by_mid[mid] = answer
        if error is not None:
            _fail(answer, error)

    def end(self, correlation: bytes, mid: int | None) -> None:
        """Nobody waits for this any more."""
        with self._lock:
            self._open.pop(correlation, None)
            if mid is not None:
                self._by_mid.pop(mid, None)

    def answered(self, correlation: bytes | None, reply: Reply | WireError) -> bool:
        """An answer came; False when nobody waits for it."""
        with self._lock:
            answer = self._open.pop(correlation or b"", None)
        if answer is None:
            return False
        if isinstance(reply, WireError):
            _fail(answer, reply)
        elif not answer.done():
            answer.set_result(reply)
        return True

    def refused(self, mid: int, error: WireError) -> None:
        """The broker did not pass packet ``mid`` on, which may have been a request."""
        with self._lock:
            answer = self._by_mid.pop(mid, None)
            if answer is None and self._open:  # perhaps a request whose sender has not looked yet
                self._refusals[mid] = error
                while len(self._refusals) > _REFUSALS_KEPT:
                    self._refusals.popitem(last=False)
        if answer is not None:
            _fail(answer, error)

    def cut(self) -> None:
        """The connection is gone, and every answer with it."""
        with self._lock:
            waiting = list(self._open.values())
            self._open.clear()
            self._by_mid.clear()
            self._refusals.clear()
        for answer in waiting:
            _fail(answer, WireError("wire.cut"))


def _fail(answer: Future[Reply], error: WireError) -> None:
    if not answer.done():
        answer.set_exception(error)
