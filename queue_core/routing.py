"""Who is next at a counter, and the words that explain it.

The rule, once, for routing and for the wait estimate (which runs it over many imagined days at a time, so it is
written over arrays of tickets and cases):

1. who may be taken: tickets of the counter's services, or sent to this very counter; a no-show who must let others
   pass first waits until nobody else is there;
2. of these, the earliest of the counter's order of services; who has waited ``ageing_min`` counts as first there;
3. priority numbers go before ordinary ones, at most ``ratio`` in a row while an ordinary one waits - one, when that
   ordinary number has waited ``ageing_min``;
4. within a lane, by place (the order of arrival as the journal holds it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from queue_core.clock import local
from queue_core.office import Office, say
from queue_core.state import State
from queue_core.tickets import CounterState, Ticket

#: tier of a ticket that a counter does not take
NOT_TAKEN: Final = 1_000
#: places lie below two to the power of this, the tiers above them, then how many must pass first
_PLACE_BITS: Final = 42
_TIER_BITS: Final = 10
_LAST: Final = np.iinfo(np.int64).max
_NOBODY: Final = _LAST >> _PLACE_BITS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def choose(
    *,
    able: Flags,
    tier: Ints,
    place: Ints,
    aged: Flags,
    priority: Flags,
    behind: Ints,
    streak: Ints,
    ratio: int,
) -> tuple[Ints, Flags]:
    """The row of the next ticket for each column (-1: nobody), and whether an ordinary one could have been taken.

    Shapes: ``streak`` (cases,), all others (tickets, cases), with one ticket at least. ``able``: the counter may take
    it now; ``tier`` counts only there; ``aged``: it has waited the ageing time; 0 ≤ ``place`` < 2**42.
    """
    # one number a ticket: who must let others pass comes after all others; then the tiers count; then the places
    turn = tier * ~aged
    turn += behind << _TIER_BITS
    turn <<= _PLACE_BITS
    turn += place
    ordinary = np.where(able > priority, turn, _LAST)  # able, and without priority
    urgent = np.where(able & priority, turn, _LAST)
    case = np.arange(len(streak))
    first_ordinary, first_urgent = ordinary.argmin(axis=0), urgent.argmin(axis=0)
    # only those of the very first turn count
    ordinary_turn = ordinary[first_ordinary, case] >> _PLACE_BITS
    urgent_turn = urgent[first_urgent, case] >> _PLACE_BITS
    has_ordinary = (ordinary_turn <= urgent_turn) & (ordinary_turn < _NOBODY)
    has_urgent = (urgent_turn <= ordinary_turn) & (urgent_turn < _NOBODY)
    limit = np.where(aged[first_ordinary, case], 1, ratio)
    take_urgent = has_urgent & (~has_ordinary | (streak < limit))
    index = np.where(take_urgent, first_urgent, first_ordinary)
    return np.where(has_urgent | has_ordinary, index, -1), has_ordinary


@dataclass(frozen=True, slots=True)
class Place:
    """A ticket's turn at a counter: why it is called then. ``passed_over``: an ordinary one waits meanwhile."""

    ticket: Ticket
    reason: str
    details: dict[str, Any]
    priority: bool
    passed_over: bool


def next_for(state: State, counter_id: str, now_ms: int) -> Place | None:
    """Who is next at a counter; None when nobody waits for it."""
    found = line(state, counter_id, now_ms, limit=1)
    return found[0] if found else None


def line(state: State, counter_id: str, now_ms: int, *, limit: int = 10_000) -> list[Place]:
    """The order in which this counter alone would call, if nobody else came and no time passed."""
    office = state.setup
    counter = office.counter(counter_id)
    if counter is None:
        return []
    tiers = counter.tiers
    runtime = state.counters.get(counter_id) or CounterState(id=counter_id)
    tickets = [t for t in state.waiting_tickets() if tier_of(t, tiers, counter_id) < NOT_TAKEN]
    return order(tickets, tiers, counter_id, office, runtime.streak, now_ms, limit=limit)


def tier_of(ticket: Ticket, tiers: dict[str, int], counter_id: str) -> int:
    """A waiting ticket's tier at a counter."""
    if ticket.only_counter is not None:
        return 0 if ticket.only_counter == counter_id else NOT_TAKEN
    return tiers.get(ticket.service, NOT_TAKEN)


