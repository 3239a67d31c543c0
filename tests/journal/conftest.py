"""A journal on a real disk, and facts to write into it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from queue_core.events import AnyEvent, DayOpened, SlipPrinted, TicketCalled, TicketIssued
from queue_core.journal import Journal, Stamp

NINE_MS = 1_795_312_800_000  # 2026-11-22 09:00 in Viet Nam


class Office:
    """Writes what an office writes."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.day = 0
        self.issued = 0

    def stamp(self) -> Stamp:
        return Stamp("boot-1", 1000 + self.journal.seq, "ntp")

    def opens(self, date: str = "2026-11-22") -> int:
        self.day += 1
        self.issued = 0
        event = DayOpened(at_ms=NINE_MS, day=self.day, date=date, office={"name": "Phường Thử"}, revision=1)
        return self.journal.append([event], self.stamp(), day=self.day)

    def ticket(self, request_id: str | None = None, prefix: str = "A") -> TicketIssued:
        self.issued += 1
        number = f"{prefix}{self.issued:03d}"
        values = {"id": f"{self.day}-{number}", "number": number, "prefix": prefix, "ordinal": self.issued}
        return TicketIssued(at_ms=NINE_MS + self.issued, by="kiosk-1", ticket=values)

    def issues(self, count: int = 1) -> int:
        for _ in range(count):
            event = self.ticket()
            request_id = f"{self.day}-{self.issued}"
            answer = (request_id, f'{{"number":"{event.ticket["number"]}"}}')
            self.journal.append([event], self.stamp(), day=self.day, answers=[answer], requests=[request_id])
        return self.journal.seq

    def serves(self) -> int:
        ticket = f"{self.day}-A{self.issued:03d}"
        events: list[AnyEvent] = [
            SlipPrinted(at_ms=NINE_MS, ticket=ticket),
            TicketCalled(at_ms=NINE_MS, ticket=ticket, counter="1"),
        ]
        return self.journal.append(events, self.stamp(), day=self.day)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "office" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal.open(path) as journal:
        yield journal


@pytest.fixture
def office(journal: Journal) -> Office:
    return Office(journal)


@pytest.fixture
def new_office() -> Callable[[Journal], Office]:
    return Office


@pytest.fixture
def tamper() -> Callable[..., None]:
    """Change a closed journal behind its back, as somebody with a database tool would."""

    def change(path: Path, statement: str, *values: object) -> None:
        connection = sqlite3.connect(path)
        connection.executescript("DROP TRIGGER events_stay; DROP TRIGGER events_remain;")
        connection.execute(statement, values)
        connection.commit()
        connection.close()

    return change


@pytest.fixture
def chance(seed: int) -> random.Random:
    """A random source; a failing test prints its seed."""
    return random.Random(seed)
