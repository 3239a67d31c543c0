"""Following a ticket on a phone: its signed address, and what its holder is told there.

The token in the address is the ticket's id and a keyed hash (HMAC-SHA-256, 96 bits) of the journal's epoch with it:
nobody can make one, and nobody can count through the tickets of others. The page says what the board says and what
concerns this ticket; there is no personal data to say.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from queue_core.clock import local
from queue_core.office import say
from queue_core.routing import ahead_of
from queue_core.state import State
from queue_core.tickets import Status, Ticket
from queue_core.wire.messages import Wait
from queue_hub.replies import counters_of
from queue_hub.secret_file import secret_key
from queue_hub.web.words import word

if TYPE_CHECKING:
    from queue_core.clock import Moment

KEY_FILE: Final = "follow.key"
_MAC_BYTES: Final = 12
_TOKEN: Final = re.compile(r"^([A-Za-z0-9._:-]{1,64})~([A-Za-z0-9_-]{16})$")
_SOON_MIN: Final = 5

#: (state, a waiting ticket, the moment) → the wait from now on, if anybody can tell
Estimate = Callable[[State, Ticket, "Moment"], Wait | None]


class Follower:
    """Makes and reads the tokens of one journal's tickets."""

    def __init__(self, folder: Path, epoch: str) -> None:
        """The key stands in ``folder`` (made when missing, readable by the hub's user only)."""
        self._key = secret_key(folder / KEY_FILE)
        self._epoch = epoch

    def token(self, ticket_id: str) -> str:
        """The token of a ticket."""
        return f"{ticket_id}~{self._mac(ticket_id)}"

    def ticket_id(self, token: str) -> str | None:
        """The ticket a token was made for, or None for what we did not make."""
        found = _TOKEN.match(token)
        if found is None or not hmac.compare_digest(found[2], self._mac(found[1])):
            return None
        return found[1]

    def url(self, ticket: Ticket, state: State) -> str | None:
        """The public address of a ticket, for the slip's QR; None where the office has no public address."""
        base = state.setup.public_base_url
        return f"{base.rstrip('/')}/t/{self.token(ticket.id)}" if base else None

    def _mac(self, ticket_id: str) -> str:
        digest = hmac.new(self._key, f"{self._epoch}\0{ticket_id}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:_MAC_BYTES]).decode()


@lru_cache(maxsize=4)
def _follower(data: Path, epoch: str) -> Follower:
    return Follower(data, epoch)


def follow_url(base_url: str, ticket_id: str, *, epoch: str, data: Path) -> str:
    """The public address of a ticket; ``data`` is the folder of the key, ``epoch`` the journal's."""
    return f"{base_url.rstrip('/')}/t/{_follower(data, epoch).token(ticket_id)}"


# ------------------------------------------------------------------ what is told
def jumped(state: State, ticket: Ticket) -> int:
    """How many priority numbers that came later were called before this one."""
    now_ms = state.last_ms
    return sum(
        1
        for other in state.tickets.values()
        if other.service == ticket.service
        and other.place > ticket.place
        and other.called_ms is not None
        and other.called_ms >= ticket.waiting_since_ms
        and other.is_priority(now_ms)
        and not ticket.is_priority(now_ms)
    )


def follow_values(state: State, ticket: Ticket, moment: Moment, lang: str, estimate: Estimate | None) -> dict[str, Any]:
    """What the holder of a ticket is told now, in words; the same keys for every state of it."""
    service = state.setup.service(ticket.service)
    counter = state.setup.counter(ticket.counter or "")
    tone, headline = _headline(ticket, counter.number if counter else None, lang)
    waiting = ticket.status is Status.WAITING
    notes: list[str] = []
    ahead: int | None = None
    wait_words = told = ""
    if waiting:
        ahead = ahead_of(state, ticket, moment.utc_ms)
        wait = estimate(state, ticket, moment) if estimate else None
        told_ms = moment.utc_ms if wait else ticket.issued_ms
        wait = wait or Wait(ahead=ahead, low_min=ticket.told_low_min, high_min=ticket.told_high_min)
        wait_words = _wait_words(wait, lang)
        if wait_words and moment.known:
            told = word("follow.told", lang, time=f"{local(told_ms):%H:%M}")
        if ahead == 0 and not ticket.behind:
            headline, tone = word("follow.next", lang), "soon"
        if wait.passes_closing:
            notes.append(word("follow.closing", lang))
        if ticket.behind:
            notes.append(word("follow.missed", lang, n=ticket.behind))
        if count := jumped(state, ticket):
            notes.append(word("follow.jumped", lang, n=count))
    return {
        "number": ticket.number,
        "service": say(service.name, lang) if service else "",
        "status": ticket.status.value,
        "tone": tone,
        "headline": headline,
        "ahead": ahead,
        "wait": wait_words,
        "told": told,
        "notes": notes,
        "counters": counters_of(state, ticket) if waiting else [],
        "asof": word("follow.asof", lang, time=f"{moment.local:%H:%M:%S}") if moment.known else "",
        "over": ticket.status in {Status.FINISHED, Status.CANCELLED, Status.EXPIRED},
    }


def _headline(ticket: Ticket, counter: int | None, lang: str) -> tuple[str, str]:
    """The tone of the page and its one sentence; none while waiting."""
    match ticket.status:
        case Status.CALLED:
            return "called", word("follow.called", lang, counter=counter or "?")
        case Status.SERVING:
            return "called", word("follow.serving", lang, counter=counter or "?")
        case Status.PARKED:
            return "quiet", word("follow.parked", lang)
        case Status.FINISHED | Status.CANCELLED | Status.EXPIRED:
            return "over", word(f"follow.{ticket.status.value}", lang)
        case _:
            return "quiet", ""


def _wait_words(wait: Wait, lang: str) -> str:
    if wait.low_min is None or wait.high_min is None:
        return ""
    if wait.high_min <= _SOON_MIN:
        return word("follow.soon", lang)
    if wait.low_min in {0, wait.high_min}:
        return word("follow.wait_most", lang, high=wait.high_min)
    return word("follow.wait", lang, low=wait.low_min, high=wait.high_min)
