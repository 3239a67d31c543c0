"""Tell systemd that a process is ready, how it is, and that the loop which proves its life still turns.

The protocol is one datagram of ``KEY=value`` lines to the socket named by ``NOTIFY_SOCKET`` (sd_notify(3)); a name
that begins with ``@`` lies in the abstract namespace. Without that variable, and with any trouble on the way, nothing
happens: a queue must not stop because nobody listens.

``alive`` belongs into the loop itself, never on a timer beside it: a timer would go on swearing that a hung loop lives.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from typing import Final

log = logging.getLogger(__name__)

#: sd_watchdog_enabled(3) advises half of the limit; a third leaves room for one slow turn
_SHARE: Final = 3
_SEND_S: Final = 1.0


class Notifier:
    """The line to systemd. Any method from any thread; each is cheap, and silent when nobody listens.

    ``environment``: where ``NOTIFY_SOCKET``, ``WATCHDOG_USEC`` and ``WATCHDOG_PID`` are looked up (the process's own).
    """

    def __init__(
        self, environment: Mapping[str, str] | None = None, *, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        values = os.environ if environment is None else environment
        self._address = _address(values.get("NOTIFY_SOCKET", ""))
        self._every_s = _every_s(values)
        self._now_s = now_s
        self._pinged_s = float("-inf")
        self._ready = False
        self._status = ""

    @property
    def listens(self) -> bool:
        """Whether somebody asked to be told."""
        return self._address is not None

    def ready(self, status: str = "") -> None:
        """It serves. Said once; a later call only changes the status."""
        lines = [] if self._ready else ["READY=1"]
        self._ready = True
        self._send(lines + self._status_lines(status))

    def status(self, status: str) -> None:
        """One line for ``systemctl status``; the same again is not sent."""
        self._send(self._status_lines(status))

    def alive(self) -> None:
        """The loop that proves life has turned. Sent at most three times within ``WatchdogSec``."""
        if self._every_s is None or self._address is None:
            return
        now_s = self._now_s()
        if now_s - self._pinged_s >= self._every_s:
            self._pinged_s = now_s
            self._send(["WATCHDOG=1"])

    def stopping(self) -> None:
        """The end is wanted and under way."""
        self._send(["STOPPING=1"])

    def _status_lines(self, status: str) -> list[str]:
        if not status or status == self._status:
            return []
        self._status = status
        return [f"STATUS={' '.join(status.split())}"]

    def _send(self, lines: list[str]) -> None:
        if self._address is None or not lines:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.settimeout(_SEND_S)
                line.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            # Not a warning each second: systemd will say itself what it missed.
            log.debug("systemd was not told %s: %s", lines, error)


def _address(name: str) -> str | None:
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else None


def _every_s(values: Mapping[str, str]) -> float | None:
    """Seconds between two signs of life; None when no watchdog waits for this process."""
    limit, pid = values.get("WATCHDOG_USEC", ""), values.get("WATCHDOG_PID", "")
    if not limit.isdecimal() or int(limit) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(limit) / 1_000_000 / _SHARE
