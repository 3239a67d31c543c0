"""The demo's eyes read what a person would, and nothing that is not there."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from motcua.demo.eyes import find, find_number, numbers_in, read, read_large, wait_for
from queue_core.errors import MotcuaError
from queue_kit.fonts import find_font


def _picture(*lines: tuple[str, int], size: tuple[int, int] = (900, 500), dark: bool = False) -> Image.Image:
    ground, ink = ("#0B5CAB", "white") if dark else ("white", "#10243E")
    picture = Image.new("RGB", size, ground)
    draw, top = ImageDraw.Draw(picture), 40
    for text, height in lines:
        draw.text((60, top), text, font=ImageFont.truetype(str(find_font("bold")), height), fill=ink)
        top += int(height * 1.7)
    return picture


def test_a_phrase_is_found_where_it_stands() -> None:
    place = find(read(_picture(("Kính chào quý vị", 40), ("Lấy số thứ tự", 44))), "Lấy số thứ tự")
    assert place is not None
    assert 60 < place[0] < 500
    assert 90 < place[1] < 190


def test_a_phrase_that_is_not_there_is_not_found() -> None:
    assert find(read(_picture(("Tra cứu hồ sơ", 44))), "Lấy số thứ tự") is None


def test_white_letters_on_blue_are_read_too() -> None:
    shown = _picture(("Lấy số thứ tự", 44), dark=True)
    assert wait_for(lambda: shown, "Lấy số thứ tự", "kiosk", seconds=10)


def test_waiting_for_what_never_comes_says_so() -> None:
    with pytest.raises(MotcuaError, match=r"demo\.not_seen"):
        wait_for(lambda: _picture(("Trang đầu", 44)), "Lấy số thứ tự", "kiosk", seconds=0.1)


@pytest.mark.parametrize("number", ["A025", "1001", "B118"])
def test_a_large_number_is_read_and_no_other(number: str) -> None:
    words = read_large(_picture((number, 240), size=(1080, 600)))
    assert find_number(words, number, min_height=90)
    assert not find_number(words, "A026", min_height=90)
    assert numbers_in(words, min_height=90)
