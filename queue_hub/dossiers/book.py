"""The built-in dossier book: accepted, states 1 to 10, one supplement, one extension, returned.

Its tables lie in the journal's file and are written in the transaction of the event that tells of the change; the
event holds the code's keyed hash only. Name, address and telephone stand in a table of their own with a deletion date.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from queue_core import deadlines
from queue_core.clock import VIETNAM, utc_ms_of
from queue_core.commands import NoteDossier
from queue_core.deadlines import WorkCalendar
from queue_core.dossier_code import DossierCode, ForeignCode, read_code, refusal_words
from queue_core.dossiers import ENDED, FOLLOWS, STATE_WORDS, Dossier, DossierState
from queue_core.errors import MotcuaError, RuleError
from queue_core.journal import Stamp
from queue_core.journal.schema import connect
from queue_hub.dossiers.errors import DossierError
from queue_hub.dossiers.record import NewDossier, Person, Record, Results, no_card
from queue_hub.dossiers.secrets import DossierKey

if TYPE_CHECKING:
    from queue_core.office import Office
    from queue_hub.engine import Engine, Side

S = DossierState
COMMIT_S: Final = 5.0
_DAY_MS: Final = 86_400_000
_LISTED: Final = 200
#: a dossier that never ends is forgotten so long after it should have
_BACKSTOP_DAYS: Final = 730
#: as long as request ids are answered: the code of a ticket's dossier, and what was accepted under an id
REQUEST_DAYS: Final = 7
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS dossier (
  code TEXT PRIMARY KEY, hash TEXT NOT NULL, number INTEGER NOT NULL, state INTEGER NOT NULL, received TEXT NOT NULL,
  ready TEXT, returned TEXT, on_time INTEGER NOT NULL, delete_ms INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS dossier_received ON dossier (received);
CREATE INDEX IF NOT EXISTS dossier_state ON dossier (state);
CREATE TABLE IF NOT EXISTS dossier_person (
  code TEXT PRIMARY KEY, delete_ms INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dossier_of_ticket (
  hash TEXT PRIMARY KEY, code TEXT NOT NULL, delete_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dossier_request (
  id TEXT PRIMARY KEY, code TEXT NOT NULL, delete_ms INTEGER NOT NULL) WITHOUT ROWID;
"""


