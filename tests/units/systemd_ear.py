"""What stands at the other end of NOTIFY_SOCKET in a test: systemd's ear, a real datagram socket."""

from __future__ import annotations

import socket
import time
from pathlib import Path

DEADLINE_S = 20.0


class Ear:
    """Listens at a path, or in the abstract namespace when the address begins with ``@``."""

    def __init__(self, address: Path | str) -> None:
        self.address = str(address)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.bind("\0" + self.address[1:] if self.address.startswith("@") else self.address)

    def environment(self, *, watchdog_s: float | None = None, pid: int | None = None) -> dict[str, str]:
        """What systemd gives to a process."""
        values = {"NOTIFY_SOCKET": self.address}
        if watchdog_s is not None:
            values["WATCHDOG_USEC"] = str(round(watchdog_s * 1_000_000))
        if pid is not None:
            values["WATCHDOG_PID"] = str(pid)
        return values

    def hear(self, timeout_s: float = DEADLINE_S) -> str | None:
        """The next message; None when none comes in time."""
        self._socket.settimeout(max(0.001, timeout_s))
        try:
            return self._socket.recv(4096).decode()
        except TimeoutError:
            return None

    def wait_for(self, wanted: str) -> list[str]:
        """Messages until one holds the line; they are given back."""
        heard: list[str] = []
        until_s = time.monotonic() + DEADLINE_S
        while time.monotonic() < until_s:
            message = self.hear(until_s - time.monotonic())
            if message is not None:
                heard.append(message)
                if wanted in message.split("\n"):
                    return heard
        raise AssertionError(f"{wanted} was not heard, only {heard}")

    def forget(self) -> None:
        """What lies in the socket already."""
        while self.hear(0.001) is not None:
            pass

    def close(self) -> None:
        self._socket.close()
