"""The moves that all ways share: home, to a screen, into trouble, to the hub with a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kiosk.session.effects import Ask, Cancel, Effect, KeepRating, SendRating
from kiosk.session.events import Event
from kiosk.session.visit import RATING, Asked, Overlay, Screen, Seen, Timing, Visit
from queue_core.wire.messages import ErrorBody


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may read. ``lang``: the language that a visit begins in; ``day``: today, where a clock is trusted."""

    seen: Seen
    now_s: float
    new_id: Callable[[], str]
    timing: Timing
    lang: str = "vi"
    day: date | None = None


#: so many ways back are remembered
_MOST_STEPS = 12
#: the next visit, and what must be done
Result = tuple[Visit, tuple[Effect, ...]]
#: an event's class → what it does to the visit; each handler takes its own class of event
Handlers = dict[type[Event], Callable[[Visit, Any, Context], Result]]


def home(context: Context) -> Visit:
    """A visit that begins."""
    return Visit(lang=context.lang, touched_s=context.now_s, since_s=context.now_s)


def leave(visit: Visit, context: Context) -> Result:
    """The citizen goes, or has gone: what was asked and not answered is taken back."""
    effects: tuple[Effect, ...] = ()
    if visit.screen is Screen.ASKING and visit.asked:
        effects = (Cancel(visit.asked.request_id),)
    if visit.screen in RATING and visit.opinion.pending:
        # What was said is said, also by somebody who then walks away.
        effects = (KeepRating(visit.opinion), SendRating(visit.opinion.request_id))
    return home(context), effects


def to(visit: Visit, screen: Screen, context: Context, **changes: object) -> Visit:
    """The visit on another screen, with nothing over it."""
    return replace(visit, screen=screen, overlay=Overlay.NONE, since_s=context.now_s, **changes)  # type: ignore[arg-type]


def forward(visit: Visit, screen: Screen, context: Context, **changes: object) -> Visit:
    """The visit one screen further on, at its first page; :func:`back` leads to where it stands now."""
    trail = (*visit.trail, (visit.screen, visit.page))[-_MOST_STEPS:]
    return to(visit, screen, context, trail=trail, page=0, **changes)


def back(visit: Visit, context: Context) -> Visit:
    """The visit where it was before the last :func:`forward`, on the same page."""
    screen, page = visit.trail[-1] if visit.trail else (Screen.HOME, 0)
    return to(visit, screen, context, trail=visit.trail[:-1], page=page)


def trouble(visit: Visit, context: Context, error: ErrorBody, back_to: Screen) -> Visit:
    """The visit at the screen that says what is wrong; ``back_to`` is where it came from."""
    return to(visit, Screen.TROUBLE, context, trouble=error, back_to=back_to, page=0)


def hub_away() -> ErrorBody:
    """The hub cannot be heard."""
    return ErrorBody(key="hub.away", vi="", en="")


def ask(visit: Visit, context: Context, asked: Asked, back_to: Screen) -> Result:
    """Ask the hub, or say at once that it is away."""
    if context.seen.hub_away:
        return trouble(replace(visit, asked=asked), context, hub_away(), back_to), ()
    return to(visit, Screen.ASKING, context, asked=asked, back_to=back_to, trouble=None), (Ask(asked),)
