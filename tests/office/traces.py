"""Looks for traces of a text: in every spelling and digest, in every file, in databases row by row as well as raw."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from queue_core.vietnamese import fold

_SQLITE = b"SQLite format 3\0"


def spellings(text: str) -> set[bytes]:
    """A text as something could have kept it: composed or not, upper or lower, without accents or spaces, spaced out,
    backwards, quoted, in UTF-16, in base64 at each of its three places, or as a bare digest."""
    nfc = unicodedata.normalize("NFC", text)
    words = {nfc, unicodedata.normalize("NFD", text), nfc.upper(), nfc.lower(), fold(nfc), fold(nfc).upper()}
    words |= {"".join(one.split()) for one in words}
    words |= {" ".join(one) for one in words} | {one[::-1] for one in words}
    found = {one.encode() for one in words}
    found |= {quote(one).encode() for one in words} | {json.dumps(one)[1:-1].encode() for one in words}
    found |= {one.encode("utf-16-le") for one in words}
    for one in (nfc, fold(nfc)):
        data = one.encode()
        for shift in range(3):
            # what depends on the neighbours' bits is left off at both ends
            coded = base64.b64encode(b"\0" * shift + data)[(0, 2, 3)[shift] : -4]
            found |= {coded} if len(coded) >= 8 else set()
        for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            found.add(digest(data).hexdigest().encode())
    return {one.lower() for one in found}


def files_of(folder: Path) -> Iterator[Path]:
    """Every file below a folder, sockets and pipes aside."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def content_of(path: Path) -> bytes:
    """A file's bytes; of a database also each value of each row, as text: a long one is in pieces on its pages."""
    data = path.read_bytes()
    if data.startswith(_SQLITE):
        data += b"\n" + b"\n".join(_rows(path))
    return data


def _rows(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=10)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            # an index without rows of its own cannot be asked; what it stands in is asked table by table
            with contextlib.suppress(sqlite3.Error):
                for row in db.execute(f'SELECT * FROM "{table}"'):
                    yield " ".join(map(_text, row)).encode()


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def where(places: Mapping[str, bytes], marks: Iterable[str]) -> set[tuple[str, str]]:
    """Each place that holds a mark in any spelling, with the mark. Case of plain letters does not matter."""
    lowered = {place: content.lower() for place, content in places.items()}
    return {
        (place, mark)
        for mark in marks
        for spelled in spellings(mark)
        for place, content in lowered.items()
        if spelled in content
    }
