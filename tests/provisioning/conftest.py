"""The shipped example's province, its authority, and stand-ins for stock cards."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from motcua.provision.command import app
from provisioning.authority import Authority
from provisioning.inventory import Place, Province, read_inventory

EXAMPLE = Path(__file__).resolve().parents[2] / "provisioning" / "example"
CMDLINE = "console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes rootwait quiet"
FIRST = " init=/usr/lib/raspberrypi-sys-mods/firstboot"
#: the least that is an office: the shipped one takes its time to read, and stands in the tests of the example itself
SMALL_OFFICE = """\
format: 1
province: tinh-mau
id: xa-mau
name: Xã Mẫu
hours: {mon-fri: ["07:30-11:30"]}
priority: {ratio: 2}
services: [{id: ho-tich, prefix: A, name: Hộ tịch}]
counters: [{id: quay-1, number: 1, name: Quầy 1, services: [ho-tich]}]
"""
UPDATES = """\
updates:
  repository: http://10.20.0.5/motcua
  key: motcua.asc
  window: "22:00-04:30"
"""
PUBLISHERS_KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ…\n-----END PGP PUBLIC KEY BLOCK-----\n"
STARTERS = (
    "start4.elf", "start.elf", "bootcode.bin", "kernel8.img", "kernel_2712.img", "bcm2711-rpi-4-b.dtb",
    "bcm2711-rpi-cm4.dtb", "bcm2712-rpi-5-b.dtb", "bcm2710-rpi-zero-2-w.dtb",
)  # fmt: skip


@dataclass(frozen=True)
class Office:
    """A technician's folder: inventory, secrets, authority."""

    folder: Path
    ca: Path

    @property
    def inventory(self) -> Path:
        return self.folder / "province.yaml"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets.yaml"

    def province(self) -> Province:
        return read_inventory(self.inventory)

    def place(self, device: str) -> Place:
        return self.province().find(device)

    def authority(self) -> Authority:
        return Authority.open(self.ca)

    def change(self, old: str, new: str) -> None:
        text = self.inventory.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        self.inventory.write_text(text.replace(old, new), encoding="utf-8")

    def updates(self, old: str = "", new: str = "") -> None:
        """The devices take newer versions from a server; ``old``: what stands as ``new`` in the lines that say so."""
        (self.folder / "motcua.asc").write_text(PUBLISHERS_KEY, encoding="utf-8")
        self.change(
            "networks:\n  - {id: day", f"{UPDATES.replace(old, new) if old else UPDATES}networks:\n  - {{id: day"
        )

    def all(self) -> list[str]:
        return ["--secrets", str(self.secrets), "--authority", str(self.ca)]

    def run(self, command: str, *words: object, code: int = 0) -> Result:
        result = CliRunner().invoke(app, [command, *map(str, words)])
        assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
        return result

    def card(self, device: str, boot: Path, *words: object, code: int = 0) -> Result:
        return self.run("card", self.inventory, "--device", device, "--boot", boot, *self.all(), *words, code=code)

    def applied(self, device: str, root: Path, *, code: int = 0) -> Result:
        root.mkdir(exist_ok=True)
        return self.run("apply", self.inventory, "--device", device, "--root", root, *self.all(), code=code)

    def verified(self, device: str, root: Path, *, code: int = 0) -> Result:
        return self.run("verify", self.inventory, "--device", device, "--root", root, *self.all(), code=code)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province") / "it"
    shutil.copytree(EXAMPLE, folder)
    (folder / "offices/commune.yaml").write_text(SMALL_OFFICE, encoding="utf-8")
    secrets = folder / "secrets.yaml"
    secrets.touch(mode=0o600)
    secrets.write_text((folder / "secrets.yaml.sample").read_text("utf-8"), "utf-8")
    Authority.make(folder / "ca", "tinh-mau")
    return folder


