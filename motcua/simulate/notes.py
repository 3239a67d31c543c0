"""What an outsider can note of an office's day: who asked what and was told what, what was shown, spoken and printed.

Nothing here comes from inside the hub. Times ending in ``_s`` are the machine's monotonic seconds, the same in all
its processes; ``clock_ms`` is the day's simulated clock, UTC milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Somebody asked for something and was answered.

    ``key``: the refusal's key, "" when it was done. ``seq``: the position that the answer named, None when it named
    none. ``ticket``, ``number``: the one the answer spoke of. ``wave``: acts of one wave were done at once, those of
    an earlier wave were answered before. ``details``: what was asked (service, priority, finish …) and ``status``,
    ``issued_ms``, ``follow_url`` as answered.
    """

    who: str
    verb: str
    clock_ms: int
    sent_s: float
    answered_s: float
    wave: int
    key: str = ""
    seq: int | None = None
    counter: str | None = None
    ticket: str | None = None
    number: str | None = None
    request_id: str = ""
    tries: int = 1
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return not self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A line of the board's own record. ``what``: shown, spoken, unspoken, dropped or hidden."""

    what: str
    at_s: float
    began_s: float
    seq: int
    ticket: str
    number: str
    counter: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A ticket on the board."""

    ticket: str
    number: str
    counter: str
    state: Literal["called", "serving", "gone"]
    call_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSeen:
    """A board as it went over the bus. ``numbers``: counter → the number its sign shows."""

    at_s: float
    epoch: str
    seq: int
    calls: tuple[Listed, ...]
    numbers: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSeen:
    """A call as it went over the bus."""

    at_s: float
    epoch: str
    seq: int
    ticket: str
    number: str
    counter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipSeen:
    """A slip on the paper: what its code says, and the number a reader made out ("" where nobody tried)."""

    picture: str
    code: str
    read_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """What a phone showed at the end of the day for a slip's code."""

    code: str
    number: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Something was killed and started again."""

    what: Literal["hub", "broker"]
    down_s: float
    up_s: float


@dataclass(slots=True)
class Notes:
    """Everything noted of one day; may be written from several threads."""

    acts: list[Act] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    boards: list[BoardSeen] = field(default_factory=list)
    calls: list[CallSeen] = field(default_factory=list)
    slips: list[SlipSeen] = field(default_factory=list)
    pages: list[PageSeen] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def act(self, act: Act) -> Act:
        """Note an act."""
        with self._lock:
            self.acts.append(act)
        return act
