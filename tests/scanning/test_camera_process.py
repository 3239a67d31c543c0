"""A camera's process as the kiosk keeps it: asleep, awake, shown, hanging, dead."""

from __future__ import annotations

import os
import queue
import select
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from PIL import Image

from kiosk.scanning import Attention, Seeing
from kiosk.scanning.attention import attention_for
from kiosk.scanning.camera import pipe
from kiosk.scanning.camera.eye import Eye, shown
from kiosk.scanning.camera.frames import Grey
from kiosk.scanning.camera.settings import read_settings
from kiosk.scanning.scanners.camera import CameraScanner
from kiosk.session import Screen
from tests.scanning.pictures import bars, frame, squares

DEADLINE_S = 40.0
CODE = "000.17.22.H56-210531-0001"
ADDRESS = "camera:folder:{}?fps=30&cpu=95"


def until(true: Callable[[], Any], what: str) -> None:
    deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
    while not true():
        assert time.monotonic() < deadline, what
        pause.wait(0.02)


def put(folder: Path, name: str, grey: Grey) -> None:
    part = folder / f"{name}.part"
    Image.fromarray(grey).save(part, "PNG")
    part.rename(folder / name)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    put(folder, "shelf.png", np.full((480, 640), 120, np.uint8))
    return folder


@pytest.fixture
def heard() -> queue.Queue[str]:
    return queue.Queue()


@pytest.fixture
def camera(shelf: Path, heard: queue.Queue[str]) -> Iterator[CameraScanner]:
    scanner = CameraScanner(address=ADDRESS.format(shelf), heard=heard.put, silent_s=3.0, again_s=(0.05,))
    yield scanner
    scanner.stop()


def test_asleep_awake_shown_and_one_receipt_told_once(
    camera: CameraScanner, shelf: Path, heard: queue.Queue[str]
) -> None:
    assert isinstance(camera, Seeing)
    assert camera.there is None
    put(shelf, "shelf.png", frame(bars(CODE)))
    camera.start()
    until(lambda: camera.starts, "the process was not started")
    assert heard.empty(), "nobody is there: it sleeps"
    camera.attend(Attention.AWAKE)
    assert heard.get(timeout=DEADLINE_S) == CODE
    until(lambda: camera.there, "no beat")
    assert camera.picture is None, "awake, not shown"
    camera.attend(Attention.SHOWN)
    until(lambda: camera.picture, "no picture")
    assert camera.picture is not None
    assert (camera.picture.width, camera.picture.height) == (320, 180)
    assert heard.empty(), "still the same receipt"
    camera.attend(Attention.ASLEEP)
    assert camera.picture is None
    put(shelf, "shelf.png", frame(squares("MOTCUA-BOOKING:402918")))
    camera.attend(Attention.AWAKE)
    assert heard.get(timeout=DEADLINE_S) == "MOTCUA-BOOKING:402918"


def test_a_driver_that_hangs_is_ended_and_the_next_process_reads(
    camera: CameraScanner, shelf: Path, heard: queue.Queue[str]
) -> None:
    (shelf / "shelf.png").unlink()
    os.mkfifo(shelf / "hangs.png")  # whoever opens it waits for ever
    camera.attend(Attention.AWAKE)
    camera.start()
    until(lambda: camera.starts >= 2, "the hanging process was left alone")
    assert camera.there is False
    assert camera.trouble is not None
    assert camera.trouble.key == "camera.process"
    put(shelf, "receipt.png", frame(squares(CODE)))
    (shelf / "hangs.png").unlink()
    assert heard.get(timeout=DEADLINE_S) == CODE
    until(lambda: camera.there and camera.trouble is None, "it works again, and nobody knows")


def test_a_process_that_was_killed_is_started_again(
    camera: CameraScanner, shelf: Path, heard: queue.Queue[str]
) -> None:
    camera.attend(Attention.AWAKE)
    camera.start()
    until(lambda: camera.there, "it never came up")
    assert camera._process is not None
    camera._process.kill()
    until(lambda: camera.starts == 2, "not started again")
    put(shelf, "shelf.png", frame(squares(CODE)))
    assert heard.get(timeout=DEADLINE_S) == CODE, "the new one knows that it is wanted awake"


def test_a_camera_that_is_away_is_told_and_found_again(tmp_path: Path, heard: queue.Queue[str]) -> None:
    folder = tmp_path / "later"
    camera = CameraScanner(address=ADDRESS.format(folder), heard=heard.put, silent_s=10.0)
    camera.attend(Attention.AWAKE)
    camera.start()
    try:
        until(lambda: camera.there is False, "nobody noticed")
        assert camera.trouble is not None
        assert camera.trouble.key == "camera.away"
        folder.mkdir()
        put(folder, "receipt.png", frame(squares(CODE)))
        assert heard.get(timeout=DEADLINE_S) == CODE
        assert camera.starts == 1, "the process itself was well"
    finally:
        camera.stop()


# ------------------------------------------------------------------ the loop inside, without a process
class Film:
    """Frames as a test wants them; counts how often it was opened."""

    def __init__(self, grey: Grey) -> None:
        self.grey, self.opened, self.closed, self.frames = grey, 0, 0, 0

    def open(self) -> None:
        self.opened += 1

    def read(self, deadline_s: float) -> Grey:
        self.frames += 1
        return self.grey

    def close(self) -> None:
        self.closed += 1


