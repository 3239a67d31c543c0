"""What the screens say of waiting and time: plain functions of the lobby and a ticket, in a language.

A wait is told as a range with the number of people, never as a point; under 5 minutes it is "soon".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from queue_core.wire.messages import Lobby, LobbyService, TicketBody, Wait
from queue_kit.languages import nearest, tr, weekday

#: Việt Nam has one time and no summer time
VIET_NAM: Final = timezone(timedelta(hours=7))
SOON_MIN: Final = 5


def say(text: dict[str, str], lang: str) -> str:
    """A configured text in the language, or in the next that its reader may read."""
    return nearest(text, lang)


def label(service: LobbyService, lang: str) -> str:
    """A service's name on a tile: the short one where there is one."""
    return say(service.short, lang) or say(service.name, lang)


def local(utc_ms: int) -> datetime:
    """Local time of the office."""
    return datetime.fromtimestamp(utc_ms / 1000, UTC).astimezone(VIET_NAM)


def local_date(utc_ms: int) -> date:
    """The office's date."""
    return local(utc_ms).date()


def clock_words(utc_ms: int) -> str:
    """HH:MM."""
    return local(utc_ms).strftime("%H:%M")


def date_words(utc_ms: int, lang: str) -> str:
    """Chủ nhật, 22/11/2026."""
    at = local(utc_ms)
    return tr(lang, "common.date", weekday=weekday(lang, at.weekday()), date=at.strftime("%d/%m/%Y"))


def leaves(lobby: Lobby) -> Iterator[LobbyService]:
    """The services numbers are given for."""
    for service in lobby.services:
        yield from service.services or (service,)


def people_waiting(service: LobbyService) -> int:
    """How many wait for a service, or for all of a group."""
    return sum(child.waiting for child in service.services) if service.services else service.waiting


def waiting_line(lobby: Lobby, lang: str) -> str:
    """The live line on the home screen: everybody who waits, and the range over the services where anybody does."""
    count = sum(service.waiting for service in leaves(lobby))
    if count == 0:
        return tr(lang, "kiosk.home.nobody")
    waits = [s.wait for s in leaves(lobby) if s.open and s.waiting and s.wait and s.wait.high_min is not None]
    if not waits:
        return tr(lang, "kiosk.home.waiting", count=count)
    low = min(w.low_min or 0 for w in waits)
    high = max(w.high_min or 0 for w in waits)
    if high <= SOON_MIN:
        return tr(lang, "kiosk.home.waiting_soon", count=count)
    varied = len({(w.low_min, w.high_min) for w in waits}) > 1
    span = "range" if low > 0 else "at_most"
    return tr(lang, f"kiosk.home.waiting_{span}{'_varied' if varied else ''}", count=count, low=low, high=high)


def ahead_words(wait: Wait, lang: str) -> str:
    """People ahead of a ticket."""
    return tr(lang, "kiosk.number.ahead", count=wait.ahead) if wait.ahead else tr(lang, "kiosk.number.nobody")


def wait_words(wait: Wait, lang: str) -> str:
    """The range of a ticket's wait; empty when nobody can tell."""
    low, high = wait.low_min, wait.high_min
    if low is None or high is None:
        return ""
    if high <= SOON_MIN:
        return tr(lang, "kiosk.number.soon")
    if low <= 0:
        return tr(lang, "kiosk.number.at_most", high=high)
    if low == high:
        return tr(lang, "kiosk.number.about", high=high)
    return tr(lang, "kiosk.number.range", low=low, high=high)


def counters_words(counters: list[int], lang: str) -> str:
    """Quầy 2 hoặc 3."""
    if not counters:
        return ""
    names = [str(number) for number in sorted(counters)]
    joined = ", ".join(names[:-1]) + tr(lang, "common.or") + names[-1] if len(names) > 1 else names[0]
    return tr(lang, "kiosk.number.counters", counters=joined)


def service_words(ticket: TicketBody, lang: str) -> str:
    """The ticket's service."""
    return say(ticket.service_name, lang)
