"""Who changed the set-up and the accounts, when, and what: read from the journal."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final

from queue_core.journal import JournalReader

if TYPE_CHECKING:
    from queue_hub.engine import Engine

TYPES: Final = ("office_changed", "service_switched", "account_changed", "day_closed", "day_dated")
_LISTED: Final = 100
_PART: Final = re.compile(r"[^.\[\]]+|\[\d+\]")
_SHOWN: Final = 80


async def office_history(engine: Engine) -> list[dict[str, Any]]:
    """The newest changes first, at most 100: ``{seq, at_ms, by, type, paths, values, …}``."""
    return await asyncio.to_thread(_read, engine)


def _read(engine: Engine) -> list[dict[str, Any]]:
    with JournalReader(engine.journal.path) as reader:
        records = reader.latest(TYPES, _LISTED)
    return [_values(record.seq, record.body) for record in records]


def _values(seq: int, body: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in body.items() if k not in {"v", "office"}}
    if body["type"] == "office_changed":
        kept["values"] = {path: _short(_at(body["office"], path)) for path in body.get("paths", [])[:12]}
    return {"seq": seq, **kept}


def _at(value: Any, path: str) -> Any:
    """The plain value at a dotted path such as ``services[2].name.vi``; None where there is nothing any more."""
    for part in _PART.findall(path):
        try:
            value = value[int(part[1:-1])] if part.startswith("[") else value[part]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value


def _short(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict) and isinstance(value.get("vi"), str):
        value = value["vi"]
    if isinstance(value, (list, dict)):
        return f"({len(value)})"
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
