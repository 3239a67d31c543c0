"""A WAV file of everything the lobby would hear, and beside it an index of where each clip lies.

In real time the file is the lobby's clock: silence where nobody was called. The header is true after every
announcement, so a file whose writer was killed can still be read. The index is ``FILE.index.jsonl``, one line an
announcement: ``{"number", "counter_number", "lang", "times", "rate_hz", "start_frame", "frames", "clips": [{"clip",
"lang", "start_frame", "frames"}]}``, frames counted from the file's beginning.
"""

from __future__ import annotations

import json
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from queue_display.errors import AudioError
from queue_display.voice.compose import Composed
from queue_display.voice.sound import SAMPLE_BYTES

_HEADER_BYTES: Final = 44
#: between announcements when no time passes
_GAP_S: Final = 0.5


def index_path(path: Path) -> Path:
    """Where the index of a WAV file stands."""
    return path.with_name(path.name + ".index.jsonl")


class WavPlayer:
    """Plays into a file. Raises :class:`AudioError` ``audio.away`` when it cannot be written."""

    def __init__(
        self,
        path: Path,
        *,
        rate_hz: int,
        real_time: bool = True,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate_hz = rate_hz
        self._real_time = real_time
        self._now_s = now_s
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._frames = 0
        self.trouble: str | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
            self._index = index_path(path).open("w", encoding="utf-8")
        except OSError as error:
            raise AudioError("audio.away", problem=str(error)) from error
        self._began_s = now_s()
        self._write_header()

    def play(self, composed: Composed) -> int | None:
        """See :class:`~queue_display.voice.players.Player`."""
        started_s = self._now_s()
        with self._lock:
            if self._file.closed:
                return None
            try:
                start = self._append(composed, started_s)
            except OSError as error:
                self.trouble = "audio.away"
                raise AudioError("audio.away", problem=str(error)) from error
        if self._real_time:
            self._closed.wait(max(0.0, started_s + composed.length_s - self._now_s()))
        self.trouble = None
        return start

    def close(self) -> None:
        """See :class:`~queue_display.voice.players.Player`. In real time the file ends when the lobby closes."""
        self._closed.set()
        with self._lock:
            if self._file.closed:
                return
            if self._real_time:
                self._pad(self._now_s())
                self._write_header()
            self._file.close()
            self._index.close()

    def _append(self, composed: Composed, started_s: float) -> int:
        if self._real_time:
            self._pad(started_s)
        elif self._frames:
            self._write(b"\0" * (SAMPLE_BYTES * round(_GAP_S * self._rate_hz)))
        start = self._frames
        self._write(composed.samples.astype("<i2").tobytes())
        self._write_header()
        self._write_index(composed, start)
        return start

    def _write_index(self, composed: Composed, start: int) -> None:
        said = composed.announcement
        line = {
            "number": said.number,
            "counter_number": said.counter_number,
            "lang": said.lang,
            "times": said.times,
            "rate_hz": composed.rate_hz,
            "start_frame": start,
            "frames": len(composed.samples),
            "clips": [asdict(mark) | {"start_frame": start + mark.start_frame} for mark in composed.marks],
        }
        self._index.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._index.flush()

    def _pad(self, until_s: float) -> None:
        missing = round((until_s - self._began_s) * self._rate_hz) - self._frames
        if missing > 0:
            self._write(b"\0" * (SAMPLE_BYTES * missing))

    def _write(self, pcm: bytes) -> None:
        self._file.write(pcm)
        self._frames += len(pcm) // SAMPLE_BYTES

    def _write_header(self) -> None:
        size = self._frames * SAMPLE_BYTES
        # RIFF/WAVE, one fmt chunk (PCM, mono, 16 bits) and one data chunk
        header = struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            b"RIFF", _HEADER_BYTES - 8 + size, b"WAVE", b"fmt ", 16, 1, 1, self._rate_hz,
            self._rate_hz * SAMPLE_BYTES, SAMPLE_BYTES, 8 * SAMPLE_BYTES, b"data", size,
        )  # fmt: skip
        self._file.seek(0)
        self._file.write(header)
        self._file.seek(0, 2)
        self._file.flush()
