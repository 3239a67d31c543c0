"""What a board's copy of the journal is given: records behind the one it has, a page at a time."""

from __future__ import annotations

from typing import Final

from queue_core.errors import MotcuaError
from queue_core.journal import Journal
from queue_core.journal.carried import page, sent
from queue_core.state import State
from queue_core.wire.messages import RecordsBody, RecordsRequest, Reply
from queue_hub.device_names import kind_of

_PAGE_ROWS: Final = 400


def records_for(journal: Journal, state: State, client: str, request: RecordsRequest) -> Reply:
    """The next page for a board. Raises MotcuaError: ``command.not_allowed`` for anybody else, or the journal's."""
    if kind_of(state, client) != "board":
        raise MotcuaError("command.not_allowed")
    after, digest = journal.place(request.after if request.epoch == journal.epoch else None)
    rows = list(page(journal.rows(after, _PAGE_ROWS)))
    return Reply(
        ok=True,
        request_id=request.request_id,
        records=RecordsBody(
            epoch=journal.epoch,
            simulated=journal.simulated,
            after=after,
            after_hash=digest.hex(),
            rows=sent(rows),
            last=max(journal.seq, rows[-1][0] if rows else 0),
        ),
    )
