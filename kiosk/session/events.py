"""What may happen to a visit by itself: answers, printers, the lobby, time.

What somebody at the kiosk does: :mod:`kiosk.session.touches`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.session.bench import CheckRow, CheckState
from kiosk.session.looking import Group
from queue_core.wire.messages import DossierBody, ErrorBody, TicketBody
from queue_kit.catalogue.procedure import Procedure

if TYPE_CHECKING:
    from queue_kit.catalogue.reader import Entry


class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True)
class RatingRefused(Event):
    """The hub says that this visit cannot be rated, and why."""

    request_id: str
    error: ErrorBody


@dataclass(frozen=True, slots=True)
class TicketCame(Event):
    """The hub gave a number."""

    request_id: str
    ticket: TicketBody


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """The hub refused, or could not be reached."""

    request_id: str
    error: ErrorBody


@dataclass(frozen=True, slots=True)
class DossierCame(Event):
    """The hub found the dossier."""

    request_id: str
    dossier: DossierBody = field(repr=False)


@dataclass(frozen=True, slots=True)
class DossierRefused(Event):
    """The look-up was refused, or nobody answered."""

    request_id: str
    error: ErrorBody


@dataclass(frozen=True, slots=True)
class SlipEnded(Event):
    """The printer is done (``error`` empty) or not (an error key)."""

    request_id: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class HelpAnswered(Event):
    """Whether the call for help reached the hub."""

    ok: bool


@dataclass(frozen=True, slots=True)
class Found(Event):
    """Procedures for what was typed; an answer to another text than the present one is late."""

    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Listed(Event):
    """The procedures of a field or of a matter of life; empty when there is no such list any more."""

    group: Group
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ProcedureCame(Event):
    """A procedure's rules, None when the catalogue has it no longer."""

    code: str
    procedure: Procedure | None


@dataclass(frozen=True, slots=True)
class ChecklistEnded(Event):
    """The checklist is on paper (``error`` empty) or not (an error key)."""

    error: str = ""


@dataclass(frozen=True, slots=True)
class AloudAt(Event):
    """This stretch of the text is being read now."""

    ident: str
    at: int


@dataclass(frozen=True, slots=True)
class AloudEnded(Event):
    """All of it was read; ``failed``: nothing can be heard."""

    ident: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class PinRefused(Event):
    """The PIN was wrong, or the door is closed for so many seconds."""

    closed_s: float


@dataclass(frozen=True, slots=True)
class ChecksCame(Event):
    """The PIN was right; these checks there are."""

    rows: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True)
class CheckEnded(Event):
    """How a check ended; ``words`` by language."""

    name: str
    state: CheckState
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SeenChanged(Event):
    """The lobby or the hub's presence changed; the new one is handed to :func:`step`."""


@dataclass(frozen=True, slots=True)
class Listening(Event):
    """Something is being read to the citizen: nobody can be expected to answer yet."""


@dataclass(frozen=True, slots=True)
class Approached(Event):
    """Somebody stands before the kiosk. It is no touch: who only passes by holds nobody's visit open."""


@dataclass(frozen=True, slots=True)
class Tick(Event):
    """Time passed."""
