"""The board's side of one film: starts the decoder, takes its newest picture, sets its loudness, ends it.

Nothing here waits: the board's thread asks for the newest picture and gets it or None. A decoder that dies, hangs or
says nothing is a film that is broken, never a board that is.
"""

from __future__ import annotations

import contextlib
import logging
import mmap
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal, cast

from queue_display.video.decoder import BYTES_PER_PIXEL, FADE_OUT_S, PLACES

log = logging.getLogger(__name__)

#: a decoder that shows nothing for so long is given up; a cold card reads the libraries slowly
FIRST_S: Final = 12.0
STUCK_S: Final = 5.0
#: after its stdin was closed a decoder fades out and ends; then it is ended
_LEAVES_S: Final = FADE_OUT_S + 1.0

State = Literal["opening", "playing", "over", "broken"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: RGB rows, bottom first; ``pixels`` is valid until two more pictures have come."""

    index: int
    width: int
    height: int
    pixels: memoryview


class Film:
    """A film that plays. ``on_picture`` is called, from a thread, when there is a new picture or an end.

    ``box``: the largest picture (width, height) in pixels; ``fps``: the most pictures a second; ``volume``: share of
    full loudness, 0 leaves the sound undecoded; ``device``: an ALSA pcm name, None for the default.
    """

    def __init__(
        self,
        path: Path,
        *,
        box: tuple[int, int],
        fps: float,
        volume: float,
        start_s: float = 0.0,
        device: str | None = None,
        on_picture: Callable[[], None] = lambda: None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.state: State = "opening"
        self.why = ""
        self.muted = volume <= 0
        self.position_s = start_s
        self._volume = volume
        self._now_s = now_s
        self._on_picture = on_picture
        self._newest: tuple[int, int, int] | None = None
        self._taken = -1
        self._last_s = now_s()
        width, height = box
        place_bytes = width * height * BYTES_PER_PIXEL
        fd = os.memfd_create("motcua-film", os.MFD_CLOEXEC)
        try:
            os.ftruncate(fd, PLACES * place_bytes)
            self._frames = mmap.mmap(fd, PLACES * place_bytes)
            self._process = subprocess.Popen(
                [
                    sys.executable, "-m", "queue_display.video.decoder", str(path), str(width), str(height), str(fps),
                    str(volume), str(start_s), str(fd),
                ],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=[fd],
                env={**os.environ, **({"AUDIODEV": device} if device else {})}, text=True, bufsize=1,
            )  # fmt: skip
        finally:
            os.close(fd)
        self._place_bytes = place_bytes
        # Pipes were asked for, so they are there.
        self._stdin, self._stdout = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        self._thread = threading.Thread(target=self._read, name="film", daemon=True)
        self._thread.start()

    def newest(self) -> Frame | None:
        """The newest picture that was not taken yet, or None. On the screen's thread."""
        self._watch()
        newest = self._newest
        if newest is None or newest[0] == self._taken:
            return None
        index, width, height = newest
        self._taken = index
        start = index % PLACES * self._place_bytes
        view = memoryview(self._frames)[start : start + width * height * BYTES_PER_PIXEL]
        return Frame(index, width, height, view)

    def set_volume(self, volume: float, ramp_s: float) -> None:
        """Move the loudness within ``ramp_s``."""
        if volume == self._volume or self.muted:
            return
        self._volume = volume
        self._tell(f"volume {volume:.4f} {ramp_s:.3f}")

    def stop(self) -> None:
        """Let it fade out and end. Returns at once."""
        if self.state in ("opening", "playing"):
            self.state = "over"
        with contextlib.suppress(OSError):
            self._stdin.close()
        threading.Thread(target=self._reap, name="film-end", daemon=True).start()

    # ------------------------------------------------------------------ within
    def _watch(self) -> None:
        limit_s = FIRST_S if self.state == "opening" else STUCK_S
        if self.state in ("opening", "playing") and self._now_s() - self._last_s > limit_s:
            self._end("broken", f"no picture for {limit_s:g} s")
            self._process.kill()

    def _tell(self, line: str) -> None:
        # The decoder died: the reading thread says so. 64 kB of pipe are never filled by a few lines.
        with contextlib.suppress(OSError, ValueError):
            self._stdin.write(line + "\n")
            self._stdin.flush()

    def _read(self) -> None:
        for line in self._stdout:
            what, _, rest = line.strip().partition(" ")
            if what == "frame":
                index, width, height, position = rest.split()
                self._newest = (int(index), int(width), int(height))
                self.position_s, self._last_s = float(position), self._now_s()
                if self.state == "opening":
                    self.state = "playing"
            elif what == "mute":
                self.muted = True
                log.warning("%s is shown without its sound: %s", self.path.name, rest)
            elif what == "end":
                self._end("over" if self._newest is not None else "broken", "no picture in it")
            elif what == "broken":
                self._end("broken", rest)
            self._on_picture()
        self._end("broken", "the decoder ended")
        self._on_picture()

    def _end(self, state: State, why: str) -> None:
        if self.state in ("opening", "playing"):
            self.state, self.why = state, why if state == "broken" else ""

    def _reap(self) -> None:
        try:
            self._process.wait(_LEAVES_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._thread.join(5)
        self._stdout.close()
