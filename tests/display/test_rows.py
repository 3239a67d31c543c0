"""How many of the last calls are listed: as many as the farthest seat reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_display.board.legibility import judge, row_needed_px
from queue_display.board.row_layout import AREA_HEIGHT, AREA_WIDTH, BLOCK, LEFT, RIGHT, WIDE_BLOCK, choose

SIZE = (1920, 1080)
#: widths of A025, HT-015, of one and two digits, in sizes of the bold font
A025, HT015, ONE, TWO = 2.78, 3.84, 0.68, 1.1


@pytest.mark.parametrize(
    ("diagonal_inch", "distance_m", "number_em", "counter_em", "count"),
    [
        (55, 6, A025, ONE, 6),
        (55, 6, A025, TWO, 6),
        (55, 6, HT015, ONE, 3),
        (55, 8, A025, ONE, 2),
        (65, 7, A025, ONE, 6),
        (43, 4, HT015, TWO, 3),
        (43, 6, A025, ONE, 2),
    ],
)
def test_the_last_six_where_they_can_be_read_and_fewer_where_not(
    diagonal_inch: float, distance_m: float, number_em: float, counter_em: float, count: int
) -> None:
    needed_px = row_needed_px(size=SIZE, diagonal_inch=diagonal_inch, distance_m=distance_m)
    layout = choose(number_em=number_em, counter_em=counter_em, needed_px=needed_px)
    assert layout.count == count
    found = judge(size=SIZE, diagonal_inch=diagonal_inch, distance_m=distance_m, number_px=320, row_px=layout.number_px)
    assert found.rows_ok
    assert found.row_mm >= 8 * distance_m


def test_without_a_distance_there_are_six() -> None:
    assert choose(number_em=HT015, counter_em=TWO).count == 6


@given(st.floats(1.0, 8.0), st.floats(0.5, 1.3), st.floats(0, 400))
def test_rows_never_leave_their_area_nor_run_into_each_other(
    number_em: float, counter_em: float, needed_px: float
) -> None:
    layout = choose(number_em=number_em, counter_em=counter_em, needed_px=needed_px)
    boxes = [(*layout.place(index), layout.width, layout.height) for index in range(layout.count)]
    for left, bottom, width, height in boxes:
        assert left >= 0
        assert bottom >= -0.01
        assert left + width <= AREA_WIDTH + 0.01
        assert bottom + height <= AREA_HEIGHT + 0.01
    for one in range(layout.count):
        for two in range(one):
            (a, b, w, h), (c, d, *_) = boxes[one], boxes[two]
            assert abs(a - c) >= w or abs(b - d) >= h
    block = WIDE_BLOCK if layout.wide else BLOCK
    assert LEFT + (number_em + counter_em) * layout.number_px + block + RIGHT <= layout.width + 0.01
    # digits are three quarters of the size
    assert 0.75 * layout.number_px < layout.height
