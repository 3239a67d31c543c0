"""Scanners on real ports: a serial one behind a USB adapter, and one that types, read alone by udev's name."""

from __future__ import annotations

import errno
import socket
from typing import Final

from tests.rig.checks import Check, Rig
from tests.rig.machine import PYTHON, MachineError, wait_until
from tests.rig.office import KioskInside

PORT, LINE = "scanner-line", "scanner-port"
#: of the machine's eight USB ports; the finger has the first, the sign's adapter the third
ADAPTER_PORT, TYPING_PORT, STRANGER_PORT = "2", "4", "5"
TYPING = "scanner-keys"
#: two dossiers of an agency of the sample province; none is in the book, and the kiosk says so
FIRST, SECOND = "H00.00-261110-0003", "H00.00-261110-0004"


def devices(rig_socket: object) -> list[str]:
    """QEMU's words for the adapter that the scanner stands behind."""
    return [
        "-chardev", f"socket,id={LINE},path={rig_socket},server=on,wait=off",
        "-device", f"usb-serial,chardev={LINE},id={PORT},bus=usb.0,port={ADAPTER_PORT}",
        "-device", f"usb-kbd,id={TYPING},bus=usb.0,port={TYPING_PORT}",
    ]  # fmt: skip


def serial_scanner(rig: Rig) -> None:
    """A code is read; the adapter is pulled out and put back; the next code is read as well."""
    kiosk = KioskInside(rig.machine, rig.office, "--scanner", "serial:/dev/ttyUSB0", name="kiosk-serial")
    with socket.socket(socket.AF_UNIX) as scanner, kiosk.running():
        scanner.connect(str(rig.machine.socket(LINE)))
        _reads(kiosk, scanner, FIRST, opened=1)
        rig.machine.qmp("device_del", id=PORT)
        wait_until(lambda: rig.machine.run("test", "-e", "/dev/ttyUSB0").code, "end of /dev/ttyUSB0", 30)
        rig.machine.qmp("device_add", driver="usb-serial", chardev=LINE, id=PORT, bus="usb.0", port=ADAPTER_PORT)
        wait_until(lambda: rig.machine.run("test", "-e", "/dev/ttyUSB0").code == 0, "/dev/ttyUSB0", 30)
        _reads(kiosk, scanner, SECOND, opened=2)


def _reads(kiosk: KioskInside, scanner: socket.socket, code: str, *, opened: int) -> None:
    """Once the kiosk has opened the port so many times, what comes there is read."""
    kiosk.shows("home")
    kiosk.says("ttyUSB0: there", times=opened)
    scanner.sendall(f"{code}\r".encode("ascii"))
    _not_found(kiosk, code)


#: opens the scanner beside the kiosk, says whether it may be taken from it, and what it hears until a line on its input
_BYSTANDER: Final = """
import select, sys, time
from pathlib import Path
from evdev import InputDevice
device = InputDevice(sys.argv[1])
try:
    device.grab()
    print("grabbed")
except OSError as error:
    print(error.errno)
Path("/rig/bystander").touch()
heard, until_s = 0, time.monotonic() + 120
while not Path("/rig/enough").exists() and time.monotonic() < until_s:
    if select.select([device.fd], [], [], 0.2)[0]:
        heard += sum(1 for _ in device.read())
print(heard)
"""
_NAMED: Final = "from pathlib import Path; print(*sorted(Path('/dev/input/by-id').glob('*event-kbd')))"


def typing_scanner(rig: Rig) -> None:
    """A code typed by the scanner reaches the kiosk and nobody else; pulled out and put back, it is read again."""
    machine = rig.machine
    wait_until(lambda: machine.python(_NAMED).strip(), "name of the scanner in /dev/input/by-id", 60)
    path = machine.python(_NAMED).split()[0]
    kiosk = KioskInside(machine, rig.office, "--scanner", f"hid:{path}", name="kiosk-hid")
    with kiosk.running():
        kiosk.shows("home")
        kiosk.says("event-kbd: there")
        with machine.started("bystander", PYTHON, "-u", "-c", _BYSTANDER, path) as said:
            wait_until((machine.folder / "bystander").exists, "bystander", 60)
            _types(kiosk, rig, FIRST)
            (machine.folder / "enough").touch()
            wait_until(lambda: said.read_text().split() == [str(errno.EBUSY), "0"], "EBUSY and no key heard beside", 60)
        machine.qmp("device_del", id=TYPING)
        wait_until(lambda: not machine.python(_NAMED).strip(), "end of the scanner's name", 60)
        kiosk.says("event-kbd: [scanner.away]")
        machine.qmp("device_add", driver="usb-kbd", id=TYPING, bus="usb.0", port=TYPING_PORT)
        kiosk.says("event-kbd: there", times=2)
        _types(kiosk, rig, SECOND)


