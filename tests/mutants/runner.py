"""Puts faults into a copy of the tree and runs the tests named beside them.

Each worker has a copy of its own, in which the project's packages are imported instead of the installed ones: the
copy stands first on the path and the run checks where the packages came from.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from tests.mutants.fault import Fault

ROOT: Final = Path(__file__).resolve().parents[2]
LEFT_OUT: Final = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "*-out", "build",
    ".import_linter_cache", "*.egg-info",
)  # fmt: skip
TIMEOUT_S: Final = 120
#: all named tests once, without a fault
SOUND_S: Final = 600
#: pytest's exit codes: tests failed; nothing else counts as caught
_FAILED: Final = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a fault. ``caught``: its tests failed with it (and pass without it, which is checked before)."""

    fault: Fault
    caught: bool
    words: str
    seconds: float


def copy_of_the_tree(target: Path) -> Path:
    """The working tree as it stands, without history, environment and what runs left behind."""
    shutil.copytree(ROOT, target, ignore=LEFT_OUT, symlinks=True)
    return target


def run_tests(
    copy: Path, tests: Sequence[str], *, stop_at_first: bool = True, timeout_s: float = TIMEOUT_S
) -> tuple[int, str]:
    """Run tests in a copy; gives pytest's exit code (-1: too slow) and the output."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / ".hypothesis"),
        "MOTCUA_MUTANTS_COPY": str(copy),
    }
    words = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "tests.mutants.where"]
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(
            [*words, *(["-x"] if stop_at_first else []), *tests],
            cwd=copy, env=environment, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            code = child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            code = -1
        finally:
            _end_group(child)  # brokers and hubs that a failed test left
        out.seek(0)
        return code, out.read()


def _end_group(child: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    child.wait()


def try_fault(copy: Path, fault: Fault) -> Verdict:
    """Put a fault in, run its tests, take it out again."""
    began = time.monotonic()

    def verdict(caught: bool, words: str) -> Verdict:
        return Verdict(fault, caught, words, time.monotonic() - began)

    path = copy / fault.file
    if not path.is_file():
        return verdict(False, f"there is no file {fault.file}")
    text = path.read_text(encoding="utf-8")
    found = text.count(fault.old)
    if found != 1:
        return verdict(False, f"the old text stands {found} times in {fault.file}")
    path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    try:
        code, output = run_tests(copy, fault.tests)
    finally:
        path.write_text(text, encoding="utf-8")
    if code == _FAILED:
        return verdict(True, _first_failure(output))
    if code == 0:
        return verdict(False, "NOT CAUGHT")
    if code == -1:
        return verdict(False, f"the tests did not end within {TIMEOUT_S} s")
    return verdict(False, f"pytest ended with {code}:\n{output[-1500:]}")


def _first_failure(output: str) -> str:
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    return found.group(1) if found else "failed"


def sound_tests(copy: Path, faults: Sequence[Fault]) -> tuple[set[str], str]:
    """Run every named test once without a fault; gives those that do not pass, and the output."""
    names = sorted({test for fault in faults for test in fault.tests})
    if not names:
        return set(), ""  # pytest would take no name for all of them
    code, output = run_tests(copy, names, stop_at_first=False, timeout_s=SOUND_S)
    if code == 0:
        return set(), output
    failed = set(re.findall(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*)?(?: - .*)?$", output, re.MULTILINE))
    return (failed or set(names)), output


def run(faults: Sequence[Fault], *, workers: int) -> list[Verdict]:
    """Try all faults, ``workers`` at a time; verdicts are printed as they come and given in the list's order."""
    with tempfile.TemporaryDirectory(prefix="motcua-mutants-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(workers):
            copies.put(copy_of_the_tree(Path(folder) / f"copy-{number}"))
        halves = [faults[number::workers] for number in range(workers)]

        def sound(half: Sequence[Fault]) -> tuple[set[str], str]:
            copy = copies.get()
            try:
                return sound_tests(copy, half)
            finally:
                copies.put(copy)

        def one(fault: Fault) -> Verdict:
            copy = copies.get()
            try:
                if any(test.startswith(bad) or bad.startswith(test) for test in fault.tests for bad in unsound):
                    return Verdict(fault, False, "its tests fail without the fault", 0.0)
                return try_fault(copy, fault)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(workers) as pool:
            unsound: set[str] = set()
            for bad, output in pool.map(sound, halves):
                if bad:
                    print(output[-6000:], flush=True)
                unsound |= bad
            verdicts: list[Verdict] = []
            for verdict in pool.map(one, faults):
                verdicts.append(verdict)
                mark = "caught" if verdict.caught else "MISSED"
                print(f"{mark}  {verdict.seconds:5.1f} s  {verdict.fault.name}  ({verdict.words})", flush=True)
        return verdicts
