"""What may be asked of the queue. A command changes nothing; :func:`queue_core.engine.decide` answers it.

The wire and the web front build these from what they receive; ``by`` is set by the front, never by the sender.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from queue_core.rating import Reason

ShortId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Lang = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class Command(BaseModel):
    """Base of all commands."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Issue(Command):
    """Give a number. ``booking`` is a 6-digit code when it comes from a booked visit (entry ``booked``)."""

    verb: Literal["issue"] = "issue"
    service: ShortId
    entry: Literal["walk_in", "booked", "collect"] = "walk_in"
    priority: ShortId | None = None
    lang: Lang = "vi"
    booking: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    dossier_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{16,64}$")] | None = None


class CheckIn(Command):
    """Give the number of a booked visit by its 6 digits."""

    verb: Literal["check_in"] = "check_in"
    booking: Annotated[str, Field(pattern=r"^\d{6}$")]
    lang: Lang = "vi"


class CancelRequest(Command):
    """The citizen left: the request with this id shall have no ticket (a given one is cancelled)."""

    verb: Literal["cancel"] = "cancel"
    of: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:/-]{1,128}$")]


class CancelTicket(Command):
    """Cancel a live ticket."""

    verb: Literal["cancel_ticket"] = "cancel_ticket"
    ticket: ShortId
    why: Literal["citizen", "officer"] = "officer"


class SlipDone(Command):
    """A slip was printed whole (``ok``) or not (``why`` an error key)."""

    verb: Literal["slip"] = "slip"
    ticket: ShortId
    ok: bool
    why: Annotated[str, Field(max_length=64)] = ""


class CallNext(Command):
    """Call whoever the rule says; a ticket still at the counter is finished first when ``finish`` is set."""

    verb: Literal["call_next"] = "call_next"
    counter: ShortId
    finish: bool = False


class CallTicket(Command):
    """Call a given waiting or parked ticket, out of order: it is recorded as such."""

    verb: Literal["call"] = "call"
    counter: ShortId
    ticket: ShortId
    finish: bool = False


class Recall(Command):
    """Call the ticket at this counter again."""

    verb: Literal["recall"] = "recall"
    counter: ShortId


class Serve(Command):
    """The called citizen is here."""

    verb: Literal["serve"] = "serve"
    counter: ShortId


class Finish(Command):
    """Done with the ticket at this counter."""

    verb: Literal["finish"] = "finish"
    counter: ShortId


class NoShow(Command):
    """Nobody came."""

    verb: Literal["no_show"] = "no_show"
    counter: ShortId


class Transfer(Command):
    """Send a live ticket to a service and, if named, to one counter; keep or lose its place."""

    verb: Literal["transfer"] = "transfer"
    ticket: ShortId
    service: ShortId
    counter: ShortId | None = None
    keep_place: bool = True


class Park(Command):
    """Keep a waiting, called or serving ticket aside."""

    verb: Literal["park"] = "park"
    ticket: ShortId


class Unpark(Command):
    """Put a parked ticket back in the line."""

    verb: Literal["unpark"] = "unpark"
    ticket: ShortId


class Reopen(Command):
    """Bring back a ticket that was finished, cancelled or expired by mistake, at its old place."""

    verb: Literal["reopen"] = "reopen"
    ticket: ShortId


class Undo(Command):
    """Take back this counter's last finish, no-show, transfer or park within ``policy.undo_s``."""

    verb: Literal["undo"] = "undo"
    counter: ShortId


class SetPriority(Command):
    """Confirm (``confirmed``), give or remove (None) a priority class."""

    verb: Literal["set_priority"] = "set_priority"
    ticket: ShortId
    priority: ShortId | None
    confirmed: bool = True


class OpenCounter(Command):
    """An officer takes a counter or resumes after a pause; ``take_over`` is for supervisors."""

    verb: Literal["open_counter"] = "open_counter"
    counter: ShortId
    officer: Annotated[str, Field(min_length=1, max_length=64)]
    officer_name: Annotated[str, Field(max_length=100)] = ""
    take_over: bool = False


class PauseCounter(Command):
    """Close for a while; the ticket there must be finished first."""

    verb: Literal["pause_counter"] = "pause_counter"
    counter: ShortId


class CloseCounter(Command):
    """Close; the officer leaves the counter."""

    verb: Literal["close_counter"] = "close_counter"
    counter: ShortId


class SwitchService(Command):
    """Open or close a service for today, or leave it to its hours again (None)."""

    verb: Literal["switch_service"] = "switch_service"
    service: ShortId
    open: bool | None


