"""Reading and writing files of a FAT32 volume inside an image or on an unmounted card.

Own code, for the Python libraries do not serve: pyfatfs needs ``pkg_resources``, which setuptools no longer has, and
FATtools is under the GPL. Only what a boot volume needs: FAT32, folders, files replaced as a whole.
Source: Microsoft, "FAT32 File System Specification", version 1.03.

A file is replaced in this order: its new contents, the allocation table, its directory entry, and only then the old
contents are given back. A cut in between leaves the old file or the new one, at worst some unused clusters taken.
"""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

ENTRY: Final = 32
_END: Final = 0x0FFFFFF8
_LAST: Final = 0x0FFFFFFF
_MASK: Final = 0x0FFFFFFF
_FREE: Final = 0xE5
_FOLDER: Final = 0x10
_LABEL: Final = 0x08
_LONG: Final = 0x0F
_SHORT_LETTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~!#$%&'()@^`{}")
#: FAT's date and time of our files: 1 January 2026, so that the same card is the same bytes
_DATE: Final = (2026 - 1980) << 9 | 1 << 5 | 1
_PARTITION_TYPES: Final = (0x0B, 0x0C)


class NotFat32Error(ValueError):
    """There is no FAT32 volume here, or it is damaged."""


class FullError(OSError):
    """The volume has no room."""


@dataclass(frozen=True, slots=True)
class Found:
    """A directory entry: where its 32-byte pieces lie (byte places in the volume), the short one last."""

    name: str
    places: tuple[int, ...]
    attributes: int
    cluster: int
    size: int

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return bool(self.attributes & _FOLDER)


def first_partition(handle: int) -> int:
    """Byte offset of the first FAT32 partition of a disk (MBR), 0 for a bare volume. Raises NotFat32Error."""
    sector = os.pread(handle, 512, 0)
    if len(sector) < 512 or sector[510:512] != b"\x55\xaa":
        raise NotFat32Error("no partition table")
    if sector[82:87] == b"FAT32":
        return 0
    kind, start = sector[450], struct.unpack_from("<I", sector, 454)[0]
    if kind not in _PARTITION_TYPES:
        raise NotFat32Error(f"the first partition is of type {kind:#04x}")
    return int(start) * 512


