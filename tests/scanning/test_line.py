"""From characters to texts: what scanners send, and what must not come through."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.line import MOST_CHARACTERS, PAUSE_S, Line
from kiosk.scanning.us_layout import typed


@pytest.mark.parametrize(
    ("sent", "texts"),
    [
        ("402918\r", ["402918"]),
        ("402918\r\n", ["402918"]),
        ("  402918 \n\n\n402919\n", ["402918", "402919"]),
        ("40\x0029\x1b18\n", ["402918"]),
        ("x" * (MOST_CHARACTERS + 1) + "\n402918\n", ["402918"]),
        ("402918", []),
    ],
)
def test_lines(sent: str, texts: list[str]) -> None:
    assert Line().feed(sent, 1.0) == texts


def test_half_a_code_and_a_pause_are_forgotten() -> None:
    line = Line()
    assert line.feed("4029", 1.0) == []
    assert line.feed("402918\n", 1.0 + PAUSE_S + 0.01) == ["402918"]
    assert line.feed("402", 9.0) + line.feed("918\n", 9.0 + PAUSE_S / 2) == ["402918"]


@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_pieces_give_what_the_whole_gives(sent: str, cuts: list[int]) -> None:
    line, texts = Line(), []
    edges = [0, *sorted(cuts), len(sent)]
    for one, other in itertools.pairwise(edges):
        texts += line.feed(sent[one:other], 1.0)
    assert texts == Line().feed(sent, 1.0)
    assert not any(character in text for text in texts for character in "\r\n\t\x00\x1b")


@pytest.mark.parametrize(
    ("key", "shift", "caps", "written"),
    [("a", False, False, "a"), ("a", True, False, "A"), ("a", False, True, "A"), ("a", True, True, "a"),
     (";", True, False, ":"), ("-", False, True, "-"), ("-", True, False, "_"), ("1", True, True, "!"),
     ("shift", False, False, ""), ("", False, False, ""), ("\t", False, False, "")],
)  # fmt: skip
def test_a_us_keyboard(key: str, shift: bool, caps: bool, written: str) -> None:
    assert typed(key, shift=shift, caps=caps) == written
