"""``/api/v1/procedures``: the catalogue for whoever accepts a dossier: found as one types, and as a filled form."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from queue_core.errors import MotcuaError
from queue_hub.dossiers.filling import Filling, filling_of
from queue_hub.procedures import Procedures
from queue_hub.web.auth import Dossiers
from queue_hub.web.context import Web, web_of
from queue_hub.web.rest import plain

router = APIRouter(prefix="/procedures", tags=["dossiers"])


class Found(BaseModel):
    """A procedure in a list; ``short``: a name that fits a line."""

    code: str
    name: str
    short: str
    field: str


def _procedures(web: Web) -> Procedures:
    if web.settings.procedures is None:
        raise MotcuaError("web.not_found")
    return web.settings.procedures


@router.get("", response_model=list[Found])
async def search(
    request: Request,
    who: Dossiers,  # noqa: ARG001
    q: Annotated[str, Query(max_length=200, description="what was typed so far, or a code")] = "",
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> Response:
    """The procedures for what was typed, best first; nothing typed finds nothing."""
    found = await asyncio.to_thread(_procedures(web_of(request)).search, q, limit=limit)
    return plain([{"code": e.code, "name": e.name, "short": e.short_name or e.name, "field": e.field} for e in found])


@router.get("/{code}", response_model=Filling)
async def filling(request: Request, code: Annotated[str, Path(pattern=r"^\d\.\d{6}$")], who: Dossiers) -> Response:  # noqa: ARG001
    """What the form to accept a dossier takes from a procedure, with the times and fees of today."""
    web = web_of(request)
    moment = web.engine.moment
    day = moment.local.date() if moment.known else None
    found = await asyncio.to_thread(_procedures(web).get, code, day=day)
    return plain(filling_of(found, web.state.setup, day).model_dump(mode="json"))
