"""Which messages count: revisions, epochs, births, wills, silence."""

from __future__ import annotations

import pytest
from lobby import Lobby

from queue_core.wire.messages import Beat, Board, DeviceState, Rev
from queue_display.board.knowledge import PATIENCE_S, SILENCE_S, Knowledge


def board(epoch: str, seq: int, asof_ms: int = 0) -> Board:
    return Board(v=1, rev=Rev(epoch=epoch, seq=seq), asof_ms=asof_ms, day=1, date=None, office={"vi": f"{epoch}-{seq}"})


def birth(epoch: str, state: str = "ready", boot: str = "b1", connection: int = 1) -> DeviceState:
    return DeviceState(v=1, state=state, epoch=epoch, boot=boot, connection=connection, kind="hub")  # type: ignore[arg-type]


def connected(now_s: float = 0.0) -> Knowledge:
    knowledge = Knowledge(started_s=now_s)
    knowledge.on_connection(connected=True, now_s=now_s)
    return knowledge


@pytest.mark.parametrize(
    ("arrivals", "shown"),
    [
        ([("e1", 5, 0), ("e1", 6, 0)], "e1-6"),
        ([("e1", 6, 0), ("e1", 5, 9)], "e1-6"),
        ([("e1", 6, 1), ("e1", 6, 2)], "e1-6"),
        ([("e1", 900, 0), ("e2", 1, 0)], "e2-1"),
        ([("e1", 900, 0), ("e2", 1, 0), ("e1", 901, 0)], "e2-1"),
        ([("e1", 900, 0), ("e2", 1, 0), ("e3", 1, 0), ("e2", 7, 0)], "e3-1"),
    ],
)
def test_the_newest_revision_wins_and_a_new_epoch_always_does(arrivals: list[tuple[str, int, int]], shown: str) -> None:
    knowledge = connected()
    for epoch, seq, asof_ms in arrivals:
        knowledge.on_board(board(epoch, seq, asof_ms), retained=False, now_s=1)
    assert knowledge.board is not None
    assert knowledge.board.office["vi"] == shown


def test_of_equal_revisions_the_later_one_is_shown() -> None:
    knowledge = connected()
    for asof_ms in (2, 1, 3):
        knowledge.on_board(board("e1", 6, asof_ms), retained=False, now_s=1)
    assert knowledge.board is not None
    assert knowledge.board.asof_ms == 3


def test_a_birth_with_a_new_epoch_wipes_the_old_board() -> None:
    knowledge = connected()
    knowledge.on_hub(birth("e1"), now_s=0)
    knowledge.on_board(board("e1", 5), retained=True, now_s=0)
    assert knowledge.on_hub(birth("e2", boot="b2"), now_s=1)
    assert knowledge.board is None
    knowledge.on_board(board("e1", 6), retained=False, now_s=2)
    assert knowledge.board is None


@pytest.mark.parametrize("birth_first", [True, False])
def test_a_retained_board_of_the_old_journal_is_not_shown_after_the_birth(*, birth_first: bool) -> None:
    knowledge = connected()
    if birth_first:
        knowledge.on_hub(birth("e2"), now_s=0)
        knowledge.on_board(board("e1", 900), retained=True, now_s=0)
    else:
        knowledge.on_board(board("e1", 900), retained=True, now_s=0)
        knowledge.on_hub(birth("e2"), now_s=0)
    assert knowledge.board is None


def test_a_retained_board_that_came_before_its_birth_is_kept_for_it() -> None:
    knowledge = connected()
    knowledge.on_hub(birth("e1"), now_s=0)
    knowledge.on_board(board("e2", 3), retained=True, now_s=0)
    assert knowledge.board is None
    knowledge.on_hub(birth("e2", boot="b2"), now_s=0)
    assert knowledge.board is not None
    assert knowledge.board.rev.epoch == "e2"


def test_a_live_board_of_a_new_epoch_needs_no_birth() -> None:
    knowledge = connected()
    knowledge.on_hub(birth("e1"), now_s=0)
    knowledge.on_board(board("e1", 5), retained=True, now_s=0)
    assert knowledge.on_board(board("e2", 1), retained=False, now_s=1)
    assert knowledge.epoch == "e2"


