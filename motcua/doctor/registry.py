"""Which checks there are. A further device: a module with ``checks(setting) -> list[Check]``, and its line here."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Final

from queue_kit.doctor import Check, Setting

PROVIDERS: Final = (
    "queue_kit.doctor.checks.machine",
    "queue_kit.doctor.checks.wire",
    "queue_kit.doctor.checks.units",
    "queue_kit.doctor.checks.backup",
    "queue_kit.doctor.checks.certificates",
    "queue_kit.doctor.checks.printer",
    "kiosk.technician.scanner",
    "kiosk.technician.camera",
    "queue_kit.doctor.checks.sound",
    "queue_kit.doctor.checks.screen",
    "kiosk.technician.panel",
    "queue_display.signs.doctor",
)


def all_checks(setting: Setting, providers: Iterable[str] = PROVIDERS) -> list[Check]:
    """Every check, in the order in which one's failure may explain the next one's: by their codes."""
    found = [check for name in providers for check in import_module(name).checks(setting)]
    return sorted(found, key=lambda check: check.code)
