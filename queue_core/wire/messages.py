"""Every message on the office's bus as a model. ``docs/asyncapi.yaml`` is generated from these.

A payload is UTF-8 JSON. Unknown fields are ignored; a version (``v``) that is not known is refused with a keyed
error. Retained messages carry ``rev`` (epoch and journal position) and ``asof_ms``. No name or number of a
citizen is ever in one: ticket numbers, services, counters and dossier codes only.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

VERSION: Final = 1
#: the largest payload anybody accepts
MAX_PAYLOAD_BYTES: Final = 256 * 1024


class Message(BaseModel):
    """Base of all messages."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    v: Literal[1] = 1


class Rev(BaseModel):
    """A position in a journal: positions of one ``epoch`` are ordered by ``seq``; epochs are not ordered."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    epoch: str
    seq: int


class Wait(BaseModel):
    """An honest wait: people ahead and a range in minutes (None: nobody can tell), told at a time."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    ahead: int = 0
    low_min: int | None = None
    high_min: int | None = None
    passes_closing: bool = False


# ------------------------------------------------------------------ hub → everybody
class DeviceState(Message):
    """Birth and will. A will whose ``boot`` and ``connection`` are older than the birth's is ignored.

    ``epoch`` is set by the hub: a new one replaces everything displays remember. ``alerts``: kinds of trouble
    the device itself reports (paper_out, cover_open …).
    """

    state: Literal["init", "ready", "stopping", "lost"]
    boot: str = ""
    connection: int = 0
    kind: Literal["hub", "kiosk", "board", "signs", "other"] = "other"
    version: str = ""
    epoch: str | None = None
    alerts: list[str] = []
    asof_ms: int = 0


class BoardCall(BaseModel):
    """A ticket that is called or being served, or was called within the last 3 minutes.

    ``call_seq`` is the journal position of its last call or recall; ``times`` how often it was called.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    ticket: str
    number: str
    counter: str
    counter_number: int
    service: str
    state: Literal["called", "serving", "gone"]
    call_seq: int
    called_ms: int
    times: int = 1
    priority: bool = False
    lang: str = "vi"


class BoardCounter(BaseModel):
    """A counter as the board and the signs show it."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str
    number: int
    name: dict[str, str] = {}
    status: Literal["open", "paused", "closed"]
    ticket_number: str | None = None
    service: str | None = None


class BoardService(BaseModel):
    """How many wait for a service."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str
    name: dict[str, str]
    waiting: int
    wait: Wait | None = None


class Board(Message):
    """Retained. Everything a display in the lobby may show; the newest ``rev`` wins, a new epoch always does."""

    rev: Rev
    asof_ms: int
    day: int
    date: str | None
    office: dict[str, str]
    calls: list[BoardCall] = []
    counters: list[BoardCounter] = []
    services: list[BoardService] = []
    notices: list[dict[str, str]] = []
    open: bool = True
    message: dict[str, str] = {}


class Call(Message):
    """A call to be shown and spoken, once, if the board still lists it as called when its turn comes."""

    rev: Rev
    asof_ms: int
    ticket: str
    number: str
    counter: str
    counter_number: int
    service: str
    times: int = 1
    priority: bool = False
    lang: str = "vi"


class Beat(Message):
    """Every 5 s. 15 s without one: the display says that it is not live."""

    rev: Rev
    asof_ms: int


class InfoGuidance(BaseModel):
    """A page of guidance: a title and a few lines, by language; Vietnamese is always there."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    title: dict[str, str]
    text: dict[str, str]


class InfoResults(BaseModel):
    """The office's processing results of one month.

    ``on_time_percent``: of those returned; None while none was.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    received: int = Field(ge=0)
    returned: int = Field(ge=0)
    on_time_percent: float | None = Field(default=None, ge=0, le=100)


def _no_identity_number(code: str) -> str:
    if code.isdecimal():
        raise ValueError("a dossier code has a letter, a dot or a dash; digits alone may be an identity number")
    return code


#: a dossier code as printed on the receipt; never twelve digits, which an identity card has
DossierCode = Annotated[str, Field(pattern=r"^[0-9A-Z./-]{4,40}$"), AfterValidator(_no_identity_number)]


class Info(Message):
    """Retained. What the information screen tells between calls; what is not there has no page.

    ``ready``: codes of the dossiers whose results wait to be collected, the newest first. Codes only, no names.
    Notices are the board's.
    """

    rev: Rev
    asof_ms: int
    guidance: list[InfoGuidance] = []
    results: InfoResults | None = None
    ready: list[DossierCode] = Field(default=[], max_length=60)


class Facts(Message):
    """The events of one commit, in order, as the journal holds them."""

    epoch: str
    seq: int = Field(description="position of the last event in the array")
    events: list[dict[str, Any]]


class SimulatedTime(Message):
    """The simulated clock: UTC milliseconds."""

    utc_ms: int


class LobbyService(BaseModel):
    """A service or group as the kiosk offers it."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str
    name: dict[str, str]
    short: dict[str, str] = {}
    examples: dict[str, str] = {}
    icon: str = ""
    kind: Literal["service", "guide", "collect", "supplement", "fee"] = "service"
    open: bool = True
    message: dict[str, str] = Field(default={}, description="why it is closed and when to come, when it is not open")
    waiting: int = 0
    wait: Wait | None = None
    counters: list[int] = []
    services: list[LobbyService] = []
    walk_in: bool = True
    fields: list[str] = Field(default=[], description="fields of the national list that are served here")
    procedures: list[str] = Field(default=[], description="codes of procedures that are served here")


