"""What the kiosk and the hub read: one open catalogue, with typed procedures, lists and search.

Reading never writes, takes no lock and needs no network; several threads may use one catalogue.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.index import Index, Subject
from queue_kit.catalogue.procedure import Procedure, from_plain
from queue_kit.catalogue.searching import search_index
from queue_kit.catalogue.store import connect
from queue_kit.catalogue.wording import folded, padded, words_of
from queue_kit.catalogue.words import LifeEvent, LifeEvents, Synonyms

#: when the titles answer less than this, the whole texts are asked too
WEAK: Final = 0.5
#: the whole texts are asked for so many words at most, those that say most
TEXT_WORDS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A procedure in a list."""

    code: str
    name: str
    short_name: str
    field: str


def of_day(versions: Sequence[Procedure], day: date | None) -> Procedure:
    """Of a procedure's versions, by the day they begin, the one in force on a day, else the last begun before it."""
    if day is None:
        return versions[-1]
    in_force = [p for p in versions if p.holds(day)]
    begun = [p for p in versions if p.valid_from is None or p.valid_from <= day]
    return (in_force or begun or versions)[-1]


def read_one(path: Path, code: str, *, day: date | None) -> Procedure | None:
    """One procedure of a catalogue's file, with nothing kept in memory; None: not in it.

    Raises CatalogueError as :class:`Catalogue` does, and catalogue.not_one.
    """
    with closing(connect(path)) as database:
        try:
            versions = _versions(database, code)
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise CatalogueError("catalogue.not_one", file=path.name, problem=error) from error
    return of_day(versions, day) if versions else None


