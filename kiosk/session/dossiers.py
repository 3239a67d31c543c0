"""Looking up a dossier, opening it by the receipt's 4 characters, and the number it offers.

A code is read here, before anything is sent: an identity card goes nowhere, and what was typed of it is gone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.session.effects import LookUp
from kiosk.session.events import DossierCame, DossierRefused
from kiosk.session.moves import Context, Handlers, Result, back, forward, hub_away, to, trouble
from kiosk.session.numbers import number_for
from kiosk.session.touches import (
    ClearKeys,
    CollectResult,
    EraseKey,
    Key,
    LookUpCode,
    OpenDetails,
    OpenDossiers,
    OpenSecret,
    PressKey,
    SwitchKeys,
    TakeForDossier,
    WithoutReceipt,
)
from kiosk.session.tracking import MOST_CODE, MOST_SECRET, Tracking, Wanted
from kiosk.session.visit import Screen, Visit, collecting, find_service, guiding
from queue_core.dossier_code import DossierCode, ForeignCode, IdentityCard, Unreadable, read_code, refusal_words
from queue_core.wire.messages import ErrorBody, Lobby, LobbyService

#: refusals that belong to the field with the 4 characters
_SECRET_AGAIN: Final = frozenset({"dossier.secret_wrong", "dossier.secret_wait"})
#: with these the code is worth nothing to the officer either
_NO_CODE: Final = frozenset({"dossier.unknown", "dossier.code_invalid"})


# ------------------------------------------------------------------ the ways in
def _offered(visit: Visit, context: Context) -> bool:
    lobby = context.seen.lobby
    return visit.screen is Screen.HOME and lobby is not None and lobby.dossiers and not context.seen.hub_away


def _open(visit: Visit, event: OpenDossiers, context: Context) -> Result:
    del event
    if not _offered(visit, context):
        return visit, ()
    return forward(visit, Screen.DOSSIER_CODE, context, tracking=Tracking()), ()


def _collect(visit: Visit, event: CollectResult, context: Context) -> Result:
    """With a receipt its dossier decides; an office that looks up none gives the number at once."""
    del event
    service = collecting(context.seen.lobby)
    if visit.screen is not Screen.HOME or service is None:
        return visit, ()
    if _offered(visit, context):
        return forward(visit, Screen.DOSSIER_CODE, context, tracking=Tracking(collecting=True)), ()
    return number_for(visit, context, service, Screen.HOME)


def _without(visit: Visit, event: WithoutReceipt, context: Context) -> Result:
    """A result given on the spot has no receipt (NĐ 61/2018 Điều 17.4), and papers get lost."""
    del event
    service = collecting(context.seen.lobby)
    if visit.screen is not Screen.DOSSIER_CODE or not visit.tracking.collecting or service is None:
        return visit, ()
    return number_for(visit, context, service, Screen.DOSSIER_CODE)


# ------------------------------------------------------------------ typing
def code_key(visit: Visit, event: Key) -> Visit:
    """The visit after a key under the code."""
    tracking = visit.tracking
    return replace(visit, tracking=_keyed(replace(tracking, text=_typed(tracking.text, event, MOST_CODE)), event))


def secret_key(visit: Visit, event: Key) -> Visit:
    """The visit after a key under the 4 characters; after a wrong try the next key begins anew."""
    tracking = visit.tracking
    refused = tracking.words is not None and isinstance(event, PressKey)
    before = "" if refused and len(tracking.secret) == MOST_SECRET else tracking.secret
    if isinstance(event, PressKey) and not event.key.isalnum():
        return visit
    return replace(visit, tracking=_keyed(replace(tracking, secret=_typed(before, event, MOST_SECRET)), event))


def _typed(text: str, event: Key, most: int) -> str:
    match event:
        case PressKey() if len(event.key) == 1 and "!" <= event.key <= "~" and len(text) < most:
            return text + event.key.upper()
        case EraseKey():
            return text[:-1]
        case ClearKeys():
            return ""
        case _:
            return text


def _keyed(tracking: Tracking, event: Key) -> Tracking:
    if isinstance(event, SwitchKeys):
        return replace(tracking, figures=not tracking.figures)
    return replace(tracking, words=None)


# ------------------------------------------------------------------ asking
def _look_up_code(visit: Visit, event: LookUpCode, context: Context) -> Result:
    del event
    if visit.screen is not Screen.DOSSIER_CODE:
        return visit, ()
    reading = read_code(visit.tracking.text, context.day)
    if isinstance(reading, (DossierCode, ForeignCode)):
        return look_up(visit, context, reading, Screen.DOSSIER_CODE)
    return refuse(visit, context, reading, Screen.DOSSIER_CODE)


def look_up(visit: Visit, context: Context, code: DossierCode | ForeignCode, back_to: Screen) -> Result:
    """Ask for a dossier; without its characters."""
    return _ask(visit, context, Wanted(context.new_id(), code.text), back_to)


def _ask(visit: Visit, context: Context, wanted: Wanted, back_to: Screen) -> Result:
    visit = replace(visit, asked=None, tracking=replace(visit.tracking, wanted=wanted, words=None))
    if context.seen.hub_away:
        return trouble(visit, context, hub_away(), back_to), ()
    effect = LookUp(wanted.request_id, wanted.code, wanted.secret)
    return to(visit, Screen.DOSSIER_ASKED, context, back_to=back_to, trouble=None), (effect,)


def again(visit: Visit, context: Context) -> Result | None:
    """The look-up in trouble once more, under another id; None where the trouble is of another kind."""
    wanted = visit.tracking.wanted
    if wanted is None or visit.asked is not None:
        return None
    return _ask(visit, context, replace(wanted, request_id=context.new_id()), visit.back_to)


def refuse(visit: Visit, context: Context, reading: IdentityCard | Unreadable, back_to: Screen) -> Result:
    """No code: say why, kindly; what was typed stays, unless it is an identity card's."""
    card = isinstance(reading, IdentityCard)
    vi, en = refusal_words(reading)
    words = ErrorBody(key="scan.card" if card else f"scan.{reading.why}", vi=vi, en=en)  # type: ignore[union-attr]
    tracking = replace(visit.tracking, text="" if card else visit.tracking.text, wanted=None)
    if back_to is Screen.DOSSIER_CODE:
        # Said beside the field, where the next try is made.
        return to(visit, back_to, context, trouble=None, asked=None, tracking=replace(tracking, words=words)), ()
    return trouble(replace(visit, asked=None, tracking=tracking), context, words, back_to), ()


