"""One module a kind of sign. ``none`` is one, for a counter whose sign is not there yet.

Signs on a line are told through the line's open port (:class:`SerialSign`); matrices on the machine's own pins through
a driver they keep (:class:`PictureSign`). Whatever a library raises becomes a
:class:`~queue_display.signs.errors.UnitError` here; only the port's own errors go through, for they concern the line.
"""

from __future__ import annotations

from typing import Any, Protocol

from queue_display.signs.shows import Show


class SerialSign(Protocol):
    """A sign on a line."""

    def send(self, port: Any, show: Show) -> None:
        """Tell it what to show; at most the port's own deadline. Raises :class:`UnitError`, or the port's errors."""


class PictureSign(Protocol):
    """A sign on the machine's own pins."""

    def draw(self, show: Show, phase: int) -> None:
        """Show it; ``phase`` counts the turns of a text that takes two. Raises :class:`UnitError`."""

    def close(self) -> None:
        """Let go of the pins."""
