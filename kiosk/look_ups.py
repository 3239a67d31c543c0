"""Looking dossiers up at the hub: each on a thread of its own, so that one nobody waits for any more holds up nobody.

The code goes from the request into the answer and nowhere else: it is in no log, no file, no error.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from kiosk import session as s
from queue_core.wire.bus import Bus
from queue_core.wire.errors import WireError
from queue_core.wire.messages import DossierRequest, ErrorBody

log = logging.getLogger(__name__)

#: a registry has 3 s at the hub; whoever waits longer is told so
LOOK_UP_DEADLINE_S: Final = 8.0
#: so many may be under way; more than one only where somebody did not wait
_MOST: Final = 4
_LOOK_S: Final = 0.2


class LookUps:
    """Carries look-ups to the hub and posts what came of them. ``deadline_s``: seconds until an answer is given up."""

    def __init__(self, bus: Bus, post: Callable[[s.Event], None], *, deadline_s: float = LOOK_UP_DEADLINE_S) -> None:
        self._bus, self._post, self._deadline_s = bus, post, deadline_s
        self._places = threading.Semaphore(_MOST)
        self._stopping = threading.Event()

    def ask(self, effect: s.LookUp) -> None:
        """Look up; returns at once."""
        if not self._places.acquire(blocking=False):
            self._refuse(effect, ErrorBody(key="request.busy", vi="", en=""))
            return
        threading.Thread(target=self._ask, args=(effect,), name="look-up", daemon=True).start()

    def stop(self) -> None:
        """Ask nothing again; the bus cuts what is under way."""
        self._stopping.set()

    def _ask(self, effect: s.LookUp) -> None:
        try:
            self._post(self._answer(effect))
        except WireError as error:
            key = "hub.away" if error.key in {"wire.away", "wire.timeout", "wire.cut"} else error.key
            self._refuse(effect, ErrorBody(key=key, vi=error.vi, en=error.en))
        except Exception as error:  # noqa: BLE001 -- its words might hold what was asked
            log.error("a look-up failed: %s", type(error).__name__)  # noqa: TRY400
            self._refuse(effect, ErrorBody(key="internal", vi="", en=""))
        finally:
            self._places.release()

    def _answer(self, effect: s.LookUp) -> s.Event:
        message = DossierRequest(request_id=effect.request_id, code=effect.code, secret=effect.secret)
        until_s = time.monotonic() + self._deadline_s
        while True:
            left_s = until_s - time.monotonic()
            try:
                reply = self._bus.request("dossier", message, timeout_s=max(0.2, left_s))
            except WireError as error:
                # Not sent at all: a connection that comes back in time is used. What was sent is counted, and is not
                # asked twice.
                if error.key != "wire.away" or not self._connected(until_s):
                    raise
                continue
            if reply.ok and reply.dossier is not None:
                return s.DossierCame(effect.request_id, reply.dossier)
            return s.DossierRefused(effect.request_id, reply.error or ErrorBody(key="internal", vi="", en=""))

    def _connected(self, until_s: float) -> bool:
        """Whether there is a connection before the deadline."""
        while time.monotonic() < until_s - _LOOK_S and not self._stopping.wait(_LOOK_S):
            if self._bus.wait_connected(_LOOK_S):
                return True
        return False

    def _refuse(self, effect: s.LookUp, error: ErrorBody) -> None:
        self._post(s.DossierRefused(effect.request_id, error))
