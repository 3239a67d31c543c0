"""A printer on a serial line, through python-escpos's transport (pyserial)."""

from __future__ import annotations

import time
from typing import Any, Final

from queue_kit.paper.channel import ChannelLost, ChannelStalled
from queue_kit.paper.permission import require_access

_BITS_A_BYTE: Final = 10  # start, eight, stop
_DRAIN_S: Final = 2.0
_PAUSE_S: Final = 0.01


class SerialChannel:
    """An open serial port, kept open: opening it pulls DTR, on which some printers start anew."""

    def __init__(self, *, path: str, baud: int, timeout_s: float) -> None:
        from queue_kit.paper.transports import escpos_printers

        printers = escpos_printers()
        from escpos.exceptions import DeviceNotFoundError

        require_access(path)
        self.bytes_per_s: float | None = baud / _BITS_A_BYTE
        transport: Any = printers.Serial(path, baudrate=baud, timeout=timeout_s)
        try:
            transport.open()
        except (DeviceNotFoundError, OSError) as error:
            raise ChannelLost(str(error)) from error
        self._port: Any = transport.device
        self._transport = transport

    def write(self, data: bytes, until: float) -> None:
        """Send all of ``data``."""
        from serial import SerialException, SerialTimeoutException

        try:
            self._port.write_timeout = max(0.001, until - time.monotonic())
            self._port.write(data)
        except SerialTimeoutException as error:
            raise ChannelStalled from error
        except (SerialException, OSError) as error:
            raise ChannelLost(str(error)) from error

    def read(self, until: float) -> bytes:
        """Give what has come in."""
        from serial import SerialException

        try:
            self._port.timeout = max(0.001, until - time.monotonic())
            first: bytes = self._port.read(1)
            if not first:
                return b""
            waiting: int = self._port.in_waiting
            return first + bytes(self._port.read(waiting) if waiting else b"")
        except (SerialException, OSError) as error:
            raise ChannelLost(str(error)) from error

    def close(self, *, abort: bool) -> None:
        """Close. python-escpos would wait without end for a hanging printer to take the rest; this does not."""
        try:
            until = time.monotonic() + (0.0 if abort else _DRAIN_S)
            while self._port.out_waiting and time.monotonic() < until:
                time.sleep(_PAUSE_S)
            self._port.reset_output_buffer()
            self._port.close()
        except OSError:
            self._port.is_open = False  # unplugged: nothing is left to close
