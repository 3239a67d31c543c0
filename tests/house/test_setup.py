"""`make setup` does nothing twice, and says in words what it cannot do."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUICK_S = 5
TOOLS = ("bash", "cat", "cut", "dirname", "env", "grep", "head", "mktemp", "rm", "sed", "sha256sum", "tail")


def setup(script: Path, *words: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = None if path is None else {"PATH": path, "HOME": "/nonexistent"}
    program = [shutil.which("bash") or "/bin/bash", str(script), *words]
    return subprocess.run(program, capture_output=True, text=True, check=False, timeout=60, env=environment)


def test_a_second_setup_finds_nothing_to_do_within_seconds() -> None:
    needed = setup(ROOT / "tools" / "setup.sh", "--check")
    assert needed.returncode == 0, f"{needed.stderr} (run: make setup)"
    start = time.monotonic()
    done = subprocess.run(
        ["make", "--no-print-directory", "setup"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert time.monotonic() - start < QUICK_S
    assert done.stdout.splitlines()[-1] == "setup: nothing to do"


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A copy of the scripts on a machine that has the basic tools only; its packages are all missing."""
    shutil.copytree(ROOT / "tools", tmp_path / "project" / "tools")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / "project")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in TOOLS:
        (programs / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    add_program(programs, "dpkg-query", "exit 1")
    add_program(programs, "id", "echo 1000")
    return tmp_path


def add_program(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


def run_on(machine: Path) -> subprocess.CompletedProcess[str]:
    return setup(machine / "project" / "tools" / "setup.sh", path=str(machine / "bin"))


def test_no_sudo_tells_what_to_ask_the_administrator(bare_machine: Path) -> None:
    add_program(bare_machine / "bin", "apt-get", "exit 99")
    said = run_on(bare_machine)
    assert said.returncode == 1
    assert "ask an administrator" in said.stderr
    assert "mosquitto" in said.stderr


def test_no_debian_tells_which_packages_are_meant(bare_machine: Path) -> None:
    said = run_on(bare_machine)
    assert said.returncode == 1
    assert "not a Debian system" in said.stderr
    assert "chromium" in said.stderr


def test_no_network_shows_apts_own_words_and_the_way_on(bare_machine: Path) -> None:
    add_program(bare_machine / "bin", "sudo", 'exec "$@"')
    add_program(bare_machine / "bin", "apt-get", 'echo "E: Unable to locate package mosquitto"; exit 100')
    said = run_on(bare_machine)
    assert said.returncode == 1
    assert "Unable to locate package mosquitto" in said.stderr
    assert "Is there a network?" in said.stderr
    assert not (bare_machine / "project" / ".venv").exists()


def test_every_system_package_says_why_it_is_there() -> None:
    for line in (ROOT / "tools" / "apt-packages.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        package, mark, why = line.partition("#")
        assert package.strip(), line
        assert mark, line
        assert len(why.strip()) > 10, line


def test_the_makefile_lists_its_targets() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=10
    )
    for target in ("setup", "demo", "test", "check", "bench", "mutants", "lock", "clean"):
        assert f"make {target} " in done.stdout
