"""The process that plays one film: ``python -m queue_display.video.decoder``, started by :mod:`.film`.

Why a process and not a thread: a damaged file that makes the decoder crash ends this process and not the board; the
decoder's own SDL never meets Kivy's; its memory is gone with the page; and the system may rank it below the board.

Pictures go into a shared file in three places in turn (RGB rows, bottom first, as OpenGL takes them). On stdout, a
line each: ``frame N WIDTH HEIGHT SECONDS`` (picture N lies in place N % 3), ``mute WHY`` (the sound cannot be played;
it goes on without), and at last ``end`` or ``broken WHY``. On stdin: ``volume SHARE SECONDS`` (a ramp); its end ends
the film, softly.
"""

from __future__ import annotations

import mmap
import os
import queue
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

PLACES: Final = 3
BYTES_PER_PIXEL: Final = 3
#: what a Raspberry Pi decodes in software; a larger film is refused, not stuttered
LARGEST_SIDE_PX: Final = 1920
#: Broadcast material is 1920×1088 in the file
LARGEST_PIXELS: Final = 1920 * 1088
FADE_OUT_S: Final = 0.3
_STEP_S: Final = 0.01
_NICE: Final = 5
_SOUND_BEGINS_S: Final = 0.4


@dataclass(slots=True)
class Ramp:
    """A loudness (share of full, 0 to 1) that moves in a straight line. Times are monotonic seconds."""

    share: float
    aim: float
    began_s: float = 0.0
    lasts_s: float = 0.0
    since: float = 0.0

    def to(self, aim: float, lasts_s: float, now_s: float) -> None:
        """Go to ``aim`` within ``lasts_s``, from wherever it is now."""
        self.since, self.aim = self.at(now_s), aim
        self.began_s, self.lasts_s = now_s, lasts_s

    def at(self, now_s: float) -> float:
        """The share now."""
        past = (now_s - self.began_s) / self.lasts_s if self.lasts_s > 0 else 1.0
        self.share = self.aim if past >= 1 else self.since + (self.aim - self.since) * max(0.0, past)
        return self.share


def filters(width: int, height: int, fps: float) -> str:
    """What is done with a picture: left out when too soon, fitted into the box, turned bottom up.

    Left out before it is scaled: a film of 60 pictures a second costs no more than one of 25.
    """
    gap_s = 1.0 / fps - 0.0005
    return (
        f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{gap_s:.4f})',"
        f"scale=w={width}:h={height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=fast_bilinear,vflip"
    )


class Playing:
    """One film, from its beginning (or ``start_s``) to its end or to the end of stdin."""

    def __init__(self, file: str, *, width: int, height: int, fps: float, share: float, start_s: float) -> None:
        self._file = file
        self._filters = filters(width, height, fps)
        self._start_s = start_s
        self._ramp = Ramp(share=0.0, aim=0.0)
        self._ramp.to(share, _SOUND_BEGINS_S, time.monotonic())
        self._said: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._trouble = ""
        self._leaving = False
        self._player: Any = None

    def run(self, frames: mmap.mmap) -> str:
        """Play; the last line to say."""
        silent = self._ramp.aim <= 0
        self._open(silent=silent)
        count = 0
        place_bytes = len(frames) // PLACES
        while True:
            self._listen()
            problem = self._problem()
            if problem == "sound" and not silent:
                silent = True
                say(f"mute {self._trouble}")
                self._close()
                self._open(silent=True)
                continue
            if problem:
                return f"broken {problem}" if problem != "sound" else f"broken {self._trouble}"
            now_s = time.monotonic()
            if not silent:
                self._player.set_volume(self._ramp.at(now_s))
            if self._leaving and self._ramp.share <= 0.001:
                return "end"
            frame, wait = self._player.get_frame()
            if wait == "eof":
                return "end"
            if frame is None:
                time.sleep(_STEP_S)
                continue
            picture, pts_s = frame
            wide, high = picture.get_size()
            if wide * high * BYTES_PER_PIXEL > place_bytes:
                return f"broken {wide}×{high}"
            if count == 0 and (large := self._too_large()):
                return f"broken {large}"
            data = picture.to_bytearray()[0]
            start = count % PLACES * place_bytes
            frames[start : start + len(data)] = bytes(data)
            say(f"frame {count} {wide} {high} {pts_s:.3f}")
            count += 1
            self._wait(min(float(wait), 0.1))

    def _wait(self, seconds: float) -> None:
        """Sleep until the next picture is due, in steps while the loudness moves."""
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            time.sleep(min(left_s, _STEP_S))
            if self._ramp.share == self._ramp.aim:
                continue
            self._player.set_volume(self._ramp.at(time.monotonic()))

    def _listen(self) -> None:
        while (line := next_line()) is not None:
            words = line.split()
            now_s = time.monotonic()
            if words[:1] == ["volume"]:
                self._ramp.to(float(words[1]), float(words[2]), now_s)
            else:
                self._leaving = True
                self._ramp.to(0.0, FADE_OUT_S, now_s)

    def _problem(self) -> str:
        problem = ""
        while not self._said.empty():
            what, why = self._said.get_nowait()
            if what == "audio:error":
                self._trouble = why or "sound"
                problem = problem or "sound"
            elif what in {"read:error", "video:error"}:
                problem = why or "not a film that can be read"
        return problem

    def _too_large(self) -> str:
        wide, high = self._player.get_metadata().get("src_vid_size", (0, 0))
        if wide * high > LARGEST_PIXELS or max(wide, high) > LARGEST_SIDE_PX:
            return f"{wide}×{high} pixels, at most 1920×1088"
        return ""

    def _open(self, *, silent: bool) -> None:
        from ffpyplayer.player import MediaPlayer

        options = {
            "out_fmt": "rgb24", "vf": [self._filters], "volume": 0.0, "an": silent, "sn": True,
            "ss": self._start_s, "filter_threads": 1, "autorotate": True,
        }  # fmt: skip
        # A picture that came while the film is reopened is of no interest any more.
        self._said = queue.SimpleQueue()
        said = self._said
        self._player = MediaPlayer(
            self._file,
            callback=lambda what, why: said.put((str(what), str(why))),
            loglevel="quiet",
            ff_opts=options,
            lib_opts={"threads": "2"},
        )

    def _close(self) -> None:
        self._player.close_player()


_lines: queue.SimpleQueue[str] = queue.SimpleQueue()


def next_line() -> str | None:
    """What was written to stdin since, or None."""
    return None if _lines.empty() else _lines.get_nowait()


def say(line: str) -> None:
    """Write one line to the board."""
    sys.stdout.write(line.replace("\n", " ") + "\n")
    sys.stdout.flush()


def _hear() -> None:
    for line in sys.stdin:
        _lines.put(line.strip())
    _lines.put("leave")


def main(arguments: list[str]) -> None:
    """``FILE WIDTH HEIGHT FPS SHARE START_S FD``: see the module."""
    file, width, height, fps, share, start_s, fd = arguments
    os.nice(_NICE)
    from ffpyplayer.tools import set_loglevel

    set_loglevel("quiet")
    threading.Thread(target=_hear, daemon=True).start()
    playing = Playing(
        file, width=int(width), height=int(height), fps=float(fps), share=float(share), start_s=float(start_s)
    )
    with mmap.mmap(int(fd), 0) as frames:
        try:
            last = playing.run(frames)
        except BrokenPipeError:  # the board is gone
            os._exit(0)
        say(last)
    # Taking the player apart waits for its threads, and one of them may hang in a damaged file.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
