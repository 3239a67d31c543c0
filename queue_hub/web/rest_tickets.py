"""``/api/v1/tickets``: numbers, and what becomes of them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from queue_core import commands as c
from queue_core.errors import MotcuaError, RuleError
from queue_core.tickets import Ticket
from queue_core.wire.messages import TicketBody
from queue_hub.web.auth import Caller, Issuer, Reader, Server
from queue_hub.web.console_view import ticket_values
from queue_hub.web.context import Web, request_id_of, web_of
from queue_hub.web.print_places import print_at
from queue_hub.web.printing import DEVICE
from queue_hub.web.refusals import Refusal
from queue_hub.web.rest import Done, Key, PathId, TicketView, act, plain
from queue_hub.web.words import lang_of

router = APIRouter(tags=["tickets"])
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Code = Annotated[str, Field(pattern=r"^\d{6}$")]


class IssueBody(BaseModel):
    """``print``: have the slip printed, at ``print_at`` (``hub``, or a kiosk's id)."""

    service: Id
    entry: Literal["walk_in", "collect"] = "walk_in"
    priority: Id | None = None
    lang: c.Lang = "vi"
    print: bool = False
    print_at: Id = DEVICE


class CheckInBody(BaseModel):
    """The 6 digits of a booked visit."""

    booking: Code
    lang: c.Lang = "vi"
    print: bool = False
    print_at: Id = DEVICE


class Issued(TicketBody):
    """The number. ``printing``: its slip was sent to the printer; ``print_problem``: why it was not."""

    printing: bool
    print_problem: Refusal | None = None


class PrintBody(BaseModel):
    """``at``: ``hub``, or a kiosk's id."""

    at: Id = DEVICE


class CancelBody(BaseModel):
    """Who wanted it."""

    why: Literal["citizen", "officer"] = "officer"


class TransferBody(BaseModel):
    """Where to; ``counter`` None: any of that service. ``keep_place``: as early as it came, or last."""

    service: Id
    counter: Id | None = None
    keep_place: bool = True


class PriorityBody(BaseModel):
    """None removes it."""

    priority: Id | None
    confirmed: bool = True


class SlipBody(BaseModel):
    """How the printing of a slip ended; ``why``: an error key."""

    ok: bool
    why: Annotated[str, Field(max_length=64)] = ""


def _touchable(request: Request, who: Caller, ticket_id: str) -> Web:
    web = web_of(request)
    who.may_touch(web.state, web.state.tickets.get(ticket_id))
    return web


async def _issued(web: Web, who: Caller, command: c.Issue | c.CheckIn, key: str | None, at: str | None) -> Response:
    """Give the number, then print it; a slip that cannot be printed does not take the number back."""
    request_id = request_id_of(who.by, key)
    outcome = await web.submit(command, by=who.by, request_id=request_id)
    ticket = outcome.reply.ticket
    if ticket is None:
        raise MotcuaError("internal")
    problem: MotcuaError | None = None
    if at is not None:
        try:
            await print_at(web, ticket.ticket, at, request_id)
        except MotcuaError as error:
            problem = error
    refused = {"key": problem.key, "vi": problem.vi, "en": problem.en} if problem else None
    printing = at is not None and problem is None
    return plain({**ticket.model_dump(mode="json"), "printing": printing, "print_problem": refused}, 201)


@router.post("/tickets", response_model=Issued, status_code=201)
async def issue(request: Request, body: IssueBody, who: Issuer, key: Key = None) -> Response:
    """Give a number."""
    command = c.Issue(service=body.service, entry=body.entry, priority=body.priority, lang=body.lang)
    return await _issued(web_of(request), who, command, key, body.print_at if body.print else None)


@router.post("/check-in", response_model=Issued, status_code=201)
async def check_in(request: Request, body: CheckInBody, who: Issuer, key: Key = None) -> Response:
    """Give the number of a booked visit."""
    command = c.CheckIn(booking=body.booking, lang=body.lang)
    return await _issued(web_of(request), who, command, key, body.print_at if body.print else None)


@router.post("/requests/{of}/cancel", response_model=Done)
async def cancel_request(request: Request, of: Annotated[str, Id], who: Issuer, key: Key = None) -> Response:
    """The citizen left before the answer: ``of`` is the ``Idempotency-Key`` that shall have no number."""
    hidden = request_id_of(who.by, of) or of
    return await act(web_of(request), who, c.CancelRequest(of=hidden), key)


@router.get("/tickets", response_model=list[TicketView])
async def find_tickets(
    request: Request,
    who: Reader,  # noqa: ARG001 -- its being there is the check
    number: Annotated[str | None, Query(max_length=16)] = None,
    lang: str = "vi",
) -> Response:
    """Today's live tickets, or the one with a printed number."""
    state = web_of(request).state
    found: list[Ticket | None] = list(state.live()) if number is None else [state.by_number(number)]
    return plain([ticket_values(state.setup, t, lang_of(lang)) for t in found if t is not None])


@router.get("/tickets/{ticket_id}", response_model=TicketView)
async def one_ticket(request: Request, ticket_id: PathId, who: Reader, lang: str = "vi") -> Response:  # noqa: ARG001
    """One ticket of today."""
    state = web_of(request).state
    ticket = state.tickets.get(ticket_id)
    if ticket is None:
        raise RuleError("ticket.unknown", ticket=ticket_id)
    return plain(ticket_values(state.setup, ticket, lang_of(lang)))


@router.post("/tickets/{ticket_id}/cancel", response_model=Done)
async def cancel(
    request: Request, ticket_id: PathId, who: Server, body: CancelBody | None = None, key: Key = None
) -> Response:
    """Cancel a live ticket."""
    why = body.why if body else "officer"
    return await act(_touchable(request, who, ticket_id), who, c.CancelTicket(ticket=ticket_id, why=why), key)


@router.post("/tickets/{ticket_id}/transfer", response_model=Done)
async def transfer(request: Request, ticket_id: PathId, body: TransferBody, who: Server, key: Key = None) -> Response:
    """Send a ticket to another line or counter, its place kept or lost."""
    command = c.Transfer(ticket=ticket_id, service=body.service, counter=body.counter, keep_place=body.keep_place)
    return await act(_touchable(request, who, ticket_id), who, command, key)


@router.post("/tickets/{ticket_id}/park", response_model=Done)
async def park(request: Request, ticket_id: PathId, who: Server, key: Key = None) -> Response:
    """Keep a ticket aside."""
    return await act(_touchable(request, who, ticket_id), who, c.Park(ticket=ticket_id), key)


@router.post("/tickets/{ticket_id}/unpark", response_model=Done)
async def unpark(request: Request, ticket_id: PathId, who: Server, key: Key = None) -> Response:
    """Back in the line at its place."""
    return await act(_touchable(request, who, ticket_id), who, c.Unpark(ticket=ticket_id), key)


@router.post("/tickets/{ticket_id}/reopen", response_model=Done)
async def reopen(request: Request, ticket_id: PathId, who: Server, key: Key = None) -> Response:
    """A ticket that ended by mistake waits again."""
    return await act(_touchable(request, who, ticket_id), who, c.Reopen(ticket=ticket_id), key)


@router.post("/tickets/{ticket_id}/priority", response_model=Done)
async def priority(request: Request, ticket_id: PathId, body: PriorityBody, who: Server, key: Key = None) -> Response:
    """Confirm, give or remove a priority."""
    command = c.SetPriority(ticket=ticket_id, priority=body.priority, confirmed=body.confirmed)
    return await act(_touchable(request, who, ticket_id), who, command, key)


@router.post("/tickets/{ticket_id}/print", response_model=Done)
async def print_slip(
    request: Request, ticket_id: PathId, who: Issuer, body: PrintBody | None = None, key: Key = None
) -> Response:
    """Print the slip (again) at the hub or at a kiosk that is there; the journal learns whether it came out."""
    web = web_of(request)
    ticket = web.state.tickets.get(ticket_id)
    if ticket is None:
        raise RuleError("ticket.unknown", ticket=ticket_id)
    await print_at(web, ticket_id, body.at if body else DEVICE, request_id_of(who.by, key))
    return plain({"ok": True, "ticket": ticket_values(web.state.setup, ticket, "vi"), "seq": None})


@router.post("/tickets/{ticket_id}/slip", response_model=Done)
async def slip_done(request: Request, ticket_id: PathId, body: SlipBody, who: Issuer, key: Key = None) -> Response:
    """Other software printed the slip, or could not."""
    return await act(web_of(request), who, c.SlipDone(ticket=ticket_id, ok=body.ok, why=body.why), key)
