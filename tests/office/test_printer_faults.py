"""Everything that goes wrong with paper, in a real office: nobody is without a number, and the console knows it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from motcua.simulate.broken_paper import FALLBACK, FAULTS, NEAR_END
from motcua.simulate.printer_faults import run_printer_faults


def test_each_failure_once(seed: int) -> None:
    found = run_printer_faults(seed=seed, times=1, patience_s=3)
    assert not found.stories
    assert {name for name, count in found.happened.items() if count} == {
        *(variants[0].name for variants in FAULTS), NEAR_END.name, FALLBACK.name,
    }  # fmt: skip
    assert found.citizens == len(FAULTS) + 4 + 2


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_command_as_it_is_promised() -> None:
    words = [sys.executable, "-m", "motcua", "simulate", "--printer-faults", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    line = json.loads(done.stdout.strip().splitlines()[-1])
    listed = ("paper_out_before", "paper_out_during", "cover_opened", "silent", "slow", "power_cycled", "unplugged")
    assert line["ok"]
    assert all(line["figures"][name] >= 5 for name in (*listed, "garbage"))
