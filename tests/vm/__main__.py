"""``python -m tests.vm [--suite …] [words]``: all checks, or those whose promise holds one of the words; N of N."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.promises import chosen, passed, verdict
from tests.rig.machine import usable
from tests.vm.checks import clock, power, start, update
from tests.vm.stage import Stage

CHECKS: Final = (*start.CHECKS, *power.CHECKS, *clock.CHECKS, *update.CHECKS)
_PROGRAMS: Final = (
    "mmdebstrap", "mke2fs", "mkfs.vfat", "mcopy", "sfdisk", "qemu-system-x86_64", "nbdkit", "e2fsck", "debugfs",
    "apt-ftparchive", "gpg",
)  # fmt: skip


def main() -> int:
    """One check after the other on one disk; a check that cannot run has failed."""
    parser = argparse.ArgumentParser(prog="make vm ARGS=…")
    parser.add_argument("--suite", default="bookworm", help="bookworm or trixie")
    parser.add_argument("--mirror", help="an address or a sources file for the image")
    parser.add_argument("--package", type=Path, help="one that is built; without, this checkout's is built")
    parser.add_argument("words", nargs="*")
    asked = parser.parse_args()
    wanted = chosen(CHECKS, asked.words)
    missing = usable()
    if missing is None and os.geteuid() != 0:
        missing = "needs root: the image keeps owners, and the time is told on port 123; run: sudo make vm"
    if missing is None and (programs := [program for program in _PROGRAMS if shutil.which(program) is None]):
        missing = f"missing: {', '.join(programs)}"
    if missing is not None:
        print(missing)
        return verdict(0, len(wanted))
    # Whoever ends it leaves no machine behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="motcua-vm-", dir="/var/tmp"))
    began = time.monotonic()
    stage = Stage(folder, asked.suite, package=asked.package, mirror=asked.mirror)
    try:
        count = passed(wanted, stage)
    finally:
        stage.close()
    if count == len(wanted):
        shutil.rmtree(folder)
    else:
        print(f"disk, consoles and pictures: {folder}")
    print(f"{asked.suite}, {time.monotonic() - began:.0f} s")
    return verdict(count, len(wanted))


if __name__ == "__main__":
    sys.exit(main())
