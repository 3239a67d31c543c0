"""What the information screens tell between calls: guidance from the office's configuration, results from the book.

Retained on the bus as one :class:`~queue_core.wire.messages.Info`, published when something of it has changed and
after each (re)connect. The book of dossiers is asked, not listened to: a month's sums change slowly.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from pydantic import ValidationError

from queue_core.office import Office
from queue_core.wire import messages as m
from queue_core.wire.bus import Bus
from queue_hub.dossiers.record import Results
from queue_hub.engine import Commit, Engine

log = logging.getLogger(__name__)
#: how often the book is asked
REFRESH_S: Final = 30.0
READY_SHOWN: Final = 60


#: what the dossier book answers; None: there is no book, or it is away
Book = Callable[[], Results | None]


def no_book() -> Results | None:
    """The shipped backend of an office that keeps no dossier book: no page of results appears."""
    return None


def information(office: Office, results: Results | None, *, rev: m.Rev, asof_ms: int) -> m.Info:
    """The message. A code that is none, or could be an identity number, is left out and named in the log's count."""
    codes: list[str] = []
    refused = 0
    for code in results.ready_codes if results is not None else ():
        try:
            m.Info(rev=rev, asof_ms=asof_ms, ready=[code])
        except ValidationError:
            refused += 1  # never the code itself: it may be somebody's identity number
            continue
        codes.append(code)
    if refused:
        log.warning("%d codes of ready results are no dossier codes and are not shown", refused)
    return m.Info(
        rev=rev,
        asof_ms=asof_ms,
        guidance=[m.InfoGuidance(title=page.title, text=page.text) for page in office.guidance],
        results=_month(results) if results is not None else None,
        ready=codes[:READY_SHOWN],
    )


def _month(results: Results) -> m.InfoResults:
    share = round(100 * results.on_time / results.ready, 1) if results.ready else None
    return m.InfoResults(
        month=results.month, received=results.received, returned=results.returned, on_time_percent=share
    )


class Information:
    """Keeps the retained message true. ``book`` is asked on this thread, so it may take its time."""

    def __init__(self, engine: Engine, bus: Bus, *, book: Book = no_book, refresh_s: float = REFRESH_S) -> None:
        self._engine, self._bus, self._book, self._refresh_s = engine, bus, book, refresh_s
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._said: dict[str, Any] | None = None
        self._office: Office | None = None
        self._thread = threading.Thread(target=self._run, name="information", daemon=True)
        engine.on_commit(self._on_commit)

    def start(self) -> None:
        """Begin; the bus is started by its owner."""
        self._thread.start()

    def stop(self) -> None:
        """Stop publishing."""
        self._stopping.set()
        self._changed.set()
        self._thread.join(5)

    def on_connection(self, connected: bool) -> None:  # noqa: FBT001 -- the bus's callback
        """After a (re)connect all of it is published again: the broker may have lost it."""
        if connected:
            self._said = None
            self._changed.set()

    def _on_commit(self, commit: Commit) -> None:
        if commit.state.setup is not self._office:
            self._office = commit.state.setup
            self._changed.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._changed.wait(self._refresh_s)
            self._changed.clear()
            if self._stopping.is_set():
                return
            try:
                self._publish()
            except Exception:
                log.exception("the information screens were not told")

    def _publish(self) -> None:
        state, seq = self._engine.committed
        rev = m.Rev(epoch=self._engine.epoch, seq=seq)
        message = information(state.setup, self._book(), rev=rev, asof_ms=self._engine.moment.utc_ms)
        contents = message.model_dump(exclude={"rev", "asof_ms"})
        if contents != self._said and self._bus.publish(self._bus.topics.info, message, retain=True, qos=1):
            self._said = contents
