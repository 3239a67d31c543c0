"""Which film is playing, how loud, and where each was left. One film at a time; on the screen's thread only.

The lobby's voice comes first: while it speaks the film is :data:`DUCK_DB` quieter, and when the sound device fails
the voice, films leave it alone (a card that takes one program only would be taken by the film).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from queue_display.video.film import Film, Frame, State

DUCK_DB: Final = 18.0
#: down before the chime's second note; up again softly
DUCK_S: Final = 0.15
BACK_S: Final = 1.2
FPS: Final = 25.0
#: a Raspberry Pi's GPU takes no larger picture
LARGEST_SIDE_PX: Final = 2048
#: a film left less than this before its end begins anew
_REST_S: Final = 2.0


class Projector:
    """Plays films for the information screen. ``volume``: share of full loudness, 0 for none.

    ``device``: ALSA pcm of the sound; ``on_picture`` wakes the screen, from any thread.
    """

    def __init__(
        self,
        *,
        volume: float,
        device: str | None = None,
        on_picture: Callable[[], None] = lambda: None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._volume = volume
        self._device = device
        self._on_picture = on_picture
        self._now_s = now_s
        self._film: Film | None = None
        self._box = (0, 0)
        self._ducked = False
        self._left_s: dict[Path, float] = {}
        #: the sound device is the voice's alone
        self._yielded = False

    @property
    def path(self) -> Path | None:
        """The film that is on, or None."""
        return self._film.path if self._film is not None else None

    @property
    def state(self) -> State | None:
        """What has become of it, None when none is on."""
        return self._film.state if self._film is not None else None

    @property
    def why(self) -> str:
        """Why it is broken."""
        return self._film.why if self._film is not None else ""

    def begin(self, path: Path, box: tuple[int, int]) -> None:
        """Play a film, from where it was left, in pictures no larger than ``box`` (px); one that has ended, again."""
        if self.path == path and self.state in ("opening", "playing"):
            return
        self.leave()
        self._box = (min(box[0], LARGEST_SIDE_PX), min(box[1], LARGEST_SIDE_PX))
        self._open(path)

    def leave(self) -> None:
        """Let the film go; the next :meth:`begin` of the same one goes on there."""
        film, self._film = self._film, None
        if film is None:
            return
        if film.state == "playing" and film.position_s > _REST_S:
            self._left_s[film.path] = film.position_s
        else:
            self._left_s.pop(film.path, None)
        film.stop()

    def frame(self) -> Frame | None:
        """The newest picture not shown yet."""
        return self._film.newest() if self._film is not None else None

    def duck(self, *, speaking: bool) -> None:
        """The voice speaks, or is done."""
        if speaking == self._ducked:
            return
        self._ducked = speaking
        if self._film is not None:
            self._film.set_volume(self._share(), DUCK_S if speaking else BACK_S)

    def yield_sound(self, *, away: bool) -> None:
        """The voice cannot be heard (or is again): a film that sounds goes on without its sound."""
        if away == self._yielded:
            return
        self._yielded = away
        film = self._film
        if away and film is not None and not film.muted and film.state in ("opening", "playing"):
            self.leave()
            self._open(film.path)

    def _share(self) -> float:
        return self._volume * (10 ** (-DUCK_DB / 20) if self._ducked else 1.0)

    def _open(self, path: Path) -> None:
        self._film = Film(
            path,
            box=self._box,
            fps=FPS,
            volume=0.0 if self._yielded else self._share(),
            start_s=self._left_s.get(path, 0.0),
            device=self._device,
            on_picture=self._on_picture,
            now_s=self._now_s,
        )
