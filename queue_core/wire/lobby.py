"""What kiosks show before anybody has asked: services, priorities, ratings, the catalogue's version."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from queue_core.wire.base import Message, Rev, Wait


class LobbyService(BaseModel):
    """A service or group as the kiosk offers it."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
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

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    id: str
    name: dict[str, str]
    icon: str = ""


class LobbyPrefix(BaseModel):
    """What printed numbers begin with, and the names of the services whose numbers do."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    prefix: str
    names: list[dict[str, str]] = []


class LobbyRating(BaseModel):
    """How satisfaction is asked; enough to ask it while the hub is away. ``slips_qr``: slips carry a code to scan."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
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
    public_url: str | None = Field(default=None, description="where phones reach the hub's public pages; None: nowhere")


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
