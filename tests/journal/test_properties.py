"""Any order of batches, failures and restarts leaves exactly the batches that were accepted."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from queue_core.errors import JournalError
from queue_core.events import AnyEvent, DayOpened, HelpAsked, TicketIssued, dump_event, load_event
from queue_core.journal import Journal, Stamp

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
EVENTS = st.one_of(
    st.builds(
        TicketIssued, at_ms=st.integers(0, 2**42), by=TEXTS, ticket=st.dictionaries(TEXTS, VALUES, max_size=4)
    ),
    st.builds(HelpAsked, at_ms=st.integers(0, 2**42), by=TEXTS, device=TEXTS),
    st.builds(
        DayOpened, at_ms=st.integers(0, 2**42), day=st.integers(1, 9), date=st.none(), office=st.just({}),
        revision=st.integers(0, 9),
    ),
)  # fmt: skip
STAMPS = st.builds(Stamp, TEXTS, st.integers(0, 2**40), st.sampled_from(["ntp", "rtc", "floor", "simulated"]))


class Days(RuleBasedStateMachine):
    """A journal beside a plain list of what it accepted."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="motcua-journal-"))
        self.journal = Journal.open(self.folder / "journal.db")
        self.accepted: list[tuple[int, str | None, AnyEvent, Stamp]] = []
        self.answers: dict[str, str] = {}
        self.side_rows = 0
        self.journal.append([], Stamp("", 0, "ntp"), day=0, side=lambda c: c.execute("CREATE TABLE side (n INTEGER)"))

    def _batch(self, data: Any, events: list[AnyEvent]) -> dict[str, Any]:
        requests = data.draw(st.lists(st.none() | TEXTS, min_size=len(events), max_size=len(events)))
        answers = data.draw(st.lists(st.tuples(TEXTS, st.just('{"ok":true}')), max_size=2))
        return {"requests": requests, "answers": answers}

    @rule(data=st.data(), events=st.lists(EVENTS, max_size=5), stamp=STAMPS, day=st.integers(0, 9))
    def append(self, data: Any, events: list[AnyEvent], stamp: Stamp, day: int) -> None:
        batch = self._batch(data, events)
        seq = self.journal.append(events, stamp, day=day, side=_one_row, **batch)
        self.side_rows += 1
        self.accepted += [(day, name, event, stamp) for name, event in zip(batch["requests"], events, strict=True)]
        self.answers |= dict(batch["answers"])
        assert seq == len(self.accepted)

    @rule(data=st.data(), events=st.lists(EVENTS, min_size=1, max_size=5), stamp=STAMPS, how=st.integers(0, 3))
    def fail(self, data: Any, events: list[AnyEvent], stamp: Stamp, how: int) -> None:
        connection = self.journal._connection
        assert connection is not None
        batch = self._batch(data, events)

        def side(inner: sqlite3.Connection) -> None:
            _one_row(inner)
            if how == 0:
                raise RuntimeError("the hub's own table refused")
            if how == 1:
                inner.execute("INSERT INTO no_such_table VALUES (1)")
            if how == 2:
                pages = inner.execute("PRAGMA page_count").fetchone()[0]
                inner.execute(f"PRAGMA max_page_count={pages}")
                inner.execute("INSERT INTO side SELECT zeroblob(5000)")
            if how == 3:
                inner.set_progress_handler(lambda: 1, 1)

        try:
            with pytest.raises((JournalError, RuntimeError)):
                self.journal.append(events, stamp, day=1, side=side, **batch)
        finally:
            connection.set_progress_handler(None, 0)
            connection.execute("PRAGMA max_page_count=1000000")

    @rule()
    def restart(self) -> None:
        self.journal.close()
        self.journal = Journal.open(self.folder / "journal.db")

    @invariant()
    def holds_what_was_accepted(self) -> None:
        if not hasattr(self, "journal"):
            return
        records = list(self.journal.records())
        assert self.journal.seq == len(records) == len(self.accepted)
        for number, (record, (day, name, event, stamp)) in enumerate(zip(records, self.accepted, strict=True), 1):
            assert (record.seq, record.day, record.request_id) == (number, day, name)
            assert (record.boot_id, record.mono_ms, record.source) == (stamp.boot_id, stamp.mono_ms, stamp.source)
            assert load_event(record.body) == event
            assert record.body == dump_event(event)
            assert json.loads(record.text) == record.body
        assert all(self.journal.answer(name) == reply for name, reply in self.answers.items())
        assert self.journal.verify() is None
        starts = [number for number, entry in enumerate(self.accepted, 1) if entry[2].type == "day_opened"]
        begin = starts[-1] if starts else 1
        assert [record.seq for record in self.journal.open_day()] == list(range(begin, len(records) + 1))
        with closing(sqlite3.connect(self.folder / "journal.db")) as connection:
            rows = connection.execute("SELECT count(*) FROM side").fetchone()[0]
        assert rows == self.side_rows

    def teardown(self) -> None:
        if hasattr(self, "journal"):
            self.journal.close()
            shutil.rmtree(self.folder)


def _one_row(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO side VALUES (1)")


TestDays = Days.TestCase
TestDays.settings = settings(
    max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)  # fmt: skip
