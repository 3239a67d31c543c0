"""A WAV file of everything the lobby would hear, and beside it an index of where each clip lies.

In real time the file is the lobby's clock: silence where nobody was called. The header is true after every
tenth of a second, so a file whose writer was killed can still be read. The index is ``FILE.index.jsonl``, one line an
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

from queue_kit.voice.compose import Composed
from queue_kit.voice.errors import AudioError
from queue_kit.voice.sound import SAMPLE_BYTES

_HEADER_BYTES: Final = 44
#: between announcements when no time passes
_GAP_S: Final = 0.5
#: in real time so much is written at once
_SLICE_S: Final = 0.1


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
        """See :class:`~queue_kit.voice.players.Player`. What is broken off is not in the file."""
        pcm = composed.samples.astype("<i2").tobytes()
        started_s = self._now_s()
        try:
            start = self._begin(started_s)
            if start is None:
                return None
            slice_bytes = round(_SLICE_S * self._rate_hz) * SAMPLE_BYTES if self._real_time else len(pcm)
            for at in range(0, len(pcm), slice_bytes):
                if not self._append(pcm[at : at + slice_bytes]):
                    return start
                if self._real_time:
                    until_s = started_s + min(at + slice_bytes, len(pcm)) / SAMPLE_BYTES / self._rate_hz
                    self._closed.wait(max(0.0, until_s - self._now_s()))
            self._write_index(composed, start)
        except OSError as error:
            self.trouble = "audio.away"
            raise AudioError("audio.away", problem=str(error)) from error
        self.trouble = None
        return start

    def close(self) -> None:
        """See :class:`~queue_kit.voice.players.Player`. In real time the file ends when the lobby closes."""
        self._closed.set()
        with self._lock:
            if self._file.closed:
                return
            if self._real_time:
                self._pad(self._now_s())
            self._write_header()
            self._file.close()
            self._index.close()

    def _begin(self, started_s: float) -> int | None:
        """The frame at which an announcement begins now; None when the file is closed."""
        with self._lock:
            if self._file.closed:
                return None
            if self._real_time:
                self._pad(started_s)
            elif self._frames:
                self._write(b"\0" * (SAMPLE_BYTES * round(_GAP_S * self._rate_hz)))
            return self._frames

    def _append(self, pcm: bytes) -> bool:
        with self._lock:
            if self._file.closed:
                return False
            self._write(pcm)
            self._write_header()
            return True

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
        with self._lock:
            if not self._index.closed:
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