class ChangeOffice(Command):
    """Replace the configuration; ``revision`` is the one the editor started from."""

    verb: Literal["change_office"] = "change_office"
    office: dict[str, Any]
    revision: int | None = None


class MakeBooking(Command):
    """Book a visit. ``code`` is drawn by the front (6 random digits), so that a decision needs no chance."""

    verb: Literal["book"] = "book"
    service: ShortId
    at_ms: int
    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    lang: Lang = "vi"


class CancelBooking(Command):
    """Give the slot back."""

    verb: Literal["cancel_booking"] = "cancel_booking"
    code: Annotated[str, Field(pattern=r"^\d{6}$")]


class AskHelp(Command):
    """Help button of a device."""

    verb: Literal["help"] = "help"
    device: ShortId


class AnswerHelp(Command):
    """An officer goes there."""

    verb: Literal["answer_help"] = "answer_help"
    device: ShortId


class ReportAlert(Command):
    """A device says that trouble ``kind`` is there or gone."""

    verb: Literal["alert"] = "alert"
    device: ShortId
    kind: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,40}$")]
    on: bool


class SetDate(Command):
    """An officer says which day it is, when the machine does not know."""

    verb: Literal["set_date"] = "set_date"
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class ConfirmClock(Command):
    """A supervisor has looked: the machine's clock, which jumped and was not believed, is right."""

    verb: Literal["confirm_clock"] = "confirm_clock"


class RaiseSeries(Command):
    """Go on above what a witness of an earlier journal knows: highest ordinal by prefix, highest business day."""

    verb: Literal["raise_series"] = "raise_series"
    series: dict[str, Annotated[int, Field(ge=0, le=99_999)]]
    days: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Testify(Command):
    """A witness tells the numbers it saw given on ``date`` (None: it knows none), under a journal before this one.

    ``whole``: it hears every number of the office, not only its own. ``lost``: it is what is left of a journal that
    is gone; no number is given until other witnesses had their time.
    """

    verb: Literal["testify"] = "testify"
    numbers: Annotated[tuple[Annotated[str, Field(max_length=16)], ...], Field(max_length=1000)]
    date: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = None
    whole: bool = False
    lost: bool = False


class CloseDay(Command):
    """A supervisor closes the day: whoever still waits, expires."""

    verb: Literal["close_day"] = "close_day"


class ReopenDay(Command):
    """The day was closed by mistake: it goes on, and whoever expired by that closing is back at the old place."""

    verb: Literal["reopen_day"] = "reopen_day"


class NoteAccount(Command):
    """The accounts' book changed; the journal keeps who and what."""

    verb: Literal["note_account"] = "note_account"
    account: Annotated[str, Field(max_length=64)]
    what: Annotated[str, Field(max_length=64)]


class NoteDossier(Command):
    """The dossier book changed; the journal keeps who, what and the code's keyed hash, never the code."""

    verb: Literal["note_dossier"] = "note_dossier"
    dossier_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{16,64}$")]
    what: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
    state: Annotated[int, Field(ge=1, le=10)]
    late: bool = False


class Rate(Command):
    """How somebody was served. ``subject``: the keyed hash of the ticket or dossier, made by the front.

    ``ticket`` is looked at and kept nowhere; None: it is about a dossier. ``signed``: the slip itself was there, so the
    hour after the end does not matter. ``given_ms``: when a device took it while the hub was away. ``time_index``: what
    the dossier book knows of index 1.
    """

    verb: Literal["rate"] = "rate"
    subject: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    value: Annotated[int, Field(ge=1, le=5)]
    scale: Literal[3, 4, 5]
    reasons: tuple[Reason, ...] = ()
    ticket: ShortId | None = None
    signed: bool = False
    given_ms: int | None = None
    time_index: Annotated[int, Field(ge=0, le=2)] | None = None


class Tick(Command):
    """Time passed: closes, expires and opens days. Sent by the hub about once a second."""

    verb: Literal["tick"] = "tick"


AnyCommand = Annotated[
    Issue | CheckIn | CancelRequest | CancelTicket | SlipDone | CallNext | CallTicket | Recall | Serve | Finish | NoShow
    | Transfer | Park | Unpark | Reopen | Undo | SetPriority | OpenCounter | PauseCounter | CloseCounter | SwitchService
    | ChangeOffice | MakeBooking | CancelBooking | AskHelp | AnswerHelp | ReportAlert | SetDate | ConfirmClock
    | RaiseSeries | Testify | CloseDay | ReopenDay | NoteAccount | NoteDossier | Rate | Tick,
    Field(discriminator="verb"),
]  # fmt: skip