class Fat32:
    """A volume in an open file; ``handle`` must be open for reading and, to write, for writing."""

    def __init__(self, handle: int, offset: int) -> None:
        self._handle, self._offset = handle, offset
        boot = os.pread(handle, 512, offset)
        if len(boot) < 512 or boot[510:512] != b"\x55\xaa":
            raise NotFat32Error("no boot sector")
        sector, per_cluster, reserved, tables = struct.unpack_from("<HBHB", boot, 11)
        root_entries, small, _media, short_size = struct.unpack_from("<HHBH", boot, 17)
        total, size = struct.unpack_from("<II", boot, 32)
        self._root: int = struct.unpack_from("<I", boot, 44)[0]
        self._info: int = struct.unpack_from("<H", boot, 48)[0]
        if sector not in {512, 1024, 2048, 4096} or per_cluster == 0 or not 1 <= tables <= 2:
            raise NotFat32Error("its boot sector makes no sense")
        if root_entries or small or short_size or not size:
            raise NotFat32Error("FAT12 or FAT16")
        self._sector: int = sector
        self._cluster: int = sector * per_cluster
        self._tables: list[int] = [(reserved + i * size) * sector for i in range(tables)]
        self._data: int = (reserved + tables * size) * sector
        count = min((total * sector - self._data) // self._cluster, size * sector // 4 - 2)
        self._fat = array("I", self._read(self._tables[0], (count + 2) * 4))
        if self._fat.itemsize != 4 or len(self._fat) < 3 or not self._in(self._root):
            raise NotFat32Error("its allocation table makes no sense")
        self._size: int = count * self._cluster

    # --- bytes and clusters

    def _read(self, place: int, length: int) -> bytes:
        data = os.pread(self._handle, length, self._offset + place)
        if len(data) != length:
            raise NotFat32Error("it ends too early")
        return data

    def _write(self, place: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            done = os.pwrite(self._handle, view, self._offset + place)
            view, place = view[done:], place + done

    def _in(self, cluster: int) -> bool:
        return 2 <= cluster < len(self._fat)

    def _at(self, cluster: int) -> int:
        return self._data + (cluster - 2) * self._cluster

    def _chain(self, cluster: int) -> list[int]:
        found: list[int] = []
        while self._in(cluster):
            found.append(cluster)
            if len(found) > len(self._fat):
                raise NotFat32Error("a file runs in a circle")
            cluster = self._fat[cluster] & _MASK
        return found

    def free_bytes(self) -> int:
        """Room left."""
        return self._fat.count(0) * self._cluster

    def size_bytes(self) -> int:
        """Room in all."""
        return self._size

    def _allocate(self, count: int) -> list[int]:
        found: list[int] = []
        try:
            while len(found) < count:
                found.append(self._fat.index(0, found[-1] + 1 if found else 2))
        except ValueError as error:
            raise FullError(28, "No space left on device") from error
        for here, following in zip(found, [*found[1:], _LAST][: len(found)], strict=True):
            self._fat[here] = following
        return found

    def _release(self, cluster: int) -> None:
        for one in self._chain(cluster):
            self._fat[one] = 0

    def _save_table(self) -> None:
        data = self._fat.tobytes()
        for place in self._tables:
            self._write(place, data)
        if self._info not in {0, 0xFFFF}:
            # How much is free is a hint that others believe: it is set to "unknown", and they count.
            self._write(self._info * self._sector + 488, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF))

    # --- directories

    def _entries(self, folder: int) -> Iterator[Found]:
        long: list[tuple[int, bytes]] = []
        for cluster in self._chain(folder):
            data, start = self._read(self._at(cluster), self._cluster), self._at(cluster)
            for i in range(0, self._cluster, ENTRY):
                raw = data[i : i + ENTRY]
                if raw[0] == 0:
                    return
                if raw[0] == _FREE:
                    long = []
                elif raw[11] == _LONG:
                    long.append((start + i, raw))
                else:
                    if not raw[11] & _LABEL:
                        yield _found(long, start + i, raw)
                    long = []

    def _find(self, folder: int, name: str) -> Found | None:
        return next((one for one in self._entries(folder) if one.name.lower() == name.lower()), None)

    def _folder_of(self, path: str, *, make: bool = False) -> int | None:
        folder = self._root
        for part in PurePosixPath(path).parent.parts:
            found = self._find(folder, part)
            if found is None:
                if not make:
                    return None
                folder = self._make_folder(folder, part)
            elif not found.is_folder:
                raise NotADirectoryError(20, "Not a directory", path)
            else:
                folder = found.cluster
        return folder

    def _make_folder(self, parent: int, name: str) -> int:
        (cluster,) = self._allocate(1)
        above = 0 if parent == self._root else parent
        dots = _short(b".          ", _FOLDER, cluster, 0) + _short(b"..         ", _FOLDER, above, 0)
        self._write(self._at(cluster), dots.ljust(self._cluster, b"\0"))
        self._save_table()
        self._add(parent, name, _FOLDER, cluster, 0)
        return cluster

    def _add(self, folder: int, name: str, attributes: int, cluster: int, size: int) -> None:
        taken = set()
        for cluster_of in self._chain(folder):
            data = self._read(self._at(cluster_of), self._cluster)
            taken |= {data[i : i + 11] for i in range(0, self._cluster, ENTRY)}
        pieces = _named(name, taken)
        pieces.append(_short(pieces.pop(), attributes, cluster, size))
        for place, piece in zip(self._room(folder, len(pieces)), pieces, strict=True):
            self._write(place, piece)

    def _room(self, folder: int, count: int) -> list[int]:
        """Places of so many free entries in a row; the folder grows when it has none."""
        run: list[int] = []
        for cluster in self._chain(folder):
            data = self._read(self._at(cluster), self._cluster)
            for i in range(0, self._cluster, ENTRY):
                run = [*run, self._at(cluster) + i] if data[i] in {0, _FREE} else []
                if len(run) == count:
                    return run
        last = self._chain(folder)[-1]
        (fresh,) = self._allocate(1)
        self._write(self._at(fresh), b"\0" * self._cluster)
        self._fat[last] = fresh
        self._save_table()
        return self._room(folder, count)

    # --- files

    def exists(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        folder = self._folder_of(path)
        return folder is not None and self._find(folder, PurePosixPath(path).name) is not None

    def read(self, path: str, limit_bytes: int) -> bytes | None:
        """A file's bytes; None when there is none. Raises NotFat32Error for one that is larger than ``limit_bytes``."""
        folder = self._folder_of(path)
        found = self._find(folder, PurePosixPath(path).name) if folder is not None else None
        if found is None or found.is_folder:
            return None
        if found.size > limit_bytes:
            raise NotFat32Error(f"{path} is over {limit_bytes} bytes")
        data = b"".join(self._read(self._at(cluster), self._cluster) for cluster in self._chain(found.cluster))
        if len(data) < found.size:
            raise NotFat32Error(f"{path} is cut short")
        return data[: found.size]

    def write(self, path: str, data: bytes) -> None:
        """Make or replace a file; its folders are made. Raises FullError before anything is changed."""
        count = -(-len(data) // self._cluster)
        if count * self._cluster > self.free_bytes() - 8 * self._cluster:
            raise FullError(28, "No space left on device", path)
        folder = self._folder_of(path, make=True)
        assert folder is not None  # noqa: S101 -- it was made
        name = PurePosixPath(path).name
        found = self._find(folder, name)
        if found is not None and found.is_folder:
            raise IsADirectoryError(21, "Is a directory", path)
        clusters = self._allocate(count)
        for cluster, start in zip(clusters, range(0, len(data), self._cluster), strict=True):
            self._write(self._at(cluster), data[start : start + self._cluster].ljust(self._cluster, b"\0"))
        self._save_table()
        os.fsync(self._handle)
        first = clusters[0] if clusters else 0
        if found is None:
            self._add(folder, name, 0x20, first, len(data))
        else:
            place = found.places[-1]
            short = self._read(place, 11)
            self._write(place, _short(short, found.attributes, first, len(data)))
            os.fsync(self._handle)
            self._release(found.cluster)
            self._save_table()
        os.fsync(self._handle)

    def remove(self, path: str) -> None:
        """Take a file away after its contents were overwritten with zeros."""
        folder = self._folder_of(path)
        found = self._find(folder, PurePosixPath(path).name) if folder is not None else None
        if found is None or found.is_folder:
            return
        for cluster in self._chain(found.cluster):
            self._write(self._at(cluster), b"\0" * self._cluster)
        for place in found.places:
            self._write(place, bytes([_FREE]))
        self._release(found.cluster)
        self._save_table()
        os.fsync(self._handle)


def _found(long: list[tuple[int, bytes]], place: int, raw: bytes) -> Found:
    high, low = struct.unpack_from("<H", raw, 20)[0], struct.unpack_from("<H", raw, 26)[0]
    name = _long_name(long, raw[:11])
    places = (*(one for one, _raw in long), place) if name else (place,)
    if not name:
        stem, tail = (part.decode("cp437").rstrip() for part in (raw[:8], raw[8:11]))
        name = f"{stem}.{tail}" if tail else stem
    return Found(name, places, raw[11], high << 16 | low, struct.unpack_from("<I", raw, 28)[0])


def _long_name(long: list[tuple[int, bytes]], short: bytes) -> str:
    if not long or any(raw[13] != _checksum(short) for _place, raw in long):
        return ""
    units = b"".join(raw[1:11] + raw[14:26] + raw[28:32] for _place, raw in reversed(long))
    return units.decode("utf-16-le", errors="replace").split("\0", 1)[0]


def _checksum(short: bytes) -> int:
    total = 0
    for byte in short:
        total = ((total & 1) << 7) + (total >> 1) + byte & 0xFF
    return total


def _short(name: bytes, attributes: int, cluster: int, size: int) -> bytes:
    head = struct.pack("<11sBBBHHHH", name[:11], attributes, 0, 0, 0, _DATE, _DATE, cluster >> 16)
    return head + struct.pack("<HHHI", 0, _DATE, cluster & 0xFFFF, size)


def _named(name: str, taken: set[bytes]) -> list[bytes]:
    """The pieces of a name: long ones, then the 11 bytes of the short one."""
    stem, _, tail = name.upper().rpartition(".") if "." in name else (name.upper(), "", "")
    plain = f"{stem:<8}{tail:<3}".encode("ascii", "replace")
    fits = len(stem) <= 8 and len(tail) <= 3 and set(plain.replace(b" ", b"")) <= _SHORT_LETTERS and " " not in name
    if fits and name == name.upper():
        return [plain]
    letters = "".join(one for one in stem if ord(one) < 128 and ord(one) in _SHORT_LETTERS)
    for number in range(1, 1_000_000):
        mark = f"~{number}"
        short = plain if fits and number == 1 else f"{letters[: 8 - len(mark)] + mark:<8}{tail[:3]:<3}".encode()
        if short not in taken:
            break
    units = name.encode("utf-16-le")
    if len(units) % 26:
        units = (units + b"\0\0").ljust(-(-(len(units) + 2) // 26) * 26, b"\xff")
    pieces = []
    for order in range(len(units) // 26, 0, -1):
        part = units[(order - 1) * 26 : order * 26]
        first = order | (0x40 if order == len(units) // 26 else 0)
        head = bytes([first]) + part[:10] + bytes([_LONG, 0, _checksum(short)])
        pieces.append(head + part[10:22] + b"\0\0" + part[22:])
    return [*pieces, short]