@pytest.mark.parametrize(
    ("will", "link"),
    [
        (birth("e1", "lost", connection=1), "live"),
        (birth("e1", "lost", connection=2), "hub_away"),
        (birth("e1", "lost", boot="older", connection=9), "live"),
        (birth("e1", "stopping", connection=2), "hub_away"),
    ],
)
def test_an_older_connections_will_is_ignored(will: DeviceState, link: str) -> None:
    knowledge = connected()
    knowledge.on_hub(birth("e1", connection=2), now_s=0)
    knowledge.on_board(board("e1", 5), retained=False, now_s=1)
    knowledge.on_hub(will, now_s=2)
    assert knowledge.link(3) == link


def test_fifteen_seconds_of_silence_are_said_and_a_beat_ends_them() -> None:
    knowledge = connected()
    knowledge.on_board(board("e1", 5), retained=False, now_s=10)
    assert knowledge.link(10 + SILENCE_S - 0.1) == "live"
    assert knowledge.link_changes_s(10.5) == 10 + SILENCE_S
    assert knowledge.link(10 + SILENCE_S) == "silent"
    assert not knowledge.can_judge(10 + SILENCE_S)
    knowledge.on_beat(Beat(v=1, rev=Rev(epoch="e1", seq=5), asof_ms=0), now_s=30)
    assert knowledge.link(30) == "live"
    assert knowledge.can_judge(30)


def test_a_beat_of_a_retired_journal_is_no_sign_of_life() -> None:
    knowledge = connected()
    knowledge.on_board(board("e1", 5), retained=False, now_s=0)
    knowledge.on_board(board("e2", 5), retained=False, now_s=1)
    knowledge.on_beat(Beat(v=1, rev=Rev(epoch="e1", seq=5), asof_ms=0), now_s=10)
    assert knowledge.link(1 + SILENCE_S) == "silent"


def test_a_retained_board_alone_is_not_life() -> None:
    knowledge = connected()
    knowledge.on_board(board("e1", 5), retained=True, now_s=0)
    assert knowledge.link(PATIENCE_S - 0.1) == "starting"
    assert knowledge.link(PATIENCE_S) == "silent"


def test_after_a_cut_nothing_is_judged_before_a_board_has_come() -> None:
    knowledge = connected()
    lobby = Lobby()
    call = lobby.call("A025", 3)
    knowledge.on_board(lobby.board(), retained=False, now_s=0)
    assert knowledge.can_judge(1)
    assert knowledge.judge(call) == "stands"
    knowledge.on_connection(connected=False, now_s=2)
    assert knowledge.link(2) == "broker_away"
    assert not knowledge.can_judge(2)
    knowledge.on_connection(connected=True, now_s=5)
    assert not knowledge.can_judge(5)
    knowledge.on_board(lobby.board(), retained=True, now_s=6)
    assert knowledge.can_judge(6)


def test_judgement() -> None:
    knowledge = connected()
    lobby = Lobby()
    first = lobby.call("A025", 3)
    assert knowledge.judge(first) == "unknown"
    knowledge.on_board(lobby.board(), retained=False, now_s=0)
    assert knowledge.judge(first) == "stands"
    again = lobby.call("A025", 3, times=2)
    assert knowledge.judge(again) == "unknown", "its board is still on its way"
    knowledge.on_board(lobby.board(), retained=False, now_s=0)
    assert (knowledge.judge(first), knowledge.judge(again)) == ("gone", "stands")
    lobby.becomes("A025", "serving")
    knowledge.on_board(lobby.board(), retained=False, now_s=0)
    assert knowledge.judge(again) == "gone"


def test_a_hub_that_only_says_how_it_is_is_not_live() -> None:
    """Its state comes again each minute with its health: that is no beat, and a silence stays a silence."""
    knowledge = connected()
    knowledge.on_hub(birth("e1"), now_s=0)
    knowledge.on_board(board("e1", 5), retained=False, now_s=0)
    knowledge.on_beat(Beat(rev=Rev(epoch="e1", seq=5), asof_ms=0), now_s=1)
    assert knowledge.link(now_s=2) == "live"
    for now_s in range(10, 100, 10):
        knowledge.on_hub(birth("e1"), now_s=now_s)
    assert knowledge.link(now_s=91) == "silent"
    assert knowledge.link(now_s=100) == "silent"
    knowledge.on_hub(birth("e1", connection=2), now_s=101)
    assert knowledge.link(now_s=102) == "starting"
