"""Single readings of the machine's own body, each from the kernel's files; None is "not known", never "fine".

``root`` stands for ``/``: a test gives a tree of its own. Sources: the kernel's hwmon, thermal and ext4 documentation;
the Pi's ``rpi_volt`` driver (``in0_lcrit_alarm``: the supply fell under 4.63 V).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

ROOT: Final = Path("/")
_MILLI: Final = 1000.0
_MB: Final = 1024 * 1024
#: what no working machine has, and broken sensors say
_LEAST_C, _MOST_C = -40.0, 150.0


def temperature_c(root: Path = ROOT) -> float | None:
    """The hottest of the machine's thermal zones, in degrees Celsius."""
    found = [
        value / _MILLI
        for file in sorted(root.glob("sys/class/thermal/thermal_zone*/temp"))
        if (value := _number(file)) is not None and _LEAST_C < value / _MILLI < _MOST_C
    ]
    return max(found, default=None)


def undervoltage(root: Path = ROOT) -> bool | None:
    """Whether the supply's alarm is set now. It goes when the voltage is back: whoever reads it keeps it."""
    for name in sorted(root.glob("sys/class/hwmon/hwmon*/name")):
        if _text(name) == "rpi_volt":
            alarm = _number(name.with_name("in0_lcrit_alarm"))
            return None if alarm is None else alarm != 0
    return None


def disk_errors(root: Path = ROOT) -> int | None:
    """Errors that ext4 has met on all its file systems, since each was made; None where there is none of them."""
    counts = [_number(file) for file in sorted(root.glob("sys/fs/ext4/*/errors_count"))]
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def disk_free_mb(folder: Path) -> int | None:
    """Room for us on the folder's disk, in MB."""
    try:
        room = os.statvfs(folder)
    except OSError:
        return None
    return room.f_bavail * room.f_frsize // _MB


def writes(folder: Path) -> bool:
    """Write a few bytes, flush them to the card, read them back: a card that lies is met here before a citizen is.

    The file has no name: several may look at once, and a power cut leaves nothing behind.
    """
    said = secrets.token_bytes(64)
    try:
        with TemporaryFile(dir=folder, buffering=0) as file:
            file.write(said)
            os.fsync(file.fileno())
            return os.pread(file.fileno(), len(said) + 1, 0) == said
    except OSError:
        return False


def uptime_s(root: Path = ROOT) -> int | None:
    """Seconds since the machine was started."""
    words = _text(root / "proc/uptime").split()
    try:
        return int(float(words[0])) if words else None
    except ValueError:
        return None


def versions(root: Path = ROOT) -> dict[str, str]:
    """The operating system and its kernel, as they name themselves; what is not known is left out."""
    said = {}
    for line in _text(root / "etc/os-release").splitlines():
        name, _, value = line.partition("=")
        if name == "PRETTY_NAME":
            said["os"] = value.strip("\"'")[:80]
    kernel = _text(root / "proc/sys/kernel/osrelease")
    if kernel:
        said["kernel"] = kernel[:80]
    return said


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _number(file: Path) -> int | None:
    try:
        return int(_text(file))
    except ValueError:
        return None
