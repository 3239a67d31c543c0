"""The hub's own printer: slips for numbers given at the console, and reprints."""

from __future__ import annotations

from PIL import Image

from queue_core.state import State
from queue_core.tickets import Ticket
from queue_hub.replies import ticket_body
from queue_kit.paper.printer import open_printer
from queue_kit.paper.slip import slip_image
from queue_kit.paper.ticket_slip import ticket_slip

DOTS = {80: 576, 58: 384}


def print_ticket(state: State, ticket: Ticket, address: str, paper_mm: int, follow_url: str | None) -> None:
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
    print_picture(slip_image(slip, DOTS.get(paper_mm, 576)), address)


def print_picture(picture: Image.Image, address: str) -> None:
    """Print any picture as wide as the paper; blocks until it is out. Raises a keyed error when it is not."""
    printer = open_printer(address, width_dots=picture.width)
    try:
        printer.print_slip(picture)
    finally:
        printer.close()