class Book:
    """The book of one office. Methods may be called from any thread but the engine's; a change waits for its commit."""

    def __init__(self, engine: Engine, data: Path) -> None:
        """Make the tables if they are missing. Raises JournalError."""
        self._engine = engine
        self._path = engine.journal.path
        self.key = DossierKey(data)
        self._lock = threading.Lock()
        if not self._ask("SELECT 1 FROM sqlite_master WHERE name = 'dossier_request'"):  # the last one made
            engine.journal.append([], Stamp("", 0, ""), day=0, side=_make_tables)

    # ------------------------------------------------------------------ looking
    def get(self, code: str) -> Record:
        """A dossier of the book. Raises DossierError dossier.unknown."""
        rows = self._ask("SELECT body FROM dossier WHERE code = ?", code)
        if not rows:
            raise DossierError("dossier.unknown")
        return Record.model_validate_json(rows[0][0])

    def person(self, code: str) -> Person:
        """Whose it is; empty once erased."""
        rows = self._ask("SELECT body FROM dossier_person WHERE code = ?", code)
        return Person.model_validate_json(rows[0][0]) if rows else Person()

    def find(self, code: str, *, deadline_s: float = 0.0) -> Dossier | None:  # noqa: ARG002 -- the Protocol's
        """The dossier as a look-up knows it, or None."""
        try:
            record = self.get(code)
        except DossierError:
            return None
        return Dossier(
            code=record.code,
            state=record.state,
            due=record.due,
            estimated=not record.given_due,
            extended=record.extended_from is not None,
            returned_on=record.returned.date() if record.returned else None,
            todo=record.todo,
            counters=(record.counter,) if record.counter else (),
            secret=self.key.characters(code),
        )

    def latest(self, *, state: DossierState | None = None, like: str = "") -> list[Record]:
        """The newest dossiers of the book, at most 200; ``like``: a part of the code."""
        words, values = "1 = 1", []
        if state is not None:
            words, values = "state = ?", [int(state)]
        if like:
            words += " AND instr(code, ?)"
            values.append(like.upper())  # type: ignore[arg-type]
        rows = self._ask(
            f"SELECT body FROM dossier WHERE {words} ORDER BY received DESC, number DESC LIMIT {_LISTED}",  # noqa: S608
            *values,
        )
        return [Record.model_validate_json(row[0]) for row in rows]

    def between(self, first: date, last: date) -> list[Record]:
        """What was received from ``first`` to ``last``, oldest first (form 06)."""
        after = (last + timedelta(days=1)).isoformat()
        rows = self._ask(
            "SELECT body FROM dossier WHERE received >= ? AND received < ? ORDER BY received, number",
            first.isoformat(),
            after,
        )
        return [Record.model_validate_json(row[0]) for row in rows]

    def results(self, month: str | None = None) -> Results:
        """The figures of a month ("2026-11"; None: this one), and the codes of results that wait."""
        month = month or f"{self._engine.moment.local:%Y-%m}"
        count = "SELECT count(*) FROM dossier WHERE "
        one = f"{month}-"

        def how_many(condition: str) -> int:
            return int(self._ask(f"{count}{condition}", one)[0][0])

        waiting = self._ask("SELECT code FROM dossier WHERE state = 9 ORDER BY ready DESC LIMIT 50")
        return Results(
            month=month,
            received=how_many("state NOT IN (1, 3) AND substr(received, 1, 8) = ?"),
            ready=how_many("substr(ready, 1, 8) = ?"),
            on_time=how_many("on_time = 1 AND substr(ready, 1, 8) = ?"),
            returned=how_many("substr(returned, 1, 8) = ?"),
            ready_codes=tuple(str(row[0]) for row in waiting),
        )

    def code_of_ticket(self, dossier_hash: str | None) -> str | None:
        """The code a ticket carries, for the officer's eyes; None when it is not (or no longer) known."""
        if dossier_hash is None:
            return None
        rows = self._ask("SELECT code FROM dossier_of_ticket WHERE hash = ?", dossier_hash)
        return str(rows[0][0]) if rows else None

    # ------------------------------------------------------------------ changing
    def accept(self, new: NewDossier, *, by: str, officer: str = "", request_id: str | None = None) -> Record:
        """Accept a dossier (state 2), or note that it was not accepted (3). Raises DossierError, RuleError.

        The same ``request_id`` again, within 7 days, gives the dossier it made the first time.
        """
        new.person.checked()
        for text in (new.matter, new.refused_why, new.fee, *(paper.name for paper in new.papers)):
            no_card(text)
        with self._lock:
            if made := self._made_before(request_id):
                return made
            now, calendar = self._now(), self._calendar(new.service)
            code = self._wanted_code(new.code, now.date()) or self._new_code(now.date())
            if self._ask("SELECT 1 FROM dossier WHERE code = ?", code):
                raise DossierError("dossier.exists")
            course = deadlines.begin(calendar, now, deadlines.Term(new.term_kind, new.term_count))
            given = _naive(new.due) if new.due is not None else None
            refused = bool(new.refused_why)
            record = Record(
                code=code,
                number=self._next_number(now),
                state=S.REFUSED if refused else S.ACCEPTED,
                due=given or course.due,
                given_due=given is not None,
                received=now,
                ended=now if refused else None,
                officer=officer,
                **new.model_dump(exclude={"person", "code", "due"}),
            )
            return self._commit(
                record, "refused" if refused else "accepted", by, person=new.person, request_id=request_id
            )

    def move(self, code: str, state: DossierState, *, by: str, note: str = "") -> Record:
        """Change the state; what has dates of its own has its own method. Raises DossierError dossier.*."""
        if state in {S.SUPPLEMENT, S.RETURNED, S.ACCEPTED, S.REFUSED, S.REGISTERED}:
            raise DossierError("dossier.use_own_action", **_words("wanted", state))
        with self._lock:
            record, now = self.get(code), self._now()
            _check_follows(record, state)
            if record.state is S.SUPPLEMENT and state is S.PROCESSING:
                raise DossierError("dossier.use_own_action", **_words("wanted", state))
            changes: dict[str, object] = {"state": state}
            if state is S.FEE:
                changes["fee_what"] = no_card(note)
            elif note:
                changes["note"] = no_card(note)
            changes["ready"] = now if state is S.READY else record.ready if state is not S.PROCESSING else None
            if state in ENDED:
                changes["ended"] = now
            return self._commit(_changed(record, changes), f"state_{int(state)}", by)

    def ask_supplement(self, code: str, what: str, *, by: str) -> Record:
        """Ask for missing papers: once, within 3 working days (form 02). Raises DossierError, RuleError."""
        with self._lock:
            record, now = self.get(code), self._now()
            _check_follows(record, S.SUPPLEMENT)
            course = deadlines.ask_supplement(record.course, self._calendar(record.service), now)
            changes = {"state": S.SUPPLEMENT, "supplement_what": no_card(what)}
            return self._commit(_changed(record.on(course), changes), "supplement_asked", by)

    def papers_brought(self, code: str, *, by: str) -> Record:
        """The missing papers are there: the clock starts again. Raises DossierError dossier.wrong_state."""
        with self._lock:
            record, now = self.get(code), self._now()
            if record.state is not S.SUPPLEMENT:
                _check_follows(record, S.SUPPLEMENT, only_from=S.SUPPLEMENT)
            course = deadlines.papers_brought(record.course, self._calendar(record.service), now)
            changes = {"state": S.PROCESSING, "given_due": False}
            return self._commit(_changed(record.on(course), changes), "supplement_brought", by)

    def extend(self, code: str, until: datetime, why: str, *, by: str) -> Record:
        """Give a second date with an apology, once (form 04). Raises DossierError dossier.ended, RuleError."""
        with self._lock:
            record, now = self.get(code), self._now()
            if record.state in ENDED or record.state is S.READY:
                raise DossierError("dossier.ended", **_words("state", record.state))
            course = deadlines.extend(record.course, self._calendar(record.service), now, _naive(until))
            changes = {"extended_why": no_card(why), "given_due": True}
            return self._commit(_changed(record.on(course), changes), "extended", by)

    def give_back(self, code: str, *, by: str) -> Record:
        """The result is in its citizen's hands. Raises DossierError dossier.wrong_state."""
        with self._lock:
            record, now = self.get(code), self._now()
            _check_follows(record, S.RETURNED)
            changes = {"state": S.RETURNED, "returned": now, "ended": now}
            return self._commit(_changed(record, changes), "returned", by)

    def keep_for_ticket(self, code: str) -> tuple[str, Side]:
        """The hash that a ticket's event may hold, and what keeps the code beside it until its deletion date."""
        digest = self.key.hash(code)
        until_ms = self._engine.moment.utc_ms + REQUEST_DAYS * _DAY_MS

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO dossier_of_ticket (hash, code, delete_ms) VALUES (?, ?, ?)",
                (digest, code, until_ms),
            )

        return digest, write

    def forget(self) -> int:
        """Erase what has passed its deletion date; gives how many lines. Not while the date is in doubt."""
        if not self._engine.moment.known:
            return 0
        now_ms = self._engine.moment.utc_ms
        tables = ("dossier_person", "dossier", "dossier_of_ticket", "dossier_request")
        due = sum(int(self._ask(f"SELECT count(*) FROM {t} WHERE delete_ms < ?", now_ms)[0][0]) for t in tables)  # noqa: S608
        if due:
            self._engine.journal.append([], Stamp("", 0, ""), day=0, side=_eraser(tables, now_ms))
        return due

    # ------------------------------------------------------------------ within
    def _made_before(self, request_id: str | None) -> Record | None:
        """What an earlier request of this id was answered with, as it is now."""
        rows = self._ask("SELECT code FROM dossier_request WHERE id = ?", request_id) if request_id else []
        return self.get(str(rows[0][0])) if rows else None

    def _commit(
        self, record: Record, what: str, by: str, *, person: Person | None = None, request_id: str | None = None
    ) -> Record:
        policy, digest = self._office.dossiers, self.key.hash(record.code)
        if record.ended is not None:
            delete_ms = _ms(record.ended + timedelta(days=policy.keep_days))
            person_ms = _ms(record.ended + timedelta(days=policy.keep_person_days))
        else:
            delete_ms = person_ms = _ms(record.due + timedelta(days=_BACKSTOP_DAYS))
        on_time = record.ready is not None and record.ready <= record.due
        row = (
            record.code, digest, record.number, int(record.state), record.received.isoformat(), _iso(record.ready),
            _iso(record.returned), int(on_time), delete_ms, record.model_dump_json(),
        )  # fmt: skip

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO dossier VALUES (?,?,?,?,?,?,?,?,?,?)", row)
            connection.execute("UPDATE dossier_person SET delete_ms = ? WHERE code = ?", (person_ms, record.code))
            if person is not None and person != Person():
                connection.execute(
                    "INSERT OR REPLACE INTO dossier_person VALUES (?,?,?)",
                    (record.code, person_ms, person.model_dump_json()),
                )
            if request_id is not None:
                request_ms = self._engine.moment.utc_ms + REQUEST_DAYS * _DAY_MS
                connection.execute(
                    "INSERT OR REPLACE INTO dossier_request VALUES (?,?,?)", (request_id, record.code, request_ms)
                )

        late = self._now() > record.due
        command = NoteDossier(dossier_hash=digest, what=what, state=int(record.state), late=late)
        try:
            outcome = self._engine.submit(command, by=by, side=write).result(COMMIT_S)
        except TimeoutError as error:
            raise MotcuaError("request.busy") from error
        if outcome.error is not None:
            raise outcome.error
        return record

    @property
    def _office(self) -> Office:
        return self._engine.state.setup

    def _calendar(self, service: str | None) -> WorkCalendar:
        found = self._office.service(service) if service else None
        if service and found is None:
            raise RuleError("service.unknown", service=service)
        return WorkCalendar(self._office, found)

    def _now(self) -> datetime:
        moment = self._engine.moment
        if not moment.known:
            raise DossierError("dossier.no_clock")
        return moment.local.replace(tzinfo=None, microsecond=0)

    def _wanted_code(self, text: str | None, today: date) -> str | None:
        if not text or not text.strip():
            return None
        reading = read_code(text, today)
        if isinstance(reading, (DossierCode, ForeignCode)):
            return reading.text
        vi, en = refusal_words(reading)
        raise DossierError("dossier.code_invalid", said=vi, said_en=en)

    def _new_code(self, today: date) -> str:
        head = f"{self._office.dossiers.unit_code}-{today:%y%m%d}-"
        rows = self._ask("SELECT code FROM dossier WHERE substr(code, 1, ?) = ?", len(head), head)
        last = max((int(tail) for row in rows if (tail := str(row[0])[len(head) :]).isdecimal()), default=0)
        return f"{head}{last + 1:04d}"

    def _next_number(self, now: datetime) -> int:
        rows = self._ask("SELECT max(number) FROM dossier WHERE substr(received, 1, 4) = ?", f"{now:%Y}")
        return int(rows[0][0] or 0) + 1

    def _ask(self, question: str, *values: object) -> list[Any]:
        with closing(connect(self._path, read_only=True)) as db:
            return db.execute(question, values).fetchall()


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        if statement.strip():
            connection.execute(statement)


