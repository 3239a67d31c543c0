"""ESC/POS bytes: golden ones for what is sent, tables for what comes back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from queue_kit.paper import commands
from queue_kit.paper.commands import Answers, read_status, without_real_time

REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]", re.DOTALL)


def picture(rows: list[str]) -> Image.Image:
    image = Image.new("1", (len(rows[0]), len(rows)), 255)
    for y, row in enumerate(rows):
        for x, dot in enumerate(row):
            image.putpixel((x, y), 0 if dot == "#" else 255)
    return image


def test_a_small_picture_as_bytes() -> None:
    rows = ["#.#.#.#.########", "................", "########........"]
    assert list(commands.raster_bands(picture(rows), 2)) == [
        bytes.fromhex("1d763000 0200 0200 aaff 0000"),
        bytes.fromhex("1d763000 0200 0100 ff00"),
    ]


def test_a_width_that_is_no_multiple_of_eight_is_filled_up_with_white() -> None:
    assert list(commands.raster_bands(picture(["#########"]), 8)) == [bytes.fromhex("1d763000 0200 0100 ff80")]


@pytest.mark.parametrize(
    ("given_hex", "sent_hex"),
    [
        ("100401", "100c01"),
        ("100501", "100d01"),
        ("101401", "101c01"),
        ("10100404", "10100c04"),
        ("1004100410", "100c100c10"),
        ("041003", "041003"),
        ("", ""),
    ],
)
def test_no_real_time_command_hides_in_a_picture(given_hex: str, sent_hex: str) -> None:
    assert without_real_time(bytes.fromhex(given_hex)) == bytes.fromhex(sent_hex)


@given(st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0xFF, 0x00]), max_size=60).map(bytes))
def test_breaking_a_real_time_command_only_adds_dots(dots: bytes) -> None:
    sent = without_real_time(dots)
    assert not REAL_TIME.search(sent)
    assert len(sent) == len(dots)
    assert all(before & after == before for before, after in zip(dots, sent, strict=True))


FINE = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        (FINE, None),
        (FINE | {4: 0x1E}, None),  # near the end: prints still
        (FINE | {1: 0x1A}, "paper.offline"),
        (FINE | {1: 0x1A, 2: 0x16}, "paper.cover_open"),
        (FINE | {1: 0x1A, 2: 0x32, 4: 0x7E}, "paper.out"),
        (FINE | {4: 0x72}, "paper.out"),
        (FINE | {2: 0x52}, "paper.fault"),
        (FINE | {3: 0x1A}, "paper.fault"),
        (FINE | {3: 0x32}, "paper.fault"),
        # unknown is not fine
        ({}, "paper.silent"),
        (FINE | {4: None}, None),  # paper is known from question 2 as well
        (FINE | {3: None}, "paper.silent"),
        (FINE | {2: None}, "paper.silent"),
        ({1: 0x12}, "paper.silent"),
    ],
)
def test_what_a_printer_says_of_itself(answers: dict[int, int | None], problem: str | None) -> None:
    status = read_status(answers)
    assert status.problem == problem
    assert status.ready is (problem is None)


def test_a_status_that_was_not_told_is_none_not_false() -> None:
    status = read_status({1: 0x12})
    assert (status.online, status.cover_open, status.paper_out, status.paper_near_end, status.error) == (
        True,
        None,
        None,
        None,
        None,
    )


def test_answers_are_sorted_whatever_pieces_they_come_in() -> None:
    stream = b"\x12\x00\x37\x220042\x00\x1e\x37\x25\x00\x0f\xff"
    for cut in range(len(stream)):
        answers = Answers()
        answers.take(stream[:cut])
        answers.take(stream[cut:])
        assert answers.real_time == [0x12, 0x1E]
        assert answers.paper == [0x00, 0x0F]
        assert answers.marks == ["0042"]
        assert answers.cleared
        assert answers.nonsense == 1


@given(st.binary(max_size=300))
def test_any_bytes_from_a_broken_printer_are_survived(data: bytes) -> None:
    Answers().take(data)
