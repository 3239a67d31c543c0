"""Records on their way to another place (a board's copy, the province): plain rows without the hash of the one before.

The first one's is told beside them; each other has the hash of the row it follows. Who receives them checks the chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from queue_core.journal.record import Row

#: seq, day, type, boot_id, mono_ms, source, request_id, body (the event's text as it was hashed), hash (hex)
Carried: TypeAlias = tuple[int, int, str, str, int, str, str | None, str, str]
#: of event texts in one page, as they travel: half of what a message may hold
PAGE_BYTES: Final = 128_000


def page(rows: Iterable[Row]) -> Iterator[Row]:
    """As many rows as one message carries, at least one where there is one."""
    size = 0
    for row in rows:
        first, size = size == 0, size + len(json.dumps(row[7], ensure_ascii=False).encode())
        if size > PAGE_BYTES and not first:
            return
        yield row


def sent(rows: Iterable[Row]) -> list[Carried]:
    """Rows as they travel."""
    return [(*row[:8], row[9].hex()) for row in rows]


def arrived(after: bytes, rows: Sequence[Carried]) -> list[Row]:
    """Rows as the journal holds them; ``after``: hash of the record that the first one follows. Raises ValueError."""
    found: list[Row] = []
    for row in rows:
        found.append((*row[:8], after, bytes.fromhex(row[8])))
        after = found[-1][9]
    return found
