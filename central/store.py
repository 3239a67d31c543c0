"""Every office's records, taken in order and once. What is acknowledged is committed.

A record is taken when it follows from the one before it: the office's own hash chain, which central checks again. What
is here already is compared, not written; the same place with other contents means that two hubs are at work. A journal
that was salvaged, or goes on from a backup, comes whole under its new name; what another journal of the office had says
so (``copied``), whichever of the two came first.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, and_, func, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from central.database import away
from central.errors import CentralError
from central.schema import ALARMS, CHAINS, EVENTS
from queue_core.journal.carried import arrived
from queue_core.journal.record import BrokenLink, Row, content, first_broken, genesis
from queue_core.wire.messages import UplinkRequest

_LONG: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Sending:
    """What an office sent."""

    office: str
    request: UplinkRequest


@dataclass(frozen=True, slots=True)
class _Here:
    """A journal as it lies here: the office's ``number``-th of ``journals``, its last record."""

    number: int
    journals: int
    seq: int
    hash: bytes


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Store:
    """Writes the records of a province. One thread; each method is one transaction."""

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
        except (DataError, IntegrityError) as error:
            if len(sendings) == 1:
                return [away(error)]
            # What one office sent and the database cannot hold keeps no other out.
            return [said for one in sendings for said in self.take([one])]
        except SQLAlchemyError as error:
            return [away(error)] * len(sendings)

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
            raise _broken(office, broken)
        here = self._here(connection, office, request, digest)
        if here is None:
            return 0
        if request.after > here.seq:
            return here.seq  # what lies between was lost here: the office sends it again
        known = {here.seq: here.hash} if request.after == here.seq else _known(connection, office, request)
        sent = {request.after: digest, **{row[0]: row[9] for row in rows}}
        for at in sorted(known.keys() & sent.keys()):
            if known[at] != sent[at]:
                raise CentralError("central.two_hubs", office=office, seq=at)
        fresh = [row for row in rows if row[0] > here.seq]
        seq, last = (fresh[-1][0], fresh[-1][9]) if fresh else (here.seq, here.hash)
        if fresh:
            self._write(connection, office, request.epoch, fresh, here)
        place = and_(CHAINS.c.office == office, CHAINS.c.epoch == request.epoch)
        connection.execute(update(CHAINS).where(place).values(seq=seq, hash=last, heard_ms=self._now_ms()))
        return seq

    def _write(self, connection: Connection, office: str, epoch: str, fresh: Sequence[Row], here: _Here) -> None:
        contents = [content(row) for row in fresh]
        copied = _elsewhere(connection, office, epoch, contents) if here.journals > 1 else set()
        now_ms = self._now_ms()
        rows = [
            {**_values(row), "office": office, "epoch": epoch, "content": said, "copied": said in copied,
             "taken_ms": now_ms}
            for row, said in zip(fresh, contents, strict=True)
        ]  # fmt: skip
        connection.execute(insert(EVENTS), rows)
        if here.number < here.journals:
            # The machine that was replaced is on again, or a copied card: both write, each its own truth.
            self._alarm(connection, office, epoch, CentralError("central.two_journals", office=office, seq=fresh[0][0]))

    def _here(self, connection: Connection, office: str, request: UplinkRequest, digest: bytes) -> _Here | None:
        """The journal as it lies here, begun if it is new; None: it has to be sent from its first record."""
        c = CHAINS.c
        asked = select(c.epoch, c.number, c.seq, c.hash).where(c.office == office).with_for_update()
        rows = {row.epoch: row for row in connection.execute(asked)}
        if (row := rows.get(request.epoch)) is not None:
            return _Here(int(row.number), len(rows), int(row.seq), bytes(row.hash))
        if request.after or not request.rows:
            return None  # nothing is begun by a question, nor in a journal's middle
        if digest != genesis(request.epoch, simulated=request.simulated):
            raise _broken(office, BrokenLink(1, "header"))
        number, now_ms = len(rows) + 1, self._now_ms()
        connection.execute(
            insert(CHAINS).values(
                office=office, epoch=request.epoch, number=number, simulated=request.simulated, seq=0, hash=digest,
                began_ms=now_ms, heard_ms=now_ms,
            )
        )  # fmt: skip
        return _Here(number, number, 0, digest)

    def _alarm(self, connection: Connection, office: str, epoch: str, error: CentralError) -> None:
        place = and_(ALARMS.c.office == office, ALARMS.c.epoch == epoch, ALARMS.c.key == error.key)
        now_ms = self._now_ms()
        again = update(ALARMS).where(place).values(times=ALARMS.c.times + 1, last_ms=now_ms)
        if connection.execute(again).rowcount == 0:
            values = {"seq": int(str(error.details["seq"])), "words": error.en, "times": 1}
            values |= {"office": office, "epoch": epoch, "key": error.key, "first_ms": now_ms, "last_ms": now_ms}
            connection.execute(insert(ALARMS).values(values))


def _broken(office: str, broken: BrokenLink) -> CentralError:
    return CentralError("central.broken_chain", office=office, seq=broken.seq, problem=str(broken))


def _known(connection: Connection, office: str, request: UplinkRequest) -> dict[int, bytes]:
    """The hashes of the records that are here already, of those that came: seq → hash."""
    c = EVENTS.c
    span = c.seq.between(request.after, request.after + len(request.rows))
    there = select(c.seq, c.hash).where(c.office == office, c.epoch == request.epoch, span)
    return {int(seq): bytes(digest) for seq, digest in connection.execute(there)}


def _elsewhere(connection: Connection, office: str, epoch: str, contents: Sequence[bytes]) -> set[bytes]:
    """Which of these another journal of the office has."""
    c = EVENTS.c
    there = select(func.distinct(c.content)).where(c.office == office, c.epoch != epoch, c.content.in_(contents))
    return {bytes(said) for (said,) in connection.execute(there)}


def _values(row: Row) -> dict[str, Any]:
    seq, day, kind, boot_id, mono_ms, source, request_id, body, _prev, digest = row
    # To look by; the truth is in the body, whatever a broken clock wrote there.
    at_ms = max(-_LONG, min(json.loads(body)["at_ms"], _LONG))
    return {
        "seq": seq, "day": day, "type": kind, "at_ms": at_ms, "boot_id": boot_id, "mono_ms": mono_ms, "source": source,
        "request_id": request_id, "body": body, "hash": digest,
    }  # fmt: skip
