"""Whose turn it is: oldest first, none skipped, at least four seconds each, none that no longer stands."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lobby import Lobby

from queue_core.wire.messages import Beat, Call, DeviceState
from queue_display.board.model import BoardModel
from queue_display.board.turns import Effect, Key, key_of

SPOKEN_S = {1: 6.5, 2: 13.5}


@dataclass
class Stage:
    """A model, a lobby and a voice with a clock of their own."""

    speaks: bool = True
    now_s: float = 0.0
    log: list[tuple[float, str, str]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    ends: list[tuple[float, Key]] = field(default_factory=list)
    beating: bool = True
    beaten_s: float = 0.0

    def __post_init__(self) -> None:
        self.model = BoardModel(now_s=0.0, speaks=self.speaks)
        self.lobby = Lobby()
        self.model.on_connection(connected=True, now_s=0.0)
        self.show()

    def show(self, *, retained: bool = False) -> None:
        self.model.on_board(self.lobby.board(), retained=retained, now_s=self.now_s)
        self._advance()

    def hear(self, call: Call) -> None:
        self.model.on_call(call, retained=False, now_s=self.now_s)
        self._advance()

    def call(self, number: str, at: int) -> Call:
        call = self.lobby.call(number, at)
        self.show()
        self.hear(call)
        return call

    def run(self, seconds: float, *, beats: bool = True) -> None:
        """Let time pass, only by what is due: the model has to say itself when it must be looked at."""
        end_s = self.now_s + seconds
        for _ in range(1000):
            due_s = min(
                [
                    self.model.due_s(self.now_s),
                    *(at for at, _ in self.ends),
                    self.beaten_s + 5.0 if beats and self.beating else end_s + 1,
                ]
            )
            if due_s > end_s:
                break
            self.now_s = max(self.now_s, due_s)
            if self.beating and self.now_s >= self.beaten_s + 5.0:
                self.beaten_s = self.now_s
                self.model.on_beat(Beat(v=1, rev=self.lobby.rev, asof_ms=0), now_s=self.now_s)
            for at, key in [item for item in self.ends if item[0] <= self.now_s]:
                self.ends.remove((at, key))
                self.model.on_spoken(key, now_s=self.now_s)
            self._advance()
        else:
            pytest.fail(f"the loop spins at {self.now_s}: due {due_s}")
        self.now_s = end_s

    def cut(self) -> None:
        self.beating = False
        self.model.on_connection(connected=False, now_s=self.now_s)

    def join(self) -> None:
        self.beating, self.beaten_s = True, self.now_s
        self.model.on_connection(connected=True, now_s=self.now_s)
        self.show(retained=True)

    def _advance(self) -> None:
        for effect in self.model.advance(self.now_s, caught_up=self.model.wants_to_catch_up(self.now_s)):
            self.effects.append(effect)
            self.log.append((self.now_s, effect.kind, effect.call.number))
            if effect.kind == "begin":
                assert effect.turn is not None
                assert self.model.board is not None
                assert any(c.state == "called" and c.call_seq == effect.call.rev.seq for c in self.model.board.calls), (
                    "announced without standing on the board"
                )
                if self.speaks:
                    self.ends.append((self.now_s + SPOKEN_S[effect.turn.times], effect.turn.key))

    def begun(self) -> list[str]:
        return [number for _, kind, number in self.log if kind == "begin"]


def test_a_call_has_its_turn_at_once() -> None:
    stage = Stage()
    stage.call("A025", 3)
    assert stage.log == [(0.0, "begin", "A025")]
    assert stage.model.coloured(2.9)
    assert not stage.model.coloured(3.1)


@pytest.mark.parametrize("speaks", [True, False])
def test_a_burst_of_ten_is_shown_one_after_another_at_least_four_seconds_each(*, speaks: bool) -> None:
    stage = Stage(speaks=speaks)
    numbers = [f"A{n:03d}" for n in range(1, 11)]
    for number in numbers:
        stage.call(number, 1 + len(stage.log) % 6)
        stage.now_s += 0.1
    stage.run(200)
    assert stage.begun() == numbers
    begins = [at for at, kind, _ in stage.log if kind == "begin"]
    assert all(two - one >= 4.0 for one, two in itertools.pairwise(begins))
    # Said twice, then once while more than three wait, then twice again.
    times = [effect.turn.times for effect in stage.effects if effect.kind == "begin" and effect.turn]
    assert times == ([2, 1, 1, 1, 1, 1, 2, 2, 2, 2] if speaks else times)


def test_the_next_waits_for_the_voice() -> None:
    stage = Stage()
    stage.call("A001", 1)
    stage.call("A002", 2)
    stage.run(13.4)
    assert stage.begun() == ["A001"]
    stage.run(1.0)
    assert stage.begun() == ["A001", "A002"]


def test_a_voice_that_never_comes_back_does_not_hold_the_board_for_ever() -> None:
    stage = Stage()
    stage.call("A001", 1)
    stage.ends.clear()
    stage.call("A002", 2)
    stage.run(61)
    assert stage.begun() == ["A001", "A002"]


@pytest.mark.parametrize("state", ["serving", "gone"])
def test_a_call_that_no_longer_stands_at_its_turn_is_dropped(state: str) -> None:
    stage = Stage()
    stage.call("A001", 1)
    stage.call("A002", 2)
    stage.call("A003", 3)
    stage.lobby.becomes("A002", state)
    stage.show()
    stage.run(60)
    assert stage.begun() == ["A001", "A003"]
    assert [(e.call.number, e.why) for e in stage.effects if e.kind == "drop"] == [("A002", "gone")]


def test_a_recall_while_the_first_call_waits_is_announced_once() -> None:
    stage = Stage()
    stage.call("A001", 1)
    stage.call("A002", 2)
    stage.call("A002", 2)
    stage.run(60)
    assert stage.begun() == ["A001", "A002"]


def test_a_recall_after_its_announcement_is_announced_again() -> None:
    stage = Stage()
    stage.call("A001", 1)
    stage.run(20)
    stage.call("A001", 1)
    assert stage.begun() == ["A001", "A001"]


def test_a_duplicate_is_ignored_even_after_its_turn() -> None:
    stage = Stage()
    call = stage.call("A001", 1)
    stage.hear(call)
    stage.run(30)
    stage.hear(call)
    stage.run(30)
    assert stage.begun() == ["A001"]


def test_only_the_board_after_a_reconnect_announces_nothing() -> None:
    stage = Stage()
    stage.cut()
    stage.lobby.call("A001", 1)
    stage.lobby.call("A002", 2)
    stage.run(5)
    stage.join()
    stage.run(60)
    assert stage.begun() == []


def test_a_retained_call_is_nobodys() -> None:
    stage = Stage()
    call = stage.lobby.call("A001", 1)
    stage.show()
    stage.model.on_call(call, retained=True, now_s=0)
    stage.run(30)
    assert stage.begun() == []


def test_what_waited_when_the_line_broke_is_judged_by_the_board_after_it() -> None:
    stage = Stage(speaks=False)
    for number in ("A001", "A002", "A003"):
        stage.call(number, int(number[-1]))
    stage.cut()
    stage.run(60)
    assert stage.begun() == ["A001"], "nothing is announced without a live board"
    stage.lobby.becomes("A002", "gone")
    stage.join()
    stage.run(10)
    assert stage.begun() == ["A001", "A003"]


def test_a_call_whose_board_never_comes_is_dropped_and_blocks_nobody() -> None:
    stage = Stage(speaks=False)
    lost = stage.lobby.call("A001", 1)
    stage.hear(lost)
    stage.lobby.calls.clear()
    stage.lobby.seq -= 1
    stage.run(2.9)
    assert stage.effects == []
    stage.run(0.2)
    assert [(e.kind, e.why) for e in stage.effects] == [("drop", "unknown")]


def test_a_new_journal_voids_what_waits_and_what_is_shown() -> None:
    stage = Stage()
    stage.call("A001", 1)
    stage.call("A002", 2)
    stage.model.on_hub(DeviceState(v=1, state="ready", epoch="e2", boot="b2", connection=1, kind="hub"), now_s=1)
    stage._advance()
    assert [(e.kind, e.call.number) for e in stage.effects[1:]] == [("end", "A001"), ("drop", "A002")]
    stage.lobby = Lobby(epoch="e2")
    stage.call("B001", 1)
    assert stage.begun() == ["A001", "B001"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("call"), st.integers(0, 7)),
        st.tuples(st.just("again"), st.integers(0, 30)),  # a duplicate delivery of an older call
        st.tuples(st.just("serve"), st.integers(0, 7)),
        st.tuples(st.just("leave"), st.integers(0, 7)),
        st.tuples(st.just("wait"), st.sampled_from([0.2, 1.0, 4.0, 9.0, 20.0])),
        st.tuples(st.just("cut"), st.sampled_from([0.5, 8.0])),
        st.tuples(st.just("late_board"), st.integers(0, 7)),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS, speaks=st.booleans())
def test_whatever_happens_each_call_has_one_fate_and_turns_keep_their_time(
    steps: list[tuple[str, float]], *, speaks: bool
) -> None:
    stage = Stage(speaks=speaks)
    calls: list[Call] = []
    for what, value in steps:
        number = f"A{int(value):03d}"
        listed = {c.number for c in stage.lobby.calls}
        if what == "call":
            calls.append(stage.call(number, 1 + int(value) % 6))
        elif what == "again" and calls:
            stage.hear(calls[int(value) % len(calls)])
        elif what in ("serve", "leave") and number in listed:
            stage.lobby.becomes(number, "serving" if what == "serve" else "gone")
            stage.show()
        elif what == "wait":
            stage.run(float(value))
        elif what == "cut":
            stage.cut()
            stage.run(float(value))
            stage.join()
        elif what == "late_board":
            call = stage.lobby.call(number, 1 + int(value) % 6)
            calls.append(call)
            stage.hear(call)
            stage.run(0.2)
            stage.show()
    stage.run(700)
    begun = [key_of(e.call) for e in stage.effects if e.kind == "begin"]
    dropped = [key_of(e.call) for e in stage.effects if e.kind == "drop"]
    assert sorted(begun + dropped) == sorted({key_of(call) for call in calls})
    begins = [at for at, kind, _ in stage.log if kind == "begin"]
    assert all(two - one >= 4.0 for one, two in itertools.pairwise(begins))
    standing = {c.call_seq for c in stage.lobby.calls if c.state == "called"}
    assert standing <= {seq for _, seq in begun}, "a call that stands to the end was never announced"
    assert [seq for _, seq in begun] == sorted(seq for _, seq in begun), "not oldest first"
