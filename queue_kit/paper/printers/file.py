"""A printer as a Linux device file (``/dev/usb/lp0``).

python-escpos's own File cannot read and blocks for ever when the paper is out; so the file is opened here, for both
directions and without blocking.
"""

from __future__ import annotations

import os
import select
import time
from pathlib import Path
from typing import Final

from queue_kit.paper.channel import ChannelLost, ChannelStalled
from queue_kit.paper.permission import require_access

_READ_BYTES: Final = 256
_PAUSE_S: Final = 0.02


class FileChannel:
    """An open device file."""

    bytes_per_s: float | None = None

    def __init__(self, *, path: Path) -> None:
        require_access(path)
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise ChannelLost(str(error)) from error

    def write(self, data: bytes, until: float) -> None:
        """Send all of ``data``."""
        rest = memoryview(data)
        while rest:
            _, writable, _ = select.select([], [self._fd], [], max(0.0, until - time.monotonic()))
            if not writable:
                raise ChannelStalled
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelLost(str(error)) from error

    def read(self, until: float) -> bytes:
        """Give what has come in."""
        while (left_s := until - time.monotonic()) > 0:
            readable, _, _ = select.select([self._fd], [], [], left_s)
            if not readable:
                break
            try:
                data = os.read(self._fd, _READ_BYTES)
            except BlockingIOError:
                data = b""
            except OSError as error:
                raise ChannelLost(str(error)) from error
            if data:
                return data
            # usblp says "readable" and then gives nothing while the printer is silent
            time.sleep(min(_PAUSE_S, max(0.0, until - time.monotonic())))
        return b""

    def close(self, *, abort: bool) -> None:  # noqa: ARG002
        """Close the file."""
        os.close(self._fd)
