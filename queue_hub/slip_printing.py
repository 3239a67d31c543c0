"""The hub's own printer: slips for numbers given at the console, reprints, and slips of booked visits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from queue_core.state import State
from queue_core.tickets import Booking, Ticket
from queue_hub.replies import ticket_body
from queue_kit.languages import nearest, offered
from queue_kit.paper.booking_slip import BookingSlip, booking_slip_image
from queue_kit.paper.printer import Draw, PrintResult, open_printer
from queue_kit.paper.slip import WIDTH_DOTS, slip_image
from queue_kit.paper.ticket_slip import ticket_slip

if TYPE_CHECKING:
    from PIL import Image


def print_ticket(state: State, ticket: Ticket, address: str, paper_mm: int, follow_url: str | None) -> PrintResult:
    """Print a ticket's slip; blocks until it is out. Raises a keyed error of the paper when it is not."""
    body = ticket_body(state, ticket).model_copy(update={"follow_url": follow_url})
    policy = state.setup.policy
    slip = ticket_slip(
        body,
        office=state.setup.name,
        no_show_after=policy.no_show_back_after,
        no_show_limit=policy.no_show_limit,
        reprint=ticket.printed > 0,
    )
    return _print(
        lambda roll: slip_image(slip, roll.width_dots, native_codes=roll.native_codes), address, _dots(paper_mm)
    )


def print_booking(state: State, booking: Booking, address: str, paper_mm: int) -> PrintResult:
    """Print a booked visit's slip, in the same way."""
    slip = booking_slip(state, booking)
    return _print(lambda roll: booking_slip_image(slip, roll.width_dots), address, _dots(paper_mm))


def booking_slip(state: State, booking: Booking) -> BookingSlip:
    """What the slip of a booked visit says, in the booking's language."""
    lang = offered([booking.lang])[0]
    office, policy = state.setup, state.setup.policy
    service = office.service(booking.service)
    return BookingSlip(
        office_name=nearest(office.name, lang),
        code=booking.code,
        service_name=nearest(service.name, lang) if service else booking.service,
        at=_time(booking.at_ms),
        check_in_from=_time(booking.at_ms - policy.booking_early_min * 60_000),
        check_in_until=_time(booking.at_ms + policy.booking_grace_min * 60_000),
        lang=lang,
    )


def print_picture(picture: Image.Image, address: str) -> PrintResult:
    """Print any picture as wide as the paper; blocks until it is out. Raises a keyed error when it is not."""
    return _print(picture, address, picture.width)


def _print(slip: Image.Image | Draw, address: str, width_dots: int) -> PrintResult:
    printer = open_printer(address, width_dots=width_dots)
    try:
        return printer.print_slip(slip)
    finally:
        printer.close()


def _dots(paper_mm: int) -> int:
    return WIDTH_DOTS.get(paper_mm, WIDTH_DOTS[80])


def _time(utc_ms: int) -> datetime:
    return datetime.fromtimestamp(utc_ms / 1000, UTC)
