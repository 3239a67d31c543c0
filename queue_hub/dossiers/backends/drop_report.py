"""What became of a dropped file: taken in, mended, incomplete or refused, with the numbers of the lines.

Nothing of a cell's content is in a report: a line that was refused may hold somebody's name or identity number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from queue_hub.dossiers.backends.drop_table import REFUSED, REPAIRED, Line, Note

#: so many line numbers of each kind are kept; the count goes on
_LINES_KEPT: Final = 30
#: encodings that need no mending
_PLAIN: Final = frozenset({"", "utf-8-sig"})


class Finding(BaseModel):
    """One kind of trouble: in how many lines, and the numbers of the first of them, as a spreadsheet counts."""

    model_config = ConfigDict(frozen=True)
    note: Note
    kind: Literal["refused", "repaired", "incomplete"]
    count: int
    lines: tuple[int, ...]


class FileReport(BaseModel):
    """What became of a file. ``file_ms``: when it was last changed, UTC.

    ``why``: empty when it was read, else unfinished, too_large, no_table, no_columns, encoding or a fault's name; then
    ``earlier_ms`` is of which version the lines still are (None: there are none). ``stored``: dossiers; ``twice``:
    lines that a later line of the same code replaced; ``missing``: fields that have no column;
    ``encoding``: what had to be read otherwise than as UTF-8.
    """

    model_config = ConfigDict(frozen=True)
    name: str
    file_ms: int
    why: str = ""
    earlier_ms: int | None = None
    stored: int = 0
    twice: int = 0
    encoding: str = ""
    missing: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> int:
        """Lines that are no dossiers."""
        return sum(one.count for one in self.findings if one.kind == "refused")


class Tally:
    """Counts the lines of a file while they are read."""

    def __init__(self) -> None:
        self.read = 0
        self._counts: dict[Note, int] = {}
        self._lines: dict[Note, list[int]] = {}

    def add(self, line: Line) -> None:
        """One more."""
        self.read += line.row is not None
        for note in line.notes:
            self._counts[note] = self._counts.get(note, 0) + 1
            if len(kept := self._lines.setdefault(note, [])) < _LINES_KEPT:
                kept.append(line.number)

    def report(self, name: str, *, file_ms: int, stored: int, missing: Sequence[str], encoding: str) -> FileReport:
        """All of it; the refused first, then the incomplete."""
        found = [
            Finding(note=note, kind=_kind(note), count=count, lines=tuple(self._lines[note]))
            for note, count in self._counts.items()
        ]
        order = ("refused", "incomplete", "repaired")
        return FileReport(
            name=name, file_ms=file_ms, stored=stored, twice=self.read - stored, missing=tuple(missing),
            encoding="" if encoding in _PLAIN else encoding,
            findings=tuple(sorted(found, key=lambda one: (order.index(one.kind), -one.count))),
        )  # fmt: skip


def _kind(note: Note) -> Literal["refused", "repaired", "incomplete"]:
    return "refused" if note in REFUSED else "repaired" if note in REPAIRED else "incomplete"


def dump_report(report: FileReport) -> str:
    """As text, for the index."""
    return report.model_dump_json(exclude_defaults=True)


def load_report(text: str) -> FileReport | None:
    """A kept report; None for one that cannot be read any more (its file is read again)."""
    try:
        return FileReport.model_validate_json(text)
    except ValidationError:
        return None
