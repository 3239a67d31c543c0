"""Debian's kernel and a small initial file system that turns this machine's root into the virtual machine's.

Kept in ``/var/tmp/motcua-rig`` (``MOTCUA_RIG`` names another folder), made anew when Debian has a newer kernel.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: what must be loaded before the host's files are there
_FIRST: Final = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay")
_META_PACKAGE: Final = "linux-image-amd64"

INIT: Final = """#!/bin/busybox sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
for module in {modules}; do modprobe $module; done
mkdir -p /host /over /new
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=1048576,cache=loose host /host
mount -t tmpfs over /over
mkdir /over/up /over/work
mount -t overlay -o lowerdir=/host,upperdir=/over/up,workdir=/over/work root /new
mkdir -p /new/rig
mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576 rig /new/rig
mount --move /dev /new/dev
mount --move /proc /new/proc
mount --move /sys /new/sys
mount -t tmpfs run /new/run
mkdir -p /new/dev/pts /new/dev/shm
mount -t devpts pts /new/dev/pts
mount -t tmpfs shm /new/dev/shm
exec switch_root /new /bin/sh /rig/inside.sh
"""


@dataclass(frozen=True, slots=True)
class Kernel:
    """What QEMU boots. ``modules``: a folder for ``modprobe -d``."""

    image: Path
    initrd: Path
    modules: Path
    version: str


def kernel() -> Kernel:
    """The newest kernel of this machine's Debian, fetched when it is not kept already. Raises CalledProcessError."""
    kept = Path(os.environ.get("MOTCUA_RIG", "/var/tmp/motcua-rig"))
    kept.mkdir(parents=True, exist_ok=True)
    package = _newest()
    # The initial file system is ours: a newer one of it is a newer folder.
    folder = kept / f"{package}-{hashlib.sha256(INIT.encode()).hexdigest()[:8]}"
    if not (folder / "initrd").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        subprocess.run(["apt-get", "download", package], cwd=part, check=True, capture_output=True, timeout=300)
        (deb,) = part.glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", deb, part / "root"], check=True, timeout=120)
        deb.unlink()
        version = package.removeprefix("linux-image-")
        subprocess.run(["depmod", "-b", part / "root", version], check=True, timeout=120)
        _initrd(part, version)
        part.rename(folder)
    version = package.removeprefix("linux-image-")
    return Kernel(folder / f"root/boot/vmlinuz-{version}", folder / "initrd", folder / "root", version)


def _newest() -> str:
    said = subprocess.run(
        ["apt-cache", "depends", _META_PACKAGE], check=True, capture_output=True, text=True, timeout=60
    )
    return next(word for word in said.stdout.split() if word.startswith("linux-image-") and word != _META_PACKAGE)


def _initrd(folder: Path, version: str) -> None:
    """busybox, the first modules with what they need, and :data:`INIT`."""
    root, tree = folder / "root", folder / "tree"
    (tree / "bin").mkdir(parents=True)
    shutil.copy2("/bin/busybox", tree / "bin/busybox")
    applets = ["sh", "mount", "mkdir", "modprobe", "switch_root"]
    for applet in applets:
        (tree / "bin" / applet).symlink_to("busybox")
    for name in ("proc", "sys", "dev"):
        (tree / name).mkdir()
    where = Path("lib/modules") / version
    for module in _FIRST:
        said = subprocess.run(
            ["modprobe", "-d", root, "-S", version, "--show-depends", module],
            check=True, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        for line in said.stdout.splitlines():
            kind, _, path = line.partition(" ")
            if kind == "insmod":
                inside = where / Path(path.strip()).relative_to(root / where)
                (tree / inside).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path.strip(), tree / inside)
    subprocess.run(["depmod", "-b", tree, version], check=True, timeout=60, capture_output=True)
    init = tree / "init"
    init.write_text(INIT.format(modules=" ".join(_FIRST)), encoding="ascii")
    init.chmod(0o755)
    files = "\n".join(str(path.relative_to(tree)) for path in [tree, *sorted(tree.rglob("*"))])
    with (folder / "initrd").open("wb") as out:
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], input=files.encode(), cwd=tree, stdout=out, check=True)
    shutil.rmtree(tree)
