"""``python -m tests.rig [words]``: all checks, or those whose promise holds one of the words; ends with N of N."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.promises import chosen, passed, verdict
from tests.rig.checks import Rig, camera, kiosk, printer, scanner, sign, watchdog
from tests.rig.kernel import kernel
from tests.rig.machine import Machine, usable
from tests.rig.office import office

CHECKS: Final = (*kiosk.CHECKS, *printer.CHECKS, *scanner.CHECKS, *camera.CHECKS, *sign.CHECKS, *watchdog.CHECKS)


def main() -> int:
    """Boot once, check one after the other; a check that cannot run has failed."""
    wanted = chosen(CHECKS, sys.argv[1:])
    if (missing := usable()) is not None:
        print(missing)
        return verdict(0, len(wanted))
    folder = Path(tempfile.mkdtemp(prefix="motcua-rig-", dir="/var/tmp"))
    (folder / "office").mkdir()
    (folder / "shared").mkdir()
    began = time.monotonic()
    machine = Machine(kernel(), folder / "shared")
    # In this order: the scanner's adapter is ttyUSB0.
    machine.devices += scanner.devices(machine.socket(scanner.LINE))
    machine.devices += sign.devices(machine.socket(sign.LINE))
    with office(folder / "office") as run, machine:
        print(f"booted in {time.monotonic() - began:.0f} s", flush=True)
        count = passed(wanted, Rig(machine, run))
    print(f"{time.monotonic() - began:.0f} s")
    if count == len(wanted):
        shutil.rmtree(folder)
    else:
        print(f"pictures and logs: {folder}")
    return verdict(count, len(wanted))


if __name__ == "__main__":
    sys.exit(main())
