"""``/api/v1/bookings``: booked visits, made by officers and other software, checked in at a kiosk by QR or 6 digits."""

from __future__ import annotations

import hashlib
import hmac
import io
import secrets
from datetime import date as day_type
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from queue_core import commands as c
from queue_core.booking_code import booking_text
from queue_core.clock import VIETNAM, local
from queue_core.errors import MotcuaError, RuleError
from queue_core.slots import next_day_with_a_place, slots_on, takes_bookings
from queue_core.tickets import Booking
from queue_hub.secret_file import secret_key
from queue_hub.web.auth import Booker
from queue_hub.web.booking_view import booking_values, bookings_on
from queue_hub.web.context import Web, request_id_of, web_of
from queue_hub.web.rest import Done, Key, act, plain
from queue_hub.web.words import lang_of

router = APIRouter(prefix="/bookings", tags=["bookings"])
Code = Annotated[str, Field(pattern=r"^\d{6}$")]
#: a drawn code that is taken is drawn again so often; with 10^6 codes the third try hardly ever comes
_DRAWS: Final = 20


class BookingBody(BaseModel):
    """``at``: ISO 8601; without an offset it is Vietnam's time."""

    service: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
    at: datetime
    lang: c.Lang = "vi"


class Booked(BaseModel):
    """A booked visit. ``code`` is what the citizen types, ``qr`` what the QR says that a kiosk reads."""

    code: str
    qr: str
    service: str
    service_name: str
    at_ms: int = Field(description="UTC milliseconds")
    lang: str
    state: Literal["expected", "checked_in", "missed"]
    ticket: str | None = None
    number: str | None = Field(default=None, description="the number it was given at check-in, today")


class SlotView(BaseModel):
    """``places``: how many are left; 0: full. ``time``: local, HH:MM."""

    at_ms: int = Field(description="UTC milliseconds: the time to book")
    time: str
    places: int


class Slots(BaseModel):
    """A date's slots that have not begun; ``next``: the first date from this one on that has a free place."""

    slots: list[SlotView]
    next: str | None


@router.post("", response_model=Booked, status_code=201)
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
        return _answer(web, _sure(web, made or ""), body.lang, 201)
    raise MotcuaError("request.busy")


@router.get("", response_model=list[Booked])
async def bookings(
    request: Request,
    who: Booker,  # noqa: ARG001 -- its being there is the check
    date: Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}-\d{2}$")] = None,
    lang: str = "vi",
) -> Response:
    """The bookings of a date (today's without one), the earliest first."""
    web = web_of(request)
    return plain(bookings_on(web.state, date, web.engine.now(), lang_of(lang)))


@router.get("/slots", response_model=Slots)
async def slots(
    request: Request,
    who: Booker,  # noqa: ARG001
    service: Annotated[str, Query(pattern=r"^[A-Za-z0-9._:-]{1,64}$")],
    date: day_type,
) -> Response:
    """The slots of a date for a service, full ones too. Raises service.unknown, booking.not_offered."""
    state, now = web_of(request).state, web_of(request).engine.now()
    wanted = state.setup.service(service)
    if wanted is None or not wanted.is_leaf:
        raise RuleError("service.unknown", service=service)
    if not takes_bookings(wanted):
        raise RuleError("booking.not_offered", service=wanted.label())
    found = slots_on(state, wanted, date, now.utc_ms)
    free = next_day_with_a_place(state, wanted, date, now.utc_ms)
    values = [{"at_ms": slot.at_ms, "time": f"{local(slot.at_ms):%H:%M}", "places": slot.places} for slot in found]
    return plain({"slots": values, "next": free.isoformat() if free else None})


@router.get("/{code}", response_model=Booked)
async def one_booking(
    request: Request,
    code: Annotated[str, Code],
    who: Booker,  # noqa: ARG001
    lang: str = "vi",
) -> Response:
    """A booked visit by its digits."""
    web = web_of(request)
    return _answer(web, _sure(web, code), lang)


@router.get("/{code}/qr.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def qr(request: Request, code: Annotated[str, Code], who: Booker) -> Response:  # noqa: ARG001
    """The QR that a kiosk reads, as a picture (SVG)."""
    booking = _sure(web_of(request), code)
    return Response(_qr_svg(booking.code), media_type="image/svg+xml", headers={"cache-control": "no-store"})


@router.post("/{code}/print", response_model=Booked)
async def print_booking(request: Request, code: Annotated[str, Code], who: Booker) -> Response:  # noqa: ARG001
    """Print the booking's slip on the hub's printer."""
    web = web_of(request)
    booking = _sure(web, code)
    web.slips.put_booking(code)
    return _answer(web, booking, booking.lang)


@router.delete("/{code}", response_model=Done)
async def cancel_booking(request: Request, code: Annotated[str, Code], who: Booker, key: Key = None) -> Response:
    """Give the slot back."""
    return await act(web_of(request), who, c.CancelBooking(code=code), key)


def _draw(web: Web, request_id: str) -> list[str]:
    """Codes for a request, unguessable without the hub's key and the same for the same request."""
    key = secret_key(web.settings.data / "booking.key")
    digests = (hmac.new(key, f"{request_id}\0{i}".encode(), hashlib.sha256).digest() for i in range(_DRAWS))
    return [f"{int.from_bytes(d[:8], 'big') % 10**6:06d}" for d in digests]


def _is_for(web: Web, code: str, service: str, at_ms: int) -> bool:
    booking = web.state.bookings.get(code)
    return booking is not None and (booking.service, booking.at_ms) == (service, at_ms)


def _sure(web: Web, code: str) -> Booking:
    booking = web.state.bookings.get(code)
    if booking is None:
        raise RuleError("booking.unknown")
    return booking


def _answer(web: Web, booking: Booking, lang: str, status: int = 200) -> Response:
    return plain(booking_values(web.state, booking, web.engine.now(), lang_of(lang)), status)


def _qr_svg(code: str) -> bytes:
    import segno

    picture = io.BytesIO()
    segno.make(booking_text(code), error="m", micro=False).save(
        picture, kind="svg", border=4, light="#fff", xmldecl=False
    )
    return picture.getvalue()