def order(  # noqa: PLR0917 -- the rule's parts, in the order of the docstring above
    tickets: Sequence[Ticket],
    tiers: dict[str, int],
    counter_id: str,
    office: Office,
    streak: int,
    now_ms: int,
    *,
    limit: int = 10_000,
) -> list[Place]:
    """Apply the rule again and again to ``tickets`` (all of them taken by the counter)."""
    rest = list(tickets)
    result: list[Place] = []
    ratio, ageing_min = office.priority.ratio, office.priority.ageing_min
    while rest and len(result) < limit:
        waited_min = np.array([(now_ms - t.waiting_since_ms) / 60_000 for t in rest])
        index, has_ordinary = choose(
            able=np.full((len(rest), 1), fill_value=True),
            tier=np.array([[tier_of(t, tiers, counter_id)] for t in rest]),
            place=np.array([[t.place] for t in rest]),
            aged=(waited_min >= ageing_min)[:, None],
            priority=np.array([[t.is_priority(now_ms)] for t in rest]),
            behind=np.array([[t.behind] for t in rest]),
            streak=np.array([streak]),
            ratio=ratio,
        )
        chosen = rest.pop(int(index[0]))
        urgent = chosen.is_priority(now_ms)
        passed_over = urgent and bool(has_ordinary[0])
        reason, details = _reason(chosen, rest, tiers, counter_id, office, streak, now_ms)
        result.append(Place(chosen, reason, details, urgent, passed_over))
        streak = streak_after(streak, priority=urgent, passed_over=passed_over)
        rest = [replace(t, behind=t.behind - 1) if t.behind else t for t in rest]
    return result


def streak_after(streak: int, *, priority: bool, passed_over: bool) -> int:
    """Priority calls in a row while an ordinary ticket waited, after one more call."""
    if not priority:
        return 0
    return streak + 1 if passed_over else streak


def ahead_of(state: State, ticket: Ticket, now_ms: int) -> int:
    """How many waiting tickets of its service are called before a ticket (waiting, or not yet issued).

    The lane's order is exact; how the other lane is mixed in follows the ratio for one counter.
    """
    mine = ticket.is_priority(now_ms)
    ratio = state.setup.priority.ratio
    same = other_before = other = 0
    for one in state.waiting_tickets():
        if one.service != ticket.service or one.id == ticket.id:
            continue
        if one.only_counter is not None and one.only_counter != ticket.only_counter:
            continue
        if one.is_priority(now_ms) == mine:
            same += one.place < ticket.place
        else:
            other += 1
            other_before += one.place < ticket.place
    if mine:
        return same + min(other, same // ratio)
    return same + min(other, (same + 1) * ratio)


def _reason(  # noqa: PLR0917 -- as order
    chosen: Ticket,
    rest: Sequence[Ticket],
    tiers: dict[str, int],
    counter_id: str,
    office: Office,
    streak: int,
    now_ms: int,
) -> tuple[str, dict[str, Any]]:
    """Why ``chosen`` and none of ``rest``: what would have to be otherwise for another one to be called."""
    if chosen.only_counter == counter_id:
        return "sent", {}
    if chosen.misses:
        return "back", {"misses": chosen.misses}
    if chosen.is_priority(now_ms):
        if chosen.priority is None:
            return "booked", {"time": f"{local(chosen.booked_ms or 0):%H:%M}"}
        return "priority", {"class": chosen.priority}
    aged_since_ms = now_ms - office.priority.ageing_min * 60_000
    others = [t for t in rest if t.behind == chosen.behind]

    def tier(ticket: Ticket) -> int:
        return 0 if ticket.waiting_since_ms <= aged_since_ms else tier_of(ticket, tiers, counter_id)

    if any(tier_of(t, tiers, counter_id) < tier_of(chosen, tiers, counter_id) for t in others):
        return "aged", {"minutes": (now_ms - chosen.waiting_since_ms) // 60_000}
    if any(t.is_priority(now_ms) and tier(t) == tier(chosen) for t in others):
        return "ratio", {"streak": streak}
    if any(t.place < chosen.place for t in others):
        return "order", {}
    return "first", {}


_WORDS: Final[dict[str, tuple[str, str]]] = {
    "first": ("đến trước", "came first"),
    "priority": ("diện ưu tiên: {class}", "priority: {class}"),
    "booked": ("đã đến giờ hẹn {time}", "booked for {time}"),
    "ratio": ("vừa gọi {streak} số ưu tiên, đến lượt số thường", "after {streak} priority numbers, an ordinary one"),
    "order": ("quầy này nhận dịch vụ này trước", "this counter takes this service first"),
    "aged": ("đã chờ {minutes} phút", "has waited {minutes} minutes"),
    "sent": ("được chuyển đến quầy này", "was sent to this counter"),
    "back": ("quá lượt {misses} lần, gọi lại", "missed {misses} time(s), called again"),
    "given": ("cán bộ chọn gọi", "chosen by the officer"),
}


def words(reason: str, details: dict[str, Any], office: Office, lang: str = "vi") -> str:
    """The reason of a call in words; an unknown reason gives its key."""
    vi, en = _WORDS.get(reason, (reason, reason))
    filled = dict(details)
    if "class" in filled:
        found = next((c for c in office.priority.classes if c.id == filled["class"]), None)
        filled["class"] = say(found.name, lang) if found else filled["class"]
    return (en if lang == "en" else vi).format(**filled)
