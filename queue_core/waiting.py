"""People ahead and the estimated wait, as a calibrated range."""

from __future__ import annotations

from typing import Any, NamedTuple

from queue_core.state import State


class Told(NamedTuple):
    """What a citizen is told: people ahead and whole minutes (None: nobody can tell)."""

    ahead: int
    low_min: int | None
    high_min: int | None
    replayed_min: tuple[float, float, float] | None = None
    passes_closing: bool = False


def learn(state: State) -> dict[str, Any]:
    """What the day teaches about service times, for the next day's ``day_opened``."""
    return state.learned
