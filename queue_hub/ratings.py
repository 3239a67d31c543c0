"""The hub's desk for ratings: finds the visit behind a slip, a number or a dossier's code, and has it rated once.

What goes into the journal is a hash of the ticket or the dossier under a key of its own (``rating.key``): with the
journal alone nobody learns whose opinion it is, and the hash of the dossier in other events is another one. The journal
is the only place where ratings are kept.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from queue_core import commands as c
from queue_core import rating as rules
from queue_core.clock import local
from queue_core.decisions.rating import rateable
from queue_core.dossier_code import DossierCode, ForeignCode, read_code, refusal_words
from queue_core.dossiers import DossierState
from queue_core.errors import RuleError
from queue_core.journal import Stamp
from queue_core.journal.schema import connect
from queue_core.wire import messages as m
from queue_hub.dossiers.errors import DossierError
from queue_hub.follow import Follower
from queue_hub.secret_file import secret_key

if TYPE_CHECKING:
    from queue_core.state import State
    from queue_core.tickets import Ticket
    from queue_hub.dossiers.book import Book
    from queue_hub.dossiers.desk import DossierDesk
    from queue_hub.engine import Engine, Outcome

KEY_FILE: Final = "rating.key"
#: a dossier in one of these has come to its end, and so has the visit
_OVER: Final = frozenset({DossierState.REFUSED, DossierState.STOPPED, DossierState.READY, DossierState.RETURNED})
_INDEX: Final = "CREATE INDEX IF NOT EXISTS ratings ON events (seq) WHERE type = 'rated'"


@dataclass(frozen=True, slots=True)
class Visit:
    """What is rated. ``ticket`` None: a dossier."""

    subject: str
    ticket: str | None = None
    signed: bool = False
    time_index: int | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A rating and the business day it counts for."""

    day: date
    rating: rules.Rating


