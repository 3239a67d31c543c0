"""Today's figures, from the state alone."""

from __future__ import annotations

from typing import Any

from queue_core.state import State
from queue_core.tickets import Status


def today(state: State, counter_id: str | None = None) -> dict[str, Any]:
    """How many were issued, wait and were served, and the means in minutes (None while there is none).

    A wait runs from the last joining of a line to the last call; a service from its start (or call) to its end.
    ``here``: served at ``counter_id``.
    """
    waits_ms: list[int] = []
    services_ms: list[int] = []
    here = 0
    for ticket in state.tickets.values():
        if ticket.called_ms is not None:
            waits_ms.append(max(0, ticket.called_ms - ticket.waiting_since_ms))
        if ticket.status is Status.FINISHED and ticket.ended_ms is not None:
            begun_ms = ticket.served_ms or ticket.called_ms
            if begun_ms is not None:
                services_ms.append(max(0, ticket.ended_ms - begun_ms))
            here += ticket.counter == counter_id
    return {
        "issued": len(state.tickets),
        "waiting": len(state.waiting),
        "served": len(services_ms),
        "here": here,
        "mean_wait_min": _mean_min(waits_ms),
        "mean_service_min": _mean_min(services_ms),
    }


def _mean_min(values_ms: list[int]) -> float | None:
    return round(sum(values_ms) / len(values_ms) / 60_000, 1) if values_ms else None