# ------------------------------------------------------------------ the hub's answers
def _awaited(visit: Visit, request_id: str) -> Wanted | None:
    wanted = visit.tracking.wanted
    asked = visit.screen is Screen.DOSSIER_ASKED and wanted is not None and wanted.request_id == request_id
    return wanted if asked else None


def _came(visit: Visit, event: DossierCame, context: Context) -> Result:
    if _awaited(visit, event.request_id) is None:
        return visit, ()
    tracking = replace(visit.tracking, found=event.dossier, wanted=None, words=None, secret="")
    visit = replace(visit, screen=visit.back_to, tracking=tracking)
    match visit.screen:
        case Screen.DOSSIER_OPENING:
            return replace(back(visit, context), page=0), ()
        case Screen.DOSSIER:
            return to(visit, Screen.DOSSIER, context, page=0), ()
        case _:
            return forward(visit, Screen.DOSSIER, context), ()


def _refused(visit: Visit, event: DossierRefused, context: Context) -> Result:
    wanted = _awaited(visit, event.request_id)
    if wanted is None:
        return visit, ()
    if wanted.secret is not None and event.error.key in _SECRET_AGAIN:
        tracking = replace(visit.tracking, wanted=None, words=event.error)
        return to(visit, Screen.DOSSIER_OPENING, context, tracking=tracking), ()
    return trouble(visit, context, event.error, visit.back_to), ()


# ------------------------------------------------------------------ what one may do with it
def _open_secret(visit: Visit, event: OpenSecret, context: Context) -> Result:
    del event
    found = visit.tracking.found
    if visit.screen is not Screen.DOSSIER or found is None or not found.can_open:
        return visit, ()
    tracking = replace(visit.tracking, secret="", figures=False, words=None)
    return forward(visit, Screen.DOSSIER_OPENING, context, tracking=tracking), ()


def _open_details(visit: Visit, event: OpenDetails, context: Context) -> Result:
    del event
    found, secret = visit.tracking.found, visit.tracking.secret
    if visit.screen is not Screen.DOSSIER_OPENING or found is None or len(secret) != MOST_SECRET:
        return visit, ()
    return _ask(visit, context, Wanted(context.new_id(), found.code, secret), Screen.DOSSIER_OPENING)


def dossier_service(visit: Visit, lobby: Lobby | None) -> LobbyService | None:
    """The service whose number the screen offers: the dossier's, or where somebody helps when nothing was found."""
    if visit.screen is Screen.DOSSIER:
        offer = visit.tracking.found.offer if visit.tracking.found else None
        return find_service(lobby, offer.service) if offer and offer.kind == "number" else None
    if visit.screen is not Screen.TROUBLE or visit.trouble is None or not visit.trouble.key.startswith("dossier."):
        return None
    return collecting(lobby) if visit.tracking.collecting else guiding(lobby)


def _take(visit: Visit, event: TakeForDossier, context: Context) -> Result:
    del event
    service = dossier_service(visit, context.seen.lobby)
    if service is None:
        return visit, ()
    tracking = visit.tracking
    if visit.screen is Screen.DOSSIER:
        code = tracking.found.code if tracking.found else None
        return number_for(visit, context, service, Screen.DOSSIER, dossier=code)
    known = visit.trouble is not None and visit.trouble.key not in _NO_CODE
    code = tracking.wanted.code if known and tracking.wanted else None
    return number_for(visit, context, service, visit.back_to, dossier=code)


# ------------------------------------------------------------------ leaving
def back_from(visit: Visit, context: Context) -> Visit:
    """One screen back; what was found does not stay behind it, what was typed does."""
    tracking = visit.tracking
    match visit.screen:
        case Screen.DOSSIER_ASKED:
            return to(visit, visit.back_to, context, tracking=replace(tracking, wanted=None))
        case Screen.DOSSIER_OPENING:
            return back(replace(visit, tracking=replace(tracking, secret="", words=None)), context)
        case Screen.DOSSIER:
            behind = back(replace(visit, tracking=replace(tracking, found=None, words=None)), context)
            kept = behind.screen is Screen.DOSSIER_CODE
            return behind if kept else replace(behind, tracking=Tracking(), back_to=Screen.HOME)
        case _:
            return back(replace(visit, tracking=Tracking()), context)


HANDLERS: Final[Handlers] = {
    OpenDossiers: _open,
    CollectResult: _collect,
    WithoutReceipt: _without,
    LookUpCode: _look_up_code,
    DossierCame: _came,
    DossierRefused: _refused,
    OpenSecret: _open_secret,
    OpenDetails: _open_details,
    TakeForDossier: _take,
}
