"""``/api/v1/tickets`` and ``/api/v1/bookings``: numbers, what becomes of them, and booked visits."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from queue_core import commands as c
from queue_core.clock import VIETNAM
from queue_core.errors import MotcuaError, RuleError
from queue_core.tickets import Ticket
from queue_core.wire.messages import TicketBody
from queue_hub.secret_file import secret_key
from queue_hub.web.auth import Booker, Caller, Issuer, Reader, Server
from queue_hub.web.console_view import ticket_values
from queue_hub.web.context import Web, request_id_of, web_of
from queue_hub.web.rest import Done, Key, PathId, TicketView, act, plain
from queue_hub.web.words import lang_of

router = APIRouter(tags=["tickets"])
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Code = Annotated[str, Field(pattern=r"^\d{6}$")]
#: a drawn code that is taken is drawn again so often; with 10^6 codes the third try hardly ever comes
_DRAWS: Final = 20


class IssueBody(BaseModel):
    """``print``: have the hub's printer make the slip."""

    service: Id
    entry: Literal["walk_in", "collect"] = "walk_in"
    priority: Id | None = None
    lang: c.Lang = "vi"
    print: bool = False


class CheckInBody(BaseModel):
    """The 6 digits of a booked visit."""

    booking: Code
    lang: c.Lang = "vi"
    print: bool = False


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


class BookingBody(BaseModel):
    """``at``: ISO 8601; without an offset it is Vietnam's time."""

    service: Id
    at: datetime
    lang: c.Lang = "vi"


class Booked(BaseModel):
    """A booked visit. ``code`` is what the citizen types or shows as a QR."""

    code: str
    service: str
    at_ms: int
    ticket: str | None = None


def _touchable(request: Request, who: Caller, ticket_id: str) -> Web:
    web = web_of(request)
    who.may_touch(web.state, web.state.tickets.get(ticket_id))
    return web


async def _issued(web: Web, who: Caller, command: c.Issue | c.CheckIn, key: str | None, *, print_it: bool) -> Response:
    outcome = await web.submit(command, by=who.by, request_id=request_id_of(who.by, key))
    if outcome.reply.ticket is None:
        raise MotcuaError("internal")
    body = outcome.reply.ticket.model_dump(mode="json")
    printing = False
    if print_it and web.slips.there:
        web.slips.put(outcome.reply.ticket.ticket)
        printing = True
    return plain({**body, "printing": printing}, 201)


@router.post("/tickets", response_model=TicketBody, status_code=201)
async def issue(request: Request, body: IssueBody, who: Issuer, key: Key = None) -> Response:
    """Give a number."""
    command = c.Issue(service=body.service, entry=body.entry, priority=body.priority, lang=body.lang)
    return await _issued(web_of(request), who, command, key, print_it=body.print)


@router.post("/check-in", response_model=TicketBody, status_code=201)
async def check_in(request: Request, body: CheckInBody, who: Issuer, key: Key = None) -> Response:
    """Give the number of a booked visit."""
    command = c.CheckIn(booking=body.booking, lang=body.lang)
    return await _issued(web_of(request), who, command, key, print_it=body.print)


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
async def print_slip(request: Request, ticket_id: PathId, who: Issuer) -> Response:  # noqa: ARG001
    """Print the slip (again) on the hub's printer; the journal learns whether it came out."""
    web = web_of(request)
    ticket = web.state.tickets.get(ticket_id)
    if ticket is None:
        raise RuleError("ticket.unknown", ticket=ticket_id)
    web.slips.put(ticket_id)
    return plain({"ok": True, "ticket": ticket_values(web.state.setup, ticket, "vi"), "seq": None})


@router.post("/tickets/{ticket_id}/slip", response_model=Done)
async def slip_done(request: Request, ticket_id: PathId, body: SlipBody, who: Issuer, key: Key = None) -> Response:
    """Other software printed the slip, or could not."""
    return await act(web_of(request), who, c.SlipDone(ticket=ticket_id, ok=body.ok, why=body.why), key)


@router.post("/bookings", response_model=Booked, status_code=201, tags=["bookings"])
async def book(request: Request, body: BookingBody, who: Booker, key: Key = None) -> Response:
    """Book a visit; the 6 digits are drawn here. The same ``Idempotency-Key`` gives the same booking."""
    web = web_of(request)
    at = body.at if body.at.tzinfo else body.at.replace(tzinfo=VIETNAM)
    try:
        at_ms = int(at.timestamp() * 1000)
    except (OverflowError, ValueError) as error:
        raise RuleError("booking.past", when="?") from error
    request_id = request_id_of(who.by, key)
    codes = _draw(web, request_id or secrets.token_hex(16))
    for code in codes:
        if code in web.state.bookings:
            continue
        command = c.MakeBooking(service=body.service, at_ms=at_ms, code=code, lang=body.lang)
        try:
            outcome = await web.submit(command, by=who.by, request_id=request_id)
        except RuleError as error:
            if error.key == "booking.code_taken":
                continue
            raise
        # answered before: the first of these codes that stands for this visit
        made = code if outcome.events else next((x for x in codes if _is_for(web, x, body.service, at_ms)), None)
        if made is None:
            raise RuleError("booking.unknown")
        return plain({"code": made, "service": body.service, "at_ms": at_ms, "ticket": None}, 201)
    raise MotcuaError("request.busy")


def _draw(web: Web, request_id: str) -> list[str]:
    """Codes for a request, unguessable without the hub's key and the same for the same request."""
    key = secret_key(web.settings.data / "booking.key")
    digests = (hmac.new(key, f"{request_id}\0{i}".encode(), hashlib.sha256).digest() for i in range(_DRAWS))
    return [f"{int.from_bytes(d[:8], 'big') % 10**6:06d}" for d in digests]


def _is_for(web: Web, code: str, service: str, at_ms: int) -> bool:
    booking = web.state.bookings.get(code)
    return booking is not None and (booking.service, booking.at_ms) == (service, at_ms)


@router.get("/bookings/{code}", response_model=Booked, tags=["bookings"])
async def one_booking(request: Request, code: Annotated[str, Code], who: Booker) -> Response:  # noqa: ARG001
    """A booked visit by its digits."""
    booking = web_of(request).state.bookings.get(code)
    if booking is None:
        raise RuleError("booking.unknown")
    return plain({"code": booking.code, "service": booking.service, "at_ms": booking.at_ms, "ticket": booking.ticket})


@router.delete("/bookings/{code}", response_model=Done, tags=["bookings"])
async def cancel_booking(request: Request, code: Annotated[str, Code], who: Booker, key: Key = None) -> Response:
    """Give the slot back."""
    return await act(web_of(request), who, c.CancelBooking(code=code), key)
