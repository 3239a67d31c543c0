"""A board's copy of the journal, kept up by asking the hub for what is missing; a thread of its own.

A commit's facts on the bus only say that there is something new. What is copied is asked for (``records``), at most
once a second, so that a copy that missed commits and one that heard them all come by the same way.
"""

from __future__ import annotations

import logging
import random
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from queue_core.errors import JournalError, MotcuaError
from queue_core.journal import Mirror
from queue_core.journal.carried import arrived
from queue_core.wire.backoff import Backoff
from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.errors import WireError
from queue_core.wire.messages import DeviceState, Facts, RecordsBody, RecordsRequest
from queue_core.wire.payload import read

log = logging.getLogger(__name__)
#: a trouble of the device, see docs/wire.md
COPY_ALERT: Final = "copy_failed"
_ASK_EVERY_S: Final = 1.0
_TIMEOUT_S: Final = 5.0
_RETRY: Final = Backoff(first_s=1.0, cap_s=60.0)


class EventsMirror:
    """Keeps ``file`` as the hub's journal is. Started and stopped by its owner.

    ``troubled`` is told, from the thread, when the copy cannot be written (True) and when it can again (False).
    """

    def __init__(self, bus: Bus, file: Path, *, troubled: Callable[[bool], None] = lambda _: None) -> None:
        self._bus, self._path, self._troubled = bus, file, troubled
        self._changed = threading.Condition()
        #: the hub's journal and its last record, as far as they were heard; a birth says no seq: one is asked for
        self._epoch, self._heard = "", 0
        self._unsure = False
        self._trouble = False
        self._copy: Mirror | None = None
        self._stopping = False
        self._random = random.Random()  # noqa: S311 -- how long to wait
        self._thread = threading.Thread(target=self._run, name="mirror", daemon=True)

    def start(self) -> None:
        """Begin to copy."""
        self._thread.start()

    def stop(self) -> None:
        """End; what was copied is in the file."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(2 * _TIMEOUT_S)

    # ------------------------------------------------------------------ the network's thread, quick
    def on_hub(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        """The hub's birth: after each connection it is asked how far it is."""
        try:
            state = read(DeviceState, payload)
        except MotcuaError:
            return
        if state.state == "ready" and state.epoch:
            self._hear(state.epoch, 0, unsure=True)

    def on_events(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        """A commit's facts."""
        try:
            facts = read(Facts, payload)
        except MotcuaError:
            return
        self._hear(facts.epoch, facts.seq, unsure=False)

    def _hear(self, epoch: str, seq: int, *, unsure: bool) -> None:
        with self._changed:
            self._heard = seq if epoch != self._epoch else max(seq, self._heard)
            self._epoch = epoch
            self._unsure = self._unsure or unsure
            self._changed.notify_all()

    # ------------------------------------------------------------------ the thread
    def _run(self) -> None:
        failures = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._is_behind())
                if self._stopping:
                    break
            failures = 0 if self._turn() else failures + 1
            wait_s = _ASK_EVERY_S + (_RETRY.wait_s(failures, source=self._random) if failures else 0.0)
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, timeout=wait_s)
        self._close()

    def _turn(self) -> bool:
        """Catch up once; False: it is to be tried again."""
        try:
            if self._copy is None:
                self._copy = Mirror(self._path)
            self._catch_up(self._copy)
        except WireError as error:
            log.info("the copy of the journal waits: %s", error)
            with self._changed:
                self._unsure = True
            return False
        except JournalError as error:
            log.warning("the copy of the journal cannot be written: %s", error)
            self._tell(trouble=True)
            self._close()
            return False
        self._tell(trouble=False)
        return True

    def _close(self) -> None:
        if self._copy is not None:
            self._copy.close()
            self._copy = None

    def _tell(self, *, trouble: bool) -> None:
        if trouble is not self._trouble:
            self._trouble = trouble
            self._troubled(trouble)

    def _is_behind(self) -> bool:
        copy = self._copy
        if not self._epoch:
            return False
        return self._unsure or copy is None or copy.epoch != self._epoch or copy.seq < self._heard

    def _catch_up(self, copy: Mirror) -> None:
        while not self._stopping:
            with self._changed:
                self._unsure = False
            page = self._ask(copy)
            if page.epoch != copy.epoch or page.after != copy.seq:
                copy.begin(page.epoch, simulated=page.simulated, after=(page.after, bytes.fromhex(page.after_hash)))
            copy.add(arrived(bytes.fromhex(page.after_hash), page.rows))
            if not page.rows or copy.seq >= page.last:
                return

    def _ask(self, copy: Mirror) -> RecordsBody:
        asked = RecordsRequest(request_id=secrets.token_hex(16), epoch=copy.epoch, after=copy.seq)
        reply = self._bus.request("records", asked, timeout_s=_TIMEOUT_S)
        if reply.records is None:
            raise WireError("wire.refused", reason=reply.error.en if reply.error else "no records")
        return reply.records
