"""A ticket as the wire tells it, as the slip says it: shared by the kiosk and by the hub's own printer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from queue_core.wire.messages import TicketBody
from queue_kit.languages import nearest, offered, tr
from queue_kit.paper.slip import Slip

_VIETNAM: Final = timezone(timedelta(hours=7))


def ticket_slip(
    ticket: TicketBody,
    *,
    office: dict[str, str],
    no_show_after: int | None = None,
    no_show_limit: int | None = None,
    reprint: bool = False,
    lang: str | None = None,
) -> Slip:
    """The slip of a ticket, in its language (Vietnamese for one that has no pack)."""
    tongue = offered([lang or ticket.lang])[0]
    issued = datetime.fromtimestamp(ticket.issued_ms / 1000, UTC).astimezone(_VIETNAM)
    both = ticket.wait.low_min is not None and ticket.wait.high_min is not None
    shows_no_show = bool(no_show_after and no_show_limit)
    return Slip(
        office_name=nearest(office, tongue),
        number=ticket.number,
        service_name=nearest(ticket.service_name, tongue),
        issued_at=issued,
        counters=tuple(str(number) for number in ticket.counters),
        ahead=ticket.wait.ahead,
        wait_low_min=ticket.wait.low_min if both else None,
        wait_high_min=ticket.wait.high_min if both else None,
        told_at=issued,
        past_closing=ticket.wait.passes_closing,
        priority_mark=tr(tongue, "slip.priority") if ticket.priority else None,
        follow_url=ticket.follow_url,
        no_show_after=no_show_after if shows_no_show else None,
        no_show_limit=no_show_limit if shows_no_show else None,
        lang=tongue,
        reprint=reprint,
    )
