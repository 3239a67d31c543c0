"""What the board knows, and which messages may change it. Plain data; the time is handed in (monotonic seconds).

Messages come late, twice, out of order, from a journal that was replaced: here it is decided which of them count.
"""

from __future__ import annotations

from typing import Final, Literal

from queue_core.wire.messages import Beat, Board, Call, DeviceState, Info, Rev
from queue_core.wire.presence import heeds

#: so long without a sign of life from the hub, and the board is not live
SILENCE_S: Final = 15.0
#: after the start, or a reconnect, before the lack of a beat is worth a word
PATIENCE_S: Final = 6.0

Verdict = Literal["stands", "gone", "unknown"]
Link = Literal["starting", "live", "broker_away", "hub_away", "silent"]


def _birth_of(state: DeviceState) -> tuple[str, int, str]:
    """Which birth it is: the hub says its state again when its health changes, and that proves no beat."""
    return state.boot, state.connection, state.state


class Knowledge:
    """The newest board, its journal's epoch, and whether the picture is live."""

    def __init__(self, *, started_s: float) -> None:
        self.board: Board | None = None
        self.info: Info | None = None
        self.hub: DeviceState | None = None
        self._other: Board | None = None  # retained board of an epoch that the hub's birth does not know (yet)
        self._retired: set[str] = set()
        self._epoch: str | None = None
        self._connected = False
        self._confirmed = False  # a board has come since the last (re)connect
        self._alive_s: float | None = None
        self._since_s = started_s

    @property
    def epoch(self) -> str | None:
        """The journal that is believed in."""
        return self._epoch

    # ------------------------------------------------------------------ messages
    def on_connection(self, *, connected: bool, now_s: float) -> None:
        """The bus is up or gone. What was known stays on the screen, but nothing is judged by it any more."""
        self._connected = connected
        self._confirmed = False
        self._alive_s = None
        self._since_s = now_s

    def on_hub(self, state: DeviceState, *, now_s: float) -> bool:
        """The hub's birth or will. True when it began a new epoch: everything remembered is void."""
        if not heeds(self.hub, state):
            return False
        known, self.hub = self.hub, state
        if state.state == "ready" and (known is None or _birth_of(known) != _birth_of(state)):
            self._since_s, self._alive_s = now_s, None
        if not state.epoch or state.epoch == self._epoch or state.state == "lost":
            return False
        self._retired.discard(state.epoch)  # the hub's own word stands above ours
        began = self._begin(state.epoch)
        if self._other is not None and self._other.rev.epoch == state.epoch:
            self.board, self._other = self._other, None
            self._confirmed = True
        return began

    def on_board(self, board: Board, *, retained: bool, now_s: float) -> bool:
        """A snapshot. True when it began a new epoch.

        Within an epoch the newest ``rev`` wins, among equals the newest ``asof_ms``. A board of another epoch begins
        that epoch, unless it is retained and the hub's birth names a different one: then it is an old journal's.
        """
        epoch = board.rev.epoch
        if epoch != self._epoch:
            if epoch in self._retired:
                return False
            if retained and self.hub is not None and self.hub.epoch not in (None, epoch):
                self._other = board
                return False
            began = self._begin(epoch)
            self._take(board, retained=retained, now_s=now_s)
            return began
        known = self.board
        if known is not None and (board.rev.seq, board.asof_ms) < (known.rev.seq, known.asof_ms):
            if retained:  # the broker's own copy is older than what we saw: it will be put right, and confirms nothing
                return False
            self._alive(now_s)
            return False
        self._take(board, retained=retained, now_s=now_s)
        return False

    def on_beat(self, beat: Beat, *, now_s: float) -> None:
        """The hub lives."""
        if beat.rev.epoch not in self._retired:
            self._alive(now_s)

    def on_info(self, info: Info) -> None:
        """What the information screen tells. Within an epoch the newest wins; of a replaced journal nothing counts."""
        known = self.info
        if info.rev.epoch in self._retired:
            return
        same = known is not None and known.rev.epoch == info.rev.epoch
        if known is None or not same or (info.rev.seq, info.asof_ms) >= (known.rev.seq, known.asof_ms):
            self.info = info

    def counts(self, rev: Rev) -> bool:
        """Whether a call of this revision may be of the present journal (its board may still be on its way)."""
        return rev.epoch not in self._retired

    # ------------------------------------------------------------------ judgement
    def judge(self, call: Call) -> Verdict:
        """Whether the call still stands: the board lists the ticket as called, by this very call."""
        board = self.board
        if board is None or board.rev.epoch != call.rev.epoch or board.rev.seq < call.rev.seq:
            return "unknown"
        stands = any(
            entry.ticket == call.ticket and entry.state == "called" and entry.call_seq == call.rev.seq
            for entry in board.calls
        )
        return "stands" if stands else "gone"

    def can_judge(self, now_s: float) -> bool:
        """Whether the board in hand is the present one: connected, confirmed since, and the hub not silent."""
        return self._connected and self._confirmed and self.link(now_s) in ("live", "starting")

    def link(self, now_s: float) -> Link:
        """How live the picture is."""
        starting = now_s < self._since_s + PATIENCE_S
        if not self._connected:
            return "starting" if starting and self.board is None else "broker_away"
        if self.hub is not None and self.hub.state in ("lost", "stopping"):
            return "hub_away"
        if self._alive_s is None:
            return "starting" if starting else "silent"
        return "live" if now_s < self._alive_s + SILENCE_S else "silent"

    def link_changes_s(self, now_s: float) -> float | None:
        """When :meth:`link` may change by itself, or None."""
        moments = [self._since_s + PATIENCE_S]
        if self._alive_s is not None:
            moments.append(self._alive_s + SILENCE_S)
        return min((moment for moment in moments if moment > now_s), default=None)

    # ------------------------------------------------------------------ within
    def _begin(self, epoch: str) -> bool:
        before, self._epoch = self._epoch, epoch
        if before is None:
            return False
        self._retired.add(before)
        self.board = None
        self._confirmed = False
        return True

    def _take(self, board: Board, *, retained: bool, now_s: float) -> None:
        self.board = board
        self._confirmed = True
        if not retained:
            self._alive(now_s)

    def _alive(self, now_s: float) -> None:
        self._alive_s = now_s
