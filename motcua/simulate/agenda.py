"""What is to be done when on the simulated clock. Whatever stands at one time is done at once."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from motcua.simulate.plan import STEP_MS


@dataclass(order=True, slots=True)
class Errand:
    """Something an actor will do. ``alone``: nobody else may do anything meanwhile."""

    at_ms: int
    order: int
    actor: str = field(compare=False)
    do: Callable[[int], list[int] | None] = field(compare=False)
    alone: bool = field(compare=False, default=False)


class Agenda:
    """Errands by time; thread-safe. A wave is a set of errands of one time, at most one an actor."""

    def __init__(self) -> None:
        self.now_ms = 0
        self._heap: list[Errand] = []
        self._count = 0
        self._lock = threading.Lock()

    def add(self, at_ms: int, actor: str, do: Callable[[int], list[int] | None], *, alone: bool = False) -> None:
        """Note an errand; times are rounded up to full steps, and never lie in the past.

        ``do`` gets the wave's number and gives the positions of calls that must be heard before anybody goes on.
        """
        with self._lock:
            self._count += 1
            step_ms = -(-max(at_ms, self.now_ms) // STEP_MS) * STEP_MS
            heapq.heappush(self._heap, Errand(step_ms, self._count, actor, do, alone))

    def after(self, seconds: float, actor: str, do: Callable[[int], list[int] | None], *, alone: bool = False) -> None:
        """Note an errand so many seconds from now, at least one step."""
        self.add(self.now_ms + max(STEP_MS, round(seconds * 1000)), actor, do, alone=alone)

    def next_wave(self) -> list[Errand]:
        """The next errands; empty when there are none. :attr:`now_ms` moves on to their time."""
        with self._lock:
            if not self._heap:
                return []
            first = heapq.heappop(self._heap)
            self.now_ms = first.at_ms
            wave: list[Errand] = [first]
            later: list[Errand] = []
            while self._heap and self._heap[0].at_ms == first.at_ms:
                errand = heapq.heappop(self._heap)
                busy = first.alone or errand.alone or any(e.actor == errand.actor for e in wave)
                (later if busy else wave).append(errand)
            for errand in later:
                heapq.heappush(self._heap, errand)
            return wave
