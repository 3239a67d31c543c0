"""A disk image of a root file system: three partitions, made in plain files. No loop device and no mount is needed.

The table is an MBR: every board's firmware reads one. 1: boot, FAT32, what the firmware reads. 2: the root, ext4.
3: the state, ext4, which takes the rest of the card at the first start.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.image.root import KEPT, STATE

SECTOR: Final = 512
MIB: Final = 1024 * 1024
#: room that updates need beside what is installed
SPARE_MIB: Final = 512
#: where Debian has what makes file systems, which a usual user's PATH may lack
_PATH: Final = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_SPACE: Final = uuid.UUID("0b0b2f5c-3c56-5f0f-8d0b-6d6f74637561")
_KINDS: Final = ("c", "83", "83")


@dataclass(frozen=True, slots=True)
class Layout:
    """``disk_id``: eight hexadecimal digits; sizes in MiB; ``epoch``: the time of all file systems, s since 1970."""

    disk_id: str
    epoch: int
    boot_mib: int = 256
    state_mib: int = 512


@dataclass(frozen=True, slots=True)
class Part:
    """Where a partition lies in an image, in bytes."""

    start: int
    size: int


def disk_id(*seeds: bytes) -> str:
    """A disk's number that is the same for the same contents."""
    return hashlib.sha256(b"\0".join(seeds)).hexdigest()[:8]


def tree_digest(root: Path) -> str:
    """SHA-256 over names, modes, owners and contents of a tree, whatever its times are: for comparing two builds."""
    words = ["tar", "--create", "--sort=name", "--mtime=@0", "--numeric-owner", "--format=gnu", "--one-file-system"]
    with subprocess.Popen([*words, f"--directory={root}", "."], stdout=subprocess.PIPE) as packed:
        if packed.stdout is None:
            raise OSError("tar has no output")
        digest = hashlib.sha256()
        while block := packed.stdout.read(MIB):
            digest.update(block)
    if packed.returncode:
        raise subprocess.CalledProcessError(packed.returncode, words)
    return digest.hexdigest()


def write(root: Path, image: Path, layout: Layout) -> None:
    """The image of ``root``; as root, so that owners are kept. Raises :class:`subprocess.CalledProcessError`."""
    with tempfile.TemporaryDirectory(prefix="motcua-image-", dir=image.parent) as folder:
        parts = [Path(folder) / name for name in ("boot", "root", "state")]
        _fat(root / "boot/firmware", parts[0], layout)
        used_mib = int(_said("du", "--summarize", "--block-size=1M", "--one-file-system", str(root)).split()[0])
        _ext4(root, parts[1], used_mib * 5 // 4 + SPARE_MIB, "root", layout)
        state = Path(folder) / "tree"
        _state(root, state)
        _ext4(state, parts[2], layout.state_mib, "state", layout)
        part = image.with_suffix(".part")
        part.unlink(missing_ok=True)
        starts = [MIB]
        for one in parts:
            starts.append(starts[-1] + one.stat().st_size)
        with part.open("wb") as out:
            out.truncate(starts[-1])
        rows = zip(starts, parts, _KINDS, strict=False)
        table = f"label: dos\nlabel-id: 0x{layout.disk_id}\n" + "".join(
            f"start={start // SECTOR}, size={one.stat().st_size // SECTOR}, type={kind}\n" for start, one, kind in rows
        )
        _run("sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", str(part), stdin=table)
        for start, one in zip(starts, parts, strict=False):
            _run(
                "dd",
                f"if={one}",
                f"of={part}",
                f"bs={MIB}",
                f"seek={start // MIB}",
                "conv=notrunc,sparse",
                "status=none",
            )
        part.replace(image)


def parts(image: Path) -> list[Part]:
    """The partitions of an image, by its own table."""
    found = []
    for line in _said("sfdisk", "--dump", str(image)).splitlines():
        if "start=" in line:
            values = dict(pair.split("=") for pair in line.partition(":")[2].replace(" ", "").split(",") if "=" in pair)
            found.append(Part(int(values["start"]) * SECTOR, int(values["size"]) * SECTOR))
    return found


def _fat(source: Path, out: Path, layout: Layout) -> None:
    with out.open("wb") as file:
        file.truncate(layout.boot_mib * MIB)
    _run("mkfs.vfat", "-F", "32", "--invariant", "-i", layout.disk_id, "-n", "MOTCUA", str(out))
    for path in sorted(source.iterdir()):
        os.utime(path, (layout.epoch, layout.epoch))
        _run("mcopy", "-i", str(out), "-s", "-m", str(path), "::")


def _ext4(source: Path, out: Path, size_mib: int, name: str, layout: Layout) -> None:
    number = str(uuid.uuid5(_SPACE, f"{layout.disk_id}/{name}"))
    _run(
        "mke2fs", "-q", "-t", "ext4", "-m", "1", "-L", f"motcua-{name}", "-U", number,
        "-E", f"hash_seed={number},lazy_itable_init=0,lazy_journal_init=0", "-d", str(source), str(out), f"{size_mib}M",
        # the second for newer versions, the first for Debian 12's
        env={"E2FSPROGS_FAKE_TIME": str(layout.epoch), "SOURCE_DATE_EPOCH": str(layout.epoch)},
    )  # fmt: skip


def _state(root: Path, state: Path) -> None:
    """What the state partition begins with: folders with their owners, as the packages made them."""
    _run("cp", "-a", str(root / STATE), str(state))
    system = state / "system"
    system.mkdir(mode=0o755)
    for name, place in KEPT.items():
        _run("cp", "-a", str(root / place), str(system / name))
        shutil.copystat(root / place, system / name)


def _run(*words: str, stdin: str | None = None, env: dict[str, str] | None = None) -> None:
    environment = {**os.environ, "PATH": _PATH, **(env or {})}
    subprocess.run(words, check=True, input=stdin, text=True, stdout=subprocess.DEVNULL, env=environment)


def _said(*words: str) -> str:
    environment = {**os.environ, "PATH": _PATH}
    return subprocess.run(words, check=True, capture_output=True, text=True, env=environment).stdout
