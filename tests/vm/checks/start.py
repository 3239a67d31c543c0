"""The first start, and a start without any network: the kiosk, its number, and a root that takes nothing."""

from __future__ import annotations

import json
import time
from typing import Any, Final

from PIL import Image

from queue_kit.screen.splash import draw
from tests.rig.machine import MachineError, wait_until
from tests.vm.checks import Check
from tests.vm.disk_read import root_digest, state_mib
from tests.vm.machine import Device
from tests.vm.stage import MORE_MIB, Stage

#: fewer colours than this is no screen with tiles
_COLOURS: Final = 50
_MARKS: Final = "/tmp /var/tmp /var/log"
#: writes a file at each place it is told; prints where that was possible
_WRITES: Final = """
import sys
for place in sys.argv[1:]:
    try:
        open(place + "/motcua-test", "w").close()
    except OSError as error:
        assert error.errno == 30, f"{place}: {error}"
    else:
        print(place)
"""
_READ_ONLY: Final = ("/", "/etc", "/etc/motcua", "/opt/motcua", "/usr/bin", "/var/lib/dpkg", "/root", "/boot/firmware")


def first_start(stage: Stage) -> None:
    """Keys made on the device, certificates for a token that is gone; its own number; the state fills the card."""
    before = state_mib(stage.disk)
    stage.first_start()
    after = state_mib(stage.disk)
    if after != before + MORE_MIB:
        raise MachineError(f"the state had {before} MiB and has {after}, on a disk with {MORE_MIB} more")
    device = stage.look()
    file_system_mib = int(device.ok("df", "--block-size=1M", "--output=size", "/var/lib/motcua").split()[-1])
    if file_system_mib < before + MORE_MIB // 2:
        raise MachineError(f"the state's file system has {file_system_mib} MiB of {after}")
    if device.run("test", "-e", "/etc/motcua/token").code == 0:
        raise MachineError("the token is still there")
    if len(number := device.ok("cat", "/etc/machine-id")) != 32:
        raise MachineError(f"/etc/machine-id: {number!r}")
    if device.run("mountpoint", "-q", "/etc/machine-id").code == 0:
        raise MachineError("the device's number is of this start only")
    device.active("motcua-hub.service")
    if (ring := device.ok("ls", "/var/log/journal").split()) != [f"{number}.motcua"]:
        raise MachineError(f"rings {ring} of the device {number}")
    said = device.ok("journalctl", "--namespace=motcua", "--list-boots", "--no-pager", "--quiet")
    if len(said.splitlines()) < 2:
        raise MachineError(f"the ring did not outlive the first start:\n{said}")


def without_network(stage: Stage) -> None:
    """No network card at all: the kiosk draws by KMS on the first console, and two taps give a number."""
    stage.first_start()
    with stage.device().running() as device:
        device.active("motcua-kiosk.service", 900)
        wait_until(lambda: _is_a_screen(device), "home on the panel", 120)
        _tap(device, "home", "Lấy số thứ tự")
        _tap(device, "services", "Chứng thực")
        shown = _sees(device, "number")
        number = next(word for word in shown["words"] if word[:1].isalpha() and word[1:].isdecimal())
        said = device.ok("runuser", "-u", "motcua-hub", "--", "/opt/motcua/bin/motcua", "journal", "show", "--json",
                         "/var/lib/motcua/hub")  # fmt: skip
        if f'"number": "{number}"' not in said and f'"number":"{number}"' not in said:
            raise MachineError(f"{number} is not in the journal")
        device.settled()
        cycles = [
            line for line in device.ok("journalctl", "-b", "--output=cat").splitlines() if "ordering cycle" in line
        ]
        if cycles:
            raise MachineError("\n".join(cycles))
        print(f"          {number} on the screen and in the journal; 0 failed units, no ordering cycle", flush=True)
        _dies_again_and_again(device)


def _dies_again_and_again(device: Device) -> None:
    """A kiosk that waits after its seventh death: the panel says that the device is starting, and then it is there."""
    device.ok("sh", "-c", "echo 6 > /run/motcua/kiosk/starts")
    device.ok("systemctl", "kill", "--signal=KILL", "--kill-whom=main", "motcua-kiosk.service")
    _says_starting(device, "after its death", 120)
    device.active("motcua-kiosk.service", 900)
    wait_until(lambda: _is_a_screen(device), "home on the panel again", 120)


