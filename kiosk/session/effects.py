"""What a step wants done by somebody else."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.session.looking import Group
from kiosk.session.opinion import Opinion, Way
from kiosk.session.visit import Asked
from queue_kit.catalogue.procedure import Procedure


class Effect:
    """Base of all effects."""


@dataclass(frozen=True, slots=True)
class Ask(Effect):
    """Ask the hub for this number, and print it when it comes."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class Cancel(Effect):
    """The citizen left before the answer."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Search(Effect):
    """Find procedures for a text."""

    text: str


@dataclass(frozen=True, slots=True)
class ListGroup(Effect):
    """List the procedures of a field or of a matter of life."""

    group: Group


@dataclass(frozen=True, slots=True)
class FetchProcedure(Effect):
    """Read one procedure with the rules of today."""

    code: str


@dataclass(frozen=True, slots=True)
class PrintPapers(Effect):
    """Print the checklist of a procedure's papers."""

    procedure: Procedure
    lang: str


@dataclass(frozen=True, slots=True)
class PrintAgain(Effect):
    """Print the slip of a request that has its number."""

    request_id: str


@dataclass(frozen=True, slots=True)
class LookUp(Effect):
    """Look up a dossier; ``secret``: the receipt's 4 characters, None without them."""

    request_id: str
    code: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MayRate(Effect):
    """Ask the hub whether this visit may be rated."""

    request_id: str
    way: Way


@dataclass(frozen=True, slots=True)
class KeepRating(Effect):
    """Keep what was said on disk; said again, it replaces what was kept."""

    opinion: Opinion


@dataclass(frozen=True, slots=True)
class SendRating(Effect):
    """It will not be changed any more: the hub shall have it, some time."""

    request_id: str


@dataclass(frozen=True, slots=True)
class DropRating(Effect):
    """The hub will not take it."""

    request_id: str


@dataclass(frozen=True, slots=True)
class TryPin(Effect):
    """Look at a technician's PIN."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RunChecks(Effect):
    """Run these checks, one after the other."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallOfficer(Effect):
    """Tell the console that somebody needs help here."""
