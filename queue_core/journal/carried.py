"""Records on their way to another place (a board's copy, the province): plain rows without the hash of the one before.

The first one's is told beside them; each other has the hash of the row it follows. Who receives them checks the chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from queue_core.journal.record import Row

#: seq, day, type, boot_id, mono_ms, source, request_id, body (the event's text as it was hashed), hash (hex)
Carried: TypeAlias = tuple[int, int, str, str, int, str, str | None, str, str]
#: characters of event texts in one page: far below what a message may hold
PAGE_CHARACTERS: Final = 96_000


def page(rows: Iterable[Row]) -> Iterator[Row]:
    """As many rows as one message carries, at least one where there is one."""
    characters = 0
    for row in rows:
        characters += len(row[7])
        if characters > PAGE_CHARACTERS and characters > len(row[7]):
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
