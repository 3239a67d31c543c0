"""Inside: a virtual slip printer on the kernel's own USB (dummy_hcd, f_printer).

``python usb_printer.py HOST PORT`` plugs it in and carries its bytes to and from the strict paper interpreter outside.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Final

GADGET: Final = Path("/sys/kernel/config/usb_gadget/printer")
DEVICE: Final = Path("/dev/g_printer0")
#: Epson's number for a TM receipt printer (the USB identity list)
VENDOR, PRODUCT = "0x04b8", "0x0202"
_TURN_S: Final = 0.02
_BLOCK_BYTES: Final = 4096


def build() -> None:
    """The gadget, not yet plugged in."""
    GADGET.mkdir()
    (GADGET / "idVendor").write_text(VENDOR)
    (GADGET / "idProduct").write_text(PRODUCT)
    words = GADGET / "strings/0x409"
    words.mkdir()
    (words / "manufacturer").write_text("Rig")
    (words / "product").write_text("Slip printer")
    (words / "serialnumber").write_text("1")
    function = GADGET / "functions/printer.0"
    function.mkdir()
    (function / "pnp_string").write_text("MFG:Rig;MDL:Slip;CLS:PRINTER;CMD:ESC/POS;")
    config = GADGET / "configs/c.1"
    config.mkdir()
    (config / "printer.0").symlink_to(function)


def plug(*, there: bool) -> None:
    """Into the kernel's virtual port, or out of it."""
    (GADGET / "UDC").write_text("dummy_udc.0\n" if there else "\n")


class Cable:
    """The printer's end of the cable. Between plugging in and the host's first greeting there is none to open."""

    def __init__(self) -> None:
        self._fd: int | None = None

    def _lost(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def read(self) -> bytes:
        """What the host sent, b"" when nothing came in a little while."""
        if self._fd is None:
            with contextlib.suppress(OSError):
                self._fd = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK)
        if self._fd is None or not select.select([self._fd], [], [], _TURN_S)[0]:
            time.sleep(_TURN_S if self._fd is None else 0)
            return b""
        try:
            return os.read(self._fd, _BLOCK_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            self._lost()
            return b""

    def write(self, data: bytes) -> bytes:
        """Give what could not be sent yet."""
        if self._fd is None or not data:
            return data
        try:
            return data[os.write(self._fd, data) :]
        except OSError:
            return data


def carry(host: str, port: int) -> None:
    """Carry bytes both ways, until the end. What the printer has no room for waits on the cable."""
    cable, waiting = Cable(), b""
    with socket.create_connection((host, port)) as printer:
        printer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            if data := cable.read():
                printer.sendall(data)
            if select.select([printer], [], [], 0)[0]:
                answer = printer.recv(_BLOCK_BYTES)
                if not answer:
                    return
                waiting += answer
            waiting = cable.write(waiting)


if __name__ == "__main__":
    if not GADGET.exists():
        build()
    # Ended as a program is: the plug goes with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    plug(there=True)
    try:
        carry(sys.argv[1], int(sys.argv[2]))
    finally:
        plug(there=False)
