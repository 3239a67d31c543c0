"""Writing a device's tree into a folder: everything is looked at first, then each file takes its place at once.

A second run finds nothing to do. A run that was cut short is simply run again. Without root's rights owners are left
alone, and said so; nothing follows a link out of the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from provisioning.device_tree import WANTS
from provisioning.errors import ProvisionError
from provisioning.tree import Entry, Tree, by_suite, cmdline, file

RECORD: Final = "etc/motcua/provisioned.json"
#: FAT keeps neither modes nor owners
WITHOUT_MODES: Final = "boot/firmware/"
#: not in the record: never taken away, for without them the office would be locked out
KEPT: Final = frozenset({"etc/motcua/ca.pem", "etc/motcua/denied.pem", "etc/motcua/authority.pem"})
_PART: Final = ".motcua-new"
_KINDS: Final = {"folder": stat.S_ISDIR, "link": stat.S_ISLNK}
#: which Debian the folder is; /etc/os-release is a link to it
_OS_RELEASE: Final = "usr/lib/os-release"

What = Literal["missing", "differs", "mode", "owner", "stale"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as the tree says. ``there``, ``wanted``: in short words; empty where they are secret."""

    path: str
    what: What
    there: str = ""
    wanted: str = ""

    def words(self) -> str:
        """One line."""
        more = f" ({self.there or '–'}, wanted {self.wanted or '–'})" if self.there or self.wanted else ""
        return f"{self.path}: {self.what}{more}"


@dataclass(frozen=True, slots=True)
class Target:
    """The folder that stands for a device's ``/``. ``owners``: whether owners can be set and are compared."""

    root: Path
    owners: bool

    @classmethod
    def at(cls, root: Path) -> Target:
        """A folder that is there. Raises apply.no_root."""
        if not root.is_dir():
            raise ProvisionError("apply.no_root", root=str(root))
        return cls(root.resolve(), owners=os.geteuid() == 0)

    def ids(self, entry: Entry) -> tuple[int, int]:
        """Numbers of the entry's user and group in *this* folder's own books; root's while they are not there yet."""
        return _number(self.root / "etc/passwd", entry.user), _number(self.root / "etc/group", entry.group)


def _number(book: Path, name: str) -> int:
    if name == "root":
        return 0
    with contextlib.suppress(OSError):
        for line in book.read_text(encoding="utf-8", errors="replace").splitlines():
            fields = line.split(":")
            if len(fields) > 2 and fields[0] == name and fields[2].isdigit():
                return int(fields[2])
    return 0


def record(tree: Tree) -> Entry:
    """What was put there: its paths are known again when the device's role changes. Digests only.

    Without what a device renews by itself, such as its deny list.
    """
    entries = [entry for entry in tree.entries if entry.path not in KEPT]
    paths = {entry.path: hashlib.sha256(entry.model_dump_json().encode()).hexdigest() for entry in entries}
    values = {"format": 1, "device": tree.device, "paths": paths}
    return file(RECORD, json.dumps(values, indent=1) + "\n", mode=0o600)


def differences(target: Target, tree: Tree) -> list[Change]:
    """All that is not as the tree says. Raises apply.link, apply.kind for what must not be written over."""
    found: list[Change] = []
    seen: set[Path] = set()
    for entry in (*tree.entries, record(tree)):
        found += _compare(target, entry, seen)
    return found + [Change(path, "stale") for path in _stale(target.root, tree)]


def apply_tree(target: Target, tree: Tree, *, durable: bool = True) -> list[Change]:
    """Make the folder as the tree says; gives what was changed, nothing when it was so already.

    ``durable``: on disk before it returns; a folder that is only looked at can do without. Raises as
    :func:`differences` does, before anything is written; apply.failed when the disk refuses.
    """
    changes = differences(target, tree)
    wanted = {entry.path: entry for entry in (*tree.entries, record(tree))}
    for path in dict.fromkeys(change.path for change in changes):
        try:
            if path in wanted:
                _write(target, wanted[path], durable=durable)
            else:
                _remove(target.root / path)
        except OSError as error:
            raise ProvisionError("apply.failed", path=path, problem=error.strerror or str(error)) from error
    return changes


