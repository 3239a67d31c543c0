"""The public page to follow a ticket on a phone: read-only, without a log-in, rate-limited."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from queue_core.errors import MotcuaError
from queue_core.office import say
from queue_core.tickets import Ticket
from queue_hub.follow import Estimate, Follower, follow_values
from queue_hub.web.auth import address_of
from queue_hub.web.pages import font_response, templates
from queue_hub.web.throttle import Bucket
from queue_hub.web.words import lang_of, word

if TYPE_CHECKING:
    from queue_hub.engine import Engine


def public_router(engine: Engine, follower: Follower, estimate: Estimate | None = None) -> APIRouter:
    """``/t/{token}``, ``/t/{token}/now`` and the fonts; whatever else is asked is not there."""
    router = APIRouter()
    #: phones in the hall share one address: 100 of them ask 20 times a second
    asked = Bucket(per_s=40, burst=400)
    missed = Bucket(per_s=0.2, burst=20)
    quiet = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}

    def find(request: Request, token: str) -> Ticket | None:
        address = address_of(request)
        if not asked.take(address):
            raise MotcuaError("web.too_many")
        ticket_id = follower.ticket_id(token[:100])
        ticket = engine.state.tickets.get(ticket_id) if ticket_id else None
        if ticket is None and not missed.take(address):
            raise MotcuaError("web.too_many")
        return ticket

    @router.get("/t/{token}")
    async def page(request: Request, token: str, lang: str | None = None) -> Response:
        """The page of a ticket; a kind one for a link that is none of ours or of another day."""
        ticket = find(request, token)
        state = engine.state
        said = lang_of(lang or (ticket.lang if ticket else "vi"))
        unknown = MotcuaError("follow.unknown")
        values = follow_values(state, ticket, engine.now(), said, estimate) if ticket else None
        html = templates().get_template("follow.html").render(
            lang=said, t=lambda key, **places: word(key, said, **places), token=token if ticket else "",
            office_name=say(state.setup.name, said), now=values, gone=unknown.en if said == "en" else unknown.vi,
        )  # fmt: skip
        return HTMLResponse(html, 200 if ticket else 404, quiet)

    @router.get("/t/{token}/now")
    async def now(request: Request, token: str, lang: str | None = None) -> Response:
        """The same facts as JSON, for the page itself."""
        ticket = find(request, token)
        if ticket is None:
            raise MotcuaError("follow.unknown")
        values = follow_values(engine.state, ticket, engine.now(), lang_of(lang or ticket.lang), estimate)
        return Response(json.dumps(values), 200, quiet, "application/json")

    @router.get("/fonts/{name}")
    async def font(name: str) -> Response:
        """The office's typeface."""
        return font_response(name)

    return router
