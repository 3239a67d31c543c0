"""How long the hub waits for witnesses of numbers before it gives the first one after a journal was damaged or lost.

Kiosks and boards tell what they saw when the hub's birth names another journal. The broker's retained births say who
is there: when all of them have spoken the wait is over, else after ``wait_s`` from the connection. An office without a
broker has no witnesses to come and goes on from its console after :data:`ALONE` times that.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Final

#: without any connection to the broker the wait is so many times as long
ALONE: Final = 4
#: kinds of clients that are witnesses
WITNESSES: Final = frozenset({"kiosk", "board"})


class Inquiry:
    """Who was asked and who has spoken; all times are a monotonic clock's seconds. From any thread."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._lock = threading.Lock()
        self._there: set[str] = set()
        self._spoken: set[str] = set()
        self._known: set[str] = set()
        self._whole = False
        self._began_s: float | None = None
        self._connected_s: float | None = None

    @property
    def wanted(self) -> bool:
        """Whether anybody is waited for at all."""
        return self._wait_s > 0

    @property
    def open(self) -> bool:
        """Whether numbers are held back."""
        return self._began_s is not None

    def begin(self, now_s: float) -> None:
        """From here on nobody gets a number; does nothing when it has begun."""
        with self._lock:
            if self._began_s is None:
                self._began_s = now_s

    def connected(self, now_s: float) -> None:
        """The broker can be heard: the time of the witnesses runs."""
        with self._lock:
            if self._connected_s is None:
                self._connected_s = now_s

    def is_there(self, client: str, *, there: bool) -> None:
        """A client that could be a witness was born, or is gone."""
        with self._lock:
            (self._there.add if there else self._there.discard)(client)

    def spoke(self, client: str, prefixes: Iterable[str], *, whole: bool) -> None:
        """A witness named these series; ``whole``: it would know of every number."""
        with self._lock:
            self._spoken.add(client)
            self._known.update(prefixes)
            self._whole = self._whole or whole

    def over(self, now_s: float) -> bool:
        """Whether it may be settled now."""
        until_s = self.until_s()
        if until_s is None:
            return False
        with self._lock:
            all_spoke = bool(self._there) and self._there <= self._spoken
        return all_spoke or now_s >= until_s

    def until_s(self) -> float | None:
        """When it is over at the latest; None when nothing is held back."""
        with self._lock:
            if self._began_s is None:
                return None
            alone_s = self._began_s + ALONE * self._wait_s
            if self._connected_s is None:
                return alone_s
            return min(alone_s, max(self._began_s, self._connected_s) + self._wait_s)

    def end(self) -> None:
        """It is settled."""
        with self._lock:
            self._began_s = None

    @property
    def known(self) -> frozenset[str]:
        """Series that somebody named."""
        with self._lock:
            return frozenset(self._known)

    @property
    def whole(self) -> bool:
        """Whether one who hears everything has spoken."""
        return self._whole
