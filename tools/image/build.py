"""``python -m tools.image.build``: a disk image that a device starts from, in ``dist/``; see docs/image.md."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from queue_core.errors import MotcuaError
from tools.deb.build import ROOT, build, commit_time, locked_wheels, own_wheel
from tools.deb.targets import MACHINES, SUITES, Target, targets
from tools.image import disk
from tools.image.root import ImageError, Role, give_role, make, native

_PROGRAMS: Final = ("mmdebstrap", "mke2fs", "mkfs.vfat", "mcopy", "sfdisk")


def package_of(target: Target, out: Path) -> Path:
    """The package of this checkout."""
    out.mkdir(parents=True, exist_ok=True)
    epoch = commit_time()
    with tempfile.TemporaryDirectory(dir=out) as folder:
        wheels = locked_wheels(target, own_wheel(Path(folder), epoch), ROOT / "build/wheels")
        return build(target, wheels, epoch=epoch, out=out)


def main() -> int:
    """Make the image that was asked for; the last line is ``1 of 1``."""
    parser = argparse.ArgumentParser(prog="make image ARGS=…", description="A disk image, in dist/. Needs root.")
    parser.add_argument("--suite", default="bookworm", choices=SUITES)
    parser.add_argument("--architecture", default="amd64", choices=MACHINES)
    parser.add_argument("--package", type=Path, help="one that is built; without, this checkout's is built")
    parser.add_argument("--mirror", help="an address or a sources file instead of Debian's own")
    parser.add_argument("--state-mib", type=int, default=512, help="the state's size before its first start")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--inventory", type=Path, help="with --device: the image is for this device of the province")
    parser.add_argument("--device")
    parser.add_argument("--secrets", type=Path)
    parser.add_argument("--authority", type=Path, help="its folder: the image gets a one-time token")
    words = parser.parse_args()
    if (words.inventory is None) != (words.device is None):
        parser.error("--inventory and --device belong together")
    (target,) = targets([words.suite], [words.architecture])
    if problem := _problem(target):
        print(f"FAILED  {problem}\n0 of 1")
        return 1
    role = Role(words.inventory, words.device, words.secrets, words.authority) if words.inventory else None
    words.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    try:
        image = _make(target, words.package, role, words.out, mirror=words.mirror, state_mib=words.state_mib)
    except (ImageError, MotcuaError, subprocess.CalledProcessError) as error:
        print(f"FAILED  {error}\n0 of 1")
        return 1
    with image.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = image.stat()
    print(f"ok      {image.name}  {size.st_size // 1_000_000} MB ({size.st_blocks * 512 // 1_000_000} on disk)  "
          f"sha256 {digest}  {time.monotonic() - began:.0f} s")  # fmt: skip
    print("1 of 1")
    return 0


def _problem(target: Target) -> str | None:
    if os.geteuid() != 0:
        return "needs root: owners and modes of a whole system; run: sudo make image"
    if missing := [program for program in _PROGRAMS if shutil.which(program) is None]:
        return f"missing: {', '.join(missing)}"
    binfmt = Path("/proc/sys/fs/binfmt_misc/qemu-aarch64")
    if not native(target) and not binfmt.exists():
        return f"{target.architecture} on this computer needs the packages qemu-user-static and binfmt-support"
    return None


def _make(
    target: Target, package: Path | None, role: Role | None, out: Path, *, mirror: str | None, state_mib: int
) -> Path:
    epoch = commit_time()
    with tempfile.TemporaryDirectory(prefix="motcua-root-", dir=out) as folder:
        package = package or package_of(target, Path(folder))
        name = package.stem + (f"_{role.device.replace('/', '-')}" if role else "")
        number = disk.disk_id(package.read_bytes(), name.encode())
        root = Path(folder) / "root"
        make(target, package.resolve(), root, disk_id=number, epoch=epoch, mirror=mirror)
        if role is not None:
            give_role(root, role)
        print(f"tree    sha256 {disk.tree_digest(root)}", flush=True)
        image = out / f"{name}.img"
        disk.write(root, image, disk.Layout(number, epoch, state_mib=state_mib))
    # A device's image holds its token, and what it joins the network with.
    image.chmod(0o600 if role else 0o644)
    return image


if __name__ == "__main__":
    sys.exit(main())
