"""Every office's records, taken in order and once. What is acknowledged is committed.

A record is taken when it follows from the one before it: the office's own hash chain, which central checks again. What
is here already is compared, not written; the same place with other contents means that two hubs are at work.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, and_, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from central.errors import CentralError
from central.schema import ALARMS, CHAINS, EVENTS
from queue_core.journal.carried import arrived
from queue_core.journal.record import BrokenLink, Row, first_broken, genesis
from queue_core.wire.messages import UplinkRequest

_ROWS_A_PAGE: Final = 1000
_LONG: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Sending:
    """What an office sent."""

    office: str
    request: UplinkRequest


@dataclass(frozen=True, slots=True)
class Chain:
    """A journal as central has it. Times: UTC milliseconds; ``last_ms`` is the last event's own, None: none yet."""

    office: str
    epoch: str
    simulated: bool
    begins: int
    begin_hash: bytes
    seq: int
    heard_ms: int
    last_ms: int | None
    alarms: int


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Store:
    """The records of a province. Thread-safe; each method is one transaction."""

    def __init__(self, engine: Engine, *, now_ms: Callable[[], int] = _now_ms) -> None:
        self._engine, self._now_ms = engine, now_ms

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def take(self, sendings: Sequence[Sending]) -> list[int | CentralError]:
        """Take what came, in one commit; for each, how far its journal is here now, or why nothing of it was taken."""
        try:
            with self._engine.begin() as connection:
                return [self._take(connection, one) for one in sendings]
        except SQLAlchemyError as error:
            if len(sendings) == 1:
                return [_away(error)]
        # What one office sent and the database cannot hold keeps no other out.
        return [said for one in sendings for said in self.take([one])]

    def _take(self, connection: Connection, sending: Sending) -> int | CentralError:
        office, request = sending.office, sending.request
        try:
            return self._append(connection, office, request)
        except CentralError as error:  # always before the first write
            self._alarm(connection, office, request.epoch, error)
            return error

    def _append(self, connection: Connection, office: str, request: UplinkRequest) -> int:
        digest = bytes.fromhex(request.after_hash)
        rows = arrived(digest, request.rows)
        broken = first_broken(rows, after=(request.after, digest))
        if broken is not None:
            raise CentralError("central.broken_chain", office=office, seq=broken.seq, problem=str(broken))
        place = self._place(connection, office, request, digest)
        if place is None:
            return 0
        begins, seq, last = place
        if request.after > seq:
            return seq  # what lies between was lost here: the office sends it again
        known = {seq: last} if request.after == seq else _known(connection, office, request, begins)
        sent = {request.after: digest, **{row[0]: row[9] for row in rows}}
        for at in sorted(known.keys() & sent.keys()):
            if known[at] != sent[at]:
                raise CentralError("central.two_hubs", office=office, seq=at)
        fresh = [row for row in rows if row[0] > seq]
        now_ms = self._now_ms()
        if fresh:
            connection.execute(insert(EVENTS), [_values(office, request.epoch, row, now_ms) for row in fresh])
            seq, last = fresh[-1][0], fresh[-1][9]
        here = and_(CHAINS.c.office == office, CHAINS.c.epoch == request.epoch)
        connection.execute(update(CHAINS).where(here).values(seq=seq, hash=last, heard_ms=now_ms))
        return seq

    def _place(
        self, connection: Connection, office: str, request: UplinkRequest, digest: bytes
    ) -> tuple[int, int, bytes] | None:
        """Where the chain begins and ends here, made if it is new; None: it has to be sent from its first record."""
        here = and_(CHAINS.c.office == office, CHAINS.c.epoch == request.epoch)
        asked = select(CHAINS.c.begins, CHAINS.c.seq, CHAINS.c.hash).where(here).with_for_update()
        row = connection.execute(asked).one_or_none()
        if row is not None:
            return int(row.begins), int(row.seq), bytes(row.hash)
        if request.after != request.begins or not request.rows:
            return None  # nothing is begun by a question, nor in a journal's middle
        if request.after == 0 and digest != genesis(request.epoch, simulated=request.simulated):
            link = BrokenLink(1, "header")
            raise CentralError("central.broken_chain", office=office, seq=1, problem=str(link))
        now_ms = self._now_ms()
        connection.execute(
            insert(CHAINS).values(
                office=office, epoch=request.epoch, simulated=request.simulated, begins=request.begins,
                begin_hash=digest, seq=request.after, hash=digest, began_ms=now_ms, heard_ms=now_ms,
            )
        )  # fmt: skip
        return request.begins, request.after, digest

    def _alarm(self, connection: Connection, office: str, epoch: str, error: CentralError) -> None:
        seq = int(str(error.details.get("seq", 0)))
        same = and_(ALARMS.c.office == office, ALARMS.c.epoch == epoch, ALARMS.c.seq == seq, ALARMS.c.key == error.key)
        if connection.execute(select(ALARMS.c.id).where(same)).first() is None:
            connection.execute(
                insert(ALARMS).values(
                    office=office, epoch=epoch, seq=seq, key=error.key, words=error.en, at_ms=self._now_ms()
                )
            )

    # ------------------------------------------------------------------ reading
    def chains(self, office: str | None = None) -> list[Chain]:
        """Every journal, the offices in order, an office's newest last. Raises CentralError central.store_away."""
        last = (
            select(EVENTS.c.at_ms)
            .where(EVENTS.c.office == CHAINS.c.office, EVENTS.c.epoch == CHAINS.c.epoch, EVENTS.c.seq == CHAINS.c.seq)
            .scalar_subquery()
        )
        alarms = (
            select(func.count())
            .where(ALARMS.c.office == CHAINS.c.office, ALARMS.c.epoch == CHAINS.c.epoch)
            .scalar_subquery()
        )
        c = CHAINS.c
        asked = select(c.office, c.epoch, c.simulated, c.begins, c.begin_hash, c.seq, c.heard_ms, last, alarms)
        if office is not None:
            asked = asked.where(c.office == office)
        try:
            with self._engine.connect() as connection:
                return [Chain(*row) for row in connection.execute(asked.order_by(c.office, c.began_ms, c.epoch))]
        except SQLAlchemyError as error:
            raise _away(error) from error

    def rows(self, chain: Chain) -> Iterator[Row]:
        """A journal's records as its office wrote them, each with the hash of the one before."""
        c = EVENTS.c
        columns = (c.seq, c.day, c.type, c.boot_id, c.mono_ms, c.source, c.request_id, c.body, c.hash)
        after, digest = chain.begins, bytes(chain.begin_hash)
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
        last = chain.begins

        def watched() -> Iterator[Row]:
            nonlocal last
            for row in self.rows(chain):
                last = row[0]
                yield row

        try:
            broken = first_broken(watched(), after=(chain.begins, bytes(chain.begin_hash)))
        except SQLAlchemyError as error:
            raise _away(error) from error
        if broken is None and last != chain.seq:
            return BrokenLink(chain.seq, "gap", f"the last record here is {last}")
        return broken


