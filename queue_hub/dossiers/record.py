"""A line of the dossier book, as it is kept and as forms print it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from queue_core.deadlines import Course, Term
from queue_core.dossiers import DossierState
from queue_hub.dossiers.errors import DossierError

_CARD: Final = re.compile(r"\d(?:[ .-]?\d){11}|\|")


def _tidy(text: str) -> str:
    plain = "".join(" " if unicodedata.category(c).startswith("C") else c for c in unicodedata.normalize("NFC", text))
    return " ".join(plain.split())


def no_card(text: str) -> str:
    """A text without an identity number in it: an officer's scanner may stand in any field. Raises DossierError."""
    if _CARD.search(text):
        raise DossierError("dossier.no_card_here")
    return text


Line = Annotated[str, Field(max_length=1000), AfterValidator(_tidy)]


class Paper(BaseModel):
    """One paper of a dossier ("thành phần hồ sơ")."""

    model_config = ConfigDict(frozen=True, defer_build=True)
    name: Line
    originals: int = Field(default=1, ge=0, le=99)
    copies: int = Field(default=0, ge=0, le=99)


class Person(BaseModel):
    """Whose dossier it is. All may be empty; erased at the deletion date, never journaled nor sent anywhere."""

    model_config = ConfigDict(frozen=True, defer_build=True)
    name: Annotated[str, Field(max_length=100), AfterValidator(_tidy)] = ""
    address: Annotated[str, Field(max_length=200), AfterValidator(_tidy)] = ""
    phone: Annotated[str, Field(max_length=20, pattern=r"^[0-9+ .()-]*$")] = ""

    def checked(self) -> Person:
        """The same, without an identity number in it. Raises DossierError dossier.no_card_here."""
        for text in (self.name, self.address, self.phone):
            no_card(text)
        return self


class Record(BaseModel):
    """A dossier of the book, without its person. Times are naive local wall time; ``number`` is its place in the book.

    ``given_due``: the due date came from the one-stop system and is no estimate.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    code: str
    number: int
    state: DossierState
    channel: Literal[1, 2, 3] = 1
    procedure: str = ""
    matter: Line
    service: str | None = None
    counter: int | None = None
    officer: str = ""
    papers: tuple[Paper, ...] = ()
    copies: int = 1
    received: datetime
    term_kind: Literal["days", "hours", "same_day"]
    term_count: int = 0
    fee: Line = ""
    due: datetime
    given_due: bool = False
    supplement_asked: datetime | None = None
    supplement_brought: datetime | None = None
    supplement_what: Line = ""
    fee_what: Line = ""
    extended_from: datetime | None = None
    extended_why: Line = ""
    told_in_time: bool = True
    refused_why: Line = ""
    note: Line = ""
    ready: datetime | None = None
    returned: datetime | None = None
    ended: datetime | None = None

    @property
    def term(self) -> Term:
        """How long the procedure takes."""
        return Term(self.term_kind, self.term_count)

    @property
    def course(self) -> Course:
        """Its dates, for the clock rules."""
        return Course(
            received=self.received, term=self.term, due=self.due, supplement_asked=self.supplement_asked,
            supplement_brought=self.supplement_brought, extended_from=self.extended_from,
            told_in_time=self.told_in_time,
        )  # fmt: skip

    def on(self, course: Course) -> Record:
        """The same dossier with these dates."""
        return self.model_copy(
            update={
                "due": course.due, "supplement_asked": course.supplement_asked,
                "supplement_brought": course.supplement_brought, "extended_from": course.extended_from,
                "told_in_time": course.told_in_time,
            }
        )  # fmt: skip

    @property
    def todo(self) -> str:
        """What the citizen has to bring or pay, or why it was refused."""
        return {
            DossierState.SUPPLEMENT: self.supplement_what,
            DossierState.FEE: self.fee_what,
            DossierState.REFUSED: self.refused_why,
        }.get(self.state, "")


class NewDossier(BaseModel):
    """What an officer accepts. ``code``: given by the one-stop system, else the book makes one; so for ``due``."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    matter: Annotated[Line, Field(min_length=1)]
    procedure: Annotated[str, Field(pattern=r"^(\d\.\d{6})?$")] = ""
    service: Annotated[str, Field(max_length=32)] | None = None
    counter: Annotated[int, Field(ge=1, le=99)] | None = None
    channel: Literal[1, 2, 3] = 1
    term_kind: Literal["days", "hours", "same_day"] = "days"
    term_count: Annotated[int, Field(ge=0, le=400)] = 0
    papers: Annotated[tuple[Paper, ...], Field(max_length=150)] = ()
    fee: Line = Field(default="", description="what is to be paid, as the receipt shall say it")
    copies: Annotated[int, Field(ge=1, le=99)] = 1
    person: Person = Person()
    code: Annotated[str, Field(max_length=64)] | None = None
    due: datetime | None = None
    refused_why: Line = Field(default="", description="not accepted, and why: form 03 instead of form 01")


@dataclass(frozen=True, slots=True)
class Results:
    """A month of the book, for the information screen. ``ready_codes``: results that wait for their citizens.

    ``on_time``: of ``ready``, those finished by their due date.
    """

    month: str
    received: int
    ready: int
    on_time: int
    returned: int
    ready_codes: tuple[str, ...] = ()
