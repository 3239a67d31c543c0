"""The province's tables. They change by :mod:`central.migrations` alone.

A record is known by (office, epoch, seq): an office's journal has a random ``epoch``, and a new one when it was
salvaged from a damaged one.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA: Final = MetaData()

#: one a journal. ``begins``: the records up to here stand under an earlier epoch, ``begin_hash`` is the last of them
#: (else the chain's genesis). ``seq``, ``hash``: its last record here. Times are central's own, UTC milliseconds.
CHAINS: Final = Table(
    "chains",
    METADATA,
    Column("office", String(32), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("simulated", Boolean, nullable=False),
    Column("begins", BigInteger, nullable=False),
    Column("begin_hash", LargeBinary(32), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("heard_ms", BigInteger, nullable=False),
)

#: the records as the office wrote them; ``at_ms``: the event's own time, ``taken_ms``: when it came
EVENTS: Final = Table(
    "events",
    METADATA,
    Column("office", String(32), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, nullable=False),
    Column("type", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("boot_id", String(64), nullable=False),
    Column("mono_ms", BigInteger, nullable=False),
    Column("source", String(64), nullable=False),
    Column("request_id", String(128)),
    Column("body", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("taken_ms", BigInteger, nullable=False),
    Index("events_at", "office", "at_ms"),
)

#: what was refused and needs a person; the same is kept once
ALARMS: Final = Table(
    "alarms",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("office", String(32), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("key", String(64), nullable=False),
    Column("words", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    UniqueConstraint("office", "epoch", "seq", "key", name="alarms_once"),
)