def _known(connection: Connection, office: str, request: UplinkRequest, begins: int) -> dict[int, bytes]:
    """The hashes of the records that are here already, of those that came: seq → hash."""
    c = EVENTS.c
    span = c.seq.between(max(request.after, begins + 1), request.after + len(request.rows))
    there = select(c.seq, c.hash).where(c.office == office, c.epoch == request.epoch, span)
    return {int(seq): bytes(digest) for seq, digest in connection.execute(there)}


def _values(office: str, epoch: str, row: Row, now_ms: int) -> dict[str, Any]:
    seq, day, kind, boot_id, mono_ms, source, request_id, body, _prev, digest = row
    # To look by; the truth is in the body, whatever a broken clock wrote there.
    at_ms = max(-_LONG, min(json.loads(body)["at_ms"], _LONG))
    return {
        "office": office, "epoch": epoch, "seq": seq, "day": day, "type": kind, "at_ms": at_ms,
        "boot_id": boot_id, "mono_ms": mono_ms, "source": source, "request_id": request_id, "body": body,
        "hash": digest, "taken_ms": now_ms,
    }  # fmt: skip


def _away(error: SQLAlchemyError) -> CentralError:
    # The driver's own words; SQLAlchemy's hold the statement and its values too.
    said = str(getattr(error, "orig", None) or type(error).__name__)
    return CentralError("central.store_away", problem=" ".join(said.split())[:160])
