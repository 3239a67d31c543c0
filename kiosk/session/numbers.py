"""From the service to the number and its slip."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.session.effects import PrintAgain
from kiosk.session.events import Refused, SlipEnded, TicketCame
from kiosk.session.moves import Context, Handlers, Result, ask, home, hub_away, to, trouble
from kiosk.session.touches import (
    ChoosePriority,
    ChooseService,
    Finished,
    OpenPriority,
    ReadWhole,
    Reprint,
    TakeNumber,
    TurnPage,
)
from kiosk.session.visit import LOOKING_UP, MAX_PAGES, RATING, Asked, Overlay, Screen, Slip, Visit, find_service
from queue_core.wire.messages import ErrorBody, LobbyService

_PAGED: Final = LOOKING_UP | RATING | {
    Screen.HOME, Screen.SERVICES, Screen.PRIORITY, Screen.DOSSIER, Screen.NUMBER, Screen.TROUBLE, Screen.TECHNICIAN,
}  # fmt: skip


def _take_number(visit: Visit, event: TakeNumber, context: Context) -> Result:
    del event
    if visit.screen is not Screen.HOME:
        return visit, ()
    if context.seen.hub_away or context.seen.lobby is None:
        return trouble(visit, context, hub_away(), Screen.HOME), ()
    return to(visit, Screen.SERVICES, context, group=None, page=0), ()


def number_for(
    visit: Visit, context: Context, service: LobbyService, back_to: Screen, *, dossier: str | None = None
) -> Result:
    """Ask for a number of this service, or say when it is open. ``dossier``: the code that goes with it."""
    if not service.open:
        words = ErrorBody(key="service.closed", vi=service.message.get("vi", ""), en=service.message.get("en", ""))
        return trouble(replace(visit, asked=None), context, words, back_to), ()
    asked = Asked(
        request_id=context.new_id(),
        service=service.id,
        entry="collect" if service.kind == "collect" else "walk_in",
        priority=visit.priority,
        dossier=dossier,
        lang=visit.lang,
    )
    return ask(visit, context, asked, back_to)


def _open_priority(visit: Visit, event: OpenPriority, context: Context) -> Result:
    del event
    if visit.screen is not Screen.SERVICES:
        return visit, ()
    return to(visit, Screen.PRIORITY, context), ()


def _choose_priority(visit: Visit, event: ChoosePriority, context: Context) -> Result:
    if visit.screen is not Screen.PRIORITY:
        return visit, ()
    known = {p.id for p in context.seen.lobby.priorities} if context.seen.lobby else set()
    chosen = event.priority if event.priority in known else None
    return to(visit, Screen.SERVICES, context, priority=chosen), ()


def _choose_service(visit: Visit, event: ChooseService, context: Context) -> Result:
    if visit.screen is not Screen.SERVICES:
        return visit, ()
    service = find_service(context.seen.lobby, event.service)
    if service is None:
        return visit, ()
    if service.services:
        return to(visit, Screen.SERVICES, context, group=service.id, page=0), ()
    return number_for(visit, context, service, Screen.SERVICES)


def _read_whole(visit: Visit, event: ReadWhole, context: Context) -> Result:
    if visit.screen is not Screen.SERVICES or find_service(context.seen.lobby, event.service) is None:
        return visit, ()
    return replace(visit, overlay=Overlay.WHOLE, reading=event.service), ()


def _turn_page(visit: Visit, event: TurnPage, context: Context) -> Result:
    del context
    if visit.screen not in _PAGED:
        return visit, ()
    return replace(visit, page=min(max(0, event.page), MAX_PAGES)), ()


def _finished(visit: Visit, event: Finished, context: Context) -> Result:
    del event
    if visit.screen is Screen.NUMBER and visit.slip is not Slip.PRINTING:
        return home(context), ()
    return visit, ()


def _ticket_came(visit: Visit, event: TicketCame, context: Context) -> Result:
    if visit.screen is not Screen.ASKING or visit.asked is None:
        return visit, ()
    if event.request_id != visit.asked.request_id:
        return visit, ()
    return to(visit, Screen.NUMBER, context, ticket=event.ticket, slip=Slip.PRINTING, slip_error="", page=0), ()


def _refused(visit: Visit, event: Refused, context: Context) -> Result:
    if visit.screen is not Screen.ASKING or visit.asked is None:
        return visit, ()
    if event.request_id != visit.asked.request_id:
        return visit, ()
    return trouble(visit, context, event.error, visit.back_to), ()


def _slip_ended(visit: Visit, event: SlipEnded, context: Context) -> Result:
    if visit.screen is not Screen.NUMBER or visit.asked is None:
        return visit, ()
    if event.request_id != visit.asked.request_id:
        return visit, ()
    slip = Slip.FAILED if event.error else Slip.PRINTED
    return replace(visit, slip=slip, slip_error=event.error, since_s=context.now_s), ()


def _reprint(visit: Visit, event: Reprint, context: Context) -> Result:
    del event
    if visit.screen is not Screen.NUMBER or visit.asked is None or not can_reprint(visit):
        return visit, ()
    printing = replace(visit, slip=Slip.PRINTING, slip_error="", since_s=context.now_s)
    return printing, (PrintAgain(visit.asked.request_id),)


def can_reprint(visit: Visit) -> bool:
    """Whether it makes sense to try the slip once more: it failed, and there is a printer."""
    return visit.slip is Slip.FAILED and visit.slip_error != "paper.none"


HANDLERS: Final[Handlers] = {
    Reprint: _reprint,
    TakeNumber: _take_number,
    OpenPriority: _open_priority,
    ChoosePriority: _choose_priority,
    ChooseService: _choose_service,
    ReadWhole: _read_whole,
    TurnPage: _turn_page,
    Finished: _finished,
    TicketCame: _ticket_came,
    Refused: _refused,
    SlipEnded: _slip_ended,
}
