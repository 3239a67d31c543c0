"""Who should be next, a second time: a small, slow, independent judge of the order.

It shares no code with the rules that route. It is told what was done, as an onlooker in the lobby could note it,
and says whom each counter should call. The simulation and the property tests hold every call against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Waiting:
    """Somebody in the line. ``rank``: arrival order, lower is earlier. Times in milliseconds."""

    name: str
    service: str
    rank: int
    since_ms: int
    favoured: bool = False
    booked_ms: int | None = None
    only_counter: str | None = None
    let_pass: int = 0

    def goes_first(self, now_ms: int) -> bool:
        """Whether this one belongs to the priority lane now."""
        return self.favoured or (self.booked_ms is not None and self.booked_ms <= now_ms)


@dataclass(slots=True)
class OrderReference:
    """The line as an onlooker keeps it.

    ``counters``: counter → groups of services it takes, the earlier group first. ``ratio``: favoured calls in a row
    while somebody else waits. ``patience_min``: a wait after which order and ratio give way.
    """

    counters: Mapping[str, Sequence[Sequence[str]]]
    ratio: int
    patience_min: float
    line: dict[str, Waiting] = field(default_factory=dict)
    in_a_row: dict[str, int] = field(default_factory=dict)

    def arrive(self, person: Waiting) -> None:
        """Somebody takes a place in the line (for the first time, or again)."""
        self.line[person.name] = person

    def leave(self, name: str) -> Waiting | None:
        """Somebody leaves the line without being called."""
        return self.line.pop(name, None)

    def rest(self, counter: str) -> None:
        """A counter closes: it begins anew when it opens."""
        self.in_a_row[counter] = 0

    def expected(self, counter: str, now_ms: int) -> str | None:
        """The one this counter should call now; None when nobody is for it."""
        best: Waiting | None = None
        candidates = self._candidates(counter, now_ms)
        others = sorted((p for p in candidates if not p.goes_first(now_ms)), key=_by_rank)
        favoured = sorted((p for p in candidates if p.goes_first(now_ms)), key=_by_rank)
        if favoured and others:
            allowed = 1 if self._impatient(others[0], now_ms) else self.ratio
            best = favoured[0] if self.in_a_row.get(counter, 0) < allowed else others[0]
        elif favoured:
            best = favoured[0]
        elif others:
            best = others[0]
        return best.name if best else None

    def call(self, counter: str, name: str, now_ms: int, *, chosen: bool = False) -> None:
        """This counter called somebody. ``chosen``: the officer picked the person, whoever was next."""
        person = self.line.pop(name, None)
        if person is None:  # picked from among those set aside
            return
        self._count(counter, person, now_ms, chosen=chosen)
        self._step_forward(counter)

    def call_aside(self, counter: str, person: Waiting, now_ms: int) -> None:
        """The officer picked somebody who had been set aside."""
        self._count(counter, person, now_ms, chosen=True)
        self._step_forward(counter)

    def _count(self, counter: str, person: Waiting, now_ms: int, *, chosen: bool) -> None:
        """Favoured calls in a row: only those count that made somebody else wait."""
        if not person.goes_first(now_ms):
            self.in_a_row[counter] = 0
            return
        pool = self._for(counter) if chosen else self._candidates(counter, now_ms, also=person)
        if any(not p.goes_first(now_ms) for p in pool if p.name != person.name):
            self.in_a_row[counter] = self.in_a_row.get(counter, 0) + 1

    def _step_forward(self, counter: str) -> None:
        """Whoever must let others pass has let one pass, at a counter that could have called him."""
        for person in self._for(counter):
            person.let_pass = max(0, person.let_pass - 1)

    def _for(self, counter: str) -> list[Waiting]:
        """Everybody in the line whom this counter may call."""
        return [p for p in self.line.values() if self._group(counter, p) is not None]

    def _candidates(self, counter: str, now_ms: int, also: Waiting | None = None) -> list[Waiting]:
        """Of those, the ones whose turn it can be: nobody who must let others pass, the best group only."""
        able = self._for(counter)
        if also is not None and all(p.name != also.name for p in able):
            able.append(also)
        if not able:
            return []
        fewest = min(p.let_pass for p in able)
        able = [p for p in able if p.let_pass == fewest]
        groups = {p.name: self._group_now(counter, p, now_ms) for p in able}
        first = min(groups.values())
        return [p for p in able if groups[p.name] == first]

    def _group(self, counter: str, person: Waiting) -> int | None:
        if person.only_counter is not None:
            return 0 if person.only_counter == counter else None
        for index, group in enumerate(self.counters.get(counter, ())):
            if person.service in group:
                return index
        return None

    def _group_now(self, counter: str, person: Waiting, now_ms: int) -> int:
        group = self._group(counter, person)
        return 0 if group is None or self._impatient(person, now_ms) else group

    def _impatient(self, person: Waiting, now_ms: int) -> bool:
        return now_ms - person.since_ms >= self.patience_min * 60_000


def _by_rank(person: Waiting) -> int:
    return person.rank
