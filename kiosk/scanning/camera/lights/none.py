"""No lamp."""

from __future__ import annotations


class NoLight:
    """The room's light must do."""

    def set(self, *, on: bool) -> None:
        """Nothing to switch."""

    def close(self) -> None:
        """Nothing to let go."""