class Lamp:
    def __init__(self) -> None:
        self.on = False

    def set(self, *, on: bool) -> None:
        self.on = on

    def close(self) -> None:
        self.on = False


class Inside:
    """An eye between two pipes."""

    def __init__(self, film: Film, lamp: Lamp, options: str = "") -> None:
        commands, self.orders = os.pipe()
        self.words, messages = os.pipe()
        settings = read_settings(f"camera:folder:/nowhere?{options}")
        self.eye = Eye(settings, commands=commands, messages=messages, source=film, light=lamp)
        self._unpacker = pipe.Unpacker()
        self._ends = (commands, messages)
        self.thread = threading.Thread(target=self.eye.run)
        self.thread.start()

    def hears(self, wanted: bytes) -> bytes:
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline and select.select([self.words], [], [], DEADLINE_S)[0]:
            for kind, body in self._unpacker.feed(os.read(self.words, 1 << 16)):
                if kind == wanted:
                    return body
        raise AssertionError(wanted)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.orders)
        while self.thread.is_alive() and select.select([self.words], [], [], 0.05) is not None:
            if select.select([self.words], [], [], 0.05)[0]:
                os.read(self.words, 1 << 16)
        self.thread.join(DEADLINE_S)
        for end in (self.words, *self._ends):
            os.close(end)


def test_the_lamp_is_lit_in_the_dark_and_goes_out_with_the_visitor() -> None:
    film, lamp = Film(np.full((480, 640), 20, np.uint8)), Lamp()
    with Inside(film, lamp) as inside:
        os.write(inside.orders, pipe.WAKE)
        until(lambda: lamp.on, "dark, and no light")
        os.write(inside.orders, pipe.SLEEP)
        until(lambda: film.closed, "nobody is there, and the camera runs")
        until(lambda: not lamp.on, "nobody is there, and the lamp burns")


def test_the_camera_takes_no_more_of_the_processor_than_it_may() -> None:
    busy = Film(np.random.default_rng(3).integers(0, 255, (720, 1280)).astype(np.uint8))
    with Inside(busy, Lamp(), options="cpu=10&fps=30") as inside:
        os.write(inside.orders, pipe.WAKE)
        until(lambda: busy.frames >= 3, "no frames")
        began_s, used_s, first = time.monotonic(), time.process_time(), busy.frames
        until(lambda: busy.frames >= first + 8, "no more frames")
        share = (time.process_time() - used_s) / (time.monotonic() - began_s)
    assert share < 0.25, f"{share:.0%} of a core instead of 10 %"


def test_the_loop_ends_when_the_kiosk_is_gone() -> None:
    with Inside(Film(np.zeros((480, 640), np.uint8)), Lamp()) as inside:
        assert inside.hears(pipe.BEAT) == b"0"
    assert not inside.thread.is_alive()


@pytest.mark.parametrize("screen", Screen)
def test_a_camera_sleeps_while_the_screen_rests_and_is_shown_where_a_code_is_asked_for(screen: Screen) -> None:
    wanted = {Screen.ATTRACT: Attention.ASLEEP, Screen.DOSSIER_CODE: Attention.SHOWN}
    assert attention_for(screen) is wanted.get(screen, Attention.AWAKE)


# ------------------------------------------------------------------ what goes through the pipes
@pytest.mark.parametrize(("turn", "corner"), [(0, (0, 0)), (90, (-1, 0)), (180, (-1, -1)), (270, (0, -1))])
def test_a_picture_is_turned_clockwise(turn: int, corner: tuple[int, int]) -> None:
    grey = np.zeros((480, 640), np.uint8)
    grey[:80, :80] = 255
    small = shown(grey, turn=turn)
    rows = np.frombuffer(small.pixels, np.uint8).reshape(small.height, small.width)
    assert rows.shape == ((240, 320) if turn % 180 == 0 else (320, 240))
    column, row = corner
    assert rows[row, column] > 200
    assert rows[-1 - row, -1 - column] == 0


def test_a_mirror() -> None:
    grey = np.zeros((480, 640), np.uint8)
    grey[:, :320] = 255
    small = shown(grey, mirror=True)
    assert small.pixels[0] == 0
    assert small.pixels[small.width - 1] == 255


def test_messages_in_pieces_are_put_together_and_noise_is_refused() -> None:
    picture = pipe.Shown(3, 2, b"abcdef")
    stream = pipe.packed(pipe.CODE, b"x") + pipe.packed_picture(picture) + pipe.packed(pipe.BEAT, b"1")
    unpacker, messages = pipe.Unpacker(), []
    for at in range(len(stream)):
        messages += unpacker.feed(stream[at : at + 1])
    assert [kind for kind, _ in messages] == [pipe.CODE, pipe.SHOWN, pipe.BEAT]
    assert pipe.picture_of(messages[1][1]) == picture
    for noise in (b"Traceback (most", pipe.CODE + b"\xff\xff\xff\xff"):
        with pytest.raises(pipe.PipeBrokenError):
            pipe.Unpacker().feed(noise)
    for body in (b"", b"\x00\x01", b"\x00\x05\x00\x05xx"):
        with pytest.raises(pipe.PipeBrokenError):
            pipe.picture_of(body)
