"""From how a machine is to what the console shows of it. Pure: the last time's troubles are handed in.

A trouble ends later than it begins: 80 °C raises it and 75 °C ends it, or it would come and go all noon.
"""

from __future__ import annotations

from typing import Final

from queue_core.wire.messages import DeviceHealth

#: a Pi slows itself down from 80 °C on (the firmware's soft limit)
HOT_C, COOL_C = 80.0, 75.0
#: a day's journal, backups and a new catalogue still fit
FULL_MB, ROOM_MB = 200, 300
#: a visit to every office of a province takes weeks
CERTIFICATE_DAYS: Final = 60
#: kinds, as the console has words for them
HOT: Final = "temperature_high"
FULL: Final = "disk_full"


def troubles_of(health: DeviceHealth, before: frozenset[str] = frozenset()) -> frozenset[str]:
    """The kinds of trouble of a machine's own body. What is not known is no trouble, and mends none."""
    kinds = {
        HOT: _beyond(health.temperature_c, HOT_C, COOL_C, was=HOT in before),
        "undervoltage": health.undervoltage,
        FULL: _below(health.disk_free_mb, FULL_MB, ROOM_MB, was=FULL in before),
        "disk_readonly": None if health.disk_writable is None else not health.disk_writable,
        "disk_errors": None if health.disk_errors is None else health.disk_errors > 0,
        "scanner_away": None if health.scanner is None else health.scanner == "away",
        "camera_away": None if health.camera is None else health.camera == "away",
    }
    return frozenset(kind for kind, there in kinds.items() if there or (there is None and kind in before))


def _beyond(value: float | None, begins: float, ends: float, *, was: bool) -> bool | None:
    return None if value is None else value >= (ends if was else begins)


def _below(value: float | None, begins: float, ends: float, *, was: bool) -> bool | None:
    return None if value is None else value <= (ends if was else begins)
