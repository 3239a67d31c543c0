"""A killed hub: whatever was announced is in the journal, whenever the kill came."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

from queue_core.journal import Journal

KILLS = 8


def test_every_announced_record_survives_kill_9(path: Path, chance: random.Random) -> None:
    announced: dict[int, str] = {}
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.announcing", str(path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        for _ in range(chance.randrange(1, 120)):
            seq, digest = child.stdout.readline().split()
            announced[int(seq)] = digest
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
        child.wait(10)
        child.stdout.close()
        for line in rest.splitlines(keepends=True):
            if line.endswith("\n"):
                seq, digest = line.split()
                announced[int(seq)] = digest
        with Journal.open(path) as journal:
            assert journal.verify() is None
            records = {record.seq: record.hash.hex() for record in journal.records()}
            assert announced.items() <= records.items()
            # At most the one batch that was being written is there without having been announced.
            assert journal.seq - max(announced) <= 3
    assert len(announced) > 100
