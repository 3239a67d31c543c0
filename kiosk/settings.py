"""What the application is told at its start, and what it needs of the parts that it joins."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kiosk import session as s
from kiosk.frame import USUAL_LOWER_EDGE_MM
from kiosk.panel import Status
from queue_kit.screen.boot import Screen


class Link(Protocol):
    """What the application needs of the desk."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""

    def seen(self) -> s.Seen:
        """The lobby, and whether the hub is heard."""

    def clock_ms(self) -> int | None:
        """The hub's time."""

    def do(self, effect: s.Effect) -> None:
        """Carry out an effect."""

    def warm(self) -> None:
        """The first frame is on the screen: heavy things may be loaded."""


class Lights(Protocol):
    """What the application needs of the panel."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""

    def show(self, status: Status, *, warns: bool = False) -> None:
        """What the status light says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskSettings:
    """What the screen needs to know.

    ``scans``, ``prints``: a scanner, a printer stands beside it; ``headset``: its sound is heard by one person alone.
    ``technician``: there is a page for technicians, opened by a long hold.
    ``ready_file`` is written when the first full frame is drawn; ``touch_map`` at each new screen: its words, what
    can be touched on it and where, for those who test and measure with real touches.
    """

    screen: Screen
    lang: str = "vi"
    timing: s.Timing = field(default_factory=s.Timing)
    scans: bool = False
    prints: bool = False
    headset: bool = False
    lower_edge_mm: float = USUAL_LOWER_EDGE_MM
    technician: bool = False
    ready_file: Path | None = None
    touch_map: Path | None = None
