"""Printing on a thread of its own: record, print, confirm, tell; and what a crash left undone.

The order of the record (:mod:`queue_kit.paper.spool`) is the promise: nothing goes to the printer that is not written
down before, so that after a power cut every request of this kiosk is reprinted or cancelled, never forgotten.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kiosk import paper_troubles
from queue_core.wire.messages import TicketBody
from queue_kit.catalogue.procedure import Procedure
from queue_kit.paper.errors import PaperError
from queue_kit.paper.spool import Spool

if TYPE_CHECKING:
    from PIL.Image import Image

    from queue_kit.paper.printer import Draw, Printer, PrinterStatus, PrintResult, Roll

log = logging.getLogger(__name__)

#: a citizen may still stand there so long after a crash
STILL_THERE_S: Final = 180.0
#: the printer is asked how it is
STATUS_EVERY_S: Final = 30.0
_WARM: Final = "warm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A slip to print. ``office``, ``no_show_after``, ``no_show_limit``: as the lobby said when it was asked for.

    ``before``: asked when its turn comes; None is: print it, anything else is how it ended without paper.
    """

    request_id: str
    ticket: TicketBody
    office: dict[str, str]
    no_show_after: int | None = None
    no_show_limit: int | None = None
    reprint: bool = False
    before: Callable[[Job], str | None] | None = None

    def dump(self, at_s: float) -> dict[str, Any]:
        """Plain JSON for the record; ``at_s`` is the machine's wall clock, only ever compared with itself."""
        return {
            "ticket": self.ticket.model_dump(mode="json"),
            "office": self.office,
            "no_show_after": self.no_show_after,
            "no_show_limit": self.no_show_limit,
            "at_s": at_s,
        }

    @classmethod
    def load(cls, request_id: str, values: Any, *, reprint: bool) -> Job:
        """Read what :meth:`dump` wrote. Raises :class:`ValueError` or :class:`KeyError` on anything else."""
        return cls(
            request_id=request_id,
            ticket=TicketBody.model_validate(values["ticket"]),
            office=dict(values["office"]),
            no_show_after=values.get("no_show_after"),
            no_show_limit=values.get("no_show_limit"),
            reprint=reprint,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperJob:
    """A checklist to print: no number hangs on it, so nothing is recorded.

    ``done`` takes an error key, "" when it is printed.
    """

    procedure: Procedure
    lang: str
    office: dict[str, str]
    day: date | None
    done: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Lent:
    use: Callable[[Any], None]


class PrintRoom:
    """The printer's thread.

    ``ended``: called with the request, the ticket and an error key ("" is printed). ``troubles``: called with the
    present kinds of trouble whenever they change. Both on this thread.
    """

    def __init__(
        self,
        *,
        address: str,
        second: str = "none:",
        width_dots: int,
        spool: Spool,
        ended: Callable[[str, str, str], None],
        troubles: Callable[[frozenset[str]], None],
        status_every_s: float = STATUS_EVERY_S,
    ) -> None:
        self._address, self._second, self._width_dots = address, second, width_dots
        self._spool = spool
        self._ended, self._troubles = ended, troubles
        self._status_every_s = status_every_s
        self._jobs: queue.SimpleQueue[Job | PaperJob | _Lent | str | None] = queue.SimpleQueue()
        self._known: frozenset[str] = frozenset()
        self._printer: Any = None
        #: what the printer said of itself last, for whoever asks how this kiosk is; None: not asked yet
        self.status: PrinterStatus | None = None
        #: requests of which a part may be on paper
        self._half: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="printing", daemon=True)

    def start(self) -> None:
        """Start the thread; nothing heavy is imported before :meth:`warm` or the first slip."""
        self._thread.start()

    def warm(self) -> None:
        """Import what printing needs and ask the printer how it is: called when the first frame is on the screen."""
        self._jobs.put(_WARM)

    def lend(self, use: Callable[[Printer | PaperError], None]) -> None:
        """Let somebody else use the printer, on this thread and after the slips that wait; they get it, or why not."""
        self._jobs.put(_Lent(use))

    def add(self, job: Job | PaperJob) -> None:
        """Print this after those before it."""
        self._jobs.put(job)

    def stop(self, timeout_s: float = 15.0) -> None:
        """Finish the slip in hand and end."""
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    # ------------------------------------------------------------------ on the thread
    def _run(self) -> None:
        warmed = False
        while True:
            try:
                job = self._jobs.get(timeout=self._status_every_s if warmed else None)
            except queue.Empty:
                self._ask_status()
                continue
            if job is None:
                break
            warmed = True
            if isinstance(job, Job):
                self._print(job)
            elif isinstance(job, PaperJob):
                job.done(self._print_papers(job))
            elif isinstance(job, _Lent):
                self._let_use(job)
            else:
                self._open()
                self._ask_status()
        if self._printer is not None:
            self._printer.close()

    def _open(self) -> Any:
        if self._printer is None:
            # Pillow, the fonts and escpos: half a second that no first frame shall wait for.
            from queue_kit.paper import layout, ticket_slip  # noqa: F401
            from queue_kit.paper.printer import open_printers

            self._printer = open_printers(self._address, self._second, width_dots=self._width_dots)
        return self._printer

    def _let_use(self, job: _Lent) -> None:
        try:
            job.use(self._open())
        except PaperError as error:
            job.use(error)
        except Exception:
            log.exception("somebody else's use of the printer")
        self._ask_status()

    def _print(self, job: Job) -> None:
        if job.before is not None and (ended := job.before(job)) is not None:
            self._ended(job.request_id, job.ticket.ticket, ended)
            return
        key = ""
        try:
            draw = self._drawing(job)
            self._spool.printing(job.request_id)
            result = self._open().print_slip(draw)
            self._spool.printed(job.request_id)
            self._half.discard(job.request_id)
            self._came_out(result)
        except PaperError as error:
            key = error.key
            log.warning("slip %s: %s", job.ticket.number, error)
            if error.may_have_printed:
                self._half.add(job.request_id)
            self._record_failure(job.request_id, key)
            self._failed(key)
        except Exception:
            # A fault of our own: the citizen sees the number, the officer the alert, the log the reason.
            log.exception("slip %s could not be made", job.ticket.number)
            key = "internal"
            self._record_failure(job.request_id, key)
            self._tell(frozenset({"slip_fault"}))
        self._ended(job.request_id, job.ticket.ticket, key)

    def _print_papers(self, job: PaperJob) -> str:
        """An error key, "" when it is on paper."""
        from queue_kit.paper.checklist import checklist_of, draw_checklist

        try:
            papers = checklist_of(job.procedure, office=job.office, lang=job.lang, day=job.day)
            self._came_out(self._open().print_slip(lambda roll: draw_checklist(papers, roll.width_dots)))
        except PaperError as error:
            log.warning("a checklist: %s", error)
            self._failed(error.key)
            return error.key
        except Exception:
            log.exception("a checklist could not be made")
            return "internal"
        return ""

    def _drawing(self, job: Job) -> Draw:
        """What draws the slip for the paper it will lie on."""
        from queue_kit.paper.slip import slip_image
        from queue_kit.paper.ticket_slip import ticket_slip

        reprint = job.reprint or job.request_id in self._half

        def draw(roll: Roll) -> Image:
            slip = ticket_slip(
                job.ticket,
                office=job.office,
                no_show_after=job.no_show_after,
                no_show_limit=job.no_show_limit,
                reprint=reprint or roll.again,
            )
            return slip_image(slip, roll.width_dots, native_codes=roll.native_codes)

        return draw

    def _record_failure(self, request_id: str, key: str) -> None:
        try:
            self._spool.failed(request_id, key)
        except PaperError as error:
            log.warning("the print record: %s", error)

    def _came_out(self, result: PrintResult) -> None:
        if result.confirmed and not result.second:
            self.status = result.status
        self._tell(paper_troubles.of_slip(result))

    def _failed(self, key: str) -> None:
        from queue_kit.paper.commands import PrinterStatus

        self.status = PrinterStatus(problem=key)
        trouble = paper_troubles.kind(key)
        self._tell(frozenset({trouble} if trouble else ()))

    def _ask_status(self) -> None:
        try:
            printer = self._open()
        except PaperError as error:
            self._failed(error.key)
            return
        self.status = printer.status()
        kinds: frozenset[str] = paper_troubles.of_status(self.status)
        if hasattr(printer, "status_of_second"):
            kinds |= paper_troubles.of_status(printer.status_of_second(), second=True)
        self._tell(kinds)

    def _tell(self, kinds: frozenset[str]) -> None:
        if kinds != self._known:
            self._known = kinds
            self._troubles(kinds)


def wall_s() -> float:
    """The machine's wall clock in seconds."""
    return time.time()
