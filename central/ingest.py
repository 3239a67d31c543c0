"""The one thread that writes: takes whatever the offices have sent meanwhile in one commit, then answers each."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from central.errors import CentralError
from central.store import Sending, Store
from queue_core.errors import MotcuaError
from queue_core.wire.messages import Reply, Request, UplinkBody, UplinkRequest
from queue_core.wire.responder import Answer, refusal

log = logging.getLogger(__name__)

#: batches of 50 records in one commit
AT_ONCE: Final = 64
_TURN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Asked:
    sending: Sending
    answer: Answer


class Ingest:
    """``turned`` is called after each turn of the loop, at least once a second; ``fatal`` takes what ended it."""

    def __init__(
        self,
        store: Store,
        *,
        turned: Callable[[], None] = lambda: None,
        fatal: Callable[[BaseException], None] = lambda _error: None,
    ) -> None:
        self._store, self._turned, self._fatal = store, turned, fatal
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        #: offices of whom something waits: one request each, so that no confused one fills the memory
        self._waiting: set[str] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)

    def start(self) -> None:
        """Begin to take."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what was asked, then end."""
        self._asked.put(None)
        if self._thread.ident is not None:
            self._thread.join(30)

    def hear(self, office: str, _verb: str, request: Request, answer: Answer) -> None:
        """A request that was checked; on the network's thread. Raises CentralError central.busy."""
        if not isinstance(request, UplinkRequest):
            return
        with self._lock:
            if office in self._waiting:
                raise CentralError("central.busy", office=office)
            self._waiting.add(office)
        self._asked.put(_Asked(Sending(office, request), answer))

    def _run(self) -> None:
        try:
            while True:
                asked, over = self._waited()
                if asked:
                    self._take(asked)
                self._turned()
                if over:
                    return
        except BaseException as error:
            log.critical("the ingest thread failed", exc_info=True)
            self._fatal(error)
            raise

    def _waited(self) -> tuple[list[_Asked], bool]:
        """What came within a second, and whether that was all for good."""
        asked: list[_Asked] = []
        try:
            one = self._asked.get(timeout=_TURN_S)
            while one is not None:
                asked.append(one)
                if len(asked) == AT_ONCE:
                    return asked, False
                one = self._asked.get_nowait()
        except queue.Empty:
            return asked, False
        return asked, True

    def _take(self, asked: list[_Asked]) -> None:
        sendings = [one.sending for one in asked]
        try:
            said: Sequence[int | MotcuaError] = self._store.take(sendings)
        except Exception:  # a strange record must not end it for every office
            log.exception("what %d offices sent met a fault", len(sendings))
            said = [one for sending in sendings for one in self._alone(sending)]
        with self._lock:
            self._waiting -= {sending.office for sending in sendings}
        for one, answer in zip(asked, said, strict=True):
            if isinstance(answer, MotcuaError):
                log.error("%s: %s", one.sending.office, answer)
            one.answer(_reply(one.sending, answer))

    def _alone(self, sending: Sending) -> Sequence[int | MotcuaError]:
        try:
            return self._store.take([sending])
        except Exception:
            log.exception("what %s sent met a fault", sending.office)
            return [MotcuaError("internal")]


def _reply(sending: Sending, said: int | MotcuaError) -> Reply:
    request = sending.request
    if isinstance(said, MotcuaError):
        return refusal(said, request.request_id)
    return Reply(ok=True, request_id=request.request_id, uplink=UplinkBody(epoch=request.epoch, seq=said))
