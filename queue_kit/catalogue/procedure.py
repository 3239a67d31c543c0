"""A procedure (thủ tục hành chính) as the office shows it.

The fields are those that the national portal publishes (Nghị định 63/2010/NĐ-CP, Điều 8; Thông tư 02/2017/TT-VPCP).
All texts are NFC. Nothing is shortened here: a short name stands beside the whole one.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final

CODE: Final = re.compile(r"^\d\.\d{6}\Z")

#: what "fully public" asks for, field by field; a procedure without one is shown, and says what is missing
PUBLIC_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "steps": ("trình tự thực hiện", "steps"),
    "channels": ("cách thức thực hiện", "how to submit"),
    "time": ("thời hạn giải quyết", "processing time"),
    "cases": ("thành phần hồ sơ", "papers"),
    "subjects": ("đối tượng thực hiện", "who it is for"),
    "agency": ("cơ quan thực hiện", "agency"),
    "results": ("kết quả", "result"),
    "legal_basis": ("căn cứ pháp lý", "legal basis"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to submit. ``time`` and ``fee`` are as published ("7 Ngày làm việc", "20,000 Việt Nam Đồng(…)").

    ``time_unclear``: a bare number was published; nobody may guess its unit. ``valid_from``, ``valid_to``: the days
    (inclusive) on which this fee and time hold, where they are dated.
    """

    method: str
    time: str = ""
    fee: str = ""
    notes: str = ""
    time_unclear: bool = False
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return _within(day, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper to bring: how many originals and copies; ``form``: file names of its forms, one a line."""

    name: str
    form: str = ""
    originals: int = 0
    copies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark that the portal lists among the papers (no original, no copy); its form is kept."""

    text: str
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The papers of one case ("trường hợp"); the name is empty where there is only one."""

    name: str = ""
    papers: tuple[Paper, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the citizen gets, with the national result code (KQ.…) where it is known."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One procedure, valid on the days ``valid_from`` to ``valid_to`` (inclusive; None: not limited).

    ``steps``: paragraphs in order. ``extra``: what a source said beyond the known fields, kept as it was.
    """

    code: str
    name: str
    short_name: str = ""
    decision: str = ""
    level: str = ""
    kind: str = ""
    field: str = ""
    subjects: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    cases: tuple[Case, ...] = ()
    agency: str = ""
    authority: str = ""
    address: str = ""
    partners: str = ""
    results: tuple[Result, ...] = ()
    legal_basis: tuple[str, ...] = ()
    conditions: str = ""
    source: str = ""
    url: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    extra: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields of a fully public procedure that this one lacks, as keys of :data:`PUBLIC_FIELDS`."""
        return tuple(_missing(self))

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers of all cases."""
        return tuple(paper for case in self.cases for paper in case.papers)

    def holds(self, day: date) -> bool:
        """Whether these rules hold on a day."""
        return _within(day, self.valid_from, self.valid_to)

    def channels_on(self, day: date) -> tuple[Channel, ...]:
        """The ways to submit with the times and fees of a day."""
        return tuple(channel for channel in self.channels if channel.holds(day))


def _within(day: date, start: date | None, end: date | None) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def _missing(procedure: Procedure) -> Iterator[str]:
    for key in PUBLIC_FIELDS:
        if key == "time":
            if procedure.channels and not any(channel.time for channel in procedure.channels):
                yield key
        elif not getattr(procedure, key):
            yield key


def plain(procedure: Procedure) -> dict[str, Any]:
    """A procedure as JSON values, empty ones left out; :func:`from_plain` gives the procedure again."""
    values: dict[str, Any] = _lean(asdict(procedure))
    return values


def _lean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lean(inner) for key, inner in value.items() if inner not in ("", None, (), [], {}, False, 0)}
    if isinstance(value, (list, tuple)):
        return [_lean(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def from_plain(values: dict[str, Any]) -> Procedure:
    """The inverse of :func:`plain`. Raises TypeError, ValueError, KeyError for values that are no procedure's."""
    known = {f.name for f in fields(Procedure)}
    parts = {key: value for key, value in values.items() if key in known}
    parts["channels"] = tuple(Channel(**{"method": "", **_dated(channel)}) for channel in values.get("channels", ()))
    parts["cases"] = tuple(
        Case(
            name=case.get("name", ""),
            papers=tuple(Paper(**{"name": "", **paper}) for paper in case.get("papers", ())),
            notes=tuple(Note(**{"text": "", **note}) for note in case.get("notes", ())),
        )
        for case in values.get("cases", ())
    )
    parts["results"] = tuple(Result(**{"name": "", **result}) for result in values.get("results", ()))
    for key in ("subjects", "steps", "legal_basis"):
        parts[key] = tuple(values.get(key, ()))
    return Procedure(**{"name": "", **_dated(parts)})


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    days = {key: date.fromisoformat(values[key]) for key in ("valid_from", "valid_to") if values.get(key)}
    return {**values, **days}
