"""The technician's screens with something on them."""

from __future__ import annotations

from pathlib import Path

import queue_kit.paper.errors  # noqa: F401 -- the words of its keys
from kiosk import session as s
from motcua.doctor.registry import all_checks
from queue_core.errors import MotcuaError
from queue_kit.doctor import Setting

_ENDS: dict[str, tuple[str, dict[str, object]]] = {
    "clock": ("doctor.clock_floor", {"time": "08:42 · 23/11/2026"}),
    "network": ("doctor.network", {"names": "eth0, wlan0"}),
    "broker": ("doctor.broker_away", {"host": "hub.mot-cua.local", "port": 8883, "problem": "Connection refused"}),
    "disk": ("doctor.disk", {"free_mb": 21_400}),
    "temperature": ("doctor.hot", {"celsius": 84}),
    "undervoltage": ("doctor.undervoltage", {}),
    "printer": ("paper.out", {}),
    "scanner": ("doctor.scanner_away", {"address": "serial:/dev/serial/by-id/usb-scanner"}),
    "print": ("doctor.printed", {}),
}
_STATES: dict[str, s.CheckState] = {
    "clock": "unknown", "network": "ok", "broker": "failed", "disk": "ok", "temperature": "failed",
    "undervoltage": "failed", "printer": "failed", "scanner": "failed", "print": "ok", "hub": "running",
    "second-printer": "absent", "sound": "unknown",
}  # fmt: skip


def rows() -> tuple[s.CheckRow, ...]:
    """Every check there is, with the longest that it may say."""
    found = []
    for check in all_checks(Setting(data=Path())):
        said = _ENDS.get(check.name)
        words: tuple[tuple[str, str], ...] = ()
        if said is not None:
            error = MotcuaError(said[0], **said[1])
            words = (("vi", error.vi), ("en", error.en))
        title = (("vi", check.vi), ("en", check.en))
        found.append(s.CheckRow(check.name, title, check.acts, _STATES.get(check.name, ""), words))
    return (*found, s.CheckRow("touch-test", (("vi", "Thử cảm ứng"), ("en", "Touch test")), acts=True))


#: looked at with every change; the others when somebody works on these screens
USUAL = ("technician-pin-full", "technician-1", "technician-touch")


def visits() -> dict[str, s.Visit]:
    """Name → visit."""
    pin, page, touch = s.Screen.TECHNICIAN_PIN, s.Screen.TECHNICIAN, s.Screen.TOUCH_TEST
    return {
        "technician-pin": s.Visit(screen=pin, digits="80521"),
        "technician-pin-full": s.Visit(screen=pin, digits="805213805213"),
        "technician-closed": s.Visit(screen=pin, bench=s.Bench(said="closed", closed_min=20)),
        **{f"technician-{n}": s.Visit(screen=page, page=n, bench=s.Bench(rows=rows())) for n in range(4)},
        "technician-touch": s.Visit(screen=touch, bench=s.Bench(rows=rows(), touches_mm=(1.0,))),
    }
