"""The real thing: a real broker, the real board on a virtual screen, its pixels and its samples seen from outside."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lobby import Lobby, options

from benchmarks.call_to_board_display import (
    BoardProcess,
    NumberFinder,
    VirtualScreen,
    Watcher,
    calls_in_voice,
    overlaps,
    wait_for,
)
from queue_kit.broker.process import Broker


def test_a_call_is_found_on_the_screen_and_in_the_voice(broker: Broker, lobby: Lobby, tmp_path: Path) -> None:
    with VirtualScreen() as screen:
        board = BoardProcess(tmp_path, display=screen.display, **options(broker, "board-1"))
        with board, Watcher(screen, ["A025", "A026", "B025", "A052"]) as watcher:
            wait_for(lambda: NumberFinder().place(screen.pixels).std() > 5, 10, "a picture that is not empty")
            began_s = lobby.announce("A025", 3)
            seen = watcher.wait("A025", 10)
            assert seen.first_s - began_s < 3
            lobby.announce("A026", 12, priority=True)
            second = watcher.wait("A026", 25)
            # The watcher sees both ends a look late at most.
            assert second.first_s - seen.first_s >= 4.0
            wait_for(lambda: len(_of(board, "spoken")) == 1, 10, "the first call spoken")
        assert board.exit_code == 0
    assert [s.number for s in watcher.seen if s.number] == ["A025", "A026"]
    assert [line["number"] for line in _of(board, "shown")] == ["A025", "A026"]
    # The second was broken off when the board was closed.
    assert calls_in_voice(board.voice_path, [("A025", 3), ("A026", 12)]) == {"A025": 2, "A026": 0}
    assert calls_in_voice(board.voice_path, [("A025", 2), ("A052", 3)]) == {"A025": 0, "A052": 0}


def test_without_a_screen_simulated_days_take_no_time(broker: Broker, lobby: Lobby, tmp_path: Path) -> None:
    with BoardProcess(tmp_path, **options(broker, "board-2"), arguments=["--pace", "max"]) as board:
        assert lobby.bus is not None
        for n in range(1, 31):
            lobby.announce(f"A{n:03d}", n % 6 + 1)
        wait_for(lambda: len(_of(board, "spoken")) == 30, 20, "thirty calls spoken")
    assert board.exit_code == 0
    numbers = [f"A{n:03d}" for n in range(1, 31)]
    assert [line["number"] for line in _of(board, "shown")] == numbers
    assert [line["number"] for line in _of(board, "spoken")] == numbers
    calls = [(number, int(number[1:]) % 6 + 1) for number in numbers]
    assert all(calls_in_voice(board.voice_path, calls).values())
    assert list(overlaps(board.voice_path, calls)) == []


def test_nothing_stale_is_announced_by_a_board_that_comes_late(broker: Broker, lobby: Lobby, tmp_path: Path) -> None:
    lobby.announce("A001", 1)
    lobby.announce("A002", 2)
    with BoardProcess(tmp_path, **options(broker, "board-2"), arguments=["--pace", "max"]) as board:
        lobby.announce("A003", 3)
        wait_for(lambda: len(_of(board, "spoken")) == 1, 10, "the call made in its presence")
    assert [line["number"] for line in board.record()] == ["A003", "A003"]
    assert set(calls_in_voice(board.voice_path, [("A001", 1), ("A002", 2)]).values()) == {0}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--office", "Xã Mẫu"], "is not an id"),
        (["--voice", "/nowhere"], "make setup"),
        (["--audio", "pulse"], "audio.unknown"),
        (["--pace", "slow"], "--pace"),
        (["--screen", "tv"], "--screen"),
    ],
)
def test_a_wrong_option_is_a_sentence_and_no_traceback(arguments: list[str], word: str) -> None:
    command = "import typer; from queue_display.command import display; typer.run(display)"
    usual = ["--province", "tinh-mau", "--office", "xa-mau", "--broker-port", "1"]
    done = subprocess.run(
        [sys.executable, "-c", command, *usual, *arguments], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert word in done.stderr or word == "audio.unknown"
    assert done.stderr.strip()


def _of(board: BoardProcess, what: str) -> list[dict[str, object]]:
    return [line for line in board.record() if line["what"] == what]


def test_a_record_line_is_complete(broker: Broker, lobby: Lobby, tmp_path: Path) -> None:
    with BoardProcess(tmp_path, **options(broker, "board-2"), arguments=["--pace", "max"]) as board:
        lobby.announce("HT-015", 4, lang="en")
        wait_for(lambda: bool(_of(board, "spoken")), 10, "the call spoken")
    (line,) = _of(board, "spoken")
    assert line["rev"] == {"epoch": lobby.epoch, "seq": lobby.seq}
    assert (line["number"], line["counter"], line["counter_number"], line["lang"]) == ("HT-015", "c4", 4, "en")
    index = json.loads((tmp_path / "voice.wav.index.jsonl").read_text().splitlines()[0])
    assert [clip["lang"] for clip in index["clips"] if clip["clip"] == "number"] == ["en"]
