"""Saying how one was served: by the slip, its number, or a dossier's receipt; faces, reasons of the unhappy, thanks.

It works while the hub is away: what was said is kept on the kiosk's disk when the face is touched and goes on its way
when it can no longer be changed. Where the hub is heard, it is asked at once whether this visit may be rated.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.session.effects import DropRating, Effect, KeepRating, MayRate, SendRating
from kiosk.session.events import RatingRefused
from kiosk.session.moves import Context, Handlers, Result, forward, to, trouble
from kiosk.session.opinion import Opinion, Way
from kiosk.session.touches import (
    ChangeOpinion,
    ChooseFace,
    ChoosePrefix,
    GiveNumber,
    OpenRating,
    OpenTypedNumber,
    ReasonsDone,
    Scanned,
    ToggleReason,
)
from kiosk.session.visit import RATING, Screen, Visit
from queue_core.dossier_code import DossierCode, read_code, refusal_words
from queue_core.dossier_code import ForeignCode as OtherCode
from queue_core.follow_token import read_follow
from queue_core.rating import is_unhappy
from queue_core.wire.messages import ErrorBody, LobbyRating


def _asked(context: Context) -> LobbyRating | None:
    return context.seen.lobby.rating if context.seen.lobby else None


def _open(visit: Visit, event: OpenRating, context: Context) -> Result:
    asked = _asked(context)
    if visit.screen is not Screen.HOME or asked is None:
        return visit, ()
    visit = replace(visit, opinion=Opinion(), digits="")
    if event.scans and (asked.slips_qr or asked.dossiers):
        return forward(visit, Screen.RATE_HOW, context), ()
    return _to_number(visit, context, asked), ()


def _open_number(visit: Visit, event: OpenTypedNumber, context: Context) -> Result:
    del event
    asked = _asked(context)
    if visit.screen is not Screen.RATE_HOW or asked is None:
        return visit, ()
    return _to_number(visit, context, asked), ()


def _to_number(visit: Visit, context: Context, asked: LobbyRating) -> Visit:
    if len(asked.prefixes) > 1:
        return forward(visit, Screen.RATE_PREFIX, context, opinion=Opinion(), digits="")
    prefix = asked.prefixes[0].prefix if asked.prefixes else ""
    return forward(visit, Screen.RATE_NUMBER, context, opinion=Opinion(prefix=prefix), digits="")


def _choose_prefix(visit: Visit, event: ChoosePrefix, context: Context) -> Result:
    asked = _asked(context)
    known = {p.prefix for p in asked.prefixes} if asked else set()
    if visit.screen is not Screen.RATE_PREFIX or event.prefix not in known:
        return visit, ()
    return forward(visit, Screen.RATE_NUMBER, context, opinion=Opinion(prefix=event.prefix), digits=""), ()


def _give_number(visit: Visit, event: GiveNumber, context: Context) -> Result:
    del event
    if visit.screen is not Screen.RATE_NUMBER or not visit.digits:
        return visit, ()
    return _to_faces(visit, context, Way(number=visit.opinion.prefix + visit.digits))


def _to_faces(visit: Visit, context: Context, way: Way) -> Result:
    asked = _asked(context)
    if asked is None:
        return visit, ()
    opinion = Opinion(prefix=visit.opinion.prefix, way=way, request_id=context.new_id(), scale=asked.scale)
    effects: tuple[Effect, ...] = () if context.seen.hub_away else (MayRate(opinion.request_id, way),)
    return forward(visit, Screen.RATE_FACES, context, opinion=opinion), effects


def scanned(visit: Visit, event: Scanned, context: Context) -> Result:
    """A code on one of these screens: a slip's, a receipt's, or a kind word about what else it is."""
    if visit.screen not in {Screen.RATE_HOW, Screen.RATE_PREFIX, Screen.RATE_NUMBER}:
        return visit, ()
    if token := read_follow(event.text):
        return _to_faces(visit, context, Way(token=token))
    reading = read_code(event.text, context.day)
    if isinstance(reading, (DossierCode, OtherCode)):
        return _to_faces(visit, context, Way(dossier=reading.text))
    vi, en = refusal_words(reading)
    return trouble(visit, context, ErrorBody(key="rating.code", vi=vi, en=en), visit.screen), ()


# ------------------------------------------------------------------ what is said
def _choose_face(visit: Visit, event: ChooseFace, context: Context) -> Result:
    opinion = visit.opinion
    if visit.screen is not Screen.RATE_FACES or opinion.sent or not 1 <= event.value <= opinion.scale:
        return visit, ()
    opinion = replace(opinion, value=event.value, reasons=(), said_s=context.now_s)
    if is_unhappy(event.value, opinion.scale):
        return forward(visit, Screen.RATE_WHY, context, opinion=opinion), (KeepRating(opinion),)
    return to(visit, Screen.RATE_THANKS, context, opinion=opinion, page=0), (KeepRating(opinion),)


def _toggle(visit: Visit, event: ToggleReason, context: Context) -> Result:
    asked, chosen = _asked(context), visit.opinion.reasons
    if visit.screen is not Screen.RATE_WHY or asked is None or event.reason not in asked.reasons:
        return visit, ()
    chosen = tuple(r for r in chosen if r != event.reason) if event.reason in chosen else (*chosen, event.reason)
    return replace(visit, opinion=replace(visit.opinion, reasons=chosen)), ()


def _reasons_done(visit: Visit, event: ReasonsDone, context: Context) -> Result:
    del event
    if visit.screen is not Screen.RATE_WHY:
        return visit, ()
    opinion = replace(visit.opinion, said_s=context.now_s)
    return to(visit, Screen.RATE_THANKS, context, opinion=opinion, page=0), (KeepRating(opinion),)


def _change(visit: Visit, event: ChangeOpinion, context: Context) -> Result:
    del event
    if visit.screen is not Screen.RATE_THANKS or not visit.opinion.pending:
        return visit, ()
    # The way back from the faces leads to the thanks again: what was said is said.
    return to(visit, Screen.RATE_FACES, context, page=0), ()


def grown_old(visit: Visit, context: Context) -> Result | None:
    """On the thanks: the seconds for a change of mind are over; None while they are not."""
    asked = _asked(context)
    change_s = asked.change_s if asked else 0
    if visit.screen is not Screen.RATE_THANKS or not visit.opinion.pending:
        return None
    if context.now_s - visit.opinion.said_s < change_s:
        return None
    return replace(visit, opinion=replace(visit.opinion, sent=True)), (SendRating(visit.opinion.request_id),)


def back_from(visit: Visit, context: Context) -> Visit | None:
    """Where back leads from faces that were opened to change one's mind; None: the usual way."""
    if visit.screen is Screen.RATE_FACES and visit.opinion.value is not None:
        return to(visit, Screen.RATE_THANKS, context, page=0)
    return None


def _refused(visit: Visit, event: RatingRefused, context: Context) -> Result:
    opinion = visit.opinion
    if visit.screen not in RATING or opinion.sent or event.request_id != opinion.request_id:
        return visit, ()
    effects: tuple[Effect, ...] = (DropRating(opinion.request_id),) if opinion.value is not None else ()
    first = Screen.RATE_NUMBER if opinion.way and opinion.way.number else Screen.RATE_HOW
    # The trail up to the screen where another way can be chosen.
    trail = visit.trail
    while trail and trail[-1][0] is not first:
        trail = trail[:-1]
    opinion = Opinion(prefix=opinion.prefix)
    visit = replace(visit, opinion=opinion, digits="", asked=None, trail=trail[:-1])
    return trouble(visit, context, event.error, first if trail else Screen.HOME), effects


HANDLERS: Final[Handlers] = {
    OpenRating: _open,
    OpenTypedNumber: _open_number,
    ChoosePrefix: _choose_prefix,
    GiveNumber: _give_number,
    ChooseFace: _choose_face,
    ToggleReason: _toggle,
    ReasonsDone: _reasons_done,
    ChangeOpinion: _change,
    RatingRefused: _refused,
}
