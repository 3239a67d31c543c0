"""The hub's own slip printer: a worker thread that prints, and tells the journal whether the paper came out."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from queue_core.commands import ReportAlert, SlipDone
from queue_core.errors import MotcuaError
from queue_core.state import State
from queue_core.tickets import Ticket

if TYPE_CHECKING:
    from queue_hub.engine import Engine

#: who stands in the journal as the device
DEVICE: Final = "hub"
_MOST_WAITING: Final = 50


class SlipDesk:
    """Prints one slip after the other. ``printer`` None: this hub has none, and says so."""

    def __init__(self, engine: Engine, printer: Callable[[State, Ticket], None] | None) -> None:
        self._engine = engine
        self._printer = printer
        self._jobs: queue.Queue[str | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None

    @property
    def there(self) -> bool:
        """Whether this hub has a printer."""
        return self._printer is not None

    def put(self, ticket_id: str) -> None:
        """Have a ticket's slip printed. Raises printer.none, or request.busy when 50 wait already."""
        if self._printer is None:
            raise MotcuaError("printer.none")
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="slips", daemon=True)
            self._thread.start()
        try:
            self._jobs.put_nowait(ticket_id)
        except queue.Full as error:
            raise MotcuaError("request.busy") from error

    def stop(self) -> None:
        """Finish the slip at hand and end."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(5)

    def _work(self) -> None:
        while (ticket_id := self._jobs.get()) is not None:
            state = self._engine.state
            ticket = state.tickets.get(ticket_id)
            if ticket is None or self._printer is None:
                continue
            why = ""
            try:
                self._printer(state, ticket)
            except MotcuaError as error:
                why = error.key
            except Exception as error:  # noqa: BLE001 -- a printer's library may raise anything; the officer is told
                why = type(error).__name__
            self._engine.submit(SlipDone(ticket=ticket_id, ok=not why, why=why[:64]), by=DEVICE)
            self._tell(_kind(why))

    def _tell(self, trouble: str | None) -> None:
        """The officer has pressed a button and looks at a page: it says why no paper comes, until some does."""
        before = {kind for device, kind in self._engine.state.alerts if device == DEVICE and kind.startswith("paper_")}
        for kind in before ^ ({trouble} if trouble else set()):
            self._engine.submit(ReportAlert(device=DEVICE, kind=kind, on=kind == trouble), by=DEVICE)


def _kind(why: str) -> str | None:
    """The kind of alert of a failed slip; what is no trouble of paper is a fault of the printer's."""
    if not why:
        return None
    return why.replace(".", "_") if why.startswith("paper.") else "paper_fault"
