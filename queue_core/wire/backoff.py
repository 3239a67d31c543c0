"""How long to wait before the next try: full jitter, so that a hall of devices does not return in step."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Each wait is drawn evenly from nought to ``first_s`` · 2ⁿ, at most ``cap_s`` (n: failures in a row)."""

    first_s: float = 0.2
    cap_s: float = 15.0

    def wait_s(self, failures: int, *, source: random.Random) -> float:
        """Seconds to wait after the n-th failure in a row (0 is the first)."""
        return source.uniform(0.0, min(self.cap_s, self.first_s * 2.0 ** min(failures, 30)))
