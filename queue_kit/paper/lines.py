"""The virtual printer's wires: a TCP connection or a pseudo-terminal, read and answered alike."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import tty
from pathlib import Path


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

    def cut(self) -> None:
        """Be pulled out: nothing more arrives on either side."""
        self.close()


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

    def cut(self) -> None:
        """Be pulled out."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


class PtyLine(Line):
    """The master's side of a pseudo-terminal. The other side is kept open too: who comes and goes ends nothing."""

    def __init__(self) -> None:
        self.fd, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.fd, False)
        self.path = os.ttyname(self._slave)

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
        os.close(self._slave)


class Jack:
    """Where the printer's cable is plugged in: a TCP port, or a pseudo-terminal with, perhaps, a lasting name.

    ``line``: the open line, None: nobody is connected. ``address``: what
    :func:`queue_kit.paper.printer.open_printer` takes.
    """

    def __init__(self, *, host: str, port: int, pty: bool, link: Path | None) -> None:
        self._host, self._link, self._pty = host, link, pty or link is not None
        self.port = port
        self.path = ""
        self.line: Line | None = None
        self.listener: socket.socket | None = None
        self.plugged = False
        self.plug_in()
        self.address = f"serial:{self.path}" if self._pty else f"tcp://{host}:{self.port}"

    def plug_in(self) -> None:
        """Be reachable; a device has another name than before, a lasting one leads to it."""
        self.plugged = True
        if not self._pty:
            self.listener = socket.create_server((self._host, self.port), backlog=8)
            self.port = self.listener.getsockname()[1]
            return
        line = self.line = PtyLine()
        self.path = line.path
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(line.path)
            self.path = str(self._link)

    def pull_out(self) -> None:
        """Be gone in the middle of whatever is on the line."""
        self.plugged = False
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        if self.line is not None:
            self.line.cut()
        if self.listener is not None:
            self.listener.close()
        self.line = self.listener = None

    def accept(self) -> None:
        """Somebody connects."""
        if self.listener is not None:
            self.line = TcpLine(self.listener.accept()[0])

    def hang_up(self) -> None:
        """The other side has gone."""
        if self.line is not None:
            self.line.close()
        self.line = None

    def close(self) -> None:
        """Close everything."""
        self.hang_up()
        if self.listener is not None:
            self.listener.close()
