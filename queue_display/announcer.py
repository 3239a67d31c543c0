"""One announcement after another, never two at once, on a thread of its own.

The announcer does not choose: who is called, and whether the call still stands, is judged by the board's turns just
before it hands an announcement over. A sound device that fails costs the sound of one call and is tried again with
the next; the board shows the call all the same.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from queue_core.wire.bus import end_process
from queue_kit.voice.clips import VoicePack
from queue_kit.voice.compose import Announcement, Composed, compose
from queue_kit.voice.errors import AudioError
from queue_kit.voice.players import Player

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an announcement ended. Times are monotonic seconds; ``error`` is a key, None when it was played.

    ``start_frame``: where it begins in the player's whole output, when the player keeps one.
    """

    announcement: Announcement
    composed: Composed | None
    started_s: float
    ended_s: float
    start_frame: int | None = None
    error: str | None = None


class Announcer:
    """Speaks on its thread. ``on_done`` is called there with every :class:`Outcome`, in the order of :meth:`say`.

    ``fatal`` takes a fault of the thread; by default it ends the process, and the supervisor starts it again.
    """

    def __init__(
        self,
        pack: VoicePack,
        player: Player,
        on_done: Callable[[Outcome], None],
        *,
        now_s: Callable[[], float] = time.monotonic,
        fatal: Callable[[BaseException], None] = end_process,
    ) -> None:
        self._fatal = fatal
        self._pack = pack
        self._player = player
        self._on_done = on_done
        self._now_s = now_s
        self._waiting: queue.SimpleQueue[Announcement | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Break off what is being played, forget what waits, end the thread."""
        self._waiting.put(None)
        self._player.close()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)

    def say(self, announcement: Announcement) -> None:
        """Speak when everything handed over before has been spoken."""
        self._waiting.put(announcement)

    @property
    def trouble(self) -> str | None:
        """Key of what is wrong with the sound now, or None."""
        return self._player.trouble

    def _run(self) -> None:
        try:
            while (announcement := self._waiting.get()) is not None:
                self._on_done(self._speak(announcement))
        except BaseException as error:  # noqa: BLE001 (a voice that dies silently is worse than a restart)
            self._fatal(error)

    def _speak(self, announcement: Announcement) -> Outcome:
        started_s = self._now_s()
        composed: Composed | None = None
        try:
            composed = compose(announcement, self._pack)
            start_frame = self._player.play(composed)
        except ValueError as error:
            log.warning("%s cannot be spoken: %s", announcement.number, error)
            return Outcome(announcement, None, started_s, self._now_s(), error="voice.unspeakable")
        except AudioError as error:
            log.warning("%s was not heard: %s", announcement.number, error)
            return Outcome(announcement, composed, started_s, self._now_s(), error=error.key)
        return Outcome(announcement, composed, started_s, self._now_s(), start_frame)
