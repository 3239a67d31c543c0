"""The board's window: Kivy's loop owns the runtime; a message from the bus wakes it, and nothing else does.

Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from queue_display.board.media import Shelf, is_film
from queue_display.board.picture import take
from queue_display.board.runtime import MEDIA_ALERT, Runtime
from queue_display.board.screen import BoardScreen
from queue_kit.screen import fonts
from queue_kit.screen.frame_rate import FrameRate
from queue_kit.screen.theme import DAY

if TYPE_CHECKING:
    from queue_display.video.projector import Projector

log = logging.getLogger(__name__)

#: looks a second while nothing happens: the clock's minute and the pages need no more
IDLE_FPS: Final = 4.0
ACTIVE_FPS: Final = 30.0
#: after a wake one more quick frame, then the loop waits for a message again: it hears one at once only while waiting
_HOLD_S: Final = 0.03
#: a film's pictures are drawn for at most this share of the time, so that a call never waits behind them
_FILM_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class FilmSound:
    """How loud films are (share of full, 0: silent), and on which ALSA pcm (None: the default)."""

    volume: float = 0.0
    device: str | None = None


class BoardApp(App):
    """Draws what the runtime knows. ``on_ready`` is called after the first frame."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        media: Path | None,
        english: bool,
        film_sound: FilmSound,
        row_needed_px: float = 0.0,
        on_ready: Callable[[], None],
        now_s: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._runtime = runtime
        self._shelf = Shelf(media, now_s=now_s())
        self._projector: Projector | None = None
        self._film_sound = film_sound
        self._film_due_s = 0.0
        self._began_s: float | None = None
        self._english = english
        self._row_needed_px = row_needed_px
        self._on_ready: Callable[[], None] | None = on_ready
        self._now_s = now_s
        self._rate = FrameRate(idle_fps=IDLE_FPS, active_fps=ACTIVE_FPS, hold_s=_HOLD_S, now_s=now_s)
        self._screen: BoardScreen | None = None

    def load_kv(self, filename: str | None = None) -> bool:  # noqa: ARG002 -- Kivy's signature
        """The screen loads its own file; Kivy must not look for one by the class's name."""
        return False

    def build(self) -> BoardScreen:
        """Kivy's: make the screen."""
        fonts.register()
        Window.clearcolor = DAY.ground
        self._screen = BoardScreen(
            now_s=self._now_s(),
            english=self._english,
            row_needed_px=self._row_needed_px,
            spoil=self._shelf.spoil,
        )
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
        if self._projector is not None:
            self._projector.leave()
        self._runtime.stop()

    def leave(self) -> None:
        """End the board, from any thread or a signal's handler."""
        Clock.schedule_once(lambda _: self.stop())
        self._rate.wake()

    def _frame(self, _dt: float) -> None:
        now_s = self._runtime.step()
        screen = self._screen
        if screen is None:
            return
        media = self._shelf.media(now_s)
        self._runtime.alert(MEDIA_ALERT, on=self._shelf.troubled)
        if self._projector is None and any(is_film(path) for path in media):
            self._make_projector(screen)
        picture = take(self._runtime.model, now_s, self._runtime.clock)
        projector = self._projector
        over = projector is not None and projector.path == screen.side.film and projector.state == "over"
        screen.show(picture, media, now_s, film_over=over)
        if projector is not None:
            projector.yield_sound(away=self._runtime.sound_away)
            if self._runtime.showing:  # the number first; the film's next picture may come a frame later
                self._film_due_s = now_s + 1.0 / ACTIVE_FPS
            elif now_s >= self._film_due_s and screen.side.media.tick(speaking=self._runtime.speaking):
                self._began_s = now_s

    def _make_projector(self, screen: BoardScreen) -> None:
        # Only an office that has films pays for them.
        from queue_display.video.projector import Projector

        sound = self._film_sound
        self._projector = screen.side.media.projector = Projector(
            volume=sound.volume, device=sound.device, on_picture=self._rate.wake, now_s=self._now_s
        )

    def _watch_flips(self) -> None:
        # Kivy's on_flip comes before the buffers are swapped; without a GPU the drawing is done in the swap.
        swap = Window.flip

        def flip() -> None:
            swap()
            self._flipped()

        Window.flip = flip

    def _flipped(self) -> None:
        if self._began_s is not None:
            cost_s = self._now_s() - self._began_s
            self._film_due_s, self._began_s = self._began_s + cost_s / _FILM_SHARE, None
        # What the last frame's step began has reached the screen only now.
        self._runtime.drawn(self._now_s())
        if self._on_ready is not None:
            ready, self._on_ready = self._on_ready, None
            ready()
