"""Whose turn it is to be shown large and spoken: one call after another, oldest first, none skipped.

A call has its turn when the one before has been shown at least 4 s and has been spoken to its end; only then is it
judged by the board. What was called meanwhile stands in the list beside all the time, so nobody waits for the voice.
"""

from __future__ import annotations

from bisect import insort
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from queue_core.wire.messages import Call
from queue_display.board.knowledge import Verdict

#: the shortest turn; a little over the 4 s that are promised, for the frames at both ends
SHOWN_S: Final = 4.2
#: how long a new call is coloured
COLOUR_S: Final = 3.0
#: a call whose board does not come is dropped after this
UNKNOWN_S: Final = 3.0
#: a pause for breath after the voice
BREATH_S: Final = 0.4
#: a voice that does not come back holds a turn no longer than this
LONGEST_S: Final = 60.0
#: with more calls waiting than this each is said once
CROWD: Final = 3
_REMEMBERED: Final = 4096

Key = tuple[str, int]


def key_of(call: Call) -> Key:
    """A call's identity: (epoch, seq)."""
    return call.rev.epoch, call.rev.seq


@dataclass(slots=True)
class Turn:
    """A call that is shown large now. ``spoken_s``: when the voice ended, None while it speaks."""

    call: Call
    began_s: float
    times: int
    speaks: bool
    spoken_s: float | None = None

    @property
    def key(self) -> Key:
        """The call's identity."""
        return key_of(self.call)


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from a step: a turn began or ended, or a call was dropped without one (``why``)."""

    kind: Literal["begin", "end", "drop"]
    call: Call
    turn: Turn | None = None
    why: str = ""


@dataclass(order=True, slots=True)
class _Waiting:
    place: int
    call: Call = field(compare=False)
    came_s: float = field(compare=False)
    due_s: float = field(compare=False, default=0.0)


class Turns:
    """The queue of calls. ``speaks``: a voice follows; ``shown_s``: the shortest turn (0 in simulated days)."""

    def __init__(self, *, speaks: bool, shown_s: float = SHOWN_S, breath_s: float = BREATH_S) -> None:
        self.current: Turn | None = None
        self._speaks = speaks
        self._shown_s = shown_s
        self._breath_s = breath_s
        self._waiting: list[_Waiting] = []
        self._seen: OrderedDict[Key, None] = OrderedDict()

    @property
    def waiting(self) -> tuple[Call, ...]:
        """The calls whose turn has not come, oldest first."""
        return tuple(item.call for item in self._waiting)

    def add(self, call: Call, *, now_s: float) -> bool:
        """Queue a call; False when it was here before."""
        key = key_of(call)
        if key in self._seen:
            return False
        self._seen[key] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        insort(self._waiting, _Waiting(call.rev.seq, call, now_s))
        return True

    def clear(self, *, keep: str | None) -> list[Effect]:
        """A new journal, ``keep``: nothing of another one is shown or spoken any more."""
        effects = [Effect("drop", item.call, why="epoch") for item in self._waiting if item.call.rev.epoch != keep]
        self._waiting = [item for item in self._waiting if item.call.rev.epoch == keep]
        if self.current is not None:
            effects.insert(0, Effect("end", self.current.call, self.current, why="epoch"))
            self.current = None
        return effects

    def spoken(self, key: Key, *, now_s: float) -> None:
        """The voice is done with a call, whether it was heard or not."""
        if self.current is not None and self.current.key == key:
            self.current.spoken_s = now_s

    def advance(self, now_s: float, *, judge: Callable[[Call], Verdict]) -> list[Effect]:
        """End the turn that is over, drop what does not stand, begin the next.

        While nothing waits the last turn simply stays.
        """
        effects: list[Effect] = []
        while self._waiting and self._over(now_s):
            first = self._waiting[0]
            verdict = judge(first.call)
            if verdict == "unknown":
                first.due_s = first.due_s or now_s + UNKNOWN_S
                if now_s < first.due_s:
                    break
            self._waiting.pop(0)
            if verdict != "stands":
                effects.append(Effect("drop", first.call, why=verdict))
                continue
            effects += self._end()
            effects.append(self._begin(first.call, now_s))
        return effects

    def ready(self, now_s: float, *, news: bool) -> bool:
        """Whether a turn may begin now. A call whose board had not come is looked at again when there is ``news``."""
        if not self._waiting or not self._over(now_s):
            return False
        due_s = self._waiting[0].due_s
        return news or not due_s or now_s >= due_s

    def busy(self, now_s: float) -> bool:
        """Whether a turn is running: shown for less than its time, or being spoken."""
        return self.current is not None and not self._over(now_s)

    def due_s(self, now_s: float) -> float | None:
        """When :meth:`advance` may have something to do by itself; None: only after a message or the voice.

        To be asked after :meth:`advance`, and not while nothing can be judged: what is due then waits for a message.
        """
        if not self._waiting:
            return None
        if self.current is not None and not self._over(now_s):
            return self._ends_s(self.current)
        return self._waiting[0].due_s or None

    def _over(self, now_s: float) -> bool:
        if self.current is None:
            return True
        return now_s >= self._ends_s(self.current)

    def _ends_s(self, turn: Turn) -> float:
        shown_s = turn.began_s + self._shown_s
        if not turn.speaks:
            return shown_s
        if turn.spoken_s is None:
            return turn.began_s + LONGEST_S
        return max(shown_s, turn.spoken_s + self._breath_s)

    def _begin(self, call: Call, now_s: float) -> Effect:
        times = 1 if len(self._waiting) > CROWD else 2
        self.current = Turn(call, now_s, times, self._speaks)
        return Effect("begin", call, self.current)

    def _end(self) -> list[Effect]:
        ended, self.current = self.current, None
        return [Effect("end", ended.call, ended)] if ended is not None else []
