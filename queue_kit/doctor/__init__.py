"""Is everything well, and if not, what? Small checks of every device, run one after the other by a technician.

A device's check is a module with a function ``checks(setting) -> list[Check]``. ``motcua doctor`` and the kiosk's
technician's page run the same ones.
"""

from queue_kit.doctor.check import Check, Doing, Finding, Outcome, State, absent, failed, of_error, ok, unknown
from queue_kit.doctor.examination import examine
from queue_kit.doctor.setting import Setting

__all__ = [
    "Check",
    "Doing",
    "Finding",
    "Outcome",
    "Setting",
    "State",
    "absent",
    "examine",
    "failed",
    "of_error",
    "ok",
    "unknown",
]
