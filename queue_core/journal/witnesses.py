"""What is known of the numbers already given, from whoever saw them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from queue_core.journal.record import Row


def highest_numbers(*witnesses: Mapping[str, int]) -> dict[str, int]:
    """Merge what witnesses know: per prefix the highest ordinal that anybody has seen. The hub goes on above it.

    >>> highest_numbers({"A": 12, "B": 3}, {"A": 15}, {})
    {'A': 15, 'B': 3}
    """
    highest: dict[str, int] = {}
    for witness in witnesses:
        for prefix, ordinal in witness.items():
            highest[prefix] = max(ordinal, highest.get(prefix, 0))
    return highest


def numbers_of(body: Mapping[str, Any]) -> dict[str, int]:
    """The numbers that one event's plain values testify to; empty for most events, or for values of another shape."""
    match body:
        case {"type": "ticket_issued", "ticket": {"prefix": str(prefix), "ordinal": int(ordinal)}}:
            return {prefix: ordinal}
        case {"type": "day_opened" | "series_raised", "series": dict(series)}:
            return {str(prefix): ordinal for prefix, ordinal in series.items() if isinstance(ordinal, int)}
    return {}


def numbers_in(rows: Iterable[Row], *, day: int) -> dict[str, int]:
    """The highest number of each series in the records of one business day."""
    bodies = (row[7] for row in rows if row[1] == day)
    return highest_numbers(*(numbers_of(_parsed(body)) for body in bodies))


def _parsed(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
