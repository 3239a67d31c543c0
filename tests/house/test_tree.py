"""What stands in the repository: small files, nothing of the machine it was written on, the floors kept."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LARGEST_BYTES = 1_000_000
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|archive\.raspberrypi\.")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    read = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            read.append((str(path.relative_to(ROOT)), content.decode("utf-8", errors="replace")))
    return read


def of_this_machine() -> set[str]:
    """Words that only this machine could have put into a file: its checkout's path, its package servers."""
    # A checkout in /opt is where the units of a real office point.
    words = set() if ROOT.is_relative_to("/opt") else {f"{ROOT}/"}
    sources = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*"), Path("/etc/pip.conf")]
    for source in sources:
        if source.is_file():
            words.update(re.findall(r"(?:https?|file)://([^\s/'\"]+)/", source.read_text(encoding="utf-8")))
    return words


def test_no_file_is_large() -> None:
    large = {str(path.relative_to(ROOT)): size for path in tracked() if (size := path.stat().st_size) > LARGEST_BYTES}
    assert not large


def test_nothing_of_this_machine_and_no_registry_is_named() -> None:
    words = of_this_machine()
    found = []
    for name, text in texts():
        found += [f"{name}: {word}" for word in words if word in text]
        found += [f"{name}: {match.group()}" for match in REGISTRIES.finditer(text)]
    assert not found


def test_every_package_is_installed_and_under_the_floors() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    here = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    installed = {pattern.removesuffix("*") for pattern in project["setuptools"]["packages"]["find"]["include"]}
    assert here <= installed
    assert here <= set(project["importlinter"]["root_packages"])


def test_the_floors_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout


def test_every_rule_of_the_queue_is_kept_from_the_journal_and_the_wire() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (rules,) = (set(one["source_modules"]) for one in contracts if "rules" in one["name"])
    modules = {path.stem for path in (ROOT / "queue_core").iterdir() if path.suffix == ".py" or path.is_dir()}
    beside = {"__init__", "__pycache__", "journal", "wire", "journal_command"}
    free = {f"queue_core.{name}" for name in modules - beside} - rules
    assert not free, "name it in pyproject.toml's contract, or here among those that may know the journal or the wire"


def test_a_folder_of_units_would_not_hide_the_systemd_library() -> None:
    assert not (ROOT / "systemd" / "__init__.py").exists()
