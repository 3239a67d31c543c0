"""Takes what citizens say to the hub: kept first, sent when it may go, sent again until the hub has it.

Two threads: one writes (a card can take its time), one sends. Neither is the screen's.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk import session as s
from kiosk.kept_ratings import KeptRatings
from queue_core.wire.bus import Bus
from queue_core.wire.errors import WireError
from queue_core.wire.messages import RateRequest

log = logging.getLogger(__name__)

_TRY_S: Final = 3.0
_AGAIN_S: Final = 1.5
#: the hub is there and cannot take it now: too many look-ups, a full disk, a slow registry
_LATER_S: Final = 30.0
#: the hub knows, and will say the same again
_FINAL: Final = ("rating.", "ticket.", "dossier.unknown", "dossier.code_invalid", "dossier.not_offered", "command.")
_FINAL_FAULTS: Final = frozenset({"wire.refused", "wire.malformed", "wire.version", "wire.too_large"})


def request_of(opinion: s.Opinion, given_ms: int | None) -> RateRequest:
    """An opinion as the hub hears it."""
    way = opinion.way or s.Way()
    return RateRequest(
        request_id=opinion.request_id, token=way.token, number=way.number, dossier=way.dossier, value=opinion.value,
        scale=opinion.scale, reasons=list(opinion.reasons), given_ms=given_ms,
    )  # fmt: skip


def asking(effect: s.MayRate) -> RateRequest:
    """The question whether a visit may be rated."""
    way = effect.way
    return RateRequest(request_id=effect.request_id, token=way.token, number=way.number, dossier=way.dossier)


def is_final(key: str) -> bool:
    """Whether the same rating would meet the same refusal later."""
    return key.startswith(_FINAL)


class RatingPost:
    """One a kiosk. ``clock_ms``: the hub's time as far as it is known, UTC ms."""

    def __init__(self, bus: Bus, file: Path, *, clock_ms: Callable[[], int | None], again_s: float = _LATER_S) -> None:
        self.kept = KeptRatings(file)
        self._bus, self._clock_ms, self._again_s = bus, clock_ms, again_s
        self._todo: queue.SimpleQueue[tuple[s.Effect, int | None] | None] = queue.SimpleQueue()
        self._bell = threading.Condition()
        self._rung = True
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._write_all, name="rating-keeper", daemon=True),
            threading.Thread(target=self._send_all, name="rating-post", daemon=True),
        ]

    def start(self) -> None:
        """Begin; what an earlier run left is sent first."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Write what was said, and end."""
        self._todo.put(None)
        if self._threads[0].ident is not None:
            self._threads[0].join(5.0)
        self._stopping.set()
        self.ring()
        if self._threads[1].ident is not None:
            self._threads[1].join(5.0)

    def do(self, effect: s.KeepRating | s.SendRating | s.DropRating) -> None:
        """Keep, send or drop; returns at once."""
        self._todo.put((effect, self._clock_ms()))

    def ring(self) -> None:
        """There may be something to send, or a connection to send it over."""
        with self._bell:
            self._rung = True
            self._bell.notify_all()

    def _write_all(self) -> None:
        while (todo := self._todo.get()) is not None:
            effect, now_ms = todo
            match effect:
                case s.KeepRating():
                    self.kept.keep(request_of(effect.opinion, now_ms))
                case s.SendRating():
                    self.kept.release(effect.request_id)
                    self.ring()
                case s.DropRating():
                    self.kept.forget(effect.request_id)

    def _send_all(self) -> None:
        wait_s: float | None = None
        while not self._stopping.is_set():
            with self._bell:
                self._bell.wait_for(lambda: self._rung or self._stopping.is_set(), timeout=wait_s)
                self._rung = False
            wait_s = self._round()

    def _round(self) -> float | None:
        """Send what may go; when to try again, None: when somebody rings."""
        for request in self.kept.ready():
            if self._stopping.is_set() or not self._bus.connected:
                return None
            try:
                reply = self._bus.request("rate", request, timeout_s=_TRY_S)
            except WireError as error:
                if error.key in _FINAL_FAULTS:
                    self.kept.forget(request.request_id)
                    continue
                return _AGAIN_S
            key = reply.error.key if reply.error else ""
            if not reply.ok and not is_final(key):
                return self._again_s
            if not reply.ok:
                log.info("a rating was not taken: %s", key)
            self.kept.forget(request.request_id)
        return None
