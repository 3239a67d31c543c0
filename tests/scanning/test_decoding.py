"""The camera's two doors: what is read from one picture, and what counts of a live one."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scan_pictures import pictures, receipt_picture
from kiosk.scanning import Decoded, FrameScanner, decode_frame
from kiosk.scanning.camera.settings import SYMBOLOGIES
from kiosk.scanning.decoding import engines
from kiosk.scanning.decoding.decoded import LINEAR, MATRIX
from kiosk.scanning.decoding.grammar import Grammar, usable
from kiosk.scanning.decoding.regions import find_regions
from kiosk.scanning.decoding.still import alike
from tests.scanning.pictures import Grey, bars, frame, squares

CODE = "000.17.22.H56-210531-0001"
OTHER = "H55.242-261110-0003"
TODAY = date(2026, 11, 26)
GRAMMAR = Grammar(today=lambda: TODAY)


def texts(grey: Grey) -> set[str]:
    return {one.text for one in decode_frame(grey)}


# ------------------------------------------------------------------ stills
def test_each_code_of_a_picture_is_given_once_with_its_symbology() -> None:
    grey = frame(bars(CODE), squares("https://example.gov.vn/?ma=" + OTHER))
    assert sorted(decode_frame(grey), key=lambda one: one.symbology) == [
        Decoded("code128", CODE),
        Decoded("qr", "https://example.gov.vn/?ma=" + OTHER),
    ]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_receipt_is_read_whichever_way_it_lies(turns: int) -> None:
    assert texts(np.rot90(frame(bars(CODE, module=2)), turns)) == {CODE}


@pytest.mark.parametrize("text", ["Đỗ Thị Bưởi", "Nguyễn Văn Ổi, xã Ắng", "日本", "Hộ tịch"])
def test_vietnamese_in_a_qr_is_read_as_it_was_written(text: str) -> None:
    assert texts(frame(squares(text))) == {text}


def test_white_bars_on_black_are_read() -> None:
    assert texts(255 - frame(bars(CODE))) == {CODE}


def test_a_code_of_another_shape_is_read_from_a_still() -> None:
    assert texts(frame(bars("ABC-12345"))) == {"ABC-12345"}


@pytest.mark.parametrize(
    "array",
    [np.zeros((4, 4, 3), np.uint8), np.zeros((9, 9), np.float32), np.zeros(9, np.uint8), [[1, 2], [3, 4]], None],
)
def test_what_is_no_grey_frame_is_refused(array: object) -> None:
    with pytest.raises(ValueError, match="grey"):
        decode_frame(array)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="grey"):
        FrameScanner().feed(array)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(0, 0), (0, 9), (1, 1), (3, 900), (900, 3), (31, 33), (2000, 40)])
def test_odd_sizes_hold_nothing_and_break_nothing(size: tuple[int, int]) -> None:
    grey = np.random.default_rng(1).integers(0, 255, size).astype(np.uint8)
    assert decode_frame(grey) == []
    assert FrameScanner().feed(grey) is None


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=64, max_size=64), st.integers(33, 160), st.integers(33, 200))
def test_noise_is_no_code(seed: bytes, high: int, wide: int) -> None:
    grey = np.random.default_rng(list(seed)).integers(0, 255, (high, wide)).astype(np.uint8)
    assert decode_frame(grey) == []


def test_frames_with_padded_rows_are_taken() -> None:
    padded = np.zeros((720, 1344), np.uint8)
    padded[:, :1280] = frame(bars(CODE))
    assert texts(padded[:, :1280]) == {CODE}


def test_where_both_engines_fail_alone_the_upright_crop_reads() -> None:
    """Turned by any angle and soft: the benchmark's own class, from another seed; most of them must be read."""
    turned = [picture for picture in pictures(31, {"angle": 10}) if picture.symbology == "code128"]
    found = [picture.text in texts(picture.grey) for picture in turned]
    assert sum(found) >= len(found) - 1


def test_nothing_is_read_where_nothing_is() -> None:
    for picture in pictures(32, {"empty": 6}):
        assert decode_frame(picture.grey) == []


def test_bars_are_found_with_their_angle() -> None:
    grey = frame(bars(CODE, module=2))
    (region, *_rest) = [region for region in find_regions(grey) if region.bars]
    assert abs(np.sin(region.angle)) < 0.05
    (upright, *_rest) = [region for region in find_regions(np.rot90(grey)) if region.bars]
    assert abs(np.cos(upright.angle)) < 0.05


# ------------------------------------------------------------------ the live picture
def scanner(**grammar: object) -> FrameScanner:
    return FrameScanner(grammar=Grammar(**({"today": lambda: TODAY} | grammar)))  # type: ignore[arg-type]


def test_bars_count_at_the_second_frame_and_a_qr_at_once() -> None:
    live, grey = scanner(), frame(bars(CODE))
    assert [live.feed(grey) for _ in range(3)] == [None, Decoded("code128", CODE), Decoded("code128", CODE)]
    assert scanner().feed(frame(squares(CODE))) == Decoded("qr", CODE)


