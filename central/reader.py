"""What central holds, for whoever looks: journals, their records, whether they are whole, what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, and_, select
from sqlalchemy.exc import SQLAlchemyError

from central.database import away
from central.schema import ALARMS, CHAINS, EVENTS
from queue_core.journal.record import BrokenLink, Row, first_broken, genesis

_ROWS_A_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Chain:
    """A journal as central has it. Times: UTC milliseconds; ``last_ms`` is the last event's own."""

    office: str
    epoch: str
    number: int
    simulated: bool
    seq: int
    heard_ms: int
    last_ms: int | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """What needs a person: first at ``seq`` and ``first_ms``, ``times`` in all, last at ``last_ms`` (UTC)."""

    office: str
    epoch: str
    key: str
    seq: int
    words: str
    times: int
    first_ms: int
    last_ms: int


class Reader:
    """Each method raises CentralError central.store_away when the database cannot be read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def chains(self, office: str | None = None) -> list[Chain]:
        """Every journal, the offices in order, an office's newest last."""
        c, e = CHAINS.c, EVENTS.c
        last = select(e.at_ms).where(e.office == c.office, e.epoch == c.epoch, e.seq == c.seq).scalar_subquery()
        asked = select(c.office, c.epoch, c.number, c.simulated, c.seq, c.heard_ms, last)
        if office is not None:
            asked = asked.where(c.office == office)
        try:
            with self._engine.connect() as connection:
                return [Chain(*row) for row in connection.execute(asked.order_by(c.office, c.number))]
        except SQLAlchemyError as error:
            raise away(error) from error

    def alarms(self) -> list[Alarm]:
        """What needs a person, the newest last."""
        a = ALARMS.c
        asked = select(a.office, a.epoch, a.key, a.seq, a.words, a.times, a.first_ms, a.last_ms)
        try:
            with self._engine.connect() as connection:
                return [Alarm(*row) for row in connection.execute(asked.order_by(a.last_ms, a.office))]
        except SQLAlchemyError as error:
            raise away(error) from error

    def rows(self, chain: Chain) -> Iterator[Row]:
        """A journal's records as its office wrote them, each with the hash of the one before."""
        c = EVENTS.c
        columns = (c.seq, c.day, c.type, c.boot_id, c.mono_ms, c.source, c.request_id, c.body, c.hash)
        after, digest = 0, genesis(chain.epoch, simulated=chain.simulated)
        while after < chain.seq:
            here = and_(c.office == chain.office, c.epoch == chain.epoch, c.seq > after, c.seq <= chain.seq)
            with self._engine.connect() as connection:
                found = connection.execute(select(*columns).where(here).order_by(c.seq).limit(_ROWS_A_PAGE)).all()
            for row in found:
                yield (*row[:8], digest, bytes(row.hash))
                after, digest = row.seq, bytes(row.hash)
            if not found:
                return

    def verify(self, chain: Chain) -> BrokenLink | None:
        """Check every link of a journal as it lies here; the first broken one, or None."""
        last = 0

        def watched() -> Iterator[Row]:
            nonlocal last
            for row in self.rows(chain):
                last = row[0]
                yield row

        try:
            broken = first_broken(watched(), after=(0, genesis(chain.epoch, simulated=chain.simulated)))
        except SQLAlchemyError as error:
            raise away(error) from error
        if broken is None and last != chain.seq:
            return BrokenLink(chain.seq, "gap", f"the last record here is {last}")
        return broken
