"""The test peer itself: it prints what it is sent, and refuses what it doesn't know."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from queue_kit.paper import commands
from queue_kit.paper.machine import PaperMachine


def noise(width: int, height: int, seed: int) -> Image.Image:
    import random

    return Image.frombytes("1", (width, height), random.Random(seed).randbytes(width // 8 * height))


@given(cuts=st.lists(st.integers(0, 700), max_size=6), seed=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_a_picture_comes_out_as_it_went_in_however_the_line_cuts_it(cuts: list[int], seed: int) -> None:
    image = noise(64, 30, seed)
    stream = commands.INITIALISE + b"".join(commands.raster_bands(image, 12)) + commands.CUT
    machine = PaperMachine(width_dots=64)
    bounds = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    for start, end in pairwise(bounds):
        machine.receive(stream[start:end])
        machine.work()
    assert machine.errors == []
    (slip,) = machine.slips
    black_in = commands.without_real_time  # one dot more where a real-time command would have stood
    sent = b"".join(band[8:] for band in commands.raster_bands(image, 12))
    printed = b"".join(band[8:] for band in commands.raster_bands(slip, 12))
    assert black_in(printed) == sent


@pytest.mark.parametrize(
    "unknown",
    [
        b"Hello",
        b"\x1b!\x08",
        b"\x1dk\x49",
        b"\x1da\x0e",
        b"\x1dr\x02",
        b"\x1dV\x07",
        b"\x1dv0\x01\x01\x00\x01\x00",
        b"\x1dv0\x00\x00\x00\x01\x00",
        b"\x1d(H\x06\x00\x30\x31abcd",
        b"\x10\x05\x01",
        b"\x10\x14\x01\x00\x01",
        b"\xff",
    ],
)
def test_what_it_does_not_know_stops_it(unknown: bytes) -> None:
    machine = PaperMachine()
    machine.receive(unknown)
    machine.work()
    assert len(machine.errors) == 1
    machine.receive(commands.CUT)
    machine.work()
    assert machine.slips == []
    assert machine.receive(commands.ask_status(2))[0] & 0x40


def test_a_picture_wider_than_the_roll_is_refused() -> None:
    machine = PaperMachine(width_dots=384)
    machine.receive(next(commands.raster_bands(Image.new("1", (392, 4)), 4)))
    machine.work()
    assert "wider" in machine.errors[0]


def test_real_time_questions_overtake_what_waits_and_others_do_not() -> None:
    machine = PaperMachine(cover_open=True)
    assert machine.receive(commands.ASK_PAPER + commands.ask_status(1)) == b"\x1a"
    assert machine.work() == b""
    machine.cover_open = False
    assert machine.work() == b"\x00"


def test_the_mark_comes_back_after_the_rows_before_it() -> None:
    machine = PaperMachine(width_dots=64)
    machine.receive(b"".join(commands.raster_bands(noise(64, 20, 1), 20)) + commands.ask_process_id("0007"))
    assert machine.work(max_rows=10) == b""
    assert machine.unfinished_dots == 10
    assert machine.work() == b"\x37\x220007\x00"
    assert machine.unfinished_dots == 20


def test_paper_ends_after_exactly_so_many_dots() -> None:
    machine = PaperMachine(width_dots=64, paper_left_dots=7)
    machine.receive(b"".join(commands.raster_bands(noise(64, 20, 1), 20)))
    machine.work()
    assert machine.unfinished_dots == 7
    assert machine.receive(commands.ask_status(4)) == bytes((0x7E,))


def test_clearing_the_buffer_drops_the_rest_of_a_picture() -> None:
    machine = PaperMachine(width_dots=64, paper_left_dots=7)
    machine.receive(b"".join(commands.raster_bands(noise(64, 20, 1), 20)))
    machine.work()
    assert machine.receive(commands.CLEAR_BUFFER) == b"\x37\x25\x00"
    machine.paper_left_dots = None
    machine.receive(commands.CUT)
    machine.work()
    assert [slip.height for slip in machine.slips] == [7]
    assert machine.errors == []


def test_a_hanging_machine_hears_later() -> None:
    machine = PaperMachine(hanging=True)
    assert machine.receive(commands.ask_status(1)) == b""
    assert machine.wake() == b"\x12"
