"""When the fan runs. Unknown heat is heat."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kiosk.panel.plan import Fan

#: the processor's own sensor, in thousandths of a degree
THERMAL: Final = Path("/sys/class/thermal/thermal_zone0/temp")


def runs(fan: Fan, heat_c: float | None, *, running: bool) -> bool:
    """Whether it runs from now on; between the two bounds it does what it did."""
    if heat_c is None:
        return True
    if running:
        return heat_c > fan.off_c
    return heat_c >= fan.on_c


def heat_c(file: Path = THERMAL) -> float | None:
    """Degrees Celsius, None when nobody knows."""
    try:
        return int(file.read_text(encoding="ascii")) / 1000
    except (OSError, ValueError):
        return None
