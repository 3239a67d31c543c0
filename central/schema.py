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
)

METADATA: Final = MetaData()

#: one a journal. ``number``: the office's first, second …; ``seq``, ``hash``: its last record here. Times are central's
#: own, UTC milliseconds.
CHAINS: Final = Table(
    "chains",
    METADATA,
    Column("office", String(32), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("heard_ms", BigInteger, nullable=False),
)

#: the records as the office wrote them; ``at_ms``: the event's own time, ``taken_ms``: when it came. ``content``: what
#: it says, wherever it stands; ``copied``: another journal of the office had the same (this one was salvaged, or goes
#: on from a backup): whoever counts leaves it out.
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
    Column("content", LargeBinary(32), nullable=False),
    Column("copied", Boolean, nullable=False),
    Column("taken_ms", BigInteger, nullable=False),
    Index("events_at", "office", "at_ms"),
    Index("events_content", "office", "content"),
)

#: what needs a person: one a kind and journal. ``seq``, ``words``: the first time; ``times``: how often.
ALARMS: Final = Table(
    "alarms",
    METADATA,
    Column("office", String(32), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
)
