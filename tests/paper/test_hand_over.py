"""The sheet that both sides sign when a device is handed over: read back from the paper, on both rolls."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from motcua.demo.eyes import read
from queue_kit.paper.hand_over import HandOver, draw_hand_over
from queue_kit.paper.slip import WIDTH_DOTS

SAID = HandOver(
    device="mau-son · solo-1",
    at=datetime(2026, 11, 25, 17, 30, tzinfo=UTC),
    facts=("motcua 0.1.0",),
    checks=(
        ("TỐT", "Máy in", ""),
        ("LỖI", "Máy quét", "Không mở được /dev/motcua-scanner. Hãy cắm lại dây máy quét, hoặc thêm vào nhóm dialout."),
    ),
)


@pytest.mark.parametrize("paper_mm", [80, 58])
def test_it_says_what_was_checked_and_leaves_room_to_sign(paper_mm: int) -> None:
    picture = draw_hand_over(SAID, WIDTH_DOTS[paper_mm])
    assert (picture.width, picture.mode) == (WIDTH_DOTS[paper_mm], "1")
    words = " ".join(word.text for word in read(picture, lang="vie", mode=6))
    # half past midnight in Viet Nam is the next day
    for said in ("BIÊN BẢN", "00:30", "26/11/2026", "dialout", "Người bàn giao", "Người nhận"):
        assert said in words, words
    # two empty places, each higher than a hand's writing (12 mm at 8 dots a millimetre)
    grey = picture.convert("L")
    empty = [grey.crop((0, y, grey.width, y + 1)).getextrema()[0] > 0 for y in range(grey.height)]
    runs = [len(run) for run in "".join("w" if one else " " for one in empty).split()]
    assert sum(run >= 12 * 8 for run in runs) == 2
