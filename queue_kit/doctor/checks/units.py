"""The device's own units: none failed, and each that its role's target wants is there.

systemd is only asked (``systemctl show``), which everybody may; nothing is started.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from typing import Final

from queue_kit.doctor.check import Check, Doing, Outcome, absent, failed, ok, unknown
from queue_kit.doctor.described import described
from queue_kit.doctor.setting import Setting

_OURS: Final = "motcua-"
_ASKED: Final = ("Id", "LoadState", "ActiveState", "NRestarts", "Wants", "Job")
#: a unit on its way up is well, unless it has been sent on its way again and again
_ON_THE_WAY: Final = frozenset({"activating", "reloading", "deactivating"})
_TRIES: Final = 3
#: a unit's ending that says nothing: what only ``motcua-x`` means is its service
_SERVICE: Final = ".service"
_DEADLINE_S: Final = 10.0


def checks(setting: Setting) -> list[Check]:
    """The units of this device's role."""
    return [
        Check(
            name="units", code=14, vi="Các tiến trình", en="Units", run=lambda doing: _units(setting, doing),
            deadline_s=_DEADLINE_S,
        )
    ]  # fmt: skip


def _units(setting: Setting, doing: Doing) -> Outcome:
    device = described(setting.root)
    if device is None:
        return absent("doctor.no_device")
    target = f"{_OURS}{device.role}.target"
    try:
        units = _ask(target, max(1.0, doing.until_s - time.monotonic()))
    except (OSError, subprocess.SubprocessError) as error:
        return unknown("doctor.units_unasked", problem=_first_line(error))
    wanted = [name for name in units.get(target, {}).get("Wants", "").split() if name.startswith(_OURS)]
    bad = sorted(name for name, unit in units.items() if unit["ActiveState"] == "failed")
    away = sorted(name for name in {target, *wanted} - set(bad) if not _there(units.get(name)))
    if not bad and not away:
        return ok("doctor.units", count=len(wanted))
    names = {"failed": tuple(map(_short, bad)), "away": tuple(map(_short, away))}
    return failed("doctor.units_down", units=", ".join((*names["failed"], *names["away"])), **names)


def _ask(target: str, within_s: float) -> dict[str, dict[str, str]]:
    """Every unit of ours that systemd has in memory, by its name. Raises OSError, SubprocessError."""
    words = ["systemctl", "show", "--no-pager", f"--property={','.join(_ASKED)}", f"{_OURS}*", target]
    done = subprocess.run(
        words, capture_output=True, text=True, errors="replace", timeout=within_s, check=True, stdin=subprocess.DEVNULL
    )
    found: dict[str, dict[str, str]] = {}
    for block in done.stdout.split("\n\n"):
        said = dict(line.partition("=")[::2] for line in block.splitlines())
        if said.get("Id", "").startswith(_OURS):
            found[said["Id"]] = {"ActiveState": "", **said}
    return found


def _there(unit: Mapping[str, str] | None) -> bool:
    if unit is None:
        return False
    # A target waits, not yet active, for all that it wants: a job of its own says so.
    if unit["ActiveState"] in _ON_THE_WAY or unit.get("Job", "0") not in {"", "0"}:
        return int(unit.get("NRestarts") or 0) < _TRIES
    return unit["ActiveState"] == "active"


def _short(name: str) -> str:
    return name.removesuffix(_SERVICE)


def _first_line(error: OSError | subprocess.SubprocessError) -> str:
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else ""
    return ((said or str(error)).strip().splitlines() or [type(error).__name__])[0][:120]
