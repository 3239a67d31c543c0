"""What all messages of the bus have in common."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

VERSION: Final = 1
#: the largest payload anybody accepts
MAX_PAYLOAD_BYTES: Final = 256 * 1024

#: SHA-256, hex
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
#: what a database holds: 32 and 64 bits
_Count = Annotated[int, Field(ge=0, lt=2**31)]
_Long = Annotated[int, Field(ge=0, lt=2**63)]
_Name = Annotated[str, Field(max_length=64)]
#: a record of the journal: seq, day, type, boot_id, mono_ms, source, request_id, body (the event's text as it was
#: hashed), hash (hex)
RecordRow: TypeAlias = tuple[
    _Long, _Count, _Name, _Name, _Long, _Name, Annotated[str, Field(max_length=128)] | None, str, Sha256
]


class Message(BaseModel):
    """Base of all messages."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    v: Literal[1] = 1


class Rev(BaseModel):
    """A position in a journal: positions of one ``epoch`` are ordered by ``seq``; epochs are not ordered."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    epoch: str
    seq: int


class Wait(BaseModel):
    """An honest wait: people ahead and a range in minutes (None: nobody can tell), told at a time."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    ahead: int = 0
    low_min: int | None = None
    high_min: int | None = None
    passes_closing: bool = False
