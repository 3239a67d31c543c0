"""Where a simulated journal may stand: on a disk. In memory fsync does nothing, and a kill would prove nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from queue_core.errors import MotcuaError, register

_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs", "devtmpfs", "rootfs", "hugetlbfs"})
register(
    {
        "simulate.in_memory": (
            "{folder} nằm trong bộ nhớ ({kind}), không phải trên đĩa. Hãy chọn nơi khác bằng --keep hoặc TMPDIR.",
            "{folder} lives in memory ({kind}), not on a disk. Name another folder with --keep or TMPDIR.",
        )
    }
)


def kind_of(folder: Path) -> str:
    """The type of the file system that holds an existing folder (proc(5), mountinfo); "" when it cannot be told."""
    best: tuple[int, str] = (-1, "")
    resolved = folder.resolve()
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].replace("\\040", " "))
        if resolved.is_relative_to(point) and len(point.parts) >= best[0]:
            best = (len(point.parts), after.split()[0])
    return best[1]


def check_disk(folder: Path) -> None:
    """Raise simulate.in_memory for a folder that is none of a disk."""
    kind = kind_of(folder)
    if kind in _IN_MEMORY:
        raise MotcuaError("simulate.in_memory", folder=folder, kind=kind)


@contextmanager
def day_folder(keep: Path | None) -> Iterator[Path]:
    """``keep`` made new (what an earlier day left in it goes), or a folder on a disk that is thrown away."""
    if keep is not None:
        for old in ("hub", "broker", "kiosks", "slips", "notes"):
            shutil.rmtree(keep / old, ignore_errors=True)
        keep.mkdir(parents=True, exist_ok=True)
        for old_file in (*keep.glob("*.log"), *keep.glob("*.ready"), *keep.glob("*.jsonl")):
            old_file.unlink()
        check_disk(keep)
        yield keep.absolute()
        return
    places = [Path(p) for p in (os.environ.get("TMPDIR"), "/var/tmp", Path.home() / ".cache", "/tmp") if p]  # noqa: S108
    found = next(
        (p for p in places if p.is_dir() and os.access(p, os.W_OK) and kind_of(p) not in _IN_MEMORY), places[-1]
    )
    check_disk(found)
    folder = Path(tempfile.mkdtemp(prefix="motcua-simulate-", dir=found))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
