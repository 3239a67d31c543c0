"""The slip's words, and the slip as dots."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from pydantic import ValidationError

from queue_kit import fonts
from queue_kit.paper.layout import NUMBER_FLOOR_DOTS, number_picture
from queue_kit.paper.slip import VIET_NAM, Slip, example_slip, slip_blocks, slip_image, slip_lines
from queue_kit.paper.trial import draw_trial_slip, trial_slip_lines
from queue_kit.paper.typesetting import font_of, wrap

AT = datetime(2026, 11, 23, 8, 42, tzinfo=VIET_NAM)
WIDTHS = [576, 384]


def make(**other: Any) -> Slip:
    facts: dict[str, Any] = {
        "office_name": "Trung tâm Phục vụ hành chính công phường Vĩnh Trung",
        "number": "A025",
        "service_name": "Hộ tịch",
        "issued_at": AT,
        "told_at": AT,
    }
    return Slip(**(facts | other))


def ink_rows(image: Image.Image) -> list[tuple[int, int]]:
    """Give the runs of rows that hold a black dot, as (top, bottom)."""
    dark = ImageChops.invert(image.convert("L"))
    filled = [dark.crop((0, y, image.width, y + 1)).getbbox() is not None for y in range(image.height)]
    runs: list[tuple[int, int]] = []
    for y, full in enumerate(filled):
        if full and (not y or not filled[y - 1]):
            runs.append((y, y))
        if full:
            runs[-1] = (runs[-1][0], y)
    return runs


# -- words


def test_an_ordinary_slip_in_vietnamese() -> None:
    slip = make(
        service_name="Hộ tịch: khai sinh",
        counters=("2", "3"),
        ahead=3,
        wait_low_min=10,
        wait_high_min=15,
        follow_url="https://motcua.example.gov.vn/t/abc",
        no_show_after=3,
        no_show_limit=3,
    )
    assert slip_lines(slip) == [
        "Trung tâm Phục vụ hành chính công phường Vĩnh Trung",
        "PHIẾU SỐ THỨ TỰ",
        "A025",
        "Hộ tịch: khai sinh",
        "Quầy 2 hoặc 3",
        "Phía trước: 3 người",
        "Chờ khoảng 10–15 phút",
        "(tính lúc 08:42)",
        "08:42 · Thứ Hai · 23/11/2026",
        "Theo dõi trên điện thoại",
        "Quá lượt: số được gọi lại sau 3 số, quá 3 lần thì hết hiệu lực.",
        "Trân trọng cảm ơn quý vị.",
    ]


def test_a_reprinted_priority_slip_in_english() -> None:
    slip = make(
        service_name="Civil status",
        lang="en",
        reprint=True,
        priority_mark="Priority",
        ahead=1,
        counters=("1", "2", "3"),
    )
    assert slip_lines(slip) == [
        "REPRINT",
        "Trung tâm Phục vụ hành chính công phường Vĩnh Trung",
        "QUEUE NUMBER",
        "A025",
        "Priority",
        "Civil status",
        "Counter 1, 2 or 3",
        "Ahead of you: 1 person",
        "(as of 08:42)",
        "08:42 · Monday · 23/11/2026",
        "Thank you.",
    ]


@pytest.mark.parametrize(
    ("low", "high", "vi", "en"),
    [
        (0, 5, "Sắp đến lượt quý vị", "Your turn is near"),
        (0, 10, "Chờ không quá 10 phút", "Wait at most 10 min"),
        (5, 15, "Chờ khoảng 5–15 phút", "Wait about 5–15 minutes"),
        (60, 90, "Chờ khoảng 60–90 phút", "Wait about 60–90 minutes"),
        (70, 105, "Chờ khoảng 1 giờ 10 phút đến 1 giờ 45 phút", "Wait about 1 h 10 min to 1 h 45 min"),
        (45, 120, "Chờ khoảng 45 phút đến 2 giờ", "Wait about 45 min to 2 h"),
    ],
)
def test_the_wait_is_told_as_a_range_with_its_time(low: int, high: int, vi: str, en: str) -> None:
    assert vi in slip_lines(make(wait_low_min=low, wait_high_min=high))
    assert en in slip_lines(make(wait_low_min=low, wait_high_min=high, lang="en"))
    assert "(tính lúc 08:42)" in slip_lines(make(wait_low_min=low, wait_high_min=high))


def test_nobody_ahead_and_a_wait_past_closing() -> None:
    lines = slip_lines(make(ahead=0, past_closing=True))
    assert "Phía trước không còn ai" in lines
    assert any("Có thể không kịp" in line for line in lines)


def test_times_are_told_in_viet_nam_whatever_zone_they_came_in() -> None:
    late = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    assert "00:30 · Thứ Hai · 23/11/2026" in slip_lines(make(issued_at=late))


def test_names_come_out_composed_on_one_line_each() -> None:
    slip = make(service_name=unicodedata.normalize("NFD", "Đất đai\n  và\tMôi trường"))
    assert slip.service_name == "Đất đai và Môi trường"


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "a025"},
        {"number": "A025\n"},
        {"number": ""},
        {"number": "A0250000"},
        {"service_name": "  "},
        {"ahead": -1},
        {"wait_low_min": 5},
        {"wait_low_min": 15, "wait_high_min": 5},
        {"wait_low_min": 5, "wait_high_min": 15, "told_at": None},
        {"no_show_after": 3},
        {"issued_at": datetime(2026, 11, 23)},  # noqa: DTZ001
        {"follow_url": "javascript:alert(1)"},
        {"follow_url": "https://a b"},
        {"lang": "KM"},
    ],
)
def test_a_slip_that_would_mislead_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(**wrong)


def test_a_slip_survives_the_spool_as_json() -> None:
    slip = example_slip(long=True)
    assert Slip.model_validate_json(slip.model_dump_json()) == slip


# -- dots


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("long", [False, True])
def test_the_code_is_read_by_an_engine_that_did_not_draw_it(width: int, lang: Any, long: bool) -> None:
    slip = example_slip(lang=lang, long=long)
    (code,) = zxingcpp.read_barcodes(slip_image(slip, width).convert("L"))
    assert code.text == slip.follow_url


def test_the_code_of_a_long_signed_address_is_read_on_the_narrow_roll() -> None:
    url = "https://motcua.phuongvinhtrung.khanhhoa.gov.vn/t/" + "aB3-" * 20
    (code,) = zxingcpp.read_barcodes(slip_image(make(follow_url=url), 384).convert("L"))
    assert code.text == url


def test_no_code_without_an_address() -> None:
    slip = make()
    assert "follow" not in {line.role for line in slip_blocks(slip)}
    assert zxingcpp.read_barcodes(slip_image(slip).convert("L")) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("number", ["1", "A001", "A025", "1001", "HT-015", "HT-1000", "Đ1000", "ABCDEF-123456"])
def test_the_number_is_at_least_fifteen_millimetres_high_and_fits(width: int, number: str) -> None:
    picture = number_picture(number, width)
    digit = number_picture("0", width)
    assert picture.width <= width - 16
    assert picture.height >= NUMBER_FLOOR_DOTS - 2 >= 15 * 8
    assert digit.height >= 18 * 8


def test_a_four_sign_number_is_eighteen_millimetres_high_on_both_rolls() -> None:
    for width in WIDTHS:
        image = slip_image(make(), width)
        tallest = max(bottom - top + 1 for top, bottom in ink_rows(image))
        assert tallest >= 18 * 8 - 4


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_paper_has_its_width_and_nothing_touches_its_edge(width: int, lang: Any) -> None:
    image = slip_image(example_slip(lang=lang, long=True, reprint=True), width)
    assert image.mode == "1"
    assert image.width == width
    left, _, right, _ = ImageChops.invert(image.convert("L")).getbbox() or (0, 0, 0, 0)
    assert left >= 4
    assert right <= width - 4


def test_no_type_is_smaller_than_twelve_points(monkeypatch: pytest.MonkeyPatch) -> None:
    from queue_kit.paper import layout

    sizes: list[int] = []

    def watched(weight: fonts.Weight, size_dots: int) -> Any:
        sizes.append(size_dots)
        return font_of(weight, size_dots)

    monkeypatch.setattr(layout, "font_of", watched)
    for width in WIDTHS:
        layout.draw_slip(example_slip(long=True), width)
    assert min(sizes) >= 40


@given(st.lists(st.text(alphabet="aăâđêôơưỗặWM,:–", min_size=1, max_size=40), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_names_wrap_and_are_never_cut(words: list[str]) -> None:
    text = " ".join(words)
    lines = wrap(text, font_of("bold", 40), 368)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(font_of("bold", 40).getlength(line) <= 368 for line in lines)


def test_lines_break_after_a_comma_rather_than_between() -> None:
    assert wrap("Hộ tịch: khai sinh, kết hôn, khai tử", font_of("bold", 46), 560) == [
        "Hộ tịch: khai sinh,",
        "kết hôn, khai tử",
    ]


@pytest.mark.parametrize("font", ["bold", "medium"])
def test_stacked_capitals_never_touch_the_line_above(font: fonts.Weight) -> None:
    from queue_kit.paper.layout import Sheet

    sheet = Sheet(384)
    for line in ("gạyịgợ", "ỔẮỄỘỬ", "gạyịgợ", "ỔẮỄỘỬ"):
        sheet.text(line, font_of(font, 40))
    tall = [(top, bottom) for top, bottom in ink_rows(sheet.finish()) if bottom - top > 5]
    assert len(tall) == 4


def test_more_words_make_a_longer_slip_never_a_denser_one() -> None:
    short, long = slip_image(make()), slip_image(make(service_name="Quản lý đất đai và môi trường " * 8))
    assert long.height > short.height + 200


def test_the_drawn_slip_differs_by_what_it_says() -> None:
    assert slip_image(make(number="A025")).tobytes() != slip_image(make(number="A026")).tobytes()
    assert slip_image(make()).tobytes() == slip_image(make()).tobytes()


def test_without_the_variable_font_the_number_still_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    from queue_kit.paper import layout

    monkeypatch.setattr(layout, "find_variable_noto", lambda: None)
    picture = number_picture("HT-015", 384)
    assert picture.width <= 368
    assert picture.height >= 15 * 8


@pytest.mark.parametrize("width", WIDTHS)
def test_the_trial_slip_has_its_ruler_and_a_readable_code(width: int, tmp_path: Path) -> None:
    lines = trial_slip_lines(width_dots=width, at=AT + timedelta(hours=1), printer="tcp://192.168.1.50:9100")
    assert "PHIẾU IN THỬ" in lines
    assert "09:42 · 23/11/2026" in lines
    image = draw_trial_slip(lines, width)
    assert [code.text for code in zxingcpp.read_barcodes(image.convert("L"))] == ["MOTCUA-TEST"]
    dark = ImageChops.invert(image.convert("L")).getbbox()
    assert dark is not None
    assert (dark[0], dark[2]) == (0, width)  # the marks at both edges
