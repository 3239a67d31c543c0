"""What ``motcua health`` found on the whole device, left in a file for the process that tells the console.

A process sees its own devices and the machine it runs on; that another unit failed, that no backup came for days, that
certificates end, it does not see. Once in five minutes a process of no other duty looks (``motcua-health``) and leaves
``/run/motcua/health/device.json``; the process of the device's role adds its ``kinds`` to its own troubles. The file's
age is counted by the machine's time since its start, since the wall's clock may be set meanwhile.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

log = logging.getLogger(__name__)

#: from the root, without a first slash
PLACE: Final = "run/motcua/health/device.json"
#: three looks that did not come
SILENT_S: Final = 15 * 60.0
SILENT: Final = "health_silent"
MAX_BYTES: Final = 64 * 1024
#: the hub heeds twenty kinds of a device, and its process has its own to say
MOST: Final = 12
_KIND: Final = re.compile(r"[a-z0-9_.-]{1,40}")

#: whose kind of process tells what is wrong with a device of a role, as it names itself on the bus
TELLERS: Final[Mapping[str, str]] = {
    "solo": "hub", "hub": "hub", "kiosk": "kiosk", "board": "board", "signs": "signs", "central": "central",
}  # fmt: skip

#: what a check found (its outcome's key) → the console's kind of trouble
KINDS: Final[Mapping[str, str]] = {
    "doctor.clock_wrong": "clock_wrong",
    "doctor.network_down": "network_down",
    "doctor.disk_readonly": "disk_readonly",
    "doctor.disk_full": "disk_full",
    "doctor.disk_errors": "disk_errors",
    "doctor.hot": "temperature_high",
    "doctor.undervoltage": "undervoltage",
    "doctor.backup_old": "backup_old",
    "doctor.backup_none": "backup_old",
    "doctor.certificate_ends": "certificate_ends",
    "doctor.certificate_ended": "certificate_ends",
}
#: of several units the kind names which
UNITS: Final = "doctor.units_down"
_OF_UNITS: Final = (("failed", "unit_failed"), ("away", "unit_away"))
#: a check that broke, hung, or found what the console has no words for
_OTHER: Final = "health_failed"
_LETTERS: Final = 40


def kinds_of(failed: Iterable[tuple[str, str, Mapping[str, Any]]]) -> list[str]:
    """The kinds of trouble of checks that failed, given as (check's name, outcome's key, its values)."""
    found: dict[str, None] = {}
    for name, key, values in failed:
        if key == UNITS:
            for value, kind in _OF_UNITS:
                found |= dict.fromkeys(f"{kind}.{unit}"[:_LETTERS] for unit in values.get(value, ()))
        else:
            found[KINDS.get(key, f"{_OTHER}.{name}"[:_LETTERS])] = None
    return list(found)


def of_the_device(kind: str) -> bool:
    """Whether a kind of trouble may come from such a file."""
    return kind in {*KINDS.values(), SILENT} or kind.partition(".")[0] in {"unit_failed", "unit_away", _OTHER}


def since_start_s() -> float:
    """Seconds since the machine was started, its sleep included: the same for every process, moved by nobody."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def write(file: Path, values: Mapping[str, Any], *, since_s: float | None = None) -> None:
    """Put a report in the file's place, whole or not at all, readable by everybody. Raises OSError.

    ``since_s``: when it was found, by :func:`since_start_s`; None: now.
    """
    text = json.dumps({**values, "since_start_s": since_start_s() if since_s is None else since_s}, ensure_ascii=False)
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("w", encoding="utf-8") as out:
            out.write(text + "\n")
            out.flush()
            os.fsync(out.fileno())
        part.chmod(0o644)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class DeviceFile:
    """The file as a process reads it. ``teller``: what this process is on the bus (``hub``, ``kiosk`` …).

    A machine without ``motcua-health`` has no such folder, and nothing is said of it. ``root`` stands for ``/``.
    """

    def __init__(self, teller: str, *, root: Path = Path("/"), now_s: Callable[[], float] = since_start_s) -> None:
        self._teller, self._file, self._now_s = teller, root / PLACE, now_s
        self._waiting_s: float | None = None

    def kinds(self) -> frozenset[str]:
        """The device's troubles that this process must tell; ``health_silent`` where nobody looks any more."""
        if not self._file.parent.is_dir():
            self._waiting_s = None
            return frozenset()
        now_s = self._now_s()
        try:
            said = self._read()
            age_s = now_s - float(said["since_start_s"])
            teller, kinds = str(said["told_by"]), [str(kind) for kind in said["kinds"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            # Not yet, or not whole: it is given the time of a file that is there.
            if self._waiting_s is None:
                self._waiting_s = now_s
                log.info("nothing is known of the whole device yet (%s)", type(error).__name__)
            return frozenset({SILENT}) if now_s - self._waiting_s > SILENT_S else frozenset()
        self._waiting_s = None
        if teller != self._teller:
            return frozenset()
        if not 0 <= age_s <= SILENT_S:
            return frozenset({SILENT})  # what it said then is not known to hold
        return frozenset([kind for kind in kinds if _KIND.fullmatch(kind)][:MOST])

    def _read(self) -> dict[str, Any]:
        with self._file.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError(self._file.name)
        said: dict[str, Any] = json.loads(data)
        return said
