"""What counts as a press. Pure: a keypad may tremble, repeat, stick, lie, or come back from a power cut, a key down.

A press calls a citizen. It counts once when a key goes down that was up before; it never counts because a keypad came
back, because a finger trembled, or because a wire flaps.
"""

from __future__ import annotations

from collections import deque
from typing import Final

#: the second strike of one hand
SECOND_STRIKE_S: Final = 0.4
#: nobody holds a key so long
STUCK_S: Final = 20.0
#: nobody presses so often
_MOST: Final = 8
_WITHIN_S: Final = 10.0


class Strikes:
    """The keys of one keypad over time; keys are whatever numbers them."""

    def __init__(self) -> None:
        self._held: frozenset[int] | None = None
        self._since_s = 0.0
        self._struck_s = float("-inf")
        self._recent: deque[float] = deque(maxlen=_MOST)
        self.stuck = False

    def held(self, keys: frozenset[int], now_s: float) -> int | None:
        """Which key was pressed, if one was, now that these are held. The first look learns what is down already."""
        before = self._held
        if before is None or keys != before:
            self._held, self._since_s = keys, now_s
        self.stuck = (bool(keys) and now_s - self._since_s >= STUCK_S) or self._flaps(now_s)
        new = keys - before if before is not None else frozenset()
        # Two at once is a palm, not a wish.
        return self._counts(next(iter(new)), now_s) if len(new) == 1 else None

    def struck(self, key: int, now_s: float) -> int | None:
        """The same for a keypad that tells presses and not what is held."""
        counted = self._counts(key, now_s)
        self.stuck = self._flaps(now_s)
        return counted

    def forget(self) -> None:
        """The keypad was away: whatever it holds when it is back was not pressed for us."""
        self._held = None

    def _counts(self, key: int, now_s: float) -> int | None:
        if now_s - self._struck_s < SECOND_STRIKE_S:
            return None
        self._struck_s = now_s
        self._recent.append(now_s)
        return None if self._flaps(now_s) else key

    def _flaps(self, now_s: float) -> bool:
        return len(self._recent) == _MOST and now_s - self._recent[0] < _WITHIN_S
