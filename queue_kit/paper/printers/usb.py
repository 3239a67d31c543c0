"""A printer on USB without a device file, through python-escpos's transport (pyusb, libusb)."""

from __future__ import annotations

import errno
import time
from typing import Any, Final

from queue_kit.paper.channel import ChannelForbidden, ChannelLost, ChannelStalled

_CHUNK_BYTES: Final = 4096
_READ_BYTES: Final = 64
#: USB's class of printers (Universal Serial Bus Device Class Definition for Printing Devices 1.1)
_PRINTER_CLASS: Final = 7


class UsbChannel:
    """A claimed USB device, kept open. Endpoints that are not named are found. Raises ImportError without pyusb."""

    bytes_per_s: float | None = None

    def __init__(
        self,
        *,
        vendor: int,
        product: int,
        endpoint_in: int | None = None,
        endpoint_out: int | None = None,
        backend: Any = None,
    ) -> None:
        import usb.core

        from queue_kit.paper.transports import escpos_printers

        printers = escpos_printers()
        from escpos.exceptions import DeviceNotFoundError

        arguments = {"backend": backend} if backend is not None else {}
        self._transport: Any = printers.Usb(vendor, product, usb_args=arguments)
        try:
            self._transport.open()
        except usb.core.NoBackendError as error:
            raise ImportError("libusb") from error
        except (DeviceNotFoundError, OSError) as error:
            if getattr(error, "errno", None) == errno.EACCES or "Access denied" in str(error):
                raise ChannelForbidden("lp") from error
            raise ChannelLost(str(error)) from error
        self._device: Any = self._transport.device
        try:
            self._in, self._out = _endpoints(self._device, endpoint_in, endpoint_out)
        except ChannelLost:
            self._transport.close()
            raise

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


def _endpoints(device: Any, wanted_in: int | None, wanted_out: int | None) -> tuple[int, int]:
    """The bulk endpoints to read from and to write to. Raises :class:`ChannelLost` when the device has no such pair."""
    import usb.util

    has: dict[int, list[int]] = {usb.util.ENDPOINT_IN: [], usb.util.ENDPOINT_OUT: []}
    # The printer's interface first: a device may be a keyboard or a drawer beside it.
    for interface in sorted(device.get_active_configuration(), key=lambda one: one.bInterfaceClass != _PRINTER_CLASS):
        for end in interface:
            if usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK:
                has[usb.util.endpoint_direction(end.bEndpointAddress)].append(end.bEndpointAddress)
    found = []
    for way, wanted in ((usb.util.ENDPOINT_IN, wanted_in), (usb.util.ENDPOINT_OUT, wanted_out)):
        if not has[way] or (wanted is not None and wanted not in has[way]):
            there = ", ".join(f"{end:02x}" for ends in has.values() for end in ends) or "none"
            raise ChannelLost(f"its bulk endpoints are {there}")
        found.append(wanted if wanted is not None else has[way][0])
    return found[0], found[1]


def _milliseconds(until: float) -> int:
    return max(1, int((until - time.monotonic()) * 1000))  # 0 would mean "for ever" to libusb
