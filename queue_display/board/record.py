"""The observer's record: what was really shown and spoken, one JSON line each, with the machine's monotonic time.

``what``: ``shown`` (drawn large, after the frame went to the screen), ``hidden`` (another took its place; ``for_s``),
``spoken`` (heard to its end; ``started_s``), ``unspoken`` (``why``: an error key), ``dropped`` (its turn came too late;
``why``). Monotonic seconds are the same in all processes of a machine.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

from queue_core.wire.messages import Call


class Record:
    """Appends lines to a file; without a file it keeps nothing. From any thread."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Opened for appending and line by line: another process reads along.
        self._file = path.open("a", buffering=1, encoding="utf-8") if path else None

    def write(self, what: str, call: Call, at_s: float, **more: Any) -> None:
        """Write one line about a call."""
        if self._file is None:
            return
        line = {
            "what": what,
            "at_s": round(at_s, 4),
            "wall_ms": time.time_ns() // 1_000_000,
            "number": call.number,
            "ticket": call.ticket,
            "counter": call.counter,
            "counter_number": call.counter_number,
            "rev": {"epoch": call.rev.epoch, "seq": call.rev.seq},
            "asof_ms": call.asof_ms,
            "call_times": call.times,
            "priority": call.priority,
            "lang": call.lang,
            **more,
        }
        with self._lock:
            if not self._file.closed:
                self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