#: writes the rules for the ports of what is plugged in, and has udev read them
_ENROLS: Final = """
import subprocess
from pathlib import Path
from queue_kit.usb_rules import usb_rules
ports = [one.name.partition(":")[0] for one in Path("/sys/bus/usb/devices").glob("*:*")
         if (one / "bInterfaceClass").read_text().strip() == "03"]
keyboards = [port for port in ports if "Keyboard" in (Path("/sys/bus/usb/devices") / port / "product").read_text()]
rules = usb_rules(panels=[port for port in ports if port not in keyboards], scanner=keyboards[0])
Path("/run/udev/rules.d").mkdir(parents=True, exist_ok=True)
Path("/run/udev/rules.d/71-motcua-usb.rules").write_text(rules)
subprocess.run(["udevadm", "control", "--reload"], check=True)
"""
_AUTHORISED: Final = """
from pathlib import Path
for one in sorted(Path("/sys/bus/usb/devices").glob("*:*")):
    if (one / "bInterfaceClass").read_text().strip() == "03":
        print(one.name, (one / "authorized").read_text().strip(), (one / "driver").exists())
"""


def stranger(rig: Rig) -> None:
    """With the rules in force a second keyboard gets no driver; the scanner, plugged in again, gets its name."""
    machine = rig.machine
    machine.python(_ENROLS)
    before = machine.python(_AUTHORISED).splitlines()
    machine.qmp("device_add", driver="usb-kbd", id="stranger", bus="usb.0", port=STRANGER_PORT)
    try:
        wait_until(lambda: len(machine.python(_AUTHORISED).splitlines()) > len(before), "the stranger's keyboard", 60)

        def refused() -> bool:
            (new,) = set(machine.python(_AUTHORISED).splitlines()) - set(before)
            return new.split()[1:] == ["0", "False"]

        wait_until(refused, "its refusal", 60)
        machine.qmp("device_del", id=TYPING)
        wait_until(lambda: not machine.python(_NAMED).strip(), "end of the scanner's name", 60)
        machine.qmp("device_add", driver="usb-kbd", id=TYPING, bus="usb.0", port=TYPING_PORT)
        wait_until(lambda: machine.run("test", "-e", "/dev/motcua/scanner").code == 0, "/dev/motcua/scanner", 60)
        told = machine.run("udevadm", "info", "--query=property", "/dev/motcua/scanner").out
        if "ID_INPUT_KEYBOARD=1" in told:
            raise MachineError("the scanner is still everybody's keyboard")
    finally:
        machine.qmp("device_del", id="stranger")
        machine.run("rm", "/run/udev/rules.d/71-motcua-usb.rules")
        machine.run("udevadm", "control", "--reload")


def _types(kiosk: KioskInside, rig: Rig, code: str) -> None:
    rig.machine.type(code)
    _not_found(kiosk, code)


def _not_found(kiosk: KioskInside, code: str) -> None:
    wait_until(lambda: "Không tìm thấy hồ sơ" in kiosk.sees().get("words", []), f"answer to {code}", 60)
    kiosk.tap("Trang")
    kiosk.shows("home")


CHECKS: Final = (
    Check("a scanner that types is read by the kiosk alone, missed when unplugged, and read again", typing_scanner),
    Check("a stranger's keyboard gets no driver, the enrolled scanner gets its name", stranger),
    Check("a serial scanner on ttyUSB is read, missed when unplugged, and read again", serial_scanner),
)
