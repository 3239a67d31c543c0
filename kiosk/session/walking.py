"""Home, back, language, letters, help, and what time and the office's changes do."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.session import dossiers, rating, technician
from kiosk.session.effects import CallOfficer, Cancel
from kiosk.session.events import Approached, HelpAnswered, Listening, SeenChanged, Tick
from kiosk.session.moves import Context, Handlers, Result, ask, back, home, hub_away, leave, to, trouble
from kiosk.session.touches import AskHelp, CloseOverlay, GoBack, GoHome, OpenLook, SetLanguage, SetLook, TryAgain
from kiosk.session.visit import (
    DOSSIERS,
    LOOKING_UP,
    RATING,
    Overlay,
    Screen,
    Visit,
    find_service,
    number_limit_s,
)
from queue_kit.languages import offered

#: where somebody enters what only the hub can answer
_HUB_NEEDED: Final = frozenset(
    {Screen.SERVICES, Screen.PRIORITY, Screen.CHECK_IN, Screen.DOSSIER_CODE, Screen.DOSSIER_OPENING}
)


def _out_of_trouble(visit: Visit, context: Context) -> Visit:
    """Where it came from, with everything that was entered."""
    tracking = replace(visit.tracking, wanted=None)
    return to(visit, visit.back_to, context, trouble=None, asked=None, tracking=tracking)


def _go_home(visit: Visit, event: GoHome, context: Context) -> Result:
    # The button also gives the next citizen the usual letters and language back.
    del event
    return leave(visit, context)


def _go_back(visit: Visit, event: GoBack, context: Context) -> Result:
    del event
    if visit.overlay is not Overlay.NONE:
        return replace(visit, overlay=Overlay.NONE), ()
    match visit.screen:
        case Screen.SERVICES if visit.group is not None:
            return to(visit, Screen.SERVICES, context, group=None, page=0), ()
        case Screen.SERVICES | Screen.CHECK_IN:
            return to(visit, Screen.HOME, context, group=None, page=0, priority=None, digits=""), ()
        case screen if screen in LOOKING_UP:
            return back(visit, context), ()
        case screen if screen in DOSSIERS:
            return dossiers.back_from(visit, context), ()
        case screen if screen in RATING:
            return rating.back_from(visit, context) or back(visit, context), ()
        case Screen.PRIORITY:
            return to(visit, Screen.SERVICES, context), ()
        case Screen.TECHNICIAN_PIN | Screen.TECHNICIAN | Screen.TOUCH_TEST:
            return technician.back_from(visit, context) or home(context), ()
        case Screen.TROUBLE:
            return _out_of_trouble(visit, context), ()
        case Screen.ASKING if visit.asked:
            left = to(visit, visit.back_to, context, asked=None)
            return left, (Cancel(visit.asked.request_id),)
        case _:
            return visit, ()


def _try_again(visit: Visit, event: TryAgain, context: Context) -> Result:
    del event
    if visit.screen is not Screen.TROUBLE:
        return visit, ()
    if (looked_up := dossiers.again(visit, context)) is not None:
        return looked_up
    if visit.asked is None:
        return to(visit, visit.back_to, context, trouble=None), ()
    # A new id: the one that got no answer was cancelled, and a cancelled request never gets a number.
    return ask(visit, context, replace(visit.asked, request_id=context.new_id()), visit.back_to)


def _set_language(visit: Visit, event: SetLanguage, context: Context) -> Result:
    lobby = context.seen.lobby
    known = ["vi", "en"] if lobby is None else offered(lobby.languages)
    if event.lang in known:
        return replace(visit, lang=event.lang), ()
    return visit, ()


def _open_look(visit: Visit, event: OpenLook, context: Context) -> Result:
    del event, context
    return replace(visit, overlay=Overlay.LOOK), ()


def _set_look(visit: Visit, event: SetLook, context: Context) -> Result:
    del context
    # The pages are others when the letters are: the first one is the one that everybody expects.
    return replace(visit, large=event.large, high_contrast=event.high_contrast, page=0), ()


def _ask_help(visit: Visit, event: AskHelp, context: Context) -> Result:
    del event
    if visit.overlay is Overlay.HELP:
        return visit, ()
    if context.seen.hub_away:
        return replace(visit, overlay=Overlay.HELP, help_ok=False), ()
    return replace(visit, overlay=Overlay.HELP, help_ok=None), (CallOfficer(),)


def _help_answered(visit: Visit, event: HelpAnswered, context: Context) -> Result:
    del context
    if visit.overlay is not Overlay.HELP:
        return visit, ()
    return replace(visit, help_ok=event.ok), ()


def _close_overlay(visit: Visit, event: CloseOverlay, context: Context) -> Result:
    del event, context
    return replace(visit, overlay=Overlay.NONE), ()


def _seen_changed(visit: Visit, event: SeenChanged, context: Context) -> Result:
    """The office changed under the citizen's finger: go on where that is possible."""
    del event
    lobby, away = context.seen.lobby, context.seen.hub_away
    if visit.screen is Screen.TROUBLE and visit.trouble and visit.trouble.key == "hub.away" and not away:
        # Back by itself.
        return _out_of_trouble(visit, context), ()
    if visit.screen in _HUB_NEEDED and away:
        return trouble(replace(visit, asked=None), context, hub_away(), visit.screen), ()
    changes: dict[str, object] = {}
    if visit.overlay is Overlay.WHOLE and find_service(lobby, visit.reading) is None:
        changes |= {"overlay": Overlay.NONE, "reading": None}
    if visit.group is not None:
        group = find_service(lobby, visit.group)
        if group is None or not group.services:
            changes |= {"group": None, "page": 0}
    if visit.priority is not None and visit.priority not in {p.id for p in (lobby.priorities if lobby else ())}:
        changes["priority"] = None
    if lobby is not None and visit.lang not in (known := offered(lobby.languages)):
        changes["lang"] = known[0]
    return (replace(visit, **changes) if changes else visit), ()  # type: ignore[arg-type]


