"""A newer version on a device whose root is read-only: opened for it, closed after it."""

from __future__ import annotations

import subprocess
from typing import Final

from queue_kit.broker import free_port
from tests.nspawn.publisher import SEEN
from tests.nspawn.stage import repacked
from tests.rig.machine import MachineError
from tests.vm.checks import Check
from tests.vm.checks.power import follows
from tests.vm.disk_read import read_state
from tests.vm.machine import WITHOUT_KIOSK
from tests.vm.stage import Stage

#: packing, unpacking and compiling a quarter of a gigabyte under emulation
_UPDATE_S: Final = 2400


def read_only_update(stage: Stage) -> None:
    """From a stick; afterwards the newer version runs, the root is closed, and the next number follows."""
    stage.first_start()
    stage.close()
    last = read_state(stage.disk, stage.folder / "read-update").numbers
    version = f"99.1+deb{stage.target.suite.number}"
    stage.publish(repacked(stage.package, version, stage.folder))
    stick = stage.folder / "stick.img"
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", str(stage.publisher.stick), str(stick), "900M"], check=True)
    port = free_port()
    with stage.device(WITHOUT_KIOSK, port=port, stick=stick).running() as device:
        device.active("motcua-hub.service", 900)
        # As a technician does.
        device.ok("mount", "-o", "ro", "/dev/vdb", SEEN)
        done = device.run("systemctl", "start", "motcua-update.service", timeout_s=_UPDATE_S)
        if done.code:
            raise MachineError(f"{done.err}\n{device.said('motcua-install.service')}")
        said = device.ok("dpkg-query", "--show", "--showformat=${Version} ${db:Status-Status}", "motcua")
        if said != f"{version} installed":
            raise MachineError(f"{said} is there\n{device.said('motcua-install.service')}")
        if "ro" not in device.ok("findmnt", "-no", "OPTIONS", "/").split(","):
            raise MachineError(f"the root stayed writable\n{device.said('motcua-install.service')}")
        device.active("motcua-hub.service", 900)
        citizens = stage.citizens(port)
        with citizens.there(300):
            number = citizens.first(300)
    of_series = [one for one in last if one[:1] == number[:1]]
    if of_series and not follows(of_series[-1], number):
        raise MachineError(f"{of_series[-1]} was followed by {number}")
    print(f"          {version} runs, the root is read-only again; then {number}", flush=True)


CHECKS: Final = (
    Check(
        "an update on the read-only root: taken from a stick, the root closed again, the next number", read_only_update
    ),
)
