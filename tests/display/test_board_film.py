"""A film on the real board: it moves, the loudspeaker plays it, and a call is neither late nor drowned by it."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from film import write_film
from lobby import Lobby, options
from test_film import tone_dbfs

from benchmarks.call_to_board_display import BoardProcess, VirtualScreen, Watcher, calls_in_voice, wait_for
from queue_core.wire.messages import DeviceState
from queue_core.wire.payload import read
from queue_kit.broker.process import Broker

#: the information screen's place, pixels from the upper left corner
SIDE = (slice(130, 950), slice(1180, 1880))


def gold_x(screen: VirtualScreen) -> float | None:
    """Where the film's gold square stands on the television, or None."""
    side = screen.pixels[SIDE].astype(int)
    blue, red = side[..., 0], side[..., 2]
    gold = (red > 110) & (blue < red // 2)  # dimmed or not
    return float(np.nonzero(gold)[1].mean()) if gold.sum() > 500 else None


def test_a_film_plays_beside_the_call_and_is_quiet_under_the_voice(
    broker: Broker, lobby: Lobby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loudspeaker = tmp_path / "loudspeaker.raw"
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(loudspeaker))
    media = tmp_path / "media"
    media.mkdir()
    (media / "1-hong.mp4").write_bytes(b"no film at all" * 99)
    write_film(media / "2-phim.avi", seconds=40, size=(320, 180))
    alerts: list[list[str]] = []
    told = threading.Event()

    def on_state(_topic: str, payload: bytes, _info: object) -> None:
        alerts.append(read(DeviceState, payload).alerts)
        if alerts[-1]:
            told.set()

    assert lobby.bus is not None
    lobby.bus.subscribe(lobby.bus.topics.device_state("board-1"), on_state)
    # An office that shows nothing else: the films are on at once.
    lobby.board_values.update(counters=[], services=[])
    lobby.show()
    with VirtualScreen() as screen:
        board = BoardProcess(
            tmp_path, display=screen.display, **options(broker, "board-1"), arguments=["--media", str(media)]
        )
        with board, Watcher(screen, ["A025"]) as watcher:
            places: set[float] = set()

            def moved() -> bool:
                place = gold_x(screen)
                places.update(() if place is None else (round(place),))
                return len(places) >= 5

            wait_for(moved, 20, "a gold square that moves on the television")
            assert told.wait(5), "nobody was told of the damaged film"
            assert alerts[-1] == ["media_broken"]
            wait_for(lambda: tone_dbfs(loudspeaker, 0.25) > -16, 10, "the film's tone", every_s=0.05)
            usual = tone_dbfs(loudspeaker, 0.25)

            began_s = lobby.announce("A025", 3)
            seen = watcher.wait("A025", 10)
            # Beside a film as without one: the screen's thread never waits for a picture.
            assert seen.first_s - began_s < 3
            wait_for(lambda: tone_dbfs(loudspeaker, 0.25) < usual - 12, 4, "a film under the voice", every_s=0.05)
            heard_at: list[float] = []

            def spoken() -> bool:
                done = any(line["what"] == "spoken" for line in board.record())
                if not done:
                    heard_at.append(tone_dbfs(loudspeaker, 0.25))
                return done

            places.clear()
            wait_for(spoken, 30, "the call spoken", every_s=0.1)
            assert max(heard_at) < usual - 12, "the film rose while the voice spoke"
            wait_for(moved, 10, "the film still moving")
            wait_for(lambda: abs(tone_dbfs(loudspeaker, 0.25) - usual) < 1, 10, "the usual loudness", every_s=0.05)
        assert board.exit_code == 0
    assert calls_in_voice(board.voice_path, [("A025", 3)]) == {"A025": 2}


def test_a_film_that_is_alone_goes_round_and_a_silent_board_decodes_no_sound(
    broker: Broker, lobby: Lobby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loudspeaker = tmp_path / "loudspeaker.raw"
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(loudspeaker))
    media = tmp_path / "media"
    media.mkdir()
    write_film(media / "phim.avi", seconds=2, size=(320, 180))
    lobby.board_values.update(counters=[], services=[])
    lobby.show()
    arguments = ["--media", str(media), "--media-volume", "0"]
    with VirtualScreen() as screen:
        board = BoardProcess(tmp_path, display=screen.display, **options(broker, "board-1"), arguments=arguments)
        with board:
            wait_for(lambda: gold_x(screen) is not None, 20, "the film")
            places = [0.0]

            def began_again() -> bool:
                places.append(gold_x(screen) or places[-1])
                return places[-1] < places[-2] - 50  # within its two seconds the square only goes to the right

            for _ in range(2):
                wait_for(began_again, 15, "the film from its beginning")
        assert board.exit_code == 0
    assert not loudspeaker.exists()
