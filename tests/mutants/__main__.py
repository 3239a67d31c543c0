"""``python -m tests.mutants [words]``: all listed faults, or those whose name, file or tests hold one of the words."""

from __future__ import annotations

import sys
import time

from tests.mutants.faults import FAULTS
from tests.mutants.runner import run

WORKERS = 2


def main() -> int:
    wanted = [f for f in FAULTS if not sys.argv[1:] or any(w in f"{f.name} {f.file} {f.tests}" for w in sys.argv[1:])]
    began = time.monotonic()
    verdicts = run(wanted, workers=WORKERS)
    caught = sum(verdict.caught for verdict in verdicts)
    for verdict in verdicts:
        if not verdict.caught:
            print(f"MISSED: {verdict.fault.name} in {verdict.fault.file}: {verdict.words}")
    print(f"{time.monotonic() - began:.0f} s")
    print(f"{caught} of {len(wanted)}")
    return 0 if wanted and caught == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
