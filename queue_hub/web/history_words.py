"""An event of the history in words: what happened, and what exactly changed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from queue_hub.web.words import word

_PART: Final = re.compile(r"[^.\[\]]+|\[\d+\]")
_SHOWN: Final = 80
_PATHS: Final = 12
#: who is no officer → the word for it
_OTHERS: Final = {"hub": "device.hub", "file": "history.file", "first-run": "history.first_run"}


def described(body: dict[str, Any], lang: str) -> dict[str, Any]:
    """``title`` and ``lines`` of an event's plain values; ``who`` where it was no officer."""
    by = str(body.get("by", ""))
    title, lines = _TOLD[body["type"]](body, lang)
    who = word(_OTHERS[by], lang) if by in _OTHERS else by
    return {"title": title, "lines": lines, "who": who}


def new_values(body: dict[str, Any]) -> dict[str, str]:
    """What a change of the set-up made of its first paths: path → the new value in short."""
    return {path: _short(_at(body["office"], path)) for path in body.get("paths", [])[:_PATHS]}


def _office(body: dict[str, Any], lang: str) -> tuple[str, list[str]]:
    paths = body.get("paths", [])
    lines = [f"{path} → {value}" for path, value in new_values(body).items()]
    more = [word("history.more", lang, n=len(paths) - _PATHS)] if len(paths) > _PATHS else []
    return word("nav.office", lang), [*lines, *more]


def _service(body: dict[str, Any], lang: str) -> tuple[str, list[str]]:
    key = {None: "room.service_auto", True: "room.service_open", False: "room.service_closed"}[body.get("open")]
    return word("office.services", lang), [f"{body['service']}: {word(key, lang)}"]


def _account(body: dict[str, Any], lang: str) -> tuple[str, list[str]]:
    what, _, value = str(body["what"]).partition(":")
    key = f"account.{what}"
    said = word(key, lang) if what in _ACCOUNT else str(body["what"])
    if value:
        said += f": {word(f'role.{value}', lang) if value in _ROLES else value}"
    return word("nav.officers", lang), [f"{body['account']}: {said}"]


_ROLES: Final = frozenset({"officer", "supervisor", "administrator"})
_ACCOUNT: Final = frozenset({"created", "name", "title", "role", "password", "photo", "photo_removed", "removed"})


def _day_closed(body: dict[str, Any], lang: str) -> tuple[str, list[str]]:
    count = len(body.get("expired", {}))
    return word("room.close_day", lang), [word("history.expired", lang, n=count)] if count else []


def _day_reopened(_body: dict[str, Any], lang: str) -> tuple[str, list[str]]:
    return word("room.reopen_day", lang), []


def _dated(body: dict[str, Any], lang: str) -> tuple[str, list[str]]:
    by_hand = str(body.get("by", "")).startswith("officer:")
    key = "history.date_by_hand" if by_hand else "history.date_by_clock"
    return word(key, lang, date=_date(body.get("date"))), []


def _clock_set(body: dict[str, Any], lang: str) -> tuple[str, list[str]]:
    offset_ms = int(body.get("offset_ms", 0))
    if offset_ms == 0:
        return word("history.clock_well", lang), []
    direction = "history.forward" if offset_ms > 0 else "history.back"
    moved = word(direction, lang, span=_span(abs(offset_ms), lang))
    source = str(body.get("source", ""))
    if source == "hand":
        return word("history.clock_vouched", lang), [moved, word("history.clock_vouched_more", lang)]
    named = word(_SOURCES[source], lang) if source in _SOURCES else source
    return word("history.clock_set", lang, source=named), [moved]


_SOURCES: Final = {"ntp": "history.source_ntp", "rtc": "history.source_rtc"}


def _clock_doubted(body: dict[str, Any], lang: str) -> tuple[str, list[str]]:
    jump_ms = int(body.get("jump_ms", 0))
    direction = "history.forward" if jump_ms > 0 else "history.back"
    return word("history.clock_doubted", lang), [word(direction, lang, span=_span(abs(jump_ms), lang))]


_TOLD: Final = {
    "office_changed": _office,
    "service_switched": _service,
    "account_changed": _account,
    "day_closed": _day_closed,
    "day_reopened": _day_reopened,
    "day_dated": _dated,
    "day_opened": _dated,
    "clock_set": _clock_set,
    "clock_doubted": _clock_doubted,
}


def _span(span_ms: int, lang: str) -> str:
    """A span of time in its two largest units: 366 days 2 hours, 5 minutes 30 seconds."""
    left_s = round(span_ms / 1000)
    parts = []
    for key, unit_s in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, left_s = divmod(left_s, unit_s)
        if count:
            parts.append(word(f"span.{key}", lang, n=count))
    return " ".join(parts[:2]) or word("span.second", lang, n=0)


def _date(text: object) -> str:
    try:
        return f"{date.fromisoformat(str(text)):%d/%m/%Y}"
    except ValueError:
        return "?"


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
