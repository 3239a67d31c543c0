"""What a program did to the files of one folder, in order: recorded by strace, told as plain operations.

The idea of the crash states is of Pillai and others, "All File Systems Are Not Created Equal" (OSDI 2014): not the
programs' faults but the orders in which a disk may forget are enumerated.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_WRITING = "pwrite64,write,writev,pwritev,ftruncate,truncate,fdatasync,fsync"
_NAMING = "openat,rename,renameat,renameat2,unlink,unlinkat,link,linkat"
CALLS = f"{_WRITING},{_NAMING}"
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)(?:<(.*)>)?(?: .*)?$")
_DESCRIPTOR = re.compile(r"^(\d+)<(.*?)>$")
_MEMORY_ONLY = ("-shm", ".lock")
"""SQLite's shared index is rebuilt at each start; a lock is no data."""


@dataclass(frozen=True, slots=True)
class Create:
    """A file that was not there got this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at a place of the file that has this name now."""

    name: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """The file's size was set."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Rename:
    """One name became another; what had that name is gone."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """A name is gone."""

    name: str


@dataclass(frozen=True, slots=True)
class Sync:
    """The file is on the disk now; an empty name is the folder: its names are."""

    name: str


@dataclass(frozen=True, slots=True)
class Announce:
    """A line was printed: somebody outside knows it."""

    line: str


Step = Create | Write | Truncate | Rename | Unlink | Sync | Announce


class UnknownCallError(ValueError):
    """The trace holds a call that this reader does not understand: a state would be wrong without a word."""


def record(command: Sequence[str], folder: Path, trace: Path, *, timeout_s: float = 120) -> list[Step]:
    """Run a command under strace; gives what it did to ``folder`` and printed.

    Raises CalledProcessError, UnknownCallError.
    """
    strace = ["strace", "-f", "-qq", "-y", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-e", "signal=none"]
    subprocess.run([*strace, "-o", str(trace), *command], check=True, stdout=subprocess.PIPE, timeout=timeout_s)
    with trace.open(encoding="ascii") as lines:
        return list(_steps(lines, folder.resolve()))


def _steps(lines: Iterator[str], folder: Path) -> Iterator[Step]:
    names: set[str] = set()
    for line in lines:
        if "resumed>" in line or "unfinished" in line:
            raise UnknownCallError(line[:200])
        found = _LINE.match(line.rstrip("\n"))
        if found is None or int(found[3]) < 0:
            continue
        call, arguments, result = found[1], found[2].split(", "), int(found[3])
        for step in _step(call, arguments, result, folder, names):
            if isinstance(step, (Create, Rename)):
                names.add(step.to if isinstance(step, Rename) else step.name)
            if isinstance(step, (Unlink, Rename)):
                names.discard(step.name)
            yield step


def _step(call: str, arguments: list[str], result: int, folder: Path, names: set[str]) -> Iterator[Step]:
    if call == "openat":
        name = _inside(_text(arguments[1]), folder)
        if name and "O_CREAT" in arguments[2] and name not in names:
            yield Create(name)
        if name and "O_TRUNC" in arguments[2]:
            yield Truncate(name, 0)
        return
    if call in {"rename", "unlink"}:
        inside = [_inside(_text(argument), folder) for argument in arguments]
        if all(inside):
            yield Rename(inside[0] or "", inside[1] or "") if call == "rename" else Unlink(inside[0] or "")
        return
    descriptor = _DESCRIPTOR.match(arguments[0])
    path = _unescaped(descriptor[2]).decode() if descriptor else _text(arguments[0])
    if call == "write" and descriptor and descriptor[1] == "1":
        yield from (Announce(line) for line in _bytes(arguments[1])[:result].decode().splitlines() if line)
        return
    name = _inside(path, folder)
    if name is None:
        return
    if call == "pwrite64":
        yield Write(name, int(arguments[3]), _bytes(arguments[1])[:result])
    elif call == "ftruncate":
        yield Truncate(name, int(arguments[1]))
    elif call in {"fsync", "fdatasync"}:
        yield Sync(name)
    else:
        raise UnknownCallError(f"{call} on {path}")


def _inside(path: str, folder: Path) -> str | None:
    """A path's name in the folder, empty for the folder itself, None for anything else."""
    if path == str(folder):
        return ""
    name = path.removeprefix(f"{folder}/")
    return None if name == path or name.endswith(_MEMORY_ONLY) else name


def _text(argument: str) -> str:
    return _bytes(argument).decode() if argument.startswith('"') else argument


def _bytes(argument: str) -> bytes:
    if not argument.endswith('"'):
        raise UnknownCallError(f"cut short: {argument[-40:]}")
    return _unescaped(argument[1:-1])


def _unescaped(text: str) -> bytes:
    if not text.startswith("\\x"):
        return text.encode()
    return bytes.fromhex(text.replace("\\x", ""))