def _listening(visit: Visit, event: Listening, context: Context) -> Result:
    del event
    if visit.overlay is Overlay.STILL_THERE:
        return visit, ()
    return replace(visit, touched_s=context.now_s), ()


def _approached(visit: Visit, event: Approached, context: Context) -> Result:
    del event
    return (home(context), ()) if visit.screen is Screen.ATTRACT else (visit, ())


def _tick(visit: Visit, event: Tick, context: Context) -> Result:
    del event
    timing = context.timing
    untouched_s = context.now_s - visit.touched_s
    on_screen_s = context.now_s - visit.since_s
    quiet_s = min(untouched_s, on_screen_s)
    match visit.screen:
        case Screen.ATTRACT:
            return visit, ()
        case Screen.ASKING | Screen.DOSSIER_ASKED:
            gone = on_screen_s >= timing.asking_s
            return leave(visit, context) if gone else (visit, ())
        case Screen.NUMBER:
            return (home(context), ()) if quiet_s >= number_limit_s(visit, timing) else (visit, ())
        case Screen.HOME if visit.shown == Visit(lang=context.lang):
            return (to(visit, Screen.ATTRACT, context), ()) if untouched_s >= timing.attract_s else (visit, ())
        case _:
            pass
    if (told := rating.grown_old(visit, context)) is not None:
        return told
    idle_s, ring_s = timing.patience(visit.screen)
    if visit.overlay is Overlay.STILL_THERE:
        return leave(visit, context) if untouched_s >= idle_s + ring_s else (visit, ())
    if visit.overlay is Overlay.HELP and visit.screen is Screen.HOME and untouched_s >= timing.help_s:
        return replace(visit, overlay=Overlay.NONE), ()
    if untouched_s >= idle_s:
        return replace(visit, overlay=Overlay.STILL_THERE), ()
    return visit, ()


HANDLERS: Final[Handlers] = {
    GoHome: _go_home,
    GoBack: _go_back,
    TryAgain: _try_again,
    SetLanguage: _set_language,
    OpenLook: _open_look,
    SetLook: _set_look,
    AskHelp: _ask_help,
    CloseOverlay: _close_overlay,
    HelpAnswered: _help_answered,
    SeenChanged: _seen_changed,
    Listening: _listening,
    Approached: _approached,
    Tick: _tick,
}
