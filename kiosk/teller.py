"""What the hub must hear some time: cancels, slips, alerts. Told again and again until it has taken them."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from queue_core.wire.bus import Bus
from queue_core.wire.errors import WireError
from queue_core.wire.messages import Request

log = logging.getLogger(__name__)

#: asking again cannot help
FINAL_FAULTS: Final = frozenset({"wire.refused", "wire.malformed", "wire.version", "wire.too_large"})
TRY_S: Final = 3.0
_RETRY_S: Final = 1.5
_MOST_UNTOLD: Final = 500


@dataclass(frozen=True, slots=True)
class _Telling:
    """Something to tell. ``spooled``: the request that was taken back when the hub has heard it."""

    verb: str
    message: Request
    spooled: str = ""


class Teller:
    """A thread that tells. ``taken_back`` hears, on it, of a request whose cancel the hub has heard."""

    def __init__(self, bus: Bus, *, taken_back: Callable[[str], None]) -> None:
        self._bus = bus
        self._taken_back = taken_back
        self._untold: deque[_Telling] = deque(maxlen=_MOST_UNTOLD)
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="teller", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is untold then is untold."""
        self._stopping.set()
        self.ring()
        self._thread.join(5.0)

    def ring(self) -> None:
        """The connection came or went."""
        with self._changed:
            self._changed.notify_all()

    def tell(self, verb: str, message: Request, *, spooled: str = "") -> None:
        """Take something to tell; any thread, at once."""
        with self._changed:
            self._untold.append(_Telling(verb, message, spooled))
            self._changed.notify_all()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._changed:
                self._changed.wait_for(
                    lambda: self._stopping.is_set() or (bool(self._untold) and self._bus.connected), timeout=60.0
                )
                if self._stopping.is_set() or not self._untold or not self._bus.connected:
                    continue
                telling = self._untold[0]
            if self._told(telling):
                with self._changed:
                    if self._untold and self._untold[0] is telling:
                        self._untold.popleft()
            else:
                self._stopping.wait(_RETRY_S)

    def _told(self, telling: _Telling) -> bool:
        """Whether it need not be told again. A refusal is an answer: the hub knows better what became of it."""
        try:
            reply = self._bus.request(telling.verb, telling.message, timeout_s=TRY_S)
        except WireError as error:
            return error.key in FINAL_FAULTS
        except Exception:
            log.exception("telling %s failed", telling.verb)
            return True
        if not reply.ok:
            log.info("%s: the hub says %s", telling.verb, reply.error.key if reply.error else "no")
        if telling.spooled:
            self._taken_back(telling.spooled)
        return True
