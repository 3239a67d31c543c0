"""What the hub answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from queue_core.wire.base import Message, RecordRow, Rev, Sha256, Wait
from queue_core.wire.requests import RequestId


class ErrorBody(BaseModel):
    """A keyed error in words."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    key: str
    vi: str
    en: str


class TicketBody(BaseModel):
    """A ticket as the kiosk shows and prints it. ``follow_url`` only when a public address is configured."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    ticket: str
    number: str
    service: str
    service_name: dict[str, str]
    counters: list[int] = []
    priority: str | None = None
    priority_name: dict[str, str] = {}
    entry: str = "walk_in"
    lang: str = "vi"
    issued_ms: int
    date: str | None = None
    time: str | None = Field(default=None, description="HH:MM local time of issue; None while no clock is trusted")
    wait: Wait
    follow_url: str | None = None


class PrintJob(Message):
    """A slip that an officer wants from this kiosk's printer; the kiosk answers by a ``slip`` request.

    ``asof_ms``, ``deadline_ms``: the hub's clock. Later than the deadline nothing is printed (``print.late``): the
    citizen has gone on. The same ``request_id`` is printed once.
    """

    request_id: RequestId
    asof_ms: int
    deadline_ms: int
    ticket: TicketBody
    office: dict[str, str]
    no_show_after: int | None = None
    no_show_limit: int | None = None
    reprint: bool = False


class DossierOffer(BaseModel):
    """What the citizen may do now. ``number``: take one for ``service`` (None: no such service here, ask anybody)."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    kind: Literal["number", "come_on", "nothing"]
    service_kind: Literal["collect", "supplement", "fee", "guide"] | None = None
    service: str | None = None
    sentence: dict[str, str]
    bring: dict[str, str] = {}


class DossierDetails(BaseModel):
    """What only the receipt's 4 characters open. ``due``: in words, with "dự kiến" where it is an estimate."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    due: dict[str, str] = {}
    due_ms: int | None = None
    estimated: bool = True
    late: bool = False
    todo: str = ""
    counters: list[int] = []


class DossierBody(BaseModel):
    """A looked-up dossier: code, degree of completion, offer (TT 01/2018 Điều 16.2.d); ``details`` when opened.

    ``step`` of ``steps`` (1 is the first) is reached; ``mark``: the line goes on by itself, by the citizen's turn,
    not at all, or is complete. ``asof_ms``: when the registry said so, if it could not be asked now.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    code: str
    steps: list[dict[str, str]]
    step: int
    mark: Literal["going", "your_turn", "stopped", "done"]
    offer: DossierOffer
    details: DossierDetails | None = None
    can_open: bool = Field(default=False, description="whether 4 characters would show more")
    asof_ms: int | None = None


class RecordsBody(BaseModel):
    """Records of the journal for a mirror: at most some 100 KB, in order.

    ``after``, ``after_hash`` (hex): the record that the first one follows. ``rows``: seq, day, type, boot_id, mono_ms,
    source, request_id, body (the event's text as it was hashed), hash (hex). ``last``: the journal's last record.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    epoch: str
    simulated: bool = False
    after: int
    after_hash: Sha256
    rows: list[RecordRow]
    last: int


class UplinkBody(BaseModel):
    """How far the province's database holds this journal: all its records up to ``seq``, on disk."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    epoch: str
    seq: int


class Reply(Message):
    """The answer. ``ok`` false: nothing changed and ``error`` says what to do; ``ticket`` for issue and check_in.

    ``dossier`` answers a look-up; it is not remembered: the same request again is looked up, and counted, again.
    ``records`` answers a mirror, ``uplink`` a hub (it is central's answer).
    """

    ok: bool
    request_id: str = ""
    error: ErrorBody | None = None
    ticket: TicketBody | None = None
    dossier: DossierBody | None = None
    records: RecordsBody | None = None
    uplink: UplinkBody | None = None
    rev: Rev | None = None