class LobbyPriority(BaseModel):
    """A priority class as the kiosk offers it."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str
    name: dict[str, str]
    icon: str = ""


class LobbyPrefix(BaseModel):
    """What printed numbers begin with, and the names of the services whose numbers do."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    prefix: str
    names: list[dict[str, str]] = []


class LobbyRating(BaseModel):
    """How satisfaction is asked; enough to ask it while the hub is away. ``slips_qr``: slips carry a code to scan."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    scale: Literal[3, 4, 5] = 3
    reasons: list[str] = []
    change_s: int = 10
    window_min: int = 60
    complaint_url: str | None = None
    slips_qr: bool = False
    dossiers: bool = False
    prefixes: list[LobbyPrefix] = []


class Lobby(Message):
    """Retained. What the kiosks of the office show: services, priorities, texts, whether numbers are given now.

    ``asof_ms`` is the hub's trusted time while ``clock_known``; a kiosk shows that clock, not its own.
    """

    rev: Rev
    asof_ms: int
    office_id: str
    office: dict[str, str]
    address: dict[str, str] = {}
    hotline: str = ""
    languages: list[str] = ["vi", "en"]
    date: str | None = None
    clock_known: bool = True
    open: bool = True
    message: dict[str, str] = Field(default={}, description="when the whole office is closed: why, and when to come")
    services: list[LobbyService] = []
    priorities: list[LobbyPriority] = []
    bookings: bool = False
    dossiers: bool = Field(default=False, description="whether this office looks up dossiers")
    no_show_back_after: int = 3
    no_show_limit: int = 3
    notices: list[dict[str, str]] = []
    rating: LobbyRating | None = Field(default=None, description="how satisfaction is asked; None: it is not")


class CatalogueVersion(Message):
    """Retained. The list of procedures that kiosks should have: its content hash, and where the hub serves it.

    ``path`` stands behind the address of one of the hub's listeners; the answer's ETag is ``hash``.
    """

    rev: Rev
    asof_ms: int
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    procedures: int = Field(ge=0)
    path: str = Field(pattern=r"^/[A-Za-z0-9/._-]{1,200}$")


# ------------------------------------------------------------------ request and reply
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
}


class ErrorBody(BaseModel):
    """A keyed error in words."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    key: str
    vi: str
    en: str


class TicketBody(BaseModel):
    """A ticket as the kiosk shows and prints it. ``follow_url`` only when a public address is configured."""

    model_config = ConfigDict(frozen=True, extra="ignore")
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

    model_config = ConfigDict(frozen=True, extra="ignore")
    kind: Literal["number", "come_on", "nothing"]
    service_kind: Literal["collect", "supplement", "fee", "guide"] | None = None
    service: str | None = None
    sentence: dict[str, str]
    bring: dict[str, str] = {}


class DossierDetails(BaseModel):
    """What only the receipt's 4 characters open. ``due``: in words, with "dự kiến" where it is an estimate."""

    model_config = ConfigDict(frozen=True, extra="ignore")
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

    model_config = ConfigDict(frozen=True, extra="ignore")
    code: str
    steps: list[dict[str, str]]
    step: int
    mark: Literal["going", "your_turn", "stopped", "done"]
    offer: DossierOffer
    details: DossierDetails | None = None
    can_open: bool = Field(default=False, description="whether 4 characters would show more")
    asof_ms: int | None = None


class Reply(Message):
    """The answer. ``ok`` false: nothing changed and ``error`` says what to do; ``ticket`` for issue and check_in.

    ``dossier`` answers a look-up; it is not remembered: the same request again is looked up, and counted, again.
    """

    ok: bool
    request_id: str = ""
    error: ErrorBody | None = None
    ticket: TicketBody | None = None
    dossier: DossierBody | None = None
    rev: Rev | None = None