def read_only(stage: Stage) -> None:
    """Nothing can be written to what makes the device; what is written elsewhere is gone, but for the state."""
    device = stage.look()
    if wrote := device.ok("python3", "-c", _WRITES, *_READ_ONLY):
        raise MachineError(f"written to: {wrote}")
    places = [*_MARKS.split(), "/var/lib/motcua"]
    if (wrote := device.ok("python3", "-c", _WRITES, *places)).split() != places:
        raise MachineError(f"written to {wrote} only")
    options = set(device.ok("findmnt", "-no", "OPTIONS", "/var/lib/motcua").split(","))
    if missing := {"rw", "noatime", "nodev", "nosuid", "noexec"} - options:
        raise MachineError(f"the state is mounted without {missing}")
    stage.close()
    device = stage.look()
    there = device.run("ls", *(f"{place}/motcua-test" for place in places)).out.split()
    # Looked for in its window, with a place for a stick and none in it: nothing is opened for that.
    device.ok("systemctl", "start", "motcua-update.service", timeout_s=600)
    if there != ["/var/lib/motcua/motcua-test"]:
        raise MachineError(f"after a start there is {there}")
    stage.close()
    if root_digest(stage.disk) != stage.root_digest:
        raise MachineError("the root's partition is not what it was")


def no_way_in(stage: Stage) -> None:
    """No account has a password, no console asks for a name, nothing listens for a technician who has no key."""
    device = stage.look()
    accounts = [line.split(":")[:2] for line in device.ok("cat", "/etc/shadow").splitlines()]
    if unlocked := [name for name, secret in accounts if not secret.startswith(("*", "!"))]:
        raise MachineError(f"accounts without a lock: {unlocked}")
    if logins := device.ok("systemctl", "list-units", "--plain", "--no-legend", "*getty*", "debug-shell*", "ssh*"):
        raise MachineError(f"somebody may log in: {logins}")


def picture_while_starting(stage: Stage) -> None:
    """No kiosk has drawn yet: the kernel's frame buffer holds the picture, turned as the device hangs."""
    device = stage.look()
    device.active("motcua-splash.service", 120)
    _says_starting(device, "starting")


def _says_starting(device: Device, name: str, timeout_s: float = 60) -> None:
    """Wait for the starting picture on the panel. Raises :class:`MachineError`."""
    said = device.run("cat", "/sys/class/graphics/fb0/virtual_size", "/sys/class/graphics/fb0/bits_per_pixel").out

    # Letters fall a little differently with another build of the font's library: where they stand is compared.
    wanted = _bright(draw(*device.panel, 90).rotate(-90, expand=True))

    def shown() -> bool:
        with Image.open(device.picture(name)) as image:
            if image.size != device.panel:
                raise MachineError(f"the panel is {image.size}")
            found = _bright(image.convert("RGB").rotate(-90, expand=True))
        return found is not None and wanted is not None and max(map(abs, map(int.__sub__, found, wanted))) <= 8

    wait_until(shown, f"the picture on the panel ({said.split()}); {device.said('motcua-splash.service')}", timeout_s)


def _bright(picture: Image.Image) -> tuple[int, int, int, int, int] | None:
    """Where words stand on the dark ground: left, top, right, bottom, and where the large line ends. None: no words."""
    light = picture.convert("L").point(lambda level: 255 * (level > 160))
    box = light.getbbox()
    if box is None or picture.getpixel((0, 0)) != picture.getpixel((picture.width - 1, picture.height - 1)):
        return None
    rows = light.resize((1, light.height), Image.Resampling.BOX).point(lambda level: 255 * (level > 0))
    dark = [y for y in range(box[1], box[3]) if rows.getpixel((0, y)) == 0]
    return (*box, max(dark, default=0))


def _is_a_screen(device: Device) -> bool:
    with Image.open(device.picture("home")) as image:
        if image.size != device.panel:
            raise MachineError(f"the panel is {image.size}")
        colours = image.convert("RGB").getcolors(1 << 20)
        return colours is not None and len(colours) >= _COLOURS


def _sees(device: Device, screen: str, says: str = "", timeout_s: float = 240) -> dict[str, Any]:
    """Wait for a screen that offers something with these words."""

    def there() -> dict[str, Any] | None:
        time.sleep(1)
        try:
            said: dict[str, Any] = json.loads(device.run("cat", "/run/motcua/kiosk/touch.json").out)
        except json.JSONDecodeError:
            return None
        fits = said["screen"] == screen and (not says or any(says in one["says"] for one in said["targets"]))
        return said if fits else None

    try:
        found: dict[str, Any] = wait_until(there, f"screen {screen} with “{says}”", timeout_s)
    except MachineError as error:
        raise MachineError(f"{error}\n{device.said('motcua-kiosk.service')}") from None
    return found


def _tap(device: Device, screen: str, says: str) -> None:
    said = _sees(device, screen, says)
    target = next(one for one in said["targets"] if says in one["says"])
    # The picture stands upright on a panel that lies: its left edge is the panel's lower one.
    device.tap(target["y"], device.panel[1] - target["x"])


CHECKS: Final = (
    Check("the first start makes the device's keys and number, takes the whole card, and closes the root", first_start),
    Check("until the kiosk draws, the panel says that the device is starting", picture_while_starting),
    Check("no password, no console, no SSH", no_way_in),
    Check("the root is read-only, the rest is gone after a start, the state stays", read_only),
    Check("without a network it starts to a ready kiosk, and two taps give a number", without_network),
)
