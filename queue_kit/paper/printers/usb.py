"""A printer on USB without a device file, through python-escpos's transport (pyusb, libusb)."""

from __future__ import annotations

import time
from typing import Any, Final

from queue_kit.paper.channel import ChannelLost, ChannelStalled

_CHUNK_BYTES: Final = 4096
_READ_BYTES: Final = 64


class UsbChannel:
    """A claimed USB device, kept open. Raises ImportError where pyusb is not installed."""

    bytes_per_s: float | None = None

    def __init__(self, *, vendor: int, product: int, endpoint_in: int, endpoint_out: int, backend: Any = None) -> None:
        import usb.core

        from queue_kit.paper.transports import escpos_printers

        printers = escpos_printers()
        from escpos.exceptions import DeviceNotFoundError

        self._in, self._out = endpoint_in, endpoint_out
        arguments = {"backend": backend} if backend is not None else {}
        self._transport: Any = printers.Usb(vendor, product, usb_args=arguments, in_ep=endpoint_in, out_ep=endpoint_out)
        try:
            self._transport.open()
        except usb.core.NoBackendError as error:
            raise ImportError("libusb") from error
        except (DeviceNotFoundError, OSError) as error:
            raise ChannelLost(str(error)) from error
        self._device: Any = self._transport.device

    def write(self, data: bytes, until: float) -> None:
        """Send all of ``data``."""
        import usb.core

        rest = memoryview(data)
        while rest:
            try:
                sent: int = self._device.write(self._out, rest[:_CHUNK_BYTES].tobytes(), _milliseconds(until))
            except usb.core.USBTimeoutError as error:
                raise ChannelStalled from error
            except OSError as error:
                raise ChannelLost(str(error)) from error
            rest = rest[sent:]

    def read(self, until: float) -> bytes:
        """Give what has come in."""
        import usb.core

        try:
            return bytes(self._device.read(self._in, _READ_BYTES, _milliseconds(until)))
        except usb.core.USBTimeoutError:
            return b""
        except OSError as error:
            raise ChannelLost(str(error)) from error

    def close(self, *, abort: bool) -> None:  # noqa: ARG002
        """Release the device."""
        self._transport.close()


def _milliseconds(until: float) -> int:
    return max(1, int((until - time.monotonic()) * 1000))  # 0 would mean "for ever" to libusb
