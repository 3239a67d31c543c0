"""The pages of a damaged file, and the rows on them, read without SQLite.

SQLite refuses a whole table when one inner page is broken. A row of the journal proves itself by its hash, so it may
be taken from any page that can still be read: https://www.sqlite.org/fileformat2.html, sections 1.6 (b-tree pages),
2.1 (records) and 4 (the write-ahead log).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from queue_core.journal.record import HASH_BYTES, Row
from queue_core.journal.schema import PAGE_BYTES

_LEAF: Final = 0x0D
_WAL_HEADER_BYTES: Final = 32
_FRAME_HEADER_BYTES: Final = 24
_INTEGER_BYTES: Final = (0, 1, 2, 3, 4, 6, 8)
_MAGICS: Final = {0x377F0682: "<", 0x377F0683: ">"}

Value: TypeAlias = int | float | str | bytes | None
_Sum: TypeAlias = tuple[int, int]


class _NotARow(Exception):
    """These bytes are no record."""


@dataclass(slots=True)
class Wal:
    """What a write-ahead log holds: the newest committed image of each page.

    ``damaged``: a broken frame stands before whole later commits. SQLite would silently forget all of them: the torn
    end of the last commit is what a power cut leaves, a broken one further up is a broken card.
    """

    pages: dict[int, bytes] = field(default_factory=dict)
    page_bytes: int = 0
    damaged: bool = False


def read_wal(path: Path) -> Wal:
    """Read a ``-wal`` file as far as its checksums and commits go; empty when there is none, or its header is lost."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Wal()
    if len(data) < _WAL_HEADER_BYTES:
        return Wal()
    magic, _, page_bytes, _, *_ = struct.unpack(">8I", data[:_WAL_HEADER_BYTES])
    order = _MAGICS.get(magic)
    salts = data[16:24]
    if order is None or page_bytes < 512 or _sum(data[:24], (0, 0), order) != struct.unpack(">2I", data[24:32]):
        return Wal(damaged=len(data) > _WAL_HEADER_BYTES and any(data))
    wal = Wal(page_bytes=page_bytes)
    pending: dict[int, bytes] = {}
    broken = False
    commits_after_break = 0
    total: _Sum = struct.unpack(">2I", data[24:32])
    for start in range(_WAL_HEADER_BYTES, len(data) - page_bytes - _FRAME_HEADER_BYTES + 1, page_bytes + 24):
        head = data[start : start + _FRAME_HEADER_BYTES]
        if head[8:16] != salts:
            break  # of an earlier round of the log
        number, size_after_commit = struct.unpack(">2I", head[:8])
        page = data[start + _FRAME_HEADER_BYTES : start + _FRAME_HEADER_BYTES + page_bytes]
        found = _sum(page, _sum(head[:8], total, order), order)
        # Each sum continues the one stored before it, so that one broken frame does not condemn those behind it.
        total = struct.unpack(">2I", head[16:24])
        if found != total:
            broken = True
            continue
        pending[number] = page
        if size_after_commit:
            commits_after_break += broken
            wal.pages |= pending
            pending = {}
    wal.damaged = commits_after_break > 1
    return wal


def _sum(data: bytes, start: _Sum, order: str) -> _Sum:
    first, second = start
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second


class Pages:
    """All pages of a database file with its log laid over it."""

    def __init__(self, path: Path) -> None:
        """Read the file whole. A missing file has no pages. Raises OSError for a device that does not answer."""
        self._data = path.read_bytes() if path.exists() else b""
        wal = read_wal(path.with_name(path.name + "-wal"))
        self._newer = wal.pages
        said = int.from_bytes(self._data[16:18], "big") if self._data.startswith(b"SQLite format 3\0") else 0
        self.page_bytes = wal.page_bytes or (said if said >= 512 else PAGE_BYTES)
        self.count = max([len(self._data) // self.page_bytes, *self._newer])

    def page(self, number: int) -> bytes:
        """One page, the first is 1; empty when there is none."""
        if number in self._newer:
            return self._newer[number]
        page = self._data[(number - 1) * self.page_bytes : number * self.page_bytes]
        return page if number > 0 and len(page) == self.page_bytes else b""

    def rows(self) -> Iterator[Row]:
        """Everything on any page that has the shape of a journal's row; whether it is one, its hash tells."""
        for number in range(1, self.count + 1):
            page = self.page(number)
            if page and page[0] == _LEAF:
                yield from self._rows_of(page)

    def _rows_of(self, page: bytes) -> Iterator[Row]:
        cells = int.from_bytes(page[3:5], "big")
        for place in range(min(cells, (len(page) - 8) // 2)):
            at = int.from_bytes(page[8 + 2 * place : 10 + 2 * place], "big")
            try:
                row = _as_row(*self._cell(page, at))
            except (_NotARow, IndexError, struct.error, UnicodeDecodeError):
                continue
            yield row

    def _cell(self, page: bytes, at: int) -> tuple[int, list[Value]]:
        length, at = _varint(page, at)
        seq, at = _varint(page, at)
        if not 0 < length <= 1 << 24:
            raise _NotARow
        # Section 1.6: how much of a payload stays on the leaf; the rest is on a chain of overflow pages.
        usable = self.page_bytes
        local = length
        if length > usable - 35:
            least = (usable - 12) * 32 // 255 - 23
            local = least + (length - least) % (usable - 4)
            local = local if local <= usable - 35 else least
        payload = page[at : at + local]
        following = int.from_bytes(page[at + local : at + local + 4], "big") if local < length else 0
        while len(payload) < length:
            more = self.page(following)
            if not more:
                raise _NotARow
            following = int.from_bytes(more[:4], "big")
            payload += more[4 : 4 + length - len(payload)]
        return seq, _values(payload)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(9):
        byte = data[at + place]
        if place == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    raise _NotARow


def _values(payload: bytes) -> list[Value]:
    header_bytes, at = _varint(payload, 0)
    kinds: list[int] = []
    while at < header_bytes:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Value] = []
    at = header_bytes
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    return values


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind <= 6:
        size = _INTEGER_BYTES[kind]
        return int.from_bytes(payload[at : at + size], "big", signed=True), at + size
    if kind in {8, 9}:
        return kind - 8, at
    if kind == 7:
        return struct.unpack(">d", payload[at : at + 8])[0], at + 8
    size = (kind - 12) // 2
    raw = payload[at : at + size]
    if kind < 12 or len(raw) != size:
        raise _NotARow
    return (raw.decode() if kind % 2 else raw), at + size


_KINDS: Final[Sequence[type | tuple[type, ...]]] = (
    int, str, str, int, str, (str, type(None)), str, bytes, bytes,
)  # fmt: skip


def _as_row(seq: int, values: list[Value]) -> Row:
    # The first column is the row's number: SQLite keeps it outside of the record.
    rest = values[1:]
    shaped = len(values) == 1 + len(_KINDS) and values[0] is None
    if not shaped or not all(isinstance(value, kind) for value, kind in zip(rest, _KINDS, strict=True)):
        raise _NotARow
    if len(values[8]) != HASH_BYTES or len(values[9]) != HASH_BYTES:  # type: ignore[arg-type]
        raise _NotARow
    return (seq, *rest)  # type: ignore[return-value]
