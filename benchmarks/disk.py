"""Where a measured journal may stand: on a disk that keeps what it acknowledged, never in memory.

On tmpfs fsync does nothing, so a figure measured there is a lie about durability.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

MEMORY_FILESYSTEMS = frozenset({"tmpfs", "ramfs", "devtmpfs", "rootfs", "hugetlbfs"})
CANDIDATES = ("/var/tmp", "~/.cache")  # noqa: S108  (a folder of our own is made in it, by mkdtemp)


class NotADiskError(OSError):
    """The folder lies on a file system that lives in memory (or on none that could be named)."""


def filesystem_of(folder: Path) -> str:
    """The type of the file system that holds an existing folder ("ext4", "tmpfs"), from /proc/self/mountinfo (proc(5)).

    Raises NotADiskError when no mount entry has the folder's device number.
    """
    status = folder.stat()
    device = f"{os.major(status.st_dev)}:{os.minor(status.st_dev)}"
    best: tuple[int, str] | None = None
    resolved = folder.resolve()
    with Path("/proc/self/mountinfo").open(encoding="utf-8") as mounts:
        for line in mounts:
            before, _, after = line.partition(" - ")
            fields = before.split()
            point = Path(fields[4].replace("\\040", " "))
            if not resolved.is_relative_to(point):
                continue
            # btrfs and overlayfs number a file's device otherwise than their mount's: then the deepest mount decides.
            rank = len(point.parts) + (1000 if fields[2] == device else 0)
            if best is None or rank >= best[0]:
                best = (rank, after.split()[0])
    if best is None:
        raise NotADiskError(f"{folder}: no mounted file system holds it")
    return best[1]


def require_disk(folder: Path) -> str:
    """Give the file system's type, or raise NotADiskError when the folder's contents would live in memory only."""
    kind = filesystem_of(folder)
    if kind in MEMORY_FILESYSTEMS:
        raise NotADiskError(
            f"{folder} is on {kind}, which lives in memory: a journal measured there proves nothing. "
            "Name a folder on a disk, with --folder or TMPDIR."
        )
    return kind


@contextlib.contextmanager
def disk_folder(wanted: Path | None = None, *, prefix: str = "motcua-bench-") -> Iterator[Path]:
    """A new empty folder on a real disk, removed at the end.

    It is made in `wanted` if given (refused when it is in memory), else in the first of TMPDIR, /var/tmp and ~/.cache
    that is a disk. Raises NotADiskError when none is.
    """
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        require_disk(wanted)
        parent = wanted
    else:
        parent = _first_disk()
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _first_disk() -> Path:
    named = [os.environ["TMPDIR"]] if os.environ.get("TMPDIR") else []
    for text in (*named, *CANDIDATES):
        folder = Path(text).expanduser()
        if folder.is_dir() and os.access(folder, os.W_OK) and filesystem_of(folder) not in MEMORY_FILESYSTEMS:
            return folder
    raise NotADiskError("neither TMPDIR nor /var/tmp nor ~/.cache is on a disk; name a folder with --folder")
