"""What every page and endpoint of the console may reach."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Request

from queue_core.commands import AnyCommand, NoteAccount
from queue_core.errors import MotcuaError
from queue_core.state import State
from queue_hub.accounts import Accounts
from queue_hub.print_jobs import KioskPrinters
from queue_hub.web.feed import Feed
from queue_hub.web.printing import BookingPrinter, SlipDesk, TicketPrinter
from queue_hub.web.sessions import Sessions
from queue_hub.web.tablets import Tablets
from queue_hub.web.throttle import Bucket, Throttle
from queue_hub.web.tokens import Tokens

if TYPE_CHECKING:
    from PIL import Image

    from queue_core.wire.messages import DeviceState
    from queue_hub.dossiers.desk import DossierDesk
    from queue_hub.engine import Engine, Outcome
    from queue_hub.procedures import Procedures
    from queue_hub.ratings import RatingDesk

#: a command that has no answer by then is answered with request.busy (it may still be carried out)
ANSWER_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How the web front runs.

    ``tls``: cookies are marked Secure. ``print_slip``: prints a ticket's slip (a reprint when ``ticket.printed``) on
    the hub's printer, blocking, raising a keyed error; None: this hub has no printer. ``print_booking``: the same for
    the slip of a booked visit; ``print_picture``: for any picture of the paper's width (receipts). ``kiosks``: the
    printers of kiosks that are there. ``dossiers``: the dossier book's desk; None: its pages do not exist.
    ``ratings``: who takes and sums what citizens say; None: nobody does. ``procedures``: the catalogue, for the form to
    accept a dossier; None: it fills nothing. ``devices``: what each device says of itself.
    """

    data: Path
    tls: bool = False
    version: str = ""
    print_slip: TicketPrinter | None = None
    print_booking: BookingPrinter | None = None
    kiosks: KioskPrinters | None = None
    dossiers: DossierDesk | None = None
    print_picture: Callable[[Image.Image], None] | None = None
    paper_mm: int = 80
    ratings: RatingDesk | None = None
    procedures: Procedures | None = None
    devices: Callable[[], dict[str, DeviceState]] | None = None


@dataclass(slots=True, kw_only=True)
class Web:
    """The console's surroundings, one a process."""

    engine: Engine
    accounts: Accounts
    settings: WebSettings
    sessions: Sessions = field(init=False)
    tokens: Tokens = field(init=False)
    feed: Feed = field(init=False)
    slips: SlipDesk = field(init=False)
    tablets: Tablets = field(init=False)
    #: failed log-ins by address and by account
    by_address: Throttle = field(default_factory=lambda: Throttle(free=5, cap_s=300))
    by_account: Throttle = field(default_factory=lambda: Throttle(free=5, cap_s=60))
    #: bad bearer tokens by address
    bad_tokens: Bucket = field(default_factory=lambda: Bucket(per_s=0.2, burst=20))

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.accounts)
        self.tokens = Tokens(self.accounts)
        self.tablets = Tablets(self.accounts)
        self.feed = Feed(self.engine)
        self.slips = SlipDesk(self.engine, self.settings.print_slip, self.settings.print_booking)
        self.accounts.note = self._note

    @property
    def state(self) -> State:
        """The last committed state."""
        return self.engine.state

    def dossier_at(self, counter_id: str) -> str | None:
        """The code of the dossier that the number at a counter was taken for: for the officer's eyes only."""
        runtime, desk = self.state.counters.get(counter_id), self.settings.dossiers
        ticket = self.state.tickets.get(runtime.ticket or "") if runtime else None
        if desk is None or ticket is None or ticket.dossier_hash is None:
            return None
        return desk.book.code_of_ticket(ticket.dossier_hash)

    async def submit(self, command: AnyCommand, *, by: str, request_id: str | None = None) -> Outcome:
        """Have the engine decide and commit. Raises the keyed refusal, or request.busy after :data:`ANSWER_S`."""
        future = self.engine.submit(command, by=by, request_id=request_id)
        try:
            outcome = await asyncio.wait_for(asyncio.wrap_future(future), ANSWER_S)
        except TimeoutError as error:
            raise MotcuaError("request.busy") from error
        if outcome.error is not None:
            raise outcome.error
        return outcome

    def _note(self, account: str, what: str, by: str) -> bool:
        """Tell the journal of a changed account; called on a worker thread or the event loop, briefly blocking."""
        try:
            outcome = self.engine.submit(NoteAccount(account=account, what=what), by=by).result(ANSWER_S)
        except (TimeoutError, MotcuaError, RuntimeError):
            return False
        return outcome.error is None


def web_of(request: Request) -> Web:
    """The surroundings of a request."""
    web: Web = request.app.state.web
    return web


def request_id_of(by: str, key: str | None) -> str | None:
    """An ``Idempotency-Key`` as a request id of its own sender: two senders' equal keys never meet."""
    if not key:
        return None
    return "h:" + hashlib.sha256(f"{by}\0{key}".encode(errors="replace")).hexdigest()[:40]
