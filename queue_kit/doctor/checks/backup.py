"""The copy of the journal that is made every night: on a stick, and not of last week."""

from __future__ import annotations

import time
from typing import Final

from queue_kit.doctor.check import Check, Doing, Outcome, absent, failed, ok, unknown
from queue_kit.doctor.described import PLACE, described
from queue_kit.doctor.setting import Setting
from queue_kit.health import readings

#: as motcua-backup.service names it
NIGHTLY: Final = "var/backups/motcua/hub-nightly.db"
#: one night that was missed is made up by the timer; two are a trouble
OLD_S: Final = 50 * 3600.0
#: a device that was away over holidays makes it up after its start
_SETTLED_S: Final = 3600
_HOUR_S: Final = 3600.0


def checks(setting: Setting) -> list[Check]:
    """The nightly backup, where a stick was named for it."""
    return [Check(name="backup", code=23, vi="Sao lưu", en="Backup", run=lambda _doing: _backup(setting, _doing))]


def _backup(setting: Setting, _doing: Doing) -> Outcome:
    device = described(setting.root)
    if device is None or not device.backup:
        return absent("doctor.backup_no_stick")
    try:
        made_s, there = (setting.root / NIGHTLY).stat().st_mtime, True
    except FileNotFoundError:
        # None yet: the device itself may be new.
        made_s, there = (setting.root / PLACE).stat().st_mtime, False
    except OSError:
        return failed("doctor.backup_none", file=f"/{NIGHTLY}")
    age_s = time.time() - made_s
    hours = round(age_s / _HOUR_S)
    if age_s <= OLD_S:
        if hours < -1:
            return unknown("doctor.backup_ahead")
        return ok("doctor.backup", hours=max(0, hours)) if there else unknown("doctor.backup_soon")
    if (readings.uptime_s(setting.root) or 0) < _SETTLED_S:
        return unknown("doctor.backup_soon")
    return failed("doctor.backup_old", days=hours // 24) if there else failed("doctor.backup_none", file=f"/{NIGHTLY}")
