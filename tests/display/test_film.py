"""Films: decoded elsewhere, never larger than their place, quiet under the voice, and no file can hurt the board."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from film import RATE_HZ, SOUND_WITHOUT_LAYOUT, TONE_HZ, write_film

from benchmarks.call_to_board_display import wait_for
from queue_display.board.media import Shelf, is_film, list_media
from queue_display.video.decoder import Ramp
from queue_display.video.film import FIRST_S, Film, Frame
from queue_display.video.projector import Projector

BOX = (366, 426)
DEADLINE_S = 20.0


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("reel") / "phim.avi", seconds=30, size=(320, 180))


@pytest.fixture
def disk_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The loudspeaker is a file: SDL's own disk driver."""
    raw = tmp_path / "loudspeaker.raw"
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(raw))
    return raw


@pytest.fixture
def play() -> Iterator[Callable[..., Film]]:
    films: list[Film] = []

    def begin(path: Path, **more: object) -> Film:
        film = Film(path, **{"box": BOX, "fps": 25.0, "volume": 0.0, **more})  # type: ignore[arg-type]
        films.append(film)
        return film

    yield begin
    for film in films:
        film.stop()


def tone_dbfs(raw: Path, last_s: float) -> float:
    """How loud the tone is in the last part of what was played."""
    count = int(last_s * RATE_HZ)
    with raw.open("rb") as file:
        file.seek(-min(2 * count, raw.stat().st_size) // 2 * 2, os.SEEK_END)
        samples = np.frombuffer(file.read(), "<i2").astype(float) / 32768
    at = np.exp(-2j * np.pi * TONE_HZ * np.arange(len(samples)) / RATE_HZ)
    return float(20 * np.log10(max(1e-6, 2 * abs(np.mean(samples * at)))))


def gold_at(frame: Frame) -> float:
    """Where the gold square stands, in the picture's width."""
    pixels = np.frombuffer(frame.pixels, np.uint8).reshape(frame.height, frame.width, 3).astype(int)
    gold = (pixels[..., 0] > 180) & (pixels[..., 2] < 90)
    assert gold.any(), "no gold square in the picture"
    return float(np.nonzero(gold)[1].mean()) / frame.width


def test_a_film_moves_and_fits_its_place(reel: Path, play: Callable[..., Film]) -> None:
    film = play(reel)
    places: dict[int, float] = {}

    def enough() -> bool:
        frame = film.newest()
        if frame is not None:
            assert (frame.width, frame.height) == (366, 206)
            places[frame.index] = gold_at(frame)
        return len(places) >= 12

    wait_for(enough, DEADLINE_S, "twelve pictures")
    assert film.state == "playing"
    # 4 of 320 pixels a picture; a busy machine leaves pictures out, and the first may come twice.
    walked = [places[index] for index in sorted(places)]
    assert walked == sorted(walked)
    assert walked[-1] - walked[0] >= (max(places) - min(places) - 1) * 4 / 320 - 0.01


def test_a_film_ends_and_is_over(tmp_path: Path, play: Callable[..., Film]) -> None:
    film = play(write_film(tmp_path / "ngan.avi", seconds=0.4))
    wait_for(lambda: film.state not in ("opening", "playing"), DEADLINE_S, "the end")
    assert film.state == "over"


def test_sixty_pictures_a_second_are_shown_as_twenty_five(tmp_path: Path, play: Callable[..., Film]) -> None:
    film = play(write_film(tmp_path / "nhanh.avi", seconds=2, fps=60, sound=b""))
    wait_for(lambda: film.state == "over", DEADLINE_S, "the end")
    frame = film.newest()
    assert frame is not None
    assert 40 <= frame.index + 1 <= 60


def test_a_sound_that_cannot_be_played_costs_the_sound_only(
    tmp_path: Path, play: Callable[..., Film], disk_sound: Path
) -> None:
    film = play(write_film(tmp_path / "cam.avi", seconds=5, sound=SOUND_WITHOUT_LAYOUT), volume=0.4)
    wait_for(lambda: film.muted and film.newest() is not None, DEADLINE_S, "pictures without sound")
    assert film.state == "playing"


# ------------------------------------------------------------------ what is no film
def _garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    write_film(path, seconds=1)
    path.write_bytes(path.read_bytes()[:150])


def _large(path: Path) -> None:
    write_film(path, seconds=0.2, size=(2048, 1152), sound=b"")


def _gone(path: Path) -> None:
    path.unlink(missing_ok=True)


@pytest.mark.parametrize("damage", [_garbage, _empty, _cut, _large, _gone])
def test_what_cannot_be_shown_is_broken_and_says_why(
    tmp_path: Path, play: Callable[..., Film], damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "hong.avi"
    damage(path)
    film = play(path)
    wait_for(lambda: film.state == "broken", DEADLINE_S, "the verdict")
    assert film.why
    if damage is _large:
        assert "2048×1152" in film.why


def test_a_decoder_that_crashes_is_a_broken_film(reel: Path, play: Callable[..., Film]) -> None:
    film = play(reel)
    wait_for(lambda: film.state == "playing", DEADLINE_S, "the film")
    os.kill(film._process.pid, signal.SIGSEGV)
    wait_for(lambda: film.state == "broken", DEADLINE_S, "the verdict")


def test_a_decoder_that_hangs_is_given_up(reel: Path, play: Callable[..., Film]) -> None:
    ahead_s = [0.0]
    film = play(reel, now_s=lambda: time.monotonic() + ahead_s[0])
    os.kill(film._process.pid, signal.SIGSTOP)
    ahead_s[0] = FIRST_S + 1
    film.newest()
    assert film.state == "broken"
    assert film._process.wait(5) == -signal.SIGKILL


def test_a_file_at_half_its_length_still_shows_what_it_has(tmp_path: Path, play: Callable[..., Film]) -> None:
    path = write_film(tmp_path / "do.avi", seconds=2)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    film = play(path)
    wait_for(lambda: film.newest() is not None, DEADLINE_S, "a picture")


# ------------------------------------------------------------------ the projector
def test_a_film_goes_on_where_it_was_left(reel: Path) -> None:
    projector = Projector(volume=0.0)
    projector.begin(reel, BOX)
    wait_for(lambda: projector.frame() is not None and projector._film is not None
             and projector._film.position_s > 2.2, DEADLINE_S, "two seconds of film")  # fmt: skip
    projector.leave()
    assert projector.path is None
    projector.begin(reel, BOX)
    wait_for(lambda: projector.state == "playing", DEADLINE_S, "the film again")
    assert projector._film is not None
    assert projector._film.position_s >= 1.9
    projector.leave()


def test_a_place_larger_than_the_gpu_takes_is_not_asked_for(reel: Path) -> None:
    projector = Projector(volume=0.0)
    projector.begin(reel, (4000, 3000))
    assert projector._box == (2048, 2048)
    projector.leave()


def test_under_the_voice_a_film_is_twelve_decibels_quieter_and_comes_back(reel: Path, disk_sound: Path) -> None:
    projector = Projector(volume=0.4)
    projector.begin(reel, BOX)

    def level_is(condition: Callable[[float], bool]) -> Callable[[], bool]:
        return lambda: (
            disk_sound.exists() and disk_sound.stat().st_size > RATE_HZ and condition(tone_dbfs(disk_sound, 0.25))
        )

    usual = 20 * np.log10(0.4 * 16000 / 32768)
    wait_for(level_is(lambda db: abs(db - usual) < 1), DEADLINE_S, "the film's usual loudness")
    projector.duck(speaking=True)
    wait_for(level_is(lambda db: db <= usual - 12), 3, "a quiet film", every_s=0.05)
    projector.duck(speaking=False)
    wait_for(level_is(lambda db: abs(db - usual) < 1), 5, "the usual loudness again", every_s=0.05)
    projector.leave()


def test_a_voice_that_cannot_be_heard_gets_the_sound_card_for_itself(reel: Path, disk_sound: Path) -> None:
    projector = Projector(volume=0.4)
    projector.begin(reel, BOX)
    wait_for(lambda: projector.state == "playing", DEADLINE_S, "the film")
    projector.yield_sound(away=True)
    assert projector._film is not None
    assert projector._film.muted
    wait_for(lambda: projector.frame() is not None, DEADLINE_S, "the film without its sound")
    projector.leave()


@pytest.mark.parametrize(("moment_s", "share"), [(10.0, 0.4), (10.1, 0.25), (10.2, 0.1), (99.0, 0.1)])
def test_loudness_moves_in_a_straight_line(moment_s: float, share: float) -> None:
    ramp = Ramp(share=0.4, aim=0.4)
    ramp.to(0.1, 0.2, 10.0)
    assert ramp.at(moment_s) == pytest.approx(share)


def test_a_ramp_that_is_turned_round_does_not_jump() -> None:
    ramp = Ramp(share=0.4, aim=0.4)
    ramp.to(0.0, 1.0, 0.0)
    ramp.to(0.4, 1.0, 0.5)
    assert ramp.at(0.5) == pytest.approx(0.2)
    assert ramp.at(1.0) == pytest.approx(0.3)


# ------------------------------------------------------------------ the folder
def test_the_folder_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("2.MP4", "1.jpg", "3.webm", ".4.mp4", "notes.txt", "5.png"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "6.mp4").mkdir()
    assert [path.name for path in list_media(tmp_path)] == ["1.jpg", "2.MP4", "3.webm", "5.png"]
    assert [is_film(path) for path in list_media(tmp_path)] == [False, True, True, False]
    assert list_media(tmp_path / "pulled-out") == ()


def test_a_broken_file_is_left_out_until_it_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"x")
    (tmp_path / "2.mp4").write_bytes(b"x")
    shelf = Shelf(tmp_path, now_s=0)
    shelf.spoil(tmp_path / "2.mp4", "no film")
    assert shelf.troubled
    assert [path.name for path in shelf.media(100)] == ["1.jpg"]
    os.utime(tmp_path / "2.mp4", (1, 1))
    assert [path.name for path in shelf.media(200)] == ["1.jpg", "2.mp4"]
    assert not shelf.troubled
