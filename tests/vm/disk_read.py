"""What a disk holds after a power cut: its file systems judged, the journal read, without the machine that wrote it."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.rig.machine import PYTHON, MachineError
from tools.image.disk import MIB, Part, parts


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of the journal in their order; whether the journal is whole, in its own command's words."""

    numbers: list[str]
    whole: str


def root_digest(disk: Path) -> str:
    """SHA-256 of the root's partition."""
    part = parts(disk)[1]
    digest = hashlib.sha256()
    with disk.open("rb") as file:
        file.seek(part.start)
        left = part.size
        while left and (block := file.read(min(left, 4 * MIB))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


def state_mib(disk: Path) -> int:
    """The size of the state's partition."""
    return parts(disk)[2].size // MIB


def read_state(disk: Path, folder: Path) -> Found:
    """The journal that the state holds. Raises :class:`MachineError` when the file system is damaged.

    As at a start: ext4's own log is replayed and what needs no judgement done; then nothing may be left to mend.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    image = _copy(disk, parts(disk)[2], folder / "state.img")
    replayed = _run("e2fsck", "-f", "-p", str(image))
    checked = _run("e2fsck", "-f", "-n", str(image))
    if replayed.returncode not in {0, 1} or checked.returncode:
        raise MachineError(f"e2fsck: {replayed.stdout}{checked.stdout}{checked.stderr}")
    _run("debugfs", "-R", f"rdump /hub {folder}", str(image))
    image.unlink()
    said = _run(str(PYTHON), "-m", "motcua", "journal", "verify", "--json", str(folder / "hub"))
    try:
        whole = "" if json.loads(said.stdout.splitlines()[-1])["ok"] else said.stdout.strip()
    except (IndexError, KeyError, ValueError):
        whole = (said.stderr or said.stdout).strip() or "no word"
    return Found(_numbers(folder / "hub/hub.db"), whole)


def _numbers(journal: Path) -> list[str]:
    if not journal.exists():
        return []
    try:
        with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT body FROM events WHERE type = 'ticket_issued' ORDER BY seq")
            return [str(json.loads(body)["ticket"]["number"]) for (body,) in rows]
    except sqlite3.Error:
        return []


def _copy(disk: Path, part: Part, out: Path) -> Path:
    words = [f"skip={part.start // MIB}", f"count={part.size // MIB}", "conv=sparse", "status=none"]
    subprocess.run(["dd", f"if={disk}", f"of={out}", f"bs={MIB}", *words], check=True)
    return out


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
