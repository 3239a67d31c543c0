"""`motcua bench` dispatches lazily, and a journal is measured on a disk only."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.command import MEASUREMENTS
from motcua import disk_folder as disk

ROOT = Path(__file__).resolve().parents[2]
MEMORY = Path("/dev/shm")


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "benchmarks", *words]
    return subprocess.run(program, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)


def test_every_measurement_is_listed() -> None:
    said = bench("--help")
    assert said.returncode == 0
    for name in MEASUREMENTS:
        assert name in said.stdout


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_each_measurement_tells_its_options_or_that_it_is_not_built(name: str) -> None:
    said = bench(name, "--help")
    if (ROOT / "benchmarks" / f"{name.replace('-', '_')}.py").exists():
        assert said.returncode == 0, said.stderr
        assert "--json" in said.stdout
    else:
        assert said.returncode == 2
        assert f"{name} cannot be measured here" in said.stderr


def test_an_unknown_measurement_is_refused() -> None:
    said = bench("no-such-figure")
    assert said.returncode == 2
    assert "Traceback" not in said.stderr


@pytest.mark.skipif(not MEMORY.is_dir(), reason="this system has no /dev/shm")
def test_a_folder_in_memory_is_refused() -> None:
    assert disk.filesystem_of(MEMORY) in disk.MEMORY_FILESYSTEMS
    with pytest.raises(disk.NotADiskError, match="lives in memory"), disk.disk_folder(MEMORY):
        pytest.fail("a journal would have been measured in memory")
    assert not list(MEMORY.glob("motcua-bench-*"))


def test_memory_named_by_tmpdir_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(MEMORY))
    with disk.disk_folder() as folder:
        assert disk.filesystem_of(folder) not in disk.MEMORY_FILESYSTEMS
        (folder / "journal.db").write_bytes(b"x")
    assert not folder.exists()
