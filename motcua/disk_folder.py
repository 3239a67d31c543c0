"""Where a journal that proves something may stand: on a disk that keeps what it acknowledged, never in memory.

On tmpfs fsync does nothing: a figure measured there is a lie about durability, and a kill proves nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from queue_core.errors import MotcuaError, register

MEMORY_FILESYSTEMS: Final = frozenset({"tmpfs", "ramfs", "devtmpfs", "rootfs", "hugetlbfs"})
_CANDIDATES: Final = ("/var/tmp", "~/.cache", "/tmp")  # noqa: S108 (a folder of our own is made in it, by mkdtemp)
register(
    {
        "disk.in_memory": (
            "{folder} nằm trong bộ nhớ ({kind}), không phải trên đĩa. Hãy chọn thư mục khác trên đĩa, hoặc đặt TMPDIR.",
            "{folder} lives in memory ({kind}), not on a disk. Name another folder on a disk, or set TMPDIR.",
        ),
        "disk.none": (
            "Không có thư mục tạm nào nằm trên đĩa. Hãy chọn một thư mục trên đĩa, hoặc đặt TMPDIR.",
            "No temporary folder is on a disk. Name a folder on a disk, or set TMPDIR.",
        ),
    }
)


class NotADiskError(MotcuaError, OSError):
    """The folder lies on a file system that lives in memory, or there is none on a disk."""


def filesystem_of(folder: Path) -> str:
    """The type of the file system that holds an existing folder ("ext4", "tmpfs"), from /proc/self/mountinfo (proc(5)).

    Empty when it cannot be told.
    """
    status = folder.stat()
    device = f"{os.major(status.st_dev)}:{os.minor(status.st_dev)}"
    best: tuple[int, str] = (-1, "")
    resolved = folder.resolve()
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        point = Path(fields[4].replace("\\040", " "))
        if not resolved.is_relative_to(point):
            continue
        # btrfs and overlayfs number a file's device otherwise than their mount's: then the deepest mount decides.
        rank = len(point.parts) + (1000 if fields[2] == device else 0)
        if rank >= best[0]:
            best = (rank, after.split()[0])
    return best[1]


def require_disk(folder: Path) -> str:
    """Give the file system's type. Raises NotADiskError ``disk.in_memory``."""
    kind = filesystem_of(folder)
    if kind in MEMORY_FILESYSTEMS:
        raise NotADiskError("disk.in_memory", folder=folder, kind=kind)
    return kind


def _first_disk() -> Path:
    """The first of TMPDIR, /var/tmp, ~/.cache and /tmp that is on a disk and ours to write. Raises ``disk.none``."""
    named = [os.environ["TMPDIR"]] if os.environ.get("TMPDIR") else []
    for text in (*named, *_CANDIDATES):
        folder = Path(text).expanduser()
        if folder.is_dir() and os.access(folder, os.W_OK) and filesystem_of(folder) not in MEMORY_FILESYSTEMS:
            return folder
    raise NotADiskError("disk.none")


@contextmanager
def disk_folder(wanted: Path | None = None, *, prefix: str = "motcua-bench-") -> Iterator[Path]:
    """A new empty folder on a disk, removed at the end.

    It is made in ``wanted`` (refused when that is in memory), else in the first of TMPDIR, /var/tmp, ~/.cache and /tmp
    that is on a disk. Raises NotADiskError.
    """
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        require_disk(wanted)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=wanted or _first_disk()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
