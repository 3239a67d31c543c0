"""A slip printer on USB: through the kernel's device file and through libusb, pulled out and put back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

from queue_kit.paper.interpreter import VirtualPrinter
from tests.rig.checks import Check, Rig
from tests.rig.machine import OUTSIDE, PYTHON, ROOT, MachineError, wait_until
from tests.rig.usb_printer import GADGET

BY_FILE, BY_LIBUSB = "file:/dev/usb/lp0", "usb:04b8:0202"
_PRINT: Final = """
import sys
from PIL import Image
from queue_kit.paper.errors import PaperError
from queue_kit.paper.printer import open_printer

try:
    with_ink = Image.new("1", (576, 400), 1)
    with_ink.paste(0, (40, 40, 300, 300))
    # Everything is slower under emulation.
    printer = open_printer(sys.argv[1], status_deadline_s=10, print_deadline_s=60)
    print("confirmed" if printer.print_slip(with_ink).confirmed else "sent")
    printer.close()
except PaperError as error:
    print(error.key)
"""


@contextlib.contextmanager
def usb_printer(rig: Rig) -> Iterator[VirtualPrinter]:
    """A printer that is plugged into the virtual machine; the paper interpreter outside prints."""
    with VirtualPrinter() as printer:
        program = ROOT / "tests/rig/usb_printer.py"
        with rig.machine.started("usb-printer", PYTHON, program, OUTSIDE, str(printer.port)):
            _plugged(rig)
            yield printer


def pulled_and_put_back(rig: Rig) -> None:
    """Prints both ways; without its plug it says so at once; put back, it prints again."""
    with usb_printer(rig) as printer:
        for count, address in enumerate((BY_FILE, BY_LIBUSB), 1):
            _expect(rig, address, "confirmed")
            printer.wait_for_slip(count, 30)
            _plug(rig, "")
            _expect(rig, address, "paper.unreachable")
            # libusb has taken the device from the kernel's driver; a new plug gives it back.
            _plug(rig, "dummy_udc.0")
            _plugged(rig)
        _expect(rig, BY_FILE, "confirmed")
        if printer.errors:
            raise MachineError(f"the paper refused: {printer.errors}")


def _expect(rig: Rig, address: str, wanted: str) -> None:
    said = rig.machine.python(_PRINT, address).strip()
    if said != wanted:
        raise MachineError(f"{address} said {said}, not {wanted}")


def _plug(rig: Rig, port: str) -> None:
    ended = rig.machine.run("sh", "-c", f"echo '{port}' > {GADGET}/UDC")
    if ended.code:
        raise MachineError(ended.err)


def _plugged(rig: Rig) -> None:
    """Wait until the kernel has made the printer's device."""
    wait_until(lambda: rig.machine.run("test", "-c", "/dev/usb/lp0").code == 0, "/dev/usb/lp0", 60)


CHECKS: Final = (
    Check(
        "a USB printer prints by its device file and by libusb, is missed when unplugged, and comes back",
        pulled_and_put_back,
    ),
)
