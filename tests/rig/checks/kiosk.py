"""The kiosk on the kernel's own graphics, touched and printing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image

from motcua.demo.eyes import find_number, read_large
from tests.rig.checks import Check, Rig
from tests.rig.checks.printer import BY_FILE, usb_printer
from tests.rig.machine import HEIGHT, WIDTH, MachineError, wait_until
from tests.rig.office import KioskInside

#: fewer colours than this is no screen with tiles
_COLOURS: Final = 50


def takes_a_number(rig: Rig) -> None:
    """Home on the panel, a number by two taps, its slip out of the USB printer."""
    with usb_printer(rig) as printer:
        kiosk = KioskInside(rig.machine, rig.office, "--printer", BY_FILE)
        with kiosk.running():
            wait_until(lambda: _is_a_screen(rig.machine.picture("kiosk-home")), "home on the panel", 30)
            kiosk.tap("Lấy số thứ tự")
            kiosk.shows("services")
            kiosk.tap("Chứng thực")
            kiosk.shows("number")
            slip = printer.wait_for_slip(1, 60)
            said = wait_until(lambda: now if (now := kiosk.sees())["slip"] == "printed" else None, "printed slip", 60)
            number = next(word for word in said["words"] if word[:1].isalpha() and word[1:].isdecimal())
            grey = slip.convert("L")
            grey.save(rig.machine.folder / "slip.png")
            if not find_number(read_large(grey), number):
                raise MachineError(f"the slip does not say {number}")
            if printer.errors:
                raise MachineError(f"the paper refused: {printer.errors}")
            rig.machine.picture("kiosk-number")


def _is_a_screen(picture: Path) -> bool:
    """Whether the panel shows more than a ground: the kernel's page is turned a moment after the kiosk's."""
    with Image.open(picture) as image:
        if image.size != (WIDTH, HEIGHT):
            raise MachineError(f"the panel is {image.size}")
        colours = image.convert("RGB").getcolors(1 << 20)
        return colours is not None and len(colours) >= _COLOURS


CHECKS: Final = (
    Check("a kiosk on KMSDRM, tapped through QMP, gives a number and prints it on a USB printer", takes_a_number),
)
