"""``python -m tests.nspawn [--suite …] [words]``: all checks, or those whose promise holds one of the words; N of N."""

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

from tests.nspawn.checks import boot, card, package, ticket, update
from tests.nspawn.stage import Stage
from tests.promises import chosen, passed, verdict

CHECKS: Final = (*package.CHECKS, *boot.CHECKS, *card.CHECKS, *ticket.CHECKS, *update.CHECKS)
_PROGRAMS: Final = ("mmdebstrap", "systemd-nspawn", "dpkg-deb", "apt-ftparchive", "gpg", "ip", "nsenter", "Xvfb")


def main() -> int:
    """One check after the other; a check that cannot run has failed."""
    parser = argparse.ArgumentParser(prog="make nspawn ARGS=…")
    parser.add_argument("--suite", default="bookworm", help="bookworm or trixie")
    parser.add_argument("--mirror", help="an address or a sources file for the first root file system")
    parser.add_argument("--copy-in", action="append", default=[], help="FILE[:DESTINATION] that this network asks for")
    parser.add_argument("--package", type=Path, help="one that is built; without, this checkout's is built")
    parser.add_argument("words", nargs="*")
    asked = parser.parse_args()
    wanted = chosen(CHECKS, asked.words)
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if os.geteuid() != 0 or missing:
        print(f"missing: {', '.join(missing)}" if missing else "needs root; run: sudo make nspawn")
        return verdict(0, len(wanted))
    # Whoever ends it leaves no container and no mount behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="motcua-nspawn-", dir="/var/tmp"))
    began = time.monotonic()
    with Stage(folder, asked.suite, mirror=asked.mirror, copies=asked.copy_in, package=asked.package) as stage:
        count = passed(wanted, stage)
    if count == len(wanted):
        shutil.rmtree(folder)
    else:
        print(f"layers and logs: {folder}")
    print(f"{asked.suite}, {time.monotonic() - began:.0f} s")
    return verdict(count, len(wanted))


if __name__ == "__main__":
    sys.exit(main())
