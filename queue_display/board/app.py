"""The board's window: Kivy's loop owns the runtime; a message from the bus wakes it, and nothing else does.

Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from queue_display.board.media import list_media
from queue_display.board.picture import take
from queue_display.board.runtime import Runtime
from queue_display.board.screen import BoardScreen
from queue_kit.screen import fonts
from queue_kit.screen.frame_rate import FrameRate
from queue_kit.screen.theme import DAY

log = logging.getLogger(__name__)

#: looks a second while nothing happens: the clock's minute and the pages need no more
IDLE_FPS: Final = 4.0
ACTIVE_FPS: Final = 30.0
_MEDIA_AGAIN_S: Final = 60.0


class BoardApp(App):
    """Draws what the runtime knows. ``on_ready`` is called after the first frame."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        media: Path | None,
        english: bool,
        on_ready: Callable[[], None],
        now_s: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._runtime = runtime
        self._media_folder = media
        self._media: tuple[Path, ...] = list_media(media)
        self._media_at_s = now_s()
        self._english = english
        self._on_ready: Callable[[], None] | None = on_ready
        self._now_s = now_s
        self._rate = FrameRate(idle_fps=IDLE_FPS, active_fps=ACTIVE_FPS, hold_s=0.25, now_s=now_s)
        self._screen: BoardScreen | None = None

    def load_kv(self, filename: str | None = None) -> bool:  # noqa: ARG002 -- Kivy's signature
        """The screen loads its own file; Kivy must not look for one by the class's name."""
        return False

    def build(self) -> BoardScreen:
        """Kivy's: make the screen."""
        fonts.register()
        Window.clearcolor = DAY.ground
        self._screen = BoardScreen(now_s=self._now_s(), english=self._english)
        return self._screen

    def on_start(self) -> None:
        """Kivy's: the window is there."""
        self._rate.install(Clock)
        self._runtime.wake = self._rate.wake
        Clock.schedule_interval(self._frame, 0)
        self._watch_flips()
        self._runtime.start()

    def on_stop(self) -> None:
        """Kivy's: the window closes."""
        self._runtime.stop()

    def leave(self) -> None:
        """End the board, from any thread or a signal's handler."""
        Clock.schedule_once(lambda _: self.stop())
        self._rate.wake()

    def _frame(self, _dt: float) -> None:
        now_s = self._runtime.step()
        if self._media_folder is not None and now_s - self._media_at_s > _MEDIA_AGAIN_S:
            self._media, self._media_at_s = list_media(self._media_folder), now_s
        if self._screen is not None:
            picture = take(self._runtime.model, now_s, self._runtime.clock)
            self._screen.show(picture, self._media, now_s)

    def _watch_flips(self) -> None:
        # Kivy's on_flip comes before the buffers are swapped; without a GPU the drawing is done in the swap.
        swap = Window.flip

        def flip() -> None:
            swap()
            self._flipped()

        Window.flip = flip

    def _flipped(self) -> None:
        # What the last frame's step began has reached the screen only now.
        self._runtime.drawn(self._now_s())
        if self._on_ready is not None:
            ready, self._on_ready = self._on_ready, None
            ready()
