"""The virtual printer's wires: a TCP connection or a pseudo-terminal, read and answered alike."""

from __future__ import annotations

import contextlib
import os
import socket


class Line:
    """What bytes come in from and answers go out to."""

    fd: int

    def receive(self, limit: int) -> bytes | None:
        """Give what has come, ``b""`` for nothing, None when the other side has gone."""
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        """Answer; nobody there to hear it is no trouble."""
        raise NotImplementedError

    def close(self) -> None:
        """Hang up."""
        raise NotImplementedError


class TcpLine(Line):
    """One accepted connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fd = connection.fileno()

    def receive(self, limit: int) -> bytes | None:
        """Give what has come."""
        try:
            return self._connection.recv(limit) or None
        except OSError:
            return None

    def send(self, data: bytes) -> None:
        """Answer."""
        with contextlib.suppress(OSError):
            self._connection.sendall(data)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class PtyLine(Line):
    """The master's side of a pseudo-terminal."""

    def __init__(self, master: int) -> None:
        self.fd = master
        os.set_blocking(master, False)

    def receive(self, limit: int) -> bytes | None:
        """Give what has come."""
        try:
            return os.read(self.fd, limit)
        except OSError:
            return b""

    def send(self, data: bytes) -> None:
        """Answer."""
        with contextlib.suppress(OSError):
            os.write(self.fd, data)

    def close(self) -> None:
        """Hang up."""
        os.close(self.fd)
