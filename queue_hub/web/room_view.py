"""The room at a glance: counters, lines, long waits, devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from queue_core.state import State
from queue_hub.web import figures
from queue_hub.web.console_view import common, counter_values, services_values, ticket_values

if TYPE_CHECKING:
    from queue_core.clock import Moment
    from queue_core.errors import MotcuaError

_LONGEST: Final = 12


def room_view(state: State, now: Moment, lang: str, trouble: MotcuaError | None = None) -> dict[str, Any]:
    """Everything the supervisor's page shows live."""
    office = state.setup
    longest = sorted(state.waiting_tickets(), key=lambda t: (t.waiting_since_ms, t.place))[:_LONGEST]
    return {
        **common(state, now, lang, trouble),
        "counters": [counter_values(state, c.id, lang) for c in sorted(office.counters, key=lambda c: c.number)],
        "services": services_values(state, lang),
        "longest": [ticket_values(office, t, lang) for t in longest],
        "figures": figures.today(state),
    }
