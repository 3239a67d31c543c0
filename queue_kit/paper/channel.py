"""A line to a printer: bytes out, bytes in, each call with its deadline."""

from __future__ import annotations

from typing import Protocol


class ChannelLost(ConnectionError):
    """The line is gone: refused, unplugged, closed by the other side."""


class ChannelForbidden(ChannelLost):
    """The line is there, and this process may not use it; the text is the group that may."""


class ChannelStalled(TimeoutError):
    """The other side took no more bytes before the deadline."""


class Channel(Protocol):
    """An open line. Deadlines are points of :func:`time.monotonic`."""

    bytes_per_s: float | None
    """The line's own speed where that is what a slip waits for (serial), else None."""

    def write(self, data: bytes, until: float) -> None:
        """Send all of ``data``. Raises ChannelStalled at the deadline, ChannelLost."""

    def read(self, until: float) -> bytes:
        """Give what has come in, waiting for at least one byte; ``b""`` at the deadline. Raises ChannelLost."""

    def close(self, *, abort: bool) -> None:
        """Close at once; ``abort`` throws away what the line has not delivered yet."""
