"""The catalogue's file: one SQLite database, written whole and never changed in place.

A new catalogue is built beside the old one, synced to disk and renamed over it: whoever has the old one open goes on
reading it. Its identity is the **content hash**: SHA-256 over all procedures, words and matters of life in one fixed
written form. Two imports of the same sources give the same hash on any machine, whatever bytes SQLite writes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.procedure import Procedure, plain
from queue_kit.catalogue.wording import folded_words
from queue_kit.catalogue.words import LifeEvents, Synonyms

FORMAT: Final = 1
#: "MCtt" in the file's header (SQLite's application_id)
APPLICATION_ID: Final = 0x4D437474

#: pages kept in memory by a reader: texts are read once in a while, and a hub has little to spare
CACHE_KB: Final = 512

_SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE procedure (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL, valid_from TEXT NOT NULL, field TEXT NOT NULL,
    name TEXT NOT NULL, short_name TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (code, valid_from)
);
CREATE VIRTUAL TABLE said USING fts5(words, content='', detail=none, tokenize='unicode61');
"""


def canonical(value: Any) -> str:
    """JSON in one fixed form: sorted keys, no blanks, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(bodies: Iterable[str], synonyms: str, events: str) -> str:
    """The identity of a catalogue: of its procedures' canonical texts (sorted by code and day) and its words."""
    digest = hashlib.sha256(f"motcua catalogue {FORMAT}\n".encode())
    for text in chain(bodies, (synonyms, events)):  # never all at once: a hub has little memory
        digest.update(text.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def build(
    path: Path, procedures: Iterable[Procedure], synonyms: Synonyms, events: LifeEvents, *, origin: str = ""
) -> str:
    """Write a catalogue at ``path`` and give its content hash; a file with the same content is left untouched.

    ``origin`` says in words what it was made of; it is no part of the hash. Raises CatalogueError
    catalogue.not_written, and then the old file is as it was.
    """
    ordered = sorted(procedures, key=lambda p: (p.code, str(p.valid_from or "")))
    bodies = [canonical(plain(procedure)) for procedure in ordered]
    words = canonical(synonyms.model_dump(mode="json"))
    matters = canonical(events.model_dump(mode="json"))
    identity = content_hash(bodies, words, matters)
    if path.exists() and _hash_of(path) == identity:
        return identity
    meta = {"hash": identity, "synonyms": words, "events": matters, "origin": origin, "procedures": str(len(ordered))}
    try:
        with draft_beside(path) as draft:
            _write(draft, ordered, bodies, meta)
            swap_in(draft, path)
    except (OSError, sqlite3.Error) as error:
        raise CatalogueError("catalogue.not_written", file=path.name, problem=error) from error
    return identity


@contextlib.contextmanager
def draft_beside(path: Path) -> Iterator[Path]:
    """An empty file in the same folder, gone afterwards unless it was swapped in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def swap_in(draft: Path, path: Path) -> None:
    """Put a finished file in the other's place so that a power cut leaves one of the two whole."""
    draft.chmod(0o644)  # public information; the kiosk runs under another user
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def connect(path: Path) -> sqlite3.Connection:
    """Open a catalogue for reading. ``immutable``: nobody writes into a finished file, so no lock is taken.

    Raises CatalogueError catalogue.missing, catalogue.not_one, catalogue.newer_format.
    """
    if not path.is_file():
        raise CatalogueError("catalogue.missing", file=path.name)
    database: sqlite3.Connection | None = None
    try:
        database = sqlite3.connect(
            f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True, timeout=2, check_same_thread=False
        )
        database.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        ours = database.execute("PRAGMA application_id").fetchone()[0]
        found = database.execute("PRAGMA user_version").fetchone()[0]
        if ours != APPLICATION_ID:
            raise CatalogueError("catalogue.not_one", file=path.name, problem="another kind of database")
        if found > FORMAT:
            raise CatalogueError("catalogue.newer_format", file=path.name, found=found, known=FORMAT)
        database.execute("SELECT value FROM meta WHERE key = 'hash'").fetchone()[0]
    except (sqlite3.Error, TypeError) as error:
        _close(database)
        raise CatalogueError("catalogue.not_one", file=path.name, problem=error) from error
    except CatalogueError:
        _close(database)
        raise
    return database


def verify(path: Path) -> str:
    """Read a whole catalogue and give its content hash; it must be the one that the file itself names.

    Raises as :func:`connect`, and catalogue.not_one for damaged pages, rows or a hash that is not the content's.
    """
    with closing(connect(path)) as database:
        try:
            sound = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            meta = dict(database.execute("SELECT key, value FROM meta"))
            # by id: written in the fixed order, and sorting would hold all texts in memory
            rows = database.execute("SELECT body FROM procedure ORDER BY id")
            found = content_hash((body for (body,) in rows), meta["synonyms"], meta["events"])
        except (sqlite3.Error, KeyError, TypeError, UnicodeDecodeError) as error:
            raise CatalogueError("catalogue.not_one", file=path.name, problem=error) from error
    if sound != "ok" or found != meta["hash"]:
        problem = "damaged" if sound != "ok" else "its content is not what its hash says"
        raise CatalogueError("catalogue.not_one", file=path.name, problem=problem)
    return found


def count_of_procedures(path: Path) -> int:
    """How many procedures a catalogue has, each counted once. Raises as :func:`connect`."""
    with closing(connect(path)) as database:
        return int(database.execute("SELECT count(DISTINCT code) FROM procedure").fetchone()[0])


def _close(database: sqlite3.Connection | None) -> None:
    if database is not None:
        database.close()


def _hash_of(path: Path) -> str:
    """The hash of a whole catalogue, "" for anything else: that one is replaced."""
    try:
        return verify(path)
    except CatalogueError:
        return ""


def _write(path: Path, procedures: list[Procedure], bodies: list[str], meta: dict[str, str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=OFF")
        database.execute("PRAGMA synchronous=OFF")  # the finished file is synced once, before it gets its name
        database.execute(f"PRAGMA application_id={APPLICATION_ID}")
        database.execute(f"PRAGMA user_version={FORMAT}")
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        database.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        for number, (one, body) in enumerate(zip(procedures, bodies, strict=True), 1):
            database.execute(
                "INSERT INTO procedure VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, one.code, str(one.valid_from or ""), one.field, one.name, one.short_name, body),
            )
            database.execute("INSERT INTO said (rowid, words) VALUES (?, ?)", (number, folded_words(_said(one))))
        database.execute("COMMIT")
        database.execute("INSERT INTO said (said) VALUES ('optimize')")
        database.execute("VACUUM")


def _said(one: Procedure) -> str:
    """Everything in a procedure that somebody may look for by its words."""
    papers = (f"{paper.name} {paper.form}" for paper in one.papers)
    cases = (case.name for case in one.cases)
    results = (f"{result.name} {result.code}" for result in one.results)
    parts = (one.name, one.field, *papers, *cases, *results, *one.legal_basis, one.conditions, one.decision, *one.steps)
    return "\n".join(parts)
