"""The board without a screen: messages in, effects out. One thread feeds it; the time is handed in."""

from __future__ import annotations

from typing import Final

from queue_core.wire.messages import Beat, Board, Call, DeviceState, Info
from queue_display.board.knowledge import Knowledge, Link
from queue_display.board.turns import COLOUR_S, Effect, Key, Turn, Turns

#: when nothing is due
NEVER_S: Final = 3600.0


class BoardModel:
    """Knowledge and turns together. ``speaks``: whether a voice follows; ``shown_s``: the shortest turn."""

    def __init__(self, *, now_s: float, speaks: bool, shown_s: float | None = None) -> None:
        self.knowledge = Knowledge(started_s=now_s)
        pace = {} if shown_s is None else {"shown_s": shown_s, "breath_s": min(0.4, shown_s)}
        self.turns = Turns(speaks=speaks, **pace)
        self._pending: list[Effect] = []
        self._judged_by: Board | None = None

    @property
    def board(self) -> Board | None:
        """The newest board."""
        return self.knowledge.board

    @property
    def info(self) -> Info | None:
        """What the information screen tells."""
        return self.knowledge.info

    @property
    def turn(self) -> Turn | None:
        """The call that is, or was last, shown large."""
        return self.turns.current

    def link(self, now_s: float) -> Link:
        """How live the picture is."""
        return self.knowledge.link(now_s)

    # ------------------------------------------------------------------ messages
    def on_connection(self, *, connected: bool, now_s: float) -> None:
        """The bus is up or gone."""
        self.knowledge.on_connection(connected=connected, now_s=now_s)

    def on_hub(self, state: DeviceState, *, now_s: float) -> None:
        """The hub's birth or will."""
        if self.knowledge.on_hub(state, now_s=now_s):
            self._pending += self.turns.clear(keep=self.knowledge.epoch)

    def on_board(self, board: Board, *, retained: bool, now_s: float) -> None:
        """A snapshot."""
        if self.knowledge.on_board(board, retained=retained, now_s=now_s):
            self._pending += self.turns.clear(keep=self.knowledge.epoch)

    def on_call(self, call: Call, *, retained: bool, now_s: float) -> None:
        """A call. A retained one is nobody's: calls are never retained by the hub."""
        if not retained and self.knowledge.counts(call.rev):
            self.turns.add(call, now_s=now_s)

    def on_beat(self, beat: Beat, *, now_s: float) -> None:
        """The hub lives."""
        self.knowledge.on_beat(beat, now_s=now_s)

    def on_info(self, info: Info) -> None:
        """What the information screen tells."""
        self.knowledge.on_info(info)

    def on_spoken(self, key: Key, *, now_s: float) -> None:
        """The voice is done with a call."""
        self.turns.spoken(key, now_s=now_s)

    # ------------------------------------------------------------------ time
    def advance(self, now_s: float, *, caught_up: bool) -> list[Effect]:
        """What follows from everything fed so far and from the time.

        ``caught_up``: everything the broker had sent was fed before. Only then is a call judged: who was held up has
        a call at hand, and still unread behind it the board on which it is over.
        """
        pending, self._pending = self._pending, []
        if not caught_up or not self.knowledge.can_judge(now_s):
            return pending
        self._judged_by = self.board
        return pending + self.turns.advance(now_s, judge=self.knowledge.judge)

    def wants_to_catch_up(self, now_s: float) -> bool:
        """Whether a call's turn may have come."""
        return self.knowledge.can_judge(now_s) and self.turns.ready(now_s, news=self.board is not self._judged_by)

    def coloured(self, now_s: float) -> bool:
        """Whether the large call is so new that it is coloured."""
        turn = self.turns.current
        return turn is not None and now_s < turn.began_s + COLOUR_S

    def due_s(self, now_s: float) -> float:
        """The next moment at which something may change by itself."""
        # While nothing can be judged no turn is due, however long it is over: else the loop would spin.
        turns_s = self.turns.due_s(now_s) if self.knowledge.can_judge(now_s) else None
        moments = [turns_s, self.knowledge.link_changes_s(now_s)]
        turn = self.turns.current
        if turn is not None and self.coloured(now_s):
            moments.append(turn.began_s + COLOUR_S)
        return min((moment for moment in moments if moment is not None), default=now_s + NEVER_S)
