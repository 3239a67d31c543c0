"""What the endpoints of ``/api/v1`` share: ids, answers, and the way from a request to a committed command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Header, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from queue_core.commands import AnyCommand
from queue_hub.web.auth import Caller
from queue_hub.web.console_view import ticket_values
from queue_hub.web.context import Web, request_id_of
from queue_hub.web.refusals import Refusal

if TYPE_CHECKING:
    from queue_hub.engine import Outcome

PathId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key from the same sender gives the same answer for 7 days.",
    ),
]
_REFUSED: Final = {
    401: "Not logged in, or a token that is not (or no longer) known",
    403: "This account or token may not do this",
    404: "There is no such counter, ticket, service or booking",
    409: "The rules of the queue refuse it; nothing has changed",
    413: "More was sent than is read",
    422: "The request does not fit its description",
    429: "Too many tries",
    503: "Not done, because busy or because it cannot be written to disk",
}
_SCHEMA: Final = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
#: what each endpoint may refuse with; the model is given once, the other statuses refer to it
REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": Refusal, "description": words} if code == 409 else {"content": _SCHEMA, "description": words}
    for code, words in _REFUSED.items()
}


class TicketView(BaseModel):
    """A ticket as officers see it. Times are UTC milliseconds."""

    id: str
    number: str
    service: str
    service_name: str
    status: str
    entry: str
    lang: str
    priority: str | None
    priority_name: str
    confirmed: bool
    issued_ms: int
    since_ms: int
    called_ms: int | None
    served_ms: int | None
    ended_ms: int | None
    calls: int
    misses: int
    printed: int
    no_slip: bool = Field(description="its slip did not come out whole: the citizen may hold none")
    counter: int | None = Field(description="number of the counter that called it")
    only_counter: str | None = Field(description="id of the one counter it was sent to")


class Done(BaseModel):
    """It is done and on disk. ``ticket``: the one it was about, as it is now; ``seq``: the journal's position."""

    ok: bool = True
    ticket: TicketView | None = None
    seq: int | None = None


async def act(web: Web, who: Caller, command: AnyCommand, key: str | None = None) -> Response:
    """Have a command done; the answer is a :class:`Done`."""
    outcome = await web.submit(command, by=who.by, request_id=request_id_of(who.by, key))
    return done(web, outcome)


def done(web: Web, outcome: Outcome) -> Response:
    """The answer to a command that was carried out."""
    ticket_id = outcome.ticket.id if outcome.ticket is not None else None
    for event in outcome.events:
        about = getattr(event, "ticket", None)
        ticket_id = about if isinstance(about, str) else about["id"] if isinstance(about, dict) else ticket_id
    state = web.state
    ticket = state.tickets.get(ticket_id) if ticket_id else None
    return plain(
        {
            "ok": True,
            "ticket": ticket_values(state.setup, ticket, "vi") if ticket else None,
            "seq": outcome.reply.rev.seq if outcome.reply.rev else None,
        }
    )


def plain(values: object, status: int = 200) -> Response:
    """Plain values as JSON, without a second validation."""
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(body, status, media_type="application/json")
