"""Who changed the set-up, the accounts, the day and the clock, when, and what: read from the journal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from queue_core.journal import JournalReader
from queue_hub.web.history_words import described, new_values

if TYPE_CHECKING:
    from queue_hub.engine import Engine

TYPES: Final = (
    "office_changed", "service_switched", "account_changed", "day_closed", "day_reopened", "day_dated", "day_opened",
    "clock_set", "clock_doubted",
)  # fmt: skip
#: what an event holds besides, and a reader of the history does not need
_LEFT_OUT: Final = frozenset(
    {"v", "office", "series", "carried", "bookings", "alerts", "learned", "expired", "boot_id"}
)
_LISTED: Final = 100


async def office_history(engine: Engine, lang: str = "vi") -> list[dict[str, Any]]:
    """The newest changes first, at most 100: ``{seq, at_ms, by, type, title, lines, …}``, the last two in words."""
    return await asyncio.to_thread(_read, engine, lang)


def _read(engine: Engine, lang: str) -> list[dict[str, Any]]:
    with JournalReader(engine.journal.path) as reader:
        records = reader.latest(TYPES, 2 * _LISTED)
    told = [_values(record.seq, record.body, lang) for record in records if _is_told(record.body)]
    return told[:_LISTED]


def _is_told(body: dict[str, Any]) -> bool:
    """Days close and open by themselves each night; told are those that somebody closed, or opened by a date."""
    if body["type"] == "day_closed":
        return bool(body.get("why") == "supervisor")
    return body["type"] != "day_opened" or str(body.get("by", "")).startswith("officer:")


def _values(seq: int, body: dict[str, Any], lang: str) -> dict[str, Any]:
    kept = {k: v for k, v in body.items() if k not in _LEFT_OUT}
    if body["type"] == "office_changed":
        kept["values"] = new_values(body)
    return {"seq": seq, **kept, **described(body, lang)}
