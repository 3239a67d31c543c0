"""What all messages of the bus have in common."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

VERSION: Final = 1
#: the largest payload anybody accepts
MAX_PAYLOAD_BYTES: Final = 256 * 1024


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
