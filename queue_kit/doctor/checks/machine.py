"""Clock, card, heat and supply."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from queue_core.clock import VIETNAM, kernel_source
from queue_kit.doctor.check import Check, Doing, Outcome, failed, ok, unknown
from queue_kit.doctor.setting import Setting
from queue_kit.health import readings
from queue_kit.health.troubles import FULL_MB, HOT_C

#: this software did not exist before
_SINCE_YEAR: Final = 2026


def checks(setting: Setting) -> list[Check]:
    """The machine's own body."""
    return [
        Check(name="clock", code=10, vi="Đồng hồ", en="Clock", run=_clock),
        Check(name="disk", code=20, vi="Thẻ nhớ", en="Card", run=lambda _doing: _disk(setting)),
        Check(name="temperature", code=21, vi="Nhiệt độ", en="Temperature", run=lambda _doing: _heat(setting)),
        Check(name="undervoltage", code=22, vi="Nguồn điện", en="Supply", run=lambda _doing: _supply(setting)),
    ]


def _clock(_doing: Doing) -> Outcome:
    now = datetime.now(UTC).astimezone(VIETNAM)
    said = f"{now:%H:%M · %d/%m/%Y}"
    if now.year < _SINCE_YEAR:
        return failed("doctor.clock_wrong", time=said)
    source = kernel_source()
    if source == "floor":
        return unknown("doctor.clock_floor", time=said)
    return ok(f"doctor.clock_{source}", time=said)


def _disk(setting: Setting) -> Outcome:
    if not readings.writes(setting.data):
        return failed("doctor.disk_readonly", folder=str(setting.data))
    free_mb = readings.disk_free_mb(setting.data)
    if free_mb is None:
        return unknown()
    if free_mb <= FULL_MB:
        return failed("doctor.disk_full", folder=str(setting.data), free_mb=free_mb)
    errors = readings.disk_errors(setting.root)
    if errors:
        return failed("doctor.disk_errors", count=errors)
    return ok("doctor.disk", free_mb=free_mb)


def _heat(setting: Setting) -> Outcome:
    celsius = readings.temperature_c(setting.root)
    if celsius is None:
        return unknown()
    return (failed if celsius >= HOT_C else ok)(
        "doctor.hot" if celsius >= HOT_C else "doctor.temperature", celsius=round(celsius)
    )


def _supply(setting: Setting) -> Outcome:
    low = readings.undervoltage(setting.root)
    return unknown() if low is None else failed("doctor.undervoltage") if low else ok()
