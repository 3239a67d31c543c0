"""The hub's desk for dossiers: whoever looks one up comes here, and here the limits stand.

The book is asked first, then the registry the office has chosen. A look-up of a kiosk is worked off on a thread of
its own: neither the bus nor the engine waits for a slow registry.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from queue_core.deadlines import WorkCalendar
from queue_core.dossier_code import DossierCode, ForeignCode, read_code, refusal_words
from queue_core.dossiers import RULES, STEPS, Dossier, due_words, late, offer
from queue_core.errors import MotcuaError
from queue_core.wire import messages as m
from queue_core.wire.responder import refusal
from queue_hub.dossiers.backends.drop_folder import DropFolder
from queue_hub.dossiers.backends.none import NoRegistry
from queue_hub.dossiers.book import Book
from queue_hub.dossiers.errors import DossierError
from queue_hub.dossiers.last_answers import LastAnswers
from queue_hub.dossiers.limits import Limits
from queue_hub.dossiers.record import Results
from queue_hub.dossiers.registry import DEADLINE_S, Cached, Registry
from queue_hub.dossiers.secrets import same_characters

if TYPE_CHECKING:
    from queue_core.commands import Issue
    from queue_core.dossiers import Pair
    from queue_core.office import Office
    from queue_hub.engine import Engine, Side

log = logging.getLogger(__name__)
_MOST_WAITING: Final = 64
FORGET_EVERY_S: Final = 3600.0


class DossierDesk:
    """One a hub. ``registry``: a given one instead of the configured kind."""

    def __init__(
        self,
        engine: Engine,
        data: Path,
        *,
        drop_folder: Path | None = None,
        registry: Registry | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._engine = engine
        self.book = Book(engine, data)
        self.limits = Limits(
            data / "look-ups.json",
            now_s=lambda: engine.moment.utc_ms / 1000,
            today=lambda: engine.moment.date if engine.moment.known else "",
        )
        self.drop = DropFolder(drop_folder or data / "dossier-drop", data / "dossier-drop.db")
        self._answers = LastAnswers(data / "registry-answers.db", self.book.key)
        self._given, self._deadline_s = registry, deadline_s
        self._cached: Cached | None = None
        self._guessing = threading.Lock()
        self._asked: queue.Queue[Callable[[], None] | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="dossiers", daemon=True)
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._forget, name="dossier-keeper", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self.drop.start()
        self._thread.start()
        self._keeper.start()

    def results(self) -> Results | None:
        """This month's sums for the information screen; None while the book is not used."""
        found = self.book.results()
        return found if any((found.received, found.ready, found.returned, found.ready_codes)) else None

    def stop(self) -> None:
        """Answer what was asked, then end."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._asked.put(None)
            self._thread.join(5)
        if self._keeper.ident is not None:
            self._keeper.join(5)
        self.drop.stop()
        if self._cached is not None:
            self._cached.close()

    @property
    def offered(self) -> bool:
        """Whether this office looks dossiers up."""
        return self._office.dossiers.registry != "none"

    # ------------------------------------------------------------------ the bus
    def ask(self, client: str, request: m.DossierRequest, answer: Callable[[m.Reply], None]) -> None:
        """Answer a kiosk's look-up, later and on another thread. Raises request.busy when too many wait."""

        def look() -> None:
            body = self.look_up(request.code, request.secret, device=client)
            answer(m.Reply(ok=True, request_id=request.request_id, dossier=body))

        self.later(look, request.request_id, answer)

    def later(self, task: Callable[[], None], request_id: str, answer: Callable[[m.Reply], None]) -> None:
        """Do what needs a registry on the desk's thread; its faults become answers. Raises request.busy."""

        def work() -> None:
            try:
                task()
            except MotcuaError as error:
                answer(refusal(error, request_id))
            except Exception as error:  # noqa: BLE001 -- its words might hold what was asked
                log.error("a look-up met a fault: %s", type(error).__name__)  # noqa: TRY400
                answer(refusal(MotcuaError("internal"), request_id))

        try:
            self._asked.put_nowait(work)
        except queue.Full as error:
            raise MotcuaError("request.busy") from error

    def carried(self, command: Issue, text: str | None) -> tuple[Issue, Side | None]:
        """The command with the dossier's hash, and what keeps its code for the officer beside the journal.

        A text that is no code changes nothing: the number matters more, and an identity card is kept nowhere.
        """
        reading = read_code(text or "", self._today())
        if not isinstance(reading, (DossierCode, ForeignCode)):
            return command, None
        digest, side = self.book.keep_for_ticket(reading.text)
        return command.model_copy(update={"dossier_hash": digest}), side

    # ------------------------------------------------------------------ looking up
    def look_up(self, text: str, secret: str | None, *, device: str, officer: bool = False) -> m.DossierBody:
        """A dossier as its citizen may see it. Raises DossierError dossier.*, RegistryError."""
        policy = self._office.dossiers
        if not self.offered:
            raise DossierError("dossier.not_offered")
        reading = read_code(text, self._today())
        if not isinstance(reading, (DossierCode, ForeignCode)):
            vi, en = refusal_words(reading)
            raise DossierError("dossier.code_invalid", said=vi, said_en=en)
        if secret is None:
            self.limits.take(device, policy, officer=officer)
            return self._body(self._sure(reading.text), opened=False)
        digest = self.book.key.hash(reading.text)
        with self._guessing:  # one guess after the other, or a crowd of them would pass before the first is counted
            self.limits.may_guess(device, digest)
            self.limits.take(device, policy, officer=officer)
            found = self._sure(reading.text)
            self._open(found, secret, device, digest)
        return self._body(found, opened=True)

    def _sure(self, code: str) -> Dossier:
        found = self.find(code)
        if found is None:
            raise DossierError("dossier.unknown")
        return found

    def find(self, code: str) -> Dossier | None:
        """The dossier in the book, else in the registry. Raises RegistryError."""
        found = self.book.find(code)
        kind = self._office.dossiers.registry
        if found is not None or (self._given is None and kind == "book"):
            return found
        if self._given is None and kind == "none":
            return NoRegistry().find(code, deadline_s=0)
        if self._cached is None:
            self._cached = Cached(
                self._given or self.drop, shelf=self._answers, now=self._now, deadline_s=self._deadline_s
            )
        return self._cached.find(code)

    def _open(self, found: Dossier, secret: str, device: str, digest: str) -> None:
        if not found.secret:
            raise DossierError("dossier.no_secret")
        if not same_characters(secret, found.secret):
            self.limits.guessed_wrong(device, digest)
            raise DossierError("dossier.secret_wrong")
        self.limits.guessed_right(digest)

    def _body(self, found: Dossier, *, opened: bool) -> m.DossierBody:
        now, calendar, rule = self._now(), WorkCalendar(self._office), RULES[found.state]
        offered = offer(found, opened=opened, now=now, calendar=calendar)
        details = None
        if opened:
            due = {lang: due_words(found, lang, now) for lang in ("vi", "en")} if found.due else {}
            details = m.DossierDetails(
                due=due,
                due_ms=_utc_ms(found.due),
                estimated=found.estimated,
                late=late(found, now, calendar).late,
                todo=found.todo,
                counters=list(found.counters) or self._counters(offered.service_kind),
            )
        service = self._service(offered.service_kind)
        return m.DossierBody(
            code=found.code,
            steps=[_text(step) for step in STEPS],
            step=rule.step,
            mark=rule.mark,
            offer=m.DossierOffer(
                kind=offered.kind,
                service_kind=offered.service_kind,
                service=service,
                sentence=_text(offered.sentence),
                bring=_text(offered.bring) if offered.bring[0] else {},
            ),
            details=details,
            can_open=bool(found.secret) and not opened,
            asof_ms=_utc_ms(found.as_of),
        )

    def _service(self, kind: str | None) -> str | None:
        """The service that gives such numbers; an office without a cash desk sends to guidance."""
        leaves = self._office.leaves()
        wanted = [kind, "guide"] if kind == "fee" else [kind]
        return next((s.id for k in wanted for s in leaves if s.kind == k), None)

    def _counters(self, kind: str | None) -> list[int]:
        service = self._service(kind)
        return [counter.number for counter in self._office.counters_for(service)] if service else []

    @property
    def _office(self) -> Office:
        return self._engine.state.setup

    def _now(self) -> datetime | None:
        moment = self._engine.moment
        return moment.local.replace(tzinfo=None) if moment.known else None

    def _today(self) -> date | None:
        now = self._now()
        return now.date() if now else None

    def _work(self) -> None:
        while (work := self._asked.get()) is not None:
            work()

    def _forget(self) -> None:
        while not self._stopping.wait(FORGET_EVERY_S):
            try:
                self.book.forget()
            except Exception:
                log.exception("erasing what is past its date failed")


def _text(pair: Pair) -> dict[str, str]:
    return {"vi": pair[0], "en": pair[1]}


def _utc_ms(moment: datetime | None) -> int | None:
    from queue_core.clock import VIETNAM

    return int(moment.replace(tzinfo=VIETNAM).timestamp() * 1000) if moment else None