def _compare(target: Target, entry: Entry, seen: set[Path]) -> Iterator[Change]:
    path = target.root / entry.path
    if path.parent not in seen:
        _check_way(target.root, path, entry.path)
        seen.add(path.parent)
    try:
        there = path.lstat()
    except FileNotFoundError:
        yield Change(entry.path, "missing")
        return
    if not _KINDS.get(entry.kind, stat.S_ISREG)(there.st_mode):
        replaceable = entry.kind != "folder" and (stat.S_ISLNK(there.st_mode) or stat.S_ISREG(there.st_mode))
        if not replaceable:
            raise ProvisionError("apply.kind", path=entry.path, found=stat.filemode(there.st_mode))
        yield Change(entry.path, "differs")
        return
    if entry.kind == "link":
        if (now := path.readlink().as_posix()) != entry.target:
            yield Change(entry.path, "differs", now, entry.target)
        return
    if entry.kind != "folder" and _bytes(path) != _content(target, entry, path):
        yield Change(entry.path, "differs")
    if not entry.path.startswith(WITHOUT_MODES):
        yield from _compare_rights(target, entry, there)


def _compare_rights(target: Target, entry: Entry, there: os.stat_result) -> Iterator[Change]:
    mode = stat.S_IMODE(there.st_mode)
    if mode != entry.mode:
        yield Change(entry.path, "mode", f"{mode:o}", f"{entry.mode:o}")
    if target.owners and (there.st_uid, there.st_gid) != target.ids(entry):
        uid, gid = target.ids(entry)
        yield Change(entry.path, "owner", f"{there.st_uid}:{there.st_gid}", f"{uid}:{gid}")


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProvisionError("apply.failed", path=str(path), problem=error.strerror) from error


def _content(target: Target, entry: Entry, path: Path) -> bytes:
    if entry.kind == "cmdline":
        return cmdline(entry.data, path.read_bytes() if path.is_file() else b"")
    if entry.kind == "by-suite":
        about = target.root / _OS_RELEASE
        return by_suite(entry.data, about.read_bytes() if about.is_file() else b"")
    return entry.data


def _check_way(root: Path, path: Path, name: str) -> None:
    """No part of the way may be a link: an absolute one would lead out of the folder, into this computer."""
    for parent in path.relative_to(root).parents:
        step = root / parent
        if step.is_symlink():
            raise ProvisionError("apply.link", path=name)
        if step.exists() and not step.is_dir():
            raise ProvisionError("apply.kind", path=parent.as_posix(), found="no folder")


def _stale(root: Path, tree: Tree) -> list[str]:
    """What an earlier tree left and this one does not have; targets of other roles that would start too."""
    ours = set(tree.files())
    found: set[str] = set()
    with contextlib.suppress(OSError, ValueError):
        for path in json.loads((root / RECORD).read_text(encoding="utf-8")).get("paths", {}):
            with contextlib.suppress(ValidationError):
                found.add(Entry(path=path).path)
    wants = root / WANTS
    if wants.is_dir() and not wants.is_symlink():
        found |= {f"{WANTS}/{one.name}" for one in wants.glob("motcua-*.target")}
    return sorted(path for path in found - ours if _is_there(root, path))


def _is_there(root: Path, path: str) -> bool:
    place = root / path
    with contextlib.suppress(ProvisionError):
        _check_way(root, place, path)
        if place.is_dir() and not place.is_symlink():
            return not any(place.iterdir())
        return os.path.lexists(place)
    return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def _write(target: Target, entry: Entry, *, durable: bool) -> None:
    path = target.root / entry.path
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    owner = target.ids(entry) if target.owners and not entry.path.startswith(WITHOUT_MODES) else None
    if entry.kind == "folder":
        path.mkdir(exist_ok=True)
        path.chmod(entry.mode)
        if owner:
            os.chown(path, *owner, follow_symlinks=False)
        return
    if entry.kind == "link":
        fresh = path.with_name(f".{path.name}{_PART}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(entry.target)
        fresh.replace(path)
        return
    put(path, _content(target, entry, path), mode=entry.mode, owner=owner, durable=durable)


def put(path: Path, data: bytes, *, mode: int, owner: tuple[int, int] | None = None, durable: bool = True) -> None:
    """A file whole or not at all: a new one beside it, on disk, then renamed. Never readable with a wider mode."""
    fresh = path.with_name(f".{path.name}{_PART}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        handle = os.open(fresh, flags, 0o600)
    except FileExistsError:  # left by a run that was cut
        fresh.unlink()
        handle = os.open(fresh, flags, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            if owner:
                os.fchown(out.fileno(), *owner)
            with contextlib.suppress(PermissionError):  # FAT
                os.fchmod(out.fileno(), mode)
            if durable:
                os.fsync(out.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    if durable:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