@pytest.fixture(scope="module")
def ca(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The province's authority, which a file's tests share: its service takes seconds to start."""
    folder = tmp_path_factory.mktemp("authority") / "ca"
    shutil.copytree(template / "ca", folder)
    return folder


@pytest.fixture
def office(template: Path, ca: Path, tmp_path: Path) -> Office:
    shutil.copytree(template, tmp_path / "office")
    return Office(tmp_path / "office", ca)


def stock(folder: Path, *, cloud_init: bool = True, stage: int = 2, without: tuple[str, ...] = ()) -> Path:
    """The boot volume of a stock card, as far as anybody looks at it."""
    (folder / "overlays").mkdir(parents=True)
    for name in STARTERS:
        (folder / name).write_bytes(name.encode() * 50)
    (folder / "config.txt").write_text("# For more options and information see\n[all]\n")
    (folder / "cmdline.txt").write_text(f"{CMDLINE}{'' if cloud_init else FIRST}\n")
    day = "2025-11-24" if cloud_init else "2025-05-13"
    (folder / "issue.txt").write_text(f"Raspberry Pi reference {day}\nGenerated using pi-gen, 0123abc, stage{stage}\n")
    if cloud_init:
        for name in ("user-data", "network-config", "meta-data"):
            (folder / name).write_text("# a template\n")
    for name in without:
        path = folder / name
        path.rmdir() if path.is_dir() else path.unlink()
    return folder


def inserted(boot: Path, root: Path) -> Path:
    """The card in its device: the boot volume where the system mounts it."""
    (root / "boot").mkdir(parents=True)
    return boot.rename(root / "boot/firmware")


@pytest.fixture
def boot(tmp_path: Path) -> Path:
    return stock(tmp_path / "bootfs")


def image(path: Path, files: Path, *, megabytes: int = 64) -> Path:
    """A disk image whose first partition is FAT32 with these files, made by Debian's own tools."""
    for tool in ("mkfs.vfat", "mcopy", "fsck.vfat"):
        if shutil.which(tool, path="/usr/sbin:/usr/bin:/sbin:/bin") is None:
            pytest.skip(f"{tool} is not installed (apt install dosfstools mtools)")
    start = 8192
    with path.open("wb") as out:
        out.truncate(start * 512 + megabytes * 1024 * 1024)
        out.seek(446)
        sectors = megabytes * 2048
        out.write(bytes([0, 0, 0, 0, 0x0C, 0, 0, 0]) + start.to_bytes(4, "little") + sectors.to_bytes(4, "little"))
        out.seek(510)
        out.write(b"\x55\xaa")
    tools = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MTOOLS_SKIP_CHECK": "1"}
    blocks = str(megabytes * 1024)
    make = ["mkfs.vfat", "-F", "32", "-s", "1", "-n", "bootfs", "--offset", str(start), str(path), blocks]
    subprocess.run(make, check=True, env=tools, capture_output=True)
    copy = ["mcopy", "-s", "-i", f"{path}@@{start * 512}", *map(str, sorted(files.iterdir())), "::"]
    subprocess.run(copy, check=True, env=tools)
    return path


def fsck(path: Path) -> str:
    """What fsck says of the image's volume; it must find nothing to mend."""
    volume = path.with_suffix(".volume")
    volume.write_bytes(path.read_bytes()[8192 * 512 :])
    tools = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    done = subprocess.run(["fsck.vfat", "-n", "-v", volume], env=tools, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


@dataclass(frozen=True)
class Service:
    """The authority's service as a process."""

    url: str
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def service(ca: Path) -> Iterator[Service]:
    words = ["serve-ca", str(ca), "--name", "localhost", "--name", "127.0.0.1", "--host", "127.0.0.1"]
    program = [sys.executable, "-m", "motcua", "provision", *words, "--port", "0"]
    process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := re.search(r"serving on port (\d+)", line):
                yield Service(f"https://localhost:{found.group(1)}", process)
                break
        else:
            pytest.fail("the service ended before it served")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
