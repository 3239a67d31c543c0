"""Which disk something is on: no card is this computer's own disk. Read from the kernel's tables."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provisioning.errors import CardError

#: what this computer runs from
SYSTEM_MOUNTS: Final = ("/", "/boot", "/boot/firmware", "/boot/efi", "/usr", "/var", "/home")
_SECTOR_BYTES: Final = 512


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted volume: its device number ``major:minor`` and where it is."""

    number: str
    at: str


@dataclass(frozen=True, slots=True)
class Disks:
    """The kernel's view: ``mountinfo`` (proc(5)) and the folder of sysfs."""

    mountinfo: str
    sys: Path

    @classmethod
    def here(cls) -> Disks:
        """This computer's."""
        try:
            text = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
        except OSError:
            text = ""
        return cls(text, Path("/sys"))

    def mounts(self) -> list[Mount]:
        """Everything that is mounted."""
        found = []
        for line in self.mountinfo.splitlines():
            fields = line.split(" ")
            if len(fields) > 4:
                at = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal.group(1), 8)), fields[4])
                found.append(Mount(fields[2], at))
        return found

    def whole(self, number: str) -> set[str]:
        """Names of the whole disks behind a device number: a partition's, and what a mapped device lies on."""
        try:
            device = (self.sys / "dev/block" / number).resolve(strict=True)
        except OSError:
            return set()
        return self._below(device)

    def _below(self, device: Path) -> set[str]:
        if (device / "partition").exists():
            device = device.parent
        slaves = list((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
        if not slaves:
            return {device.name}
        return set().union(*(self._below(slave.resolve()) for slave in slaves))

    def system(self) -> set[str]:
        """The disks this computer runs from."""
        numbers = [mount.number for mount in self.mounts() if mount.at in SYSTEM_MOUNTS]
        return set().union(*(self.whole(number) for number in numbers)) if numbers else set()

    def size_bytes(self, number: str) -> int | None:
        """Size of the whole disk behind a number; None when nobody knows."""
        sizes = []
        for name in self.whole(number):
            with contextlib.suppress(OSError, ValueError):
                sizes.append(int((self.sys / "block" / name / "size").read_text()) * _SECTOR_BYTES)
        return min(sizes, default=None)


def check_folder(folder: Path, disks: Disks) -> int | None:
    """Refuse a folder of this computer's own system; gives the card's size in bytes where it is a mounted one.

    Raises CardError card.own_disk.
    """
    real = str(folder.resolve())
    here = [mount for mount in disks.mounts() if mount.at == real]
    if real in SYSTEM_MOUNTS or (here and disks.whole(here[-1].number) & disks.system()):
        raise CardError("card.own_disk", where=real)
    return disks.size_bytes(here[-1].number) if here else None


def check_image(path: Path, disks: Disks) -> int | None:
    """Refuse an image or a card that is in use; gives a card's size in bytes, None for an image.

    Raises CardError card.own_disk, card.mounted.
    """
    about = path.stat()
    if not stat.S_ISBLK(about.st_mode):
        names = _loops(path, disks)
        number = None
    else:
        number = f"{os.major(about.st_rdev)}:{os.minor(about.st_rdev)}"
        names = disks.whole(number)
        if names & disks.system():
            raise CardError("card.own_disk", where=str(path))
    for mount in disks.mounts():
        if disks.whole(mount.number) & names:
            raise CardError("card.mounted", where=str(path), mounted=mount.at)
    return disks.size_bytes(number) if number else None


def _loops(path: Path, disks: Disks) -> set[str]:
    """Loop devices that show the file."""
    found = set()
    for backing in (disks.sys / "block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):
            if backing.read_text(encoding="utf-8").rstrip("\n") == str(path.resolve()):
                found.add(backing.parent.parent.name)
    return found
