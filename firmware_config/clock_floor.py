"""The clock at boot: never before the last thing that is known to have happened, then a short wait for the true time.

A Pi without a clock of its own starts in the past, where every certificate is not yet valid. The floor is the later of
the journal's last event and the software's build. The hub still counts such a time as "floor": it is no known date.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from queue_core.clock import BUILD_FLOOR_MS, kernel_source
from queue_core.errors import MotcuaError
from queue_core.events import load_event
from queue_core.journal.reading import JournalReader

log = logging.getLogger(__name__)
_LOOK_S: Final = 0.2
_FILE: Final = "hub.db"


def floor_ms(journal: Path | None) -> int:
    """UTC milliseconds before which it cannot be; ``journal``: the hub's folder, or its file. Never fails.

    A journal that cannot be read, and a simulated one, count for nothing.
    """
    last_ms = 0
    if journal is not None:
        try:
            with JournalReader(journal / _FILE if journal.is_dir() else journal) as reader:
                row = reader.last_row()
                if row is not None and not reader.header.simulated:
                    last_ms = load_event(reader.record(row).body).at_ms
        except (MotcuaError, OSError, ValueError) as error:
            log.info("the journal tells no time: %s", error)
    return max(BUILD_FLOOR_MS, last_ms)


def set_clock(
    floor: int,
    *,
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    set_s: Callable[[float], None] = lambda seconds: time.clock_settime(time.CLOCK_REALTIME, seconds),
) -> bool:
    """Move a clock that is before ``floor`` (UTC ms) to it; gives whether it was. Raises :class:`OSError`."""
    if now_ms() >= floor:
        return False
    set_s(floor / 1000)
    return True


def wait_for_time(
    seconds: float,
    *,
    source: Callable[[], str] = kernel_source,
    now_s: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Wait until the kernel's clock is synchronised, at most ``seconds``; gives the source at the end.

    A hardware clock is not waited past: its time is good enough to begin with.
    """
    until_s = now_s() + seconds
    while (found := source()) == "floor" and now_s() < until_s:
        sleep(min(_LOOK_S, max(0.0, until_s - now_s())))
    return found
