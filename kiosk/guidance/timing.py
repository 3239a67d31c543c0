"""Time for those who listen: nothing runs out while they do, and each end is announced long enough before."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk import session as s

#: time to answer a warning by any key, at least, after it has been said (EN 301 549, 9.2.2.1: 20 s, ten times over)
ANSWER_S: Final = 20.0
#: the warning itself is said in less
_WARNING_S: Final = 10.0
_NUMBER_S: Final = 60.0


def unhurried(timing: s.Timing) -> s.Timing:
    """The kiosk's timing while somebody is guided: longer where it was shorter, never endless."""
    least_s = ANSWER_S + _WARNING_S
    return replace(
        timing,
        ring_s=max(timing.ring_s, least_s),
        idle_s=max(timing.idle_s, ANSWER_S),
        brief_s=max(timing.brief_s, ANSWER_S),
        brief_ring_s=max(timing.brief_ring_s, least_s),
        number_s=max(timing.number_s, _NUMBER_S),
        photo_s=max(timing.photo_s, _NUMBER_S),
    )


def number_ends_soon(visit: s.Visit, timing: s.Timing, now_s: float) -> bool:
    """Whether the number is about to go from the screen: it has no question of its own. ``timing``: unhurried."""
    if visit.screen is not s.Screen.NUMBER or visit.slip is s.Slip.PRINTING:
        return False
    quiet_s = now_s - max(visit.touched_s, visit.since_s)
    return s.number_limit_s(visit, timing) - quiet_s <= ANSWER_S + _WARNING_S
