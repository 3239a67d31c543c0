"""A picture or a film in the information screen's place.

Nothing is shown before it is ready: what stood there before stays until the first pixels have come, so no page is
ever empty or black. Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty
from kivy.uix.image import Image

from queue_display.board.media import decode, is_film

if TYPE_CHECKING:
    from queue_display.video.projector import Projector

#: while a number is called a film stands back
_DIMMED: Final = (0.5, 0.5, 0.5, 1.0)
_PLAIN: Final = (1.0, 1.0, 1.0, 1.0)


class MediaPanel(Image):
    """Shows one file, centred. ``projector`` plays the films; ``spoil`` is told of a file that cannot be shown."""

    s = NumericProperty(1.0)

    def __init__(self, *, spoil: Callable[[Path, str], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fit_mode = "contain"
        self._colour: tuple[float, ...] = _PLAIN
        self._picture: Any = None
        self.projector: Projector | None = None
        self._spoil = spoil
        self._wanted: Path | None = None
        self._ready: Callable[[], None] = lambda: None

    def show(self, path: Path | None, width: float, height: float, ready: Callable[[], None]) -> None:
        """Fetch a file for a box of that size; ``ready`` is called, once, when its first pixels are there."""
        self._wanted, self._ready = path, ready
        if path is not None and is_film(path):
            if self.projector is not None:
                self.projector.begin(path, (int(width), int(height)))
            return
        self.hide_film()
        if path is not None:
            threading.Thread(target=self._read, args=(path, int(width), int(height)), daemon=True).start()

    def hide_film(self) -> None:
        """Another page is shown."""
        if self.projector is not None:
            self.projector.leave()

    def tick(self, *, speaking: bool) -> bool:
        """Draw the film's newest picture, if there is one; whether anything was drawn."""
        projector = self.projector
        if projector is None or projector.path is None:
            return False
        projector.duck(speaking=speaking)
        colour = _DIMMED if speaking else _PLAIN
        self._paint(colour)
        frame = projector.frame()
        if projector.state == "broken":
            self._spoil(projector.path, projector.why)
            projector.leave()
            return False
        if frame is None:
            return False
        self._blit(frame.pixels, frame.width, frame.height)
        self._announce()
        return True

    # ------------------------------------------------------------------ within
    def _read(self, path: Path, width: int, height: int) -> None:
        try:
            pixels, wide, high = decode(path, width, height)
        except (OSError, ValueError, SyntaxError) as error:
            why = str(error)
            Clock.schedule_once(lambda _: self._spoil(path, why))
            return
        Clock.schedule_once(lambda _: self._draw(path, pixels, wide, high))

    def _draw(self, path: Path, pixels: bytes, width: int, height: int) -> None:
        if path == self._wanted:
            self._paint(_PLAIN)
            self._blit(pixels, width, height)
            self._announce()

    def _paint(self, colour: tuple[float, ...]) -> None:
        if colour != self._colour:
            self._colour = self.color = colour

    def _blit(self, pixels: bytes | memoryview, width: int, height: int) -> None:
        fresh = self._picture is None or tuple(self._picture.size) != (width, height)
        if fresh:
            self._picture = Texture.create(size=(width, height), colorfmt="rgb")
        self._picture.blit_buffer(pixels, colorfmt="rgb", bufferfmt="ubyte")
        if fresh:
            self.texture = self._picture
        self.canvas.ask_update()

    def _announce(self) -> None:
        ready, self._ready = self._ready, lambda: None
        ready()
