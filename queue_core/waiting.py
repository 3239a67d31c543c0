"""People ahead and the estimated wait, as a calibrated range."""

from __future__ import annotations

from typing import Any

from queue_core.state import State


def learn(state: State) -> dict[str, Any]:
    """What the day teaches about service times, for the next day's ``day_opened``."""
    return state.learned
