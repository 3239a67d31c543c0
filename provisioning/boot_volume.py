"""The boot volume of a stock Raspberry Pi OS card: a mounted folder, or a FAT32 partition in an image. Looked at first.

What stands on it is data to us: it is read with limits, compared, and never executed or sourced.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, Protocol

from provisioning.apply import put
from provisioning.disks import Disks, check_folder, check_image
from provisioning.errors import CardError
from provisioning.fat32 import Fat32, FullError, NotFat32Error, first_partition

MAX_FILE_BYTES: Final = 512 * 1024 * 1024
#: the system with Motcua and a year's journal; a nominal 8 GB card
MIN_CARD_BYTES: Final = 7_000_000_000
_STOCK: Final = ("config.txt", "cmdline.txt", "issue.txt", "overlays")
_BOARD_FILES: Final = {
    "pi4": ("start4.elf", "kernel8.img", "bcm2711-rpi-4-b.dtb"),
    "cm4": ("start4.elf", "kernel8.img", "bcm2711-rpi-cm4.dtb"),
    "pi5": ("kernel_2712.img", "bcm2712-rpi-5-b.dtb"),
    "zero2w": ("bootcode.bin", "start.elf", "kernel8.img", "bcm2710-rpi-zero-2-w.dtb"),
}
Mechanism = Literal["cloud-init", "unit"]


class Volume(Protocol):
    """Files of a boot volume, by path from its root."""

    def exists(self, path: str) -> bool:
        """Whether there is such a file or folder."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes, None when there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Make or replace a file."""

    def remove(self, path: str) -> None:
        """Overwrite a file with zeros and take it away."""

    def free_bytes(self) -> int:
        """Room left."""


class FolderVolume:
    """A mounted boot volume."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, path: str) -> Path:
        place = self._folder / path
        for one in (place, *place.parents):
            if one == self._folder:
                break
            if one.is_symlink():
                raise CardError("apply.link", path=path)
        return place

    def exists(self, path: str) -> bool:
        """See Volume."""
        return self._path(path).exists()

    def read(self, path: str) -> bytes | None:
        """See Volume."""
        place = self._path(path)
        if not place.is_file() or place.stat().st_size > MAX_FILE_BYTES:
            return None
        return place.read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """See Volume."""
        place = self._path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        put(place, data, mode=0o644)

    def remove(self, path: str) -> None:
        """See Volume."""
        place = self._path(path)
        if not place.is_file():
            return
        with place.open("r+b") as file:
            file.write(b"\0" * place.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        place.unlink()

    def free_bytes(self) -> int:
        """See Volume."""
        return shutil.disk_usage(self._folder).free


class ImageVolume:
    """A FAT32 partition of an image file or of an unmounted card."""

    def __init__(self, handle: int) -> None:
        self._fat = Fat32(handle, first_partition(handle))

    def exists(self, path: str) -> bool:
        """See Volume."""
        return self._fat.exists(path)

    def read(self, path: str) -> bytes | None:
        """See Volume."""
        return self._fat.read(path, MAX_FILE_BYTES)

    def write(self, path: str, data: bytes) -> None:
        """See Volume."""
        self._fat.write(path, data)

    def remove(self, path: str) -> None:
        """See Volume."""
        self._fat.remove(path)

    def free_bytes(self) -> int:
        """See Volume."""
        return self._fat.free_bytes()


@contextmanager
def opened(where: Path, disks: Disks | None = None) -> Iterator[Volume]:
    """The boot volume at a folder, an image or a card, when it is not this computer's own and not in use.

    Raises CardError card.own_disk, card.mounted, card.too_small, card.not_fat32, card.not_boot.
    """
    seen = disks or Disks.here()
    if where.is_dir():
        _check_size(where, check_folder(where, seen))
        yield FolderVolume(where)
        return
    try:
        size = check_image(where, seen)
        handle = os.open(where, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise CardError("card.not_fat32", where=str(where), problem=error.strerror or str(error)) from error
    try:
        _check_size(where, size)
        yield ImageVolume(handle)
    except NotFat32Error as error:
        raise CardError("card.not_fat32", where=str(where), problem=str(error)) from error
    except FullError as error:
        raise CardError("card.too_small", where=str(where), needed_mb="–", there_mb="–") from error
    finally:
        os.close(handle)


def _check_size(where: Path, size: int | None) -> None:
    if size is not None and size < MIN_CARD_BYTES:
        raise _small(where, MIN_CARD_BYTES, size)


def _small(where: Path, needed: int, there: int) -> CardError:
    megabyte = 1_000_000
    return CardError("card.too_small", where=str(where), needed_mb=-(-needed // megabyte), there_mb=there // megabyte)


def check_stock(volume: Volume, where: Path, board: str) -> Mechanism:
    """Refuse what is no boot volume of a Raspberry Pi OS Lite for this board; gives how its first boot is told things.

    Raises CardError card.not_boot, card.not_lite, card.wrong_board.
    """
    missing = [name for name in _STOCK if not volume.exists(name)]
    if missing:
        raise CardError("card.not_boot", where=str(where), missing=", ".join(missing))
    issue = (volume.read("issue.txt") or b"").decode("utf-8", errors="replace")
    found = re.search(r"\bstage(\d)\b", issue)
    if "Raspberry Pi" not in issue or found is None:
        raise CardError("card.not_boot", where=str(where), missing="Raspberry Pi OS (issue.txt)")
    if found.group(1) != "2":
        raise CardError("card.not_lite", where=str(where))
    needs = _BOARD_FILES.get(board, ("Raspberry Pi",))
    missing = [name for name in needs if not volume.exists(name)]
    if missing:
        raise CardError("card.wrong_board", where=str(where), board=board, missing=", ".join(missing))
    # Trixie's images since November 2025 carry cloud-init's templates; Bookworm's do not.
    return "cloud-init" if volume.exists("user-data") or volume.exists("meta-data") else "unit"


def check_room(volume: Volume, where: Path, needed: int) -> None:
    """Refuse a volume without room for so many bytes. Raises card.too_small."""
    margin = 4_000_000
    there = volume.free_bytes()
    if there < needed + margin:
        raise _small(where, needed + margin, there)