def _eraser(tables: tuple[str, ...], now_ms: int) -> Side:
    def erase(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA secure_delete=ON")  # erased is overwritten, not merely let go
        for table in tables:
            connection.execute(f"DELETE FROM {table} WHERE delete_ms < ?", (now_ms,))  # noqa: S608
        connection.execute("PRAGMA secure_delete=OFF")

    return erase


def _check_follows(record: Record, wanted: DossierState, *, only_from: DossierState | None = None) -> None:
    if only_from is None and wanted in FOLLOWS[record.state]:
        return
    if record.state in ENDED:
        raise DossierError("dossier.ended", **_words("state", record.state))
    raise DossierError("dossier.wrong_state", **_words("state", record.state), **_words("wanted", wanted))


def _words(name: str, state: DossierState) -> dict[str, str]:
    vi, en = STATE_WORDS[state]
    return {name: vi, f"{name}_en": en}


def _changed(record: Record, changes: Mapping[str, object]) -> Record:
    return Record.model_validate({**record.model_dump(), **changes})


def _naive(moment: datetime) -> datetime:
    """Local wall time without an offset."""
    return moment.astimezone(VIETNAM).replace(tzinfo=None) if moment.tzinfo else moment


def _ms(moment: datetime) -> int:
    return utc_ms_of(moment.date(), moment.hour * 60 + moment.minute)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
