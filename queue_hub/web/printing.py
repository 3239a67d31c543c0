"""The hub's own slip printer: a worker thread that prints, and tells the journal whether the paper came out."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from queue_core.commands import ReportAlert, SlipDone
from queue_core.errors import MotcuaError
from queue_core.state import State
from queue_core.tickets import Booking, Ticket

if TYPE_CHECKING:
    from queue_hub.engine import Engine
    from queue_kit.paper.printer import PrintResult

#: who stands in the journal as the device
DEVICE: Final = "hub"
_MOST_WAITING: Final = 50

#: a slip that came out; what the printer said of itself then, where it is known
TicketPrinter = Callable[[State, Ticket], "PrintResult | None"]
BookingPrinter = Callable[[State, Booking], "PrintResult | None"]


class SlipDesk:
    """Prints one slip after the other. ``tickets`` None: this hub has no printer, and says so."""

    def __init__(self, engine: Engine, tickets: TicketPrinter | None, bookings: BookingPrinter | None = None) -> None:
        self._engine = engine
        self._tickets, self._bookings = tickets, bookings
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None

    @property
    def there(self) -> bool:
        """Whether this hub has a printer."""
        return self._tickets is not None

    def put(self, ticket_id: str) -> None:
        """Have a ticket's slip printed. Raises printer.none, or request.busy when 50 wait already."""
        if self._tickets is None:
            raise MotcuaError("printer.none")
        self._put(partial(self._print_ticket, ticket_id, self._tickets))

    def put_booking(self, code: str) -> None:
        """Have the slip of a booked visit printed, in the same way."""
        if self._bookings is None:
            raise MotcuaError("printer.none")
        self._put(partial(self._print_booking, code, self._bookings))

    def stop(self) -> None:
        """Finish the slip at hand and end."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(5)

    def _put(self, job: Callable[[], None]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="slips", daemon=True)
            self._thread.start()
        try:
            self._jobs.put_nowait(job)
        except queue.Full as error:
            raise MotcuaError("request.busy") from error

    # ------------------------------------------------------------------ on the thread
    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _print_ticket(self, ticket_id: str, printer: TicketPrinter) -> None:
        state = self._engine.state
        ticket = state.tickets.get(ticket_id)
        if ticket is None:
            return
        why, trouble = _tried(lambda: printer(state, ticket))
        self._engine.submit(SlipDone(ticket=ticket_id, ok=not why, why=why[:64]), by=DEVICE)
        self._tell(trouble)

    def _print_booking(self, code: str, printer: BookingPrinter) -> None:
        state = self._engine.state
        booking = state.bookings.get(code)
        if booking is not None:
            self._tell(_tried(lambda: printer(state, booking))[1])

    def _tell(self, trouble: str | None) -> None:
        """The officer has pressed a button and looks at a page: it says why no paper comes, until some does."""
        before = {kind for device, kind in self._engine.state.alerts if device == DEVICE and kind.startswith("paper_")}
        for kind in before ^ ({trouble} if trouble else set()):
            self._engine.submit(ReportAlert(device=DEVICE, kind=kind, on=kind == trouble), by=DEVICE)


def _tried(print_it: Callable[[], PrintResult | None]) -> tuple[str, str | None]:
    """Why a slip did not come out ("" when it did), and what the console shows of the printer."""
    try:
        result = print_it()
    except MotcuaError as error:
        return error.key, _kind(error.key)
    except Exception as error:  # noqa: BLE001 -- a printer's library may raise anything; the officer is told
        return type(error).__name__, "paper_fault"
    return "", "paper_near_end" if result is not None and result.status.paper_near_end else None


def _kind(why: str) -> str:
    """The kind of alert of a failed slip; what is no trouble of paper is a fault of the printer's."""
    return why.replace(".", "_") if why.startswith("paper.") else "paper_fault"
