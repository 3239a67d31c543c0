"""A printer on the office's network: TCP, usually port 9100, through python-escpos's transport."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any, Final

from queue_kit.paper.channel import ChannelLost, ChannelStalled

_READ_BYTES: Final = 256


class NetworkChannel:
    """One TCP connection. python-escpos opens it (its own default of 60 s replaced); deadlines are set here."""

    bytes_per_s: float | None = None

    def __init__(self, *, host: str, port: int, connect_timeout_s: float) -> None:
        from queue_kit.paper.transports import escpos_printers

        printers = escpos_printers()
        from escpos.exceptions import DeviceNotFoundError

        self._transport: Any = printers.Network(host, port=port, timeout=connect_timeout_s)
        try:
            self._transport.open()
        except (DeviceNotFoundError, OSError) as error:
            raise ChannelLost(str(error)) from error
        self._socket: socket.socket = self._transport.device
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes, until: float) -> None:
        """Send all of ``data``."""
        self._socket.settimeout(max(0.001, until - time.monotonic()))
        try:
            self._socket.sendall(data)  # one time-out for the whole of it, since Python 3.5
        except TimeoutError as error:
            raise ChannelStalled from error
        except OSError as error:
            raise ChannelLost(str(error)) from error

    def read(self, until: float) -> bytes:
        """Give what has come in."""
        self._socket.settimeout(max(0.001, until - time.monotonic()))
        try:
            data = self._socket.recv(_READ_BYTES)
        except TimeoutError:
            return b""
        except OSError as error:
            raise ChannelLost(str(error)) from error
        if not data:
            message = "closed by the printer"
            raise ChannelLost(message)
        return data

    def close(self, *, abort: bool) -> None:
        """Close; an aborted connection is reset, so that a hanging printer does not print the rest an hour later."""
        if abort:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._socket.close()
            return
        self._transport.close()