def test_one_reading_is_forgotten_when_the_receipt_is_gone() -> None:
    live, empty = scanner(), np.full((480, 640), 200, np.uint8)
    assert live.feed(frame(bars(CODE))) is None
    for _ in range(40):
        assert live.feed(empty) is None
    assert live.feed(frame(bars(CODE))) is None


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (CODE, True),
        (OTHER, True),
        ("03706/2026/07906", True),
        ("000.17.22.H56-210532-0001", False),
        ("000.17.22.H56-261231-0001", False),
        ("000.17.22.H56-170531-0001", False),
        ("000.17.22.h56-210531-0001", False),
        ("000.17.22.H56-210531-0001 ", False),
        ("0OO.17.22.H56-210531-0001", False),
        ("001099012345", False),
        ("8934588012228", False),
        ("ABC-12345", False),
        ("", False),
        ("H" * 10_000, False),
    ],
)
def test_what_bars_may_say(text: str, counts: bool) -> None:
    assert GRAMMAR.fits(text) is counts


def test_only_known_units_and_named_shapes_count_where_they_are_configured() -> None:
    import re

    known = Grammar(units=("H56", "000.00.14"), also=re.compile(r"KQ\.[A-Z0-9.]+"), today=lambda: TODAY)
    assert known.fits(CODE)
    assert known.fits("KQ.G15.000021")
    assert not known.fits(OTHER)
    assert not GRAMMAR.fits("KQ.G15.000021")


def test_without_a_known_date_no_code_is_from_the_future() -> None:
    assert Grammar(today=lambda: None).fits("H56-991231-0001")


def test_two_readings_that_contradict_each_other_wait_for_a_third() -> None:
    live, wrong = scanner(), "000.17.22.H56-210531-0007"
    fed = [live.feed(frame(bars(text))) for text in (wrong, CODE, wrong, CODE, CODE)]
    assert fed[:2] == [None, None]
    assert fed[3] is None, "two each: nobody knows"
    assert fed[4] == Decoded("code128", CODE)


def test_two_codes_that_look_alike_on_one_sheet_are_both_read() -> None:
    first, second = "000.17.22.H56-210531-0001", "000.17.22.H56-210531-0002"
    grey = frame(bars(first), bars(second))
    assert texts(grey) == {first, second}
    live = scanner()
    fed = {live.feed(grey) for _ in range(3)}
    assert fed & {Decoded("code128", first), Decoded("code128", second)}


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31m", "a\x7f", "x" * 4097, ""])
def test_no_control_signs_and_no_whole_books_come_through(text: str) -> None:
    assert not usable(text)


def test_a_qr_that_is_a_bomb_counts_for_nothing() -> None:
    live = scanner()
    assert live.feed(frame(squares("\x1b]0;" + "A" * 60 + "\x07"))) is None
    digits = "9" * 4200  # the longest that a reader will pass on, and more than any code has
    big = np.pad(squares(digits, module=4), 20, constant_values=235)
    assert live.feed(big) is None


def test_a_sheet_full_of_codes_costs_no_more_than_sixteen() -> None:
    one = squares("1", module=2)
    many = np.tile(np.pad(one, 6, constant_values=235), (8, 12))
    assert len(decode_frame(np.ascontiguousarray(many[:1080, :1920]))) <= 16


def test_a_text_is_in_no_trace() -> None:
    assert CODE not in repr(Decoded("qr", CODE))


@given(st.text("0123456789.-H", min_size=1, max_size=30))
def test_every_text_is_like_itself(text: str) -> None:
    assert alike(Decoded("code128", text), Decoded("code128", text))
    assert not alike(Decoded("code128", text), Decoded("code128", text + "0"))
    assert not alike(Decoded("code128", text), Decoded("qr", text))


def test_the_receipt_of_a_demonstration_is_read_live() -> None:
    live, grey = scanner(), receipt_picture(OTHER, seed=3)
    assert Decoded("code128", OTHER) in [live.feed(grey) for _ in range(8)]


def test_the_kiosk_s_own_process_loads_neither_numpy_nor_an_engine() -> None:
    script = (
        "import sys\n"
        "from kiosk.scanning import open_scanner\n"
        "open_scanner('camera:folder:/tmp', print)\n"
        "open_scanner('hid:/dev/input/by-id/x', print)\n"
        "print(sorted({'numpy', 'zxingcpp', 'pyzbar', 'PIL', 'evdev'} & set(sys.modules)))\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "[]"


# ------------------------------------------------------------------ further symbologies, by configuration
WRITTEN = {
    "code128": CODE, "code39": "KQ-G15-000021", "code93": "KQ-G15-000021", "itf": "12345678901231",
    "ean13": "8934588012228", "ean8": "96385074", "codabar": "A000021B", "qr": CODE, "datamatrix": CODE,
    "aztec": CODE, "pdf417": CODE,
}  # fmt: skip


def test_every_symbology_that_an_address_may_name_is_written_here() -> None:
    assert set(WRITTEN) == set(SYMBOLOGIES) == {*LINEAR, *MATRIX}


@pytest.mark.parametrize("symbology", WRITTEN)
def test_a_symbology_is_read_where_it_is_named_and_nowhere_else(symbology: str) -> None:
    drawn = zxingcpp.create_barcode(WRITTEN[symbology], engines._ZXING[symbology])
    grey = frame(np.asarray(drawn.to_image(scale=4, add_quiet_zones=True)))
    assert decode_frame(grey, [symbology]) == [Decoded(symbology, WRITTEN[symbology])]
    others = [name for name in ("code128", "qr") if name != symbology]
    assert decode_frame(grey, others) == []
