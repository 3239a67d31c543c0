"""What may be asked of the hub, and of central. A verb a model."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from queue_core.wire.base import Message, RecordRow, Sha256

RequestId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{8,64}$")]


class Request(Message):
    """Base of all requests: what a ``request_id`` was given, it is given again (7 days); a refusal may be retried."""

    request_id: RequestId


class IssueRequest(Request):
    """verb ``issue``: give a number."""

    service: str = Field(max_length=32)
    entry: Literal["walk_in", "collect"] = "walk_in"
    priority: str | None = Field(default=None, max_length=32)
    lang: str = Field(default="vi", pattern=r"^[a-z]{2,3}$")
    dossier: str | None = Field(default=None, max_length=64, description="code of the dossier it is about")


class DossierRequest(Request):
    """verb ``dossier``: look up a code; ``secret``: the receipt's 4 characters. Not journaled, but counted."""

    code: str = Field(min_length=1, max_length=64)
    secret: str | None = Field(default=None, max_length=16)


class CheckInRequest(Request):
    """verb ``check_in``: the number of a booked visit by its 6 digits."""

    booking: str = Field(pattern=r"^\d{6}$")
    lang: str = Field(default="vi", pattern=r"^[a-z]{2,3}$")


class CancelRequestRequest(Request):
    """verb ``cancel``: the citizen left; ``of`` is the request that shall have no ticket."""

    of: RequestId


class SlipRequest(Request):
    """verb ``slip``: a slip was printed whole, or not (``why`` an error key)."""

    ticket: str = Field(max_length=64)
    ok: bool
    why: str = Field(default="", max_length=64)


class HelpRequest(Request):
    """verb ``help``: somebody pressed the help button."""


class AlertRequest(Request):
    """verb ``alert``: the device's trouble ``kind`` is there (``on``) or gone."""

    kind: str = Field(pattern=r"^[a-z0-9_.-]{1,40}$")
    on: bool


class WitnessRequest(Request):
    """verb ``witness``: the numbers this client saw given, told when the hub's birth names another journal.

    ``epoch``: the journal it last knew, empty: none. ``date``: the business date of the numbers, None: it knows none.
    ``numbers``: as printed, the highest of each series. ``whole``: it hears every number of the office (``events``).
    """

    epoch: str = Field(default="", max_length=64)
    date: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    numbers: list[Annotated[str, Field(pattern=r"^[A-Z]{0,3}-?\d{2,8}$")]] = Field(default=[], max_length=200)
    whole: bool = False


class RateRequest(Request):
    """verb ``rate``: how somebody was served. By exactly one of the slip's signed token, its number, a dossier's code.

    ``value`` 1 is the unhappiest of ``scale``; None: only say whether it may be rated. ``given_ms``: when it was said,
    by the hub's clock as the device knew it, where it was kept while the hub was away. No name, no free text.
    """

    token: str | None = Field(default=None, max_length=100, description="the last part of the slip's follow address")
    number: str | None = Field(default=None, pattern=r"^[A-Z]{0,3}-?\d{1,8}$")
    dossier: str | None = Field(default=None, max_length=64)
    value: int | None = Field(default=None, ge=1, le=5)
    scale: Literal[3, 4, 5] = 3
    reasons: list[Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]] = Field(default=[], max_length=9)
    given_ms: int | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.token, self.number, self.dossier)) != 1:
            raise ValueError("one of token, number and dossier")
        return self


class KeypadRequest(Request):
    """verb ``keypad``: a hard key was pressed at a counter, in the name of the officer on duty there.

    Only clients that are counter signs may ask. ``next`` finishes whoever is still there, as the console's big button
    does; ``pause`` pauses the counter, and opens a paused one again; ``service``: where ``transfer`` sends to.
    """

    counter: str = Field(max_length=32)
    key: Literal["next", "recall", "serve", "finish", "no_show", "pause", "undo", "transfer"]
    service: str | None = Field(default=None, max_length=32)


class RecordsRequest(Request):
    """verb ``records``: the journal's records behind record ``after``, for a mirror's copy. Mirrors only, unremembered.

    ``epoch``: the journal that the copy is of, empty: none yet. Of another journal than the hub's the answer begins
    with the open day.
    """

    epoch: str = Field(default="", max_length=64)
    after: int = Field(default=0, ge=0)


class UplinkRequest(Request):
    """verb ``uplink``, of central: take these records of the office's journal, in order. None: only say how far it is.

    ``after``, ``after_hash``: the record that the first one follows.
    """

    epoch: str = Field(pattern=r"^[0-9a-f]{8,64}$")
    simulated: bool = False
    after: int = Field(ge=0)
    after_hash: Sha256
    rows: list[RecordRow] = Field(default=[], max_length=50)


REQUESTS: Final[dict[str, type[Request]]] = {
    "issue": IssueRequest,
    "dossier": DossierRequest,
    "rate": RateRequest,
    "check_in": CheckInRequest,
    "cancel": CancelRequestRequest,
    "slip": SlipRequest,
    "help": HelpRequest,
    "alert": AlertRequest,
    "witness": WitnessRequest,
    "keypad": KeypadRequest,
    "records": RecordsRequest,
}
#: what central is asked by the offices' hubs
CENTRAL_REQUESTS: Final[dict[str, type[Request]]] = {"uplink": UplinkRequest}