class RatingDesk:
    """One a hub. ``dossiers``: where codes are looked up; None: no rating by receipt."""

    def __init__(self, engine: Engine, data: Path, dossiers: DossierDesk | None = None) -> None:
        """Make the key and the index if they are missing. Raises JournalError."""
        self._engine, self._dossiers = engine, dossiers
        self._key = secret_key(data / KEY_FILE)
        self._follower = Follower(data, engine.epoch)
        self._path = engine.journal.path
        if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'ratings'"):
            engine.journal.append([], Stamp("", 0, ""), day=0, side=_make_index)

    # ------------------------------------------------------------------ the bus
    def ask(self, client: str, request: m.RateRequest, answer: Callable[[m.Reply], None]) -> None:
        """Answer a device's request, perhaps on another thread. Raises RuleError, DossierError, request.busy."""
        if request.dossier is None:
            self._answer(client, request, self.visit(token=request.token, number=request.number), answer)
            return
        if self._dossiers is None or not self.by_receipt:
            raise DossierError("dossier.not_offered")
        code = request.dossier
        self._dossiers.later(
            lambda: self._answer(client, request, self.dossier_visit(code, client), answer), request.request_id, answer
        )

    def _answer(self, client: str, request: m.RateRequest, visit: Visit, answer: Callable[[m.Reply], None]) -> None:
        if request.value is None:
            self.may(visit, client, request.given_ms)
            answer(m.Reply(ok=True, request_id=request.request_id))
            return
        command = command_of(visit, request.value, request.scale, request.reasons, request.given_ms)

        def done(outcome: Outcome) -> None:
            answer(outcome.reply)

        self._engine.ask(command, by=client, request_id=f"{client}/{request.request_id}", answer=done)

    # ------------------------------------------------------------------ what is rated
    def visit(self, *, token: str | None = None, number: str | None = None) -> Visit:
        """A ticket of today by its slip's token or its number. Raises RuleError rating.bad_token, rating.no_number."""
        state = self._engine.state
        if token is not None:
            ticket_id = self._follower.ticket_id(token)
            if ticket_id is None or ticket_id not in state.tickets:
                raise RuleError("rating.bad_token")
            return Visit(self.subject_of(ticket_id), ticket_id, signed=True)
        ticket = state.by_number(number or "") or _without_zeros(state, number or "")
        if ticket is None:
            raise RuleError("rating.no_number", number=number or "")
        return Visit(self.subject_of(ticket.id), ticket.id)

    def dossier_visit(self, text: str, device: str) -> Visit:
        """A dossier by its code; counted as a look-up. Raises DossierError, RegistryError, RuleError rating.*."""
        if self._dossiers is None or not self.by_receipt:
            raise DossierError("dossier.not_offered")
        moment = self._engine.moment
        reading = read_code(text, moment.local.date() if moment.known else None)
        if not isinstance(reading, (DossierCode, ForeignCode)):
            vi, en = refusal_words(reading)
            raise DossierError("dossier.code_invalid", said=vi, said_en=en)
        self._dossiers.limits.take(device, self._engine.state.setup.dossiers)
        found = self._dossiers.find(reading.text)
        if found is None:
            raise DossierError("dossier.unknown")
        if found.state not in _OVER:
            raise RuleError("rating.dossier_open")
        subject = self._mac(f"dossier\0{found.code}")
        self._once_for_ever(subject)
        return Visit(subject, time_index=_time_index(self._dossiers.book, found.code))

    @property
    def by_receipt(self) -> bool:
        """Whether a dossier may be rated by its code."""
        return self._dossiers is not None and self._dossiers.offered

    def grant(self, visit: Visit, by: str) -> str:
        """What a device that has shown a dossier's code sends instead of it from then on."""
        return self._mac(f"grant\0{by}\0{visit.subject}\0{visit.time_index}")

    def granted(self, subject: str, time_index: int | None, grant: str, by: str) -> Visit | None:
        """The dossier behind such a grant; None for any other. Raises RuleError rating.already."""
        visit = Visit(subject, time_index=time_index)
        if not hmac.compare_digest(self.grant(visit, by), grant):
            return None
        self._once_for_ever(subject)
        return visit

    def may(self, visit: Visit, by: str, given_ms: int | None = None) -> None:
        """Raise the refusal that rating it now would meet."""
        state, now_ms = self._engine.state, self._engine.moment.utc_ms
        policy, said_ms = state.setup.rating, rules.said_at(given_ms, now_ms)
        if not policy.offered:
            raise RuleError("rating.not_offered")
        rules.may_change(state.rated.get(visit.subject), said_ms, by, policy.change_s)
        if visit.ticket is not None:
            rateable(state, visit.ticket, said_ms, signed=visit.signed)

    def subject_of(self, ticket_id: str) -> str:
        """The hash a ticket's rating stands under."""
        return self._mac(f"ticket\0{self._engine.epoch}\0{ticket_id}")

    def last_finished(self, counter_id: str) -> Ticket | None:
        """Whoever was finished last at a counter today."""
        over = [t for t in self._engine.state.tickets.values() if t.counter == counter_id and t.ended_ms is not None]
        ended = [t for t in over if t.status == "finished"]
        return max(ended, key=lambda t: (t.ended_ms or 0, t.called_ms or 0, t.place), default=None)

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()[:16].hex()

    def _once_for_ever(self, subject: str) -> None:
        """A dossier is rated once, on whatever day; the day's own opinion may still be changed."""
        if subject not in self._engine.state.rated and self._rated_before(subject):
            raise RuleError("rating.already")

    def _rated_before(self, subject: str) -> bool:
        return bool(self._rows("SELECT 1 FROM events WHERE type = 'rated' AND instr(body, ?) LIMIT 1", subject))

    # ------------------------------------------------------------------ sums
    def today(self) -> list[rules.Rating]:
        """Today's, in the order they came."""
        return list(self._engine.state.rated.values())

    def month(self, month: str) -> list[Dated]:
        """All of ``YYYY-MM`` from the journal, oldest first; a change of mind has replaced what was said before."""
        said: dict[str, Dated] = {}
        for (body,) in self._rows("SELECT body FROM events WHERE type = 'rated' ORDER BY seq"):
            values = json.loads(body)
            day = local(int(values["given_ms"])).date()
            if f"{day:%Y-%m}" == month:
                said[values["subject"]] = Dated(day, _rating(values))
        return list(said.values())

    def _rows(self, question: str, *values: object) -> list[Any]:
        with closing(connect(self._path, read_only=True)) as db:
            return db.execute(question, values).fetchall()


def _without_zeros(state: State, number: str) -> Ticket | None:
    """``A7`` is what somebody types who reads ``A007``."""
    return next(
        (t for t in state.tickets.values() if number.startswith(t.prefix) and f"{t.prefix}{t.ordinal}" == number), None
    )


def _time_index(book: Book, code: str) -> int | None:
    """Index 1 from the book's own dates; None for another registry's dossier."""
    try:
        record = book.get(code)
    except DossierError:
        return None
    done = record.ready or record.returned
    if done is None:
        return None
    return rules.time_index(late=done > record.due, early=done.date() < record.due.date())


def command_of(visit: Visit, value: int, scale: int, reasons: list[str], given_ms: int | None) -> c.Rate:
    """The command. Raises RuleError rating.scale, rating.reasons for what the command cannot even hold."""
    try:
        return c.Rate.model_validate(
            {
                "subject": visit.subject, "value": value, "scale": scale, "reasons": reasons, "ticket": visit.ticket,
                "signed": visit.signed, "given_ms": given_ms, "time_index": visit.time_index,
            }
        )  # fmt: skip
    except ValidationError as error:
        where = error.errors(include_url=False)[0]["loc"][0]
        raise RuleError("rating.reasons" if where == "reasons" else "rating.scale") from None


def _rating(values: dict[str, Any]) -> rules.Rating:
    return rules.Rating(
        value=values["value"], scale=values["scale"], reasons=tuple(values.get("reasons", ())),
        counter=values.get("counter"), service=values.get("service"), officer=values.get("officer"),
        indices=values.get("indices", {}), given_ms=values["given_ms"], by=values.get("by", ""),
    )  # fmt: skip


def _make_index(connection: sqlite3.Connection) -> None:
    connection.execute(_INDEX)
