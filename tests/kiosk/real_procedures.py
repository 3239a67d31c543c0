"""Visits to the national portal's own procedures, for the layout probe: all names, and the longest of every field."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from kiosk import session as s
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.parts import sections
from queue_kit.catalogue.procedure import Procedure
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.store import build
from queue_kit.catalogue.words import LifeEvents, Synonyms

REAL: Final = Path(__file__).parents[2].parent / "shared/data/tthc_commune.json"
LONGEST: Final = 60
DAY: Final = date(2026, 11, 23)
_LIST: Final = 24
#: about what one page holds
_PAGE_LETTERS: Final = 600

#: a part's key → how long it is
LENGTHS: Final[dict[str, Callable[[Procedure], int]]] = {
    "steps": lambda p: sum(map(len, p.steps)),
    "papers": lambda p: sum(len(paper.name) for paper in p.papers),
    "channels": lambda p: sum(len(c.fee) + len(c.notes) + len(c.time) for c in p.channels),
    "where": lambda p: len(p.agency) + len(p.authority) + len(p.address) + len(p.partners),
    "results": lambda p: sum(len(r.name) for r in p.results),
    "conditions": lambda p: len(p.conditions),
    "legal": lambda p: sum(map(len, p.legal_basis)),
    "more": lambda p: len(p.name) + sum(map(len, p.subjects)),
}


def visits(*, everything: bool) -> Iterator[tuple[str, s.Visit]]:
    """All names in lists; the pages of the longest names; the first and last page of each part's longest texts.

    ``everything``: the page of every procedure, and every page of all its parts.
    """
    procedures, _ = read_sources([REAL])
    yield from _lists(procedures)
    for procedure in procedures if everything else _longest(procedures, lambda p: len(p.short_name)):
        looking = s.Looking(code=procedure.code, procedure=procedure)
        yield procedure.code, s.Visit(screen=s.Screen.PROCEDURE, looking=looking)
    for key, length in LENGTHS.items():
        for procedure in procedures if everything else _longest(procedures, length):
            if length(procedure):
                yield from _part(procedure, key, everything=everything)


def _longest(procedures: list[Procedure], length: Callable[[Procedure], int]) -> list[Procedure]:
    return sorted(procedures, key=length, reverse=True)[:LONGEST]


def _lists(procedures: list[Procedure]) -> Iterator[tuple[str, s.Visit]]:
    file = Path(tempfile.mkdtemp()) / "real.db"
    build(file, procedures, Synonyms(), LifeEvents())
    with Catalogue(file) as book:
        entries = book.entries()
    group = s.Group("field", "Hộ tịch")
    for start in range(0, len(entries), _LIST):
        looking = s.Looking(group=group, entries=tuple(entries[start : start + _LIST]))
        for page in range(4):
            yield f"list {start} {page}", s.Visit(screen=s.Screen.ENTRIES, looking=looking, page=page)


def _part(procedure: Procedure, key: str, *, everything: bool) -> Iterator[tuple[str, s.Visit]]:
    looking = s.Looking(code=procedure.code, procedure=procedure, section=key)
    size = sum(len(p.text) for part in sections(procedure, "vi", DAY) if part.key == key for p in part.paragraphs)
    last = size // _PAGE_LETTERS
    for page in range(1 + last) if everything else {0, 99 * min(1, last)}:
        yield f"{procedure.code} {key} {page}", s.Visit(screen=s.Screen.READING, looking=looking, page=page)
