"""``/api/v1/counters``: what an officer (or a hard keypad's software) does at a counter."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from queue_core import commands as c
from queue_core.errors import MotcuaError, RuleError
from queue_hub.accounts import Role
from queue_hub.web.auth import Caller, Officer, Reader, Server
from queue_hub.web.console_view import console_view
from queue_hub.web.context import Web, web_of
from queue_hub.web.rest import Done, Key, PathId, act, plain
from queue_hub.web.words import lang_of

router = APIRouter(prefix="/counters", tags=["counters"])


class OpenBody(BaseModel):
    """``take_over``: from another officer; for supervisors."""

    take_over: bool = False


class CallBody(BaseModel):
    """``finish``: a ticket still at the counter is finished first."""

    finish: bool = False


class CallTicketBody(CallBody):
    """Which ticket to call, by its id."""

    ticket: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


def _mine(request: Request, who: Caller, counter_id: str) -> Web:
    web = web_of(request)
    if web.state.setup.counter(counter_id) is None:
        raise RuleError("counter.unknown", counter=counter_id)
    who.may_work_at(web.state, counter_id)
    return web


@router.get("/{counter_id}", response_model=dict[str, Any])
async def console(request: Request, counter_id: PathId, who: Reader, lang: str = "vi") -> Response:  # noqa: ARG001
    """Everything the console shows of a counter: its ticket, the line with reasons, parked ones, today's figures."""
    web = web_of(request)
    if web.state.setup.counter(counter_id) is None:
        raise RuleError("counter.unknown", counter=counter_id)
    view = console_view(web.state, web.engine.now(), counter_id, lang_of(lang), web.engine.trouble)
    return plain({**view, "dossier": web.dossier_at(counter_id)})


@router.post("/{counter_id}/open", response_model=Done)
async def open_counter(request: Request, counter_id: PathId, body: OpenBody, who: Officer, key: Key = None) -> Response:
    """Take a counter or resume after a pause. One that another officer has is refused (counter.taken)."""
    if who.session is None or (body.take_over and not who.is_at_least(Role.SUPERVISOR)):
        raise MotcuaError("command.not_allowed")
    account = who.session.account
    command = c.OpenCounter(
        counter=counter_id, officer=account.username, officer_name=account.name, take_over=body.take_over
    )
    return await act(web_of(request), who, command, key)


@router.post("/{counter_id}/pause", response_model=Done)
async def pause_counter(request: Request, counter_id: PathId, who: Server, key: Key = None) -> Response:
    """Close for a while."""
    return await act(_mine(request, who, counter_id), who, c.PauseCounter(counter=counter_id), key)


@router.post("/{counter_id}/close", response_model=Done)
async def close_counter(request: Request, counter_id: PathId, who: Server, key: Key = None) -> Response:
    """Close; the officer leaves."""
    return await act(_mine(request, who, counter_id), who, c.CloseCounter(counter=counter_id), key)


@router.post("/{counter_id}/call-next", response_model=Done)
async def call_next(
    request: Request, counter_id: PathId, who: Server, body: CallBody | None = None, key: Key = None
) -> Response:
    """Call whoever the rule says."""
    command = c.CallNext(counter=counter_id, finish=bool(body and body.finish))
    return await act(_mine(request, who, counter_id), who, command, key)


@router.post("/{counter_id}/call", response_model=Done)
async def call_ticket(
    request: Request, counter_id: PathId, body: CallTicketBody, who: Server, key: Key = None
) -> Response:
    """Call a given waiting or parked ticket; the record says that it was chosen."""
    command = c.CallTicket(counter=counter_id, ticket=body.ticket, finish=body.finish)
    return await act(_mine(request, who, counter_id), who, command, key)


@router.post("/{counter_id}/recall", response_model=Done)
async def recall(request: Request, counter_id: PathId, who: Server, key: Key = None) -> Response:
    """Call the ticket at this counter again."""
    return await act(_mine(request, who, counter_id), who, c.Recall(counter=counter_id), key)


@router.post("/{counter_id}/serve", response_model=Done)
async def serve(request: Request, counter_id: PathId, who: Server, key: Key = None) -> Response:
    """The called citizen is here."""
    return await act(_mine(request, who, counter_id), who, c.Serve(counter=counter_id), key)


@router.post("/{counter_id}/finish", response_model=Done)
async def finish(request: Request, counter_id: PathId, who: Server, key: Key = None) -> Response:
    """Done with the ticket at this counter."""
    return await act(_mine(request, who, counter_id), who, c.Finish(counter=counter_id), key)


@router.post("/{counter_id}/no-show", response_model=Done)
async def no_show(request: Request, counter_id: PathId, who: Server, key: Key = None) -> Response:
    """Nobody came."""
    return await act(_mine(request, who, counter_id), who, c.NoShow(counter=counter_id), key)


@router.post("/{counter_id}/undo", response_model=Done)
async def undo(request: Request, counter_id: PathId, who: Server, key: Key = None) -> Response:
    """Take back the counter's last finish, no-show, transfer or park, within seconds."""
    return await act(_mine(request, who, counter_id), who, c.Undo(counter=counter_id), key)
