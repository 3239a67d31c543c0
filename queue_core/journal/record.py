"""One line of the journal, and the chain that ties it to the line before.

``hash = SHA-256(prev ‖ envelope ‖ 0x0A ‖ body)`` where ``prev`` is the 32-byte hash of the record before (of the
first one: :func:`genesis` of the journal's header), ``envelope`` the compact UTF-8 JSON array
``[seq, day, type, boot_id, mono_ms, source, request_id]`` and ``body`` the event's JSON text exactly as it is stored.
The text is hashed and kept as it was first written, never written anew: no canonical form has to be agreed on, and
central can check the same chain in any language.

The epoch stands in no envelope: it is bound by the genesis, so that a fragment of a damaged file whose header is lost
can still be checked record by record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

HASH_BYTES: Final = 32

#: (seq, day, type, boot_id, mono_ms, source, request_id, body, prev, hash), as the table holds it
Row: TypeAlias = tuple[int, int, str, str, int, str, str | None, str, bytes, bytes]
COLUMNS: Final = "seq, day, type, boot_id, mono_ms, source, request_id, body, prev, hash"

_envelope_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_sha256 = hashlib.sha256


@dataclass(frozen=True, slots=True)
class Stamp:
    """When by the machine: ``mono_ms`` since that boot; ``source`` of the wall clock: ntp, rtc, floor, simulated."""

    boot_id: str
    mono_ms: int
    source: str


@dataclass(frozen=True, slots=True)
class Record:
    """One fact with its place. ``body`` is the event's plain values, ``text`` the JSON text that was hashed."""

    seq: int
    epoch: str
    day: int
    at_ms: int
    by: str
    type: str
    v: int
    body: dict[str, Any]
    boot_id: str
    mono_ms: int
    source: str
    request_id: str | None
    prev: bytes
    hash: bytes
    text: str


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first place where a journal is not what was written.

    ``seq`` is the record (0: the file or its header), ``what`` one of: file, header, gap (a record is missing before
    this one), prev (it does not hold the hash of the one before), hash (its contents were changed), body (the text
    is no event, or of another type than the record says).
    """

    seq: int
    what: str
    detail: str = ""

    def __str__(self) -> str:
        words = {
            "file": "the file is damaged",
            "header": "the header is not the one that the first record was written under",
            "gap": "a record before this one is missing",
            "prev": "it does not follow from the record before",
            "hash": "its contents are not what was written",
            "body": "its text is not an event of its type",
        }
        tail = f" ({self.detail})" if self.detail else ""
        return f"record {self.seq}: {words.get(self.what, self.what)}{tail}"


def genesis(epoch: str, *, simulated: bool) -> bytes:
    """The ``prev`` of a journal's first record: what may never change in its header."""
    return _sha256(f"motcua journal\n{epoch}\n{'simulated' if simulated else 'real'}\n".encode()).digest()


def link(prev: bytes, values: tuple[int, int, str, str, int, str, str | None], body: str) -> bytes:
    """The hash of a record; ``values`` is its envelope."""
    return _sha256(b"%b%b\n%b" % (prev, _envelope_text(values).encode(), body.encode())).digest()


def content(row: Row) -> bytes:
    """What the record says, wherever it stands: the same in a journal that was salvaged from a damaged one."""
    return link(b"", (0, *row[1:7]), row[7])


def is_whole(row: Row) -> bool:
    """Whether a record's own hash fits its contents."""
    try:
        return link(row[8], row[:7], row[7]) == row[9]
    except (TypeError, ValueError, AttributeError):
        return False


def to_record(row: Row, epoch: str) -> Record:
    """Read a row. Raises ValueError or KeyError when its text is no event (a verified row never does)."""
    seq, day, kind, boot_id, mono_ms, source, request_id, text, prev, digest = row
    body = json.loads(text)
    return Record(
        seq, epoch, day, body["at_ms"], body["by"], kind, body["v"], body,
        boot_id, mono_ms, source, request_id, prev, digest, text,
    )  # fmt: skip


def first_broken(rows: Iterable[Row], *, after: tuple[int, bytes]) -> BrokenLink | None:
    """Walk records in order, from the one behind ``after`` (seq, hash); the first that does not fit, or None."""
    return next(broken_links(rows, after=after), None)


def broken_links(rows: Iterable[Row], *, after: tuple[int, bytes]) -> Iterator[BrokenLink]:
    """Each record that does not fit the one before it, in order."""
    seq, digest = after
    for row in rows:
        broken = _fault(row, seq, digest)
        if broken is not None:
            yield broken
        seq, digest = row[0], row[9]


def _fault(row: Row, seq: int, digest: bytes) -> BrokenLink | None:
    if row[0] != seq + 1:
        return BrokenLink(row[0], "gap", f"{seq} is followed by {row[0]}")
    if row[8] != digest:
        return BrokenLink(row[0], "prev" if seq else "header")
    if not is_whole(row):
        return BrokenLink(row[0], "hash")
    # The text was hashed as it is: only what was written wrong in the first place can fail here.
    try:
        body = json.loads(row[7])
        fits = body["type"] == row[2] and isinstance(body["at_ms"], int) and {"by", "v"} <= body.keys()
    except (ValueError, KeyError, TypeError, RecursionError):
        fits = False
    return None if fits else BrokenLink(row[0], "body")
