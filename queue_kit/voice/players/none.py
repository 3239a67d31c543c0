"""No sound: for a lobby where speaking is not wanted, and for simulated days. It takes the time it would take."""

from __future__ import annotations

import threading

from queue_kit.voice.compose import Composed


class NonePlayer:
    """Plays into nothing."""

    trouble: str | None = None

    def __init__(self, *, real_time: bool = True) -> None:
        self._real_time = real_time
        self._closed = threading.Event()

    def play(self, composed: Composed) -> int | None:
        """See :class:`~queue_kit.voice.players.Player`."""
        if self._real_time:
            self._closed.wait(composed.length_s)
        return None

    def close(self) -> None:
        """See :class:`~queue_kit.voice.players.Player`."""
        self._closed.set()
