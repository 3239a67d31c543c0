"""What the hub tells everybody: the board, calls, facts, the screens' information."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from queue_core.wire.base import Message, Rev, Wait


class BoardCall(BaseModel):
    """A ticket that is called or being served, or was called within the last 3 minutes.

    ``call_seq`` is the journal position of its last call or recall; ``times`` how often it was called.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
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

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    id: str
    number: int
    name: dict[str, str] = {}
    status: Literal["open", "paused", "closed"]
    ticket_number: str | None = None
    service: str | None = None


class BoardService(BaseModel):
    """How many wait for a service."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
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

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    title: dict[str, str]
    text: dict[str, str]


class InfoResults(BaseModel):
    """The office's processing results of one month.

    ``on_time_percent``: of those returned; None while none was.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
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
