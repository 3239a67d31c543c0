"""Live views for browsers: a stream of Server-Sent Events that follows the commits.

The engine's thread only rings a bell here. The event loop answers the first ring after a moment and later ones at
most five times a second; a view is computed once for all who look at the same thing. A heartbeat every 5 s lets a
page see that it is live (a silent connection looks like a quiet office otherwise).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from queue_hub.engine import Commit, Engine

BEAT_S: Final = 5.0
#: between two views
GAP_S: Final = 0.2
#: after a commit, so that its publication goes first
LEAD_S: Final = 0.01
#: a view is sent anew so often even without a commit: waits grow, and with them the reasons
AGAIN_BEATS: Final = 4

View = Callable[[], dict[str, Any]]


class Feed:
    """The bell and the views. All but :meth:`ring` belongs to the event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._last_s = 0.0
        self._version = 0
        self._views: dict[object, tuple[int, int, str]] = {}
        self._closing = False

    def start(self) -> None:
        """Listen to commits; call on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._engine.on_commit(self.ring)
        self._engine.on_trouble(self.ring)

    def stop(self) -> None:
        """End all streams."""
        self._closing = True
        self._wake()

    def ring(self, _commit: Commit | None = None) -> None:
        """Something was committed. Any thread."""
        if self._loop is not None and not self._loop.is_closed():
            try:
                self._loop.call_soon_threadsafe(self._schedule)
            except RuntimeError:  # closed meanwhile
                self._loop = None

    def _schedule(self) -> None:
        if self._timer is None and self._loop is not None:
            wait_s = max(LEAD_S, self._last_s + GAP_S - self._loop.time())
            self._timer = self._loop.call_later(wait_s, self._wake)

    def _wake(self) -> None:
        self._timer = None
        if self._loop is not None:
            self._last_s = self._loop.time()
        self._version += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _json(self, key: object, view: View, age: int) -> str:
        found = self._views.get(key)
        if found is None or found[:2] != (self._version, age):
            if len(self._views) > 200:
                self._views.clear()
            found = (self._version, age, json.dumps(view(), ensure_ascii=False, separators=(",", ":")))
            self._views[key] = found
        return found[2]

    async def stream(self, key: object, view: View, alive: Callable[[], bool]) -> AsyncIterator[bytes]:
        """``view`` events with ``view()`` as JSON (one computation a ``key``), ``beat`` events, ``over`` at the end.

        ``alive`` is asked at each beat whether the reader may still read (a session that was ended).
        """
        beats = age = 0
        yield b"retry: 1500\n\n"
        while not self._closing:
            changed = self._changed
            yield f"event: view\ndata: {self._json(key, view, age)}\n\n".encode()
            while True:
                try:
                    await asyncio.wait_for(changed.wait(), BEAT_S)
                    break
                except TimeoutError:
                    beats += 1
                    if not alive():
                        yield b"event: over\ndata: {}\n\n"
                        return
                    if beats % AGAIN_BEATS == 0:
                        age = beats
                        break
                    yield b"event: beat\ndata: {}\n\n"
