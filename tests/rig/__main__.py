"""``python -m tests.rig [words]``: all checks, or those whose promise holds one of the words; ends with N of N."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Final

from tests.rig.checks import Check, Rig, camera, kiosk, printer, scanner, sign, watchdog
from tests.rig.kernel import kernel
from tests.rig.machine import Machine, usable
from tests.rig.office import office

CHECKS: Final = (*kiosk.CHECKS, *printer.CHECKS, *scanner.CHECKS, *camera.CHECKS, *sign.CHECKS, *watchdog.CHECKS)


def main() -> int:
    """Boot once, check one after the other; a check that cannot run has failed."""
    wanted = [check for check in CHECKS if not sys.argv[1:] or any(word in check.says for word in sys.argv[1:])]
    if (missing := usable()) is not None:
        print(missing)
        print(f"0 of {len(wanted)}")
        return 1
    folder = Path(tempfile.mkdtemp(prefix="motcua-rig-", dir="/var/tmp"))
    (folder / "office").mkdir()
    (folder / "shared").mkdir()
    began = time.monotonic()
    passed = 0
    machine = Machine(kernel(), folder / "shared")
    # In this order: the scanner's adapter is ttyUSB0.
    machine.devices += scanner.devices(machine.socket(scanner.LINE))
    machine.devices += sign.devices(machine.socket(sign.LINE))
    with office(folder / "office") as run, machine:
        print(f"booted in {time.monotonic() - began:.0f} s", flush=True)
        for check in wanted:
            passed += _passes(check, Rig(machine, run))
    print(f"{time.monotonic() - began:.0f} s")
    if passed == len(wanted):
        shutil.rmtree(folder)
    else:
        print(f"pictures and logs: {folder}")
    print(f"{passed} of {len(wanted)}")
    return 0 if wanted and passed == len(wanted) else 1


def _passes(check: Check, rig: Rig) -> bool:
    began = time.monotonic()
    try:
        check.run(rig)
    except Exception:  # noqa: BLE001 -- whatever went wrong is the check's answer
        print(f"FAILED  {check.says}\n{traceback.format_exc()}", flush=True)
        return False
    print(f"ok      {check.says} ({time.monotonic() - began:.0f} s)", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
