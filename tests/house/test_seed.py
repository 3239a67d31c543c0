"""A run that failed can be repeated: its seed is printed and may be given."""

import os
import subprocess
import sys
from pathlib import Path

FAILING = "def test_it(seed):\n    print('drawn', seed)\n    assert not seed\n"


def run(folder: Path, seed: str) -> str:
    tests = Path(__file__).resolve().parents[1]
    (folder / "test_drawn.py").write_text(FAILING, encoding="utf-8")
    (folder / "conftest.py").write_text((tests / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    environment = {**os.environ, "MOTCUA_TEST_SEED": seed}
    program = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(
        program, capture_output=True, text=True, check=False, timeout=60, cwd=folder, env=environment
    ).stdout


def drawn(printed: str) -> str:
    return next(line for line in printed.splitlines() if line.startswith("drawn "))


def test_a_failure_prints_its_seed_and_the_same_seed_draws_the_same(tmp_path: Path) -> None:
    first = run(tmp_path, "4711")
    assert "repeat with MOTCUA_TEST_SEED=4711" in first
    assert drawn(first) == drawn(run(tmp_path, "4711"))
    assert drawn(first) != drawn(run(tmp_path, "4712"))