def _versions(database: sqlite3.Connection, code: str) -> list[Procedure]:
    rows = database.execute("SELECT body FROM procedure WHERE code = ? ORDER BY valid_from", (code,)).fetchall()
    return [from_plain(json.loads(body)) for (body,) in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A procedure that was found; ``score`` compares hits of one query only. ``in_text``: only its text says it."""

    entry: Entry
    score: float
    in_text: bool = False

    @property
    def code(self) -> str:
        """The procedure's code."""
        return self.entry.code


class Catalogue:
    """An open catalogue. ``day``: whose rules :meth:`get` gives when none is asked for; None: those named last.

    Raises CatalogueError: catalogue.missing, catalogue.not_one, catalogue.newer_format.
    """

    def __init__(self, path: Path, *, day: date | None = None) -> None:
        self.path = path
        self.day = day
        self._lock = threading.Lock()
        self._database = connect(path)
        try:
            self._meta: dict[str, str] = dict(self._database.execute("SELECT key, value FROM meta"))
            self._rows = self._database.execute(
                "SELECT id, code, valid_from, field, name, short_name FROM procedure ORDER BY code, valid_from"
            ).fetchall()
            self._synonyms = Synonyms.model_validate_json(self._meta["synonyms"])
            self._events = LifeEvents.model_validate_json(self._meta["events"])
        except (sqlite3.Error, KeyError, ValueError) as error:
            self._database.close()
            raise CatalogueError("catalogue.not_one", file=path.name, problem=error) from error
        self._entries = {
            code: Entry(code=code, name=name, short_name=short, field=field)
            for _, code, _, field, name, short in self._rows
        }
        self._list = list(self._entries.values())
        self._code_of_row = {number: code for number, code, *_ in self._rows}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._entries)

    def close(self) -> None:
        """Close the file; what was read stays usable."""
        with self._lock:
            self._database.close()

    @property
    def content_hash(self) -> str:
        """The identity of this catalogue (64 hexadecimal digits)."""
        return self._meta["hash"]

    @property
    def origin(self) -> str:
        """What it was made of, in words."""
        return self._meta.get("origin", "")

    # ------------------------------------------------------------------ procedures
    def get(self, code: str, *, day: date | None = None) -> Procedure:
        """The procedure with the rules of a day: the version in force then, else the last that began before it.

        Raises CatalogueError catalogue.unknown_code.
        """
        versions = self.versions(code)
        if not versions:
            raise CatalogueError("catalogue.unknown_code", code=code)
        return of_day(versions, day or self.day)

    def versions(self, code: str) -> list[Procedure]:
        """All versions of a procedure, by the day they begin."""
        with self._lock:
            return _versions(self._database, code)

    def procedures(self) -> list[Procedure]:
        """All procedures, all versions, by code."""
        with self._lock:
            rows = self._database.execute("SELECT body FROM procedure ORDER BY code, valid_from").fetchall()
        return [from_plain(json.loads(body)) for (body,) in rows]

    def entries(self) -> list[Entry]:
        """Every procedure once, by code."""
        return list(self._list)

    # ------------------------------------------------------------------ browsing
    def fields(self) -> dict[str, int]:
        """Each field with the number of its procedures, the fields that citizens ask for most first."""
        counts: dict[str, int] = {}
        asked: dict[str, float] = {}
        for entry, prior in zip(self._list, self._index.prior, strict=True):
            counts[entry.field] = counts.get(entry.field, 0) + 1
            asked[entry.field] = asked.get(entry.field, 0.0) + max(0.0, prior)
        return dict(sorted(counts.items(), key=lambda item: (-asked[item[0]], item[0])))

    def in_field(self, field: str) -> list[Entry]:
        """A field's procedures, those asked for most first."""
        return self._by_asking([n for n, entry in enumerate(self._list) if entry.field == field])

    def life_events(self) -> list[LifeEvent]:
        """The matters of life that have at least one procedure here."""
        return [event for event in self._events.events if self.for_event(event.id)]

    def for_event(self, event_id: str) -> list[Entry]:
        """The procedures of a matter of life: the named codes in their order, then those of its fields and words."""
        event = next((e for e in self._events.events if e.id == event_id), None)
        if event is None:
            return []
        named = [self._entries[code] for code in event.codes if code in self._entries]
        codes = {entry.code for entry in named}
        fields, words = set(event.fields), [padded(word) for word in event.words]
        without = [padded(word) for word in event.without]
        more = []
        for number, entry in enumerate(self._list):
            said = padded(entry.name)
            fits = entry.field in fields or any(word in said for word in words)
            if fits and entry.code not in codes and not any(word in said for word in without):
                more.append(number)
        return [*named, *self._by_asking(more)]

    def _by_asking(self, numbers: Iterable[int]) -> list[Entry]:
        prior = self._index.prior
        return [self._list[n] for n in sorted(numbers, key=lambda n: (-prior[n], self._list[n].short_name))]

    # ------------------------------------------------------------------ search
    @cached_property
    def _index(self) -> Index:
        subjects = (
            Subject(code=e.code, name=e.name, short_name=e.short_name, field=e.field) for e in self._entries.values()
        )
        return Index(subjects, self._synonyms)

    def warm(self) -> None:
        """Make the search ready now (on another thread), so that the first keystroke does not wait for it."""
        _ = self._index.known

    def search(self, text: str, *, limit: int = 20) -> list[Hit]:
        """The procedures for what was typed so far, best first; the last word may be unfinished.

        With or without accents, with slips, by everyday words, by code or a part of it. Nothing typed finds nothing.
        """
        found = search_index(self._index, text, limit)
        hits = [Hit(entry=self._list[one.subject], score=one.score) for one in found]
        if (not hits or hits[0].score < WEAK) and len(hits) < limit:
            have = {hit.code for hit in hits}
            hits += [hit for hit in self._in_text(text, limit) if hit.code not in have][: limit - len(hits)]
        return hits

    def _in_text(self, text: str, limit: int) -> list[Hit]:
        """Procedures in whose whole texts (papers, forms, steps) the words stand.

        Asked only for words that no title has ("CT01"): for all others the titles have answered, and a common word
        would cost a slow card more than a keystroke may take.
        """
        said = [folded(word) for word in words_of(text)]
        whole = said if not text[-1:].isalnum() else said[:-1]
        strange = [word for word in said if len(word) > 2 and word not in self._index.known]
        if not strange:
            return []
        words = sorted(dict.fromkeys([*strange, *whole]), key=self._index.word_weight, reverse=True)[:TEXT_WORDS]
        query = " AND ".join(f'"{word}"' if word in whole else f'"{word}"*' for word in words)
        with self._lock:
            rows = self._database.execute(
                "SELECT rowid FROM said WHERE said MATCH ? LIMIT ?", (query, limit)
            ).fetchall()
        codes = dict.fromkeys(self._code_of_row[number] for (number,) in rows)
        return [Hit(entry=self._entries[code], score=0.0, in_text=True) for code in codes]


def open_catalogue(path: Path, *, day: date | None = None) -> Catalogue:
    """Open a catalogue for reading. Raises CatalogueError: catalogue.missing, catalogue.not_one, …newer_format."""
    return Catalogue(path, day=day)
