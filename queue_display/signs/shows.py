"""What each sign shall show: from the board's snapshot, whether it is live, and the time of day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from queue_core.clock import VIETNAM
from queue_core.wire.messages import Board, BoardCounter

#: an earlier clock is none
_FIRST_MS: Final = 1_577_836_800_000  # 2020
_DAY_MIN: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """``number``: as printed, None: blank. ``closed``: "quầy tạm thời đóng". ``percent``: brightness, 1 to 100.

    ``lost``: the small mark, for the hub is not heard.
    """

    number: str | None = None
    closed: bool = False
    lost: bool = False
    percent: int = 100


def show_of(board: Board | None, counter: str, *, live: bool, percent: int = 100) -> Show:
    """What the sign above a counter shows.

    Without a board nothing is known and nothing is claimed: blank. A counter the board does not have is blank too.
    While the hub is not heard the number stays, with the mark: who is on the way to the counter must still find it.
    """
    found = counter_of(board, counter)
    if found is None or found.status == "closed":
        return Show(lost=not live, percent=percent)
    if found.status == "paused":
        return Show(closed=True, lost=not live, percent=percent)
    return Show(number=found.ticket_number, lost=not live, percent=percent)


def counter_of(board: Board | None, counter: str) -> BoardCounter | None:
    """The board's line of a counter."""
    return next((one for one in board.counters if one.id == counter), None) if board is not None else None


def percent_at(plan: Mapping[int, int], now_ms: int | None) -> int:
    """Brightness by the plan (minute after local midnight → percent); full while no time is known.

    Before the day's first minute the last one of the day before holds.
    """
    if not plan or now_ms is None or now_ms < _FIRST_MS:
        return 100
    local = datetime.fromtimestamp(now_ms / 1000, VIETNAM)
    minute = local.hour * 60 + local.minute
    past = [begin for begin in plan if begin <= minute]
    return plan[max(past)] if past else plan[max(plan)]


def next_change_s(plan: Mapping[int, int], now_ms: int | None) -> float:
    """Seconds until the plan's next step; a day when there is none."""
    if not plan or now_ms is None or now_ms < _FIRST_MS:
        return _DAY_MIN * 60.0
    local = datetime.fromtimestamp(now_ms / 1000, VIETNAM)
    passed_s = local.hour * 3600 + local.minute * 60 + local.second
    return float(min((begin * 60 - passed_s) % (_DAY_MIN * 60) or _DAY_MIN * 60 for begin in plan))
