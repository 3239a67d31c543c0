"""The Debian package: what it holds and where, the same bytes each time, what every device gets."""

import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from tools.deb.build import ROOT, build, own_wheel
from tools.deb.targets import Target, targets
from tools.deb.wheels import WheelsError, needed, read_lock

EPOCH = 1_700_000_000
ALL = targets(["bookworm", "trixie"], ["amd64", "arm64"])
LOCK = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))


def names(target: Target, *roots: str) -> set[str]:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return {one.name for one in needed(LOCK, roots or wanted, target)}


@pytest.mark.parametrize("target", ALL, ids=str)
def test_a_device_gets_what_it_runs_on_and_none_of_the_tests_tools(target: Target) -> None:
    device = names(target)
    assert {"kivy", "numpy", "fastapi", "pydantic-core", "typing-extensions"} <= device
    assert not device & {"pytest", "mypy", "ruff", "hypothesis", "selenium", "httpx", "wheel", "colorama", "pywin32"}


def test_the_lock_is_read_for_the_devices_python_not_for_this_one() -> None:
    bookworm, trixie = (
        next(one for one in needed(LOCK, ["numpy"], target)).requirement.specifier
        for target in targets(["bookworm", "trixie"], ["arm64"])
    )
    locked = {str(one.requirement.marker): one.requirement.specifier for one in LOCK if one.name == "numpy"}
    assert {str(bookworm), str(trixie)} == {str(one) for one in locked.values()}
    assert bookworm == next(one for marker, one in locked.items() if "<" in marker)


def test_what_is_not_locked_is_refused_by_its_name() -> None:
    with pytest.raises(WheelsError, match="left-out is not locked for aarch64"):
        names(ALL[1], "left-out>=1")


def test_an_unknown_suite_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(SystemExit, match="unknown 'sid'; known: bookworm, trixie"):
        targets(["sid"], ["amd64"])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own_wheel(tmp_path_factory.mktemp("wheel"), EPOCH)


def test_twice_the_same_bytes_whatever_the_builders_mask(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first = build(ALL[3], [wheel], epoch=EPOCH, out=tmp_path)
    before = os.umask(0o077)
    try:
        second = build(ALL[3], [wheel], epoch=EPOCH, out=tmp_path / "again")
    finally:
        os.umask(before)
    assert first.read_bytes() == second.read_bytes()


def test_the_package_is_a_venv_of_the_devices_own_python(wheel: Path, tmp_path: Path) -> None:
    package = build(ALL[3], [wheel], epoch=EPOCH, out=tmp_path)
    assert package.name.endswith("_trixie_arm64.deb")
    control = subprocess.run(["dpkg-deb", "--field", package], capture_output=True, text=True, check=True).stdout
    assert "Architecture: arm64" in control
    assert "python3 (>= 3.13), python3 (<< 3.14)" in control
    listed = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout
    lines = [line.split(maxsplit=5) for line in listed.splitlines()]
    assert {line[1] for line in lines} == {"root/root"}
    files = {line[5]: line[0] for line in lines}
    assert "./opt/motcua/bin/python3 -> /usr/bin/python3" in files
    assert "./usr/bin/motcua -> /opt/motcua/bin/motcua" in files
    assert files["./opt/motcua/bin/motcua"] == "-rwxr-xr-x"
    assert "./opt/motcua/lib/python3.13/site-packages/queue_hub/offices/commune.yaml" in files
    # What a card is made of is there too: any device, or a technician's computer, can make the next one.
    card_files = {path.name for path in (ROOT / "provisioning/card_files").iterdir()}
    packed = "./opt/motcua/lib/python3.13/site-packages/provisioning/card_files/"
    assert card_files == {name.removeprefix(packed) for name in files if name.startswith(packed)} - {""}
    units = {path.name for path in (ROOT / "systemd").glob("*.service")}
    assert units <= {Path(name).name for name in files if name.startswith("./usr/lib/systemd/system/")}
    assert not [name for name in files if "__pycache__" in name or str(ROOT) in name]
    unpacked = tmp_path / "unpacked"
    subprocess.run(["dpkg-deb", "--raw-extract", package, unpacked], check=True)
    kept = (unpacked / "DEBIAN" / "conffiles").read_text(encoding="utf-8").split()
    assert kept == ["/etc/motcua/update.yaml"]
    assert subprocess.run(["md5sum", "--quiet", "--check", "DEBIAN/md5sums"], cwd=unpacked, check=False).returncode == 0
