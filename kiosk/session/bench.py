"""What a technician has before them: the door, and the checks with how each ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

PIN_LEAST: Final = 6
PIN_MOST: Final = 12
#: so many targets are touched; a finger meets one within some millimetres
TARGETS: Final = 5
OFF_TARGET_MM: Final = 8.0
#: the two checks that the screen itself makes
SCAN: Final = "scan"
TOUCHES: Final = "touch-test"

CheckState = Literal["", "running", "ok", "failed", "unknown", "absent"]
"""Empty: not run yet."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check. ``words``: how it ended, by language."""

    name: str
    title: tuple[tuple[str, str], ...]
    acts: bool = False
    state: CheckState = ""
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """``said``: what came of the last PIN. ``closed_min``: minutes until the door takes another, rounded up.

    ``trying``: a PIN is being looked at. ``touches_mm``: how far each touch fell from its target.
    """

    said: Literal["", "wrong", "closed"] = ""
    closed_min: int = 0
    trying: bool = False
    rows: tuple[CheckRow, ...] = ()
    touches_mm: tuple[float, ...] = ()

    def row(self, name: str) -> CheckRow | None:
        """A check by its name."""
        return next((row for row in self.rows if row.name == name), None)

    def with_row(self, name: str, state: CheckState, words: tuple[tuple[str, str], ...] = ()) -> Bench:
        """The same with one check's end, where there is such a check."""
        rows = tuple(replace(row, state=state, words=words) if row.name == name else row for row in self.rows)
        return replace(self, rows=rows)
