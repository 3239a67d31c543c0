"""No sign: the counter has a keypad only, or its sign is yet to come."""

from __future__ import annotations

from queue_display.signs.shows import Show


class NoSign:
    """Shows nothing."""

    def draw(self, show: Show, phase: int) -> None:
        """Nothing to show it on."""

    def close(self) -> None:
        """Nothing to let go of."""
