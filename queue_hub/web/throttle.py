"""Brakes: growing delays after failed log-ins, and a ceiling of requests an address may make."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_KEPT: Final = 10_000


class Throttle:
    """After ``free`` failures a key waits 2, 4, 8 … seconds, at most ``cap_s``; quiet for ``forget_s``: forgotten."""

    def __init__(
        self, *, free: int, cap_s: float, forget_s: float = 900.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._free, self._cap_s, self._forget_s, self._clock = free, cap_s, forget_s, clock
        #: key → (failures, when the last one was)
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """Seconds until this key may try again; 0: now."""
        count, last = self._failures.get(key, (0, 0.0))
        now = self._clock()
        if last > now:  # a clock that was corrected backwards must not lock anybody out until it has caught up
            self._failures[key] = (count, now)
            last = now
        passed = now - last
        if passed > self._forget_s or count <= self._free:
            return 0.0
        return max(0.0, min(self._cap_s, 2.0 ** min(64, count - self._free)) - passed)

    def failed(self, key: str) -> None:
        """Count a failure."""
        now = self._clock()
        count, last = self._failures.pop(key, (0, now))
        self._failures[key] = (1 if now - last > self._forget_s else count + 1, now)
        while len(self._failures) > _KEPT:
            self._failures.popitem(last=False)

    def passed(self, key: str) -> None:
        """Forget a key that has succeeded."""
        self._failures.pop(key, None)

    def dump(self) -> list[tuple[str, int, float]]:
        """The failures as plain values, for a clock that outlives the process."""
        return [(key, count, last) for key, (count, last) in self._failures.items()]

    def load(self, values: list[tuple[str, int, float]]) -> None:
        """Take in what :meth:`dump` gave. Raises TypeError, ValueError."""
        self._failures = OrderedDict((str(key), (int(count), float(last))) for key, count, last in values[-_KEPT:])


class Bucket:
    """A token bucket a key: ``burst`` at once, then ``per_s`` a second."""

    def __init__(self, *, per_s: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, amount: float = 1.0) -> bool:
        """Whether ``amount`` may be taken now; it is, if so."""
        now = self._clock()
        level, last = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + (now - last) * self._per_s)
        enough = level >= amount
        self._levels[key] = (level - amount if enough else level, now)
        while len(self._levels) > _KEPT:
            self._levels.popitem(last=False)
        return enough
