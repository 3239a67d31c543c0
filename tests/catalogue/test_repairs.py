from __future__ import annotations

import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_kit.catalogue.repairs import clean, count_of, day_of, is_announcement, lacks_unit, one_line, paragraphs
from queue_kit.catalogue.short_names import SHORT, distinct, short_name

ANNOUNCEMENTS = [
    "Công bố Danh mục và Quy trình nội bộ thủ tục hành chính thuộc thẩm\nquyền giải quyết của Sở Nội vụ",
    "Công bố thủ tục hành chính mới ban hành lĩnh vực hộ tịch thuộc thẩm quyền của UBND cấp xã",
    "V/v công bố danh mục thủ tục hành chính được sửa đổi, bổ sung",
    "Quyết định công bố Danh mục TTHC lĩnh vực đất đai",
    "Quyết định số 12/QĐ-UBND ngày 05/01/2026 của UBND tỉnh về việc công bố danh mục thủ tục hành chính",
    "Về việc phê duyệt quy trình nội bộ trong giải quyết thủ tục hành chính lĩnh vực Chứng thực",
    "Ban hành Bộ thủ tục hành chính áp dụng tại cấp xã",
    "CÔNG BỐ CÁC THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ",
]
PROCEDURES = [
    "Công bố mở cảng cá loại III",
    "Công bố hoạt động bến thủy nội địa",
    "Công bố quyết định Lệnh xây dựng công trình khẩn cấp đối với đường quốc lộ",
    "Phê duyệt kế hoạch khuyến nông địa phương (cấp xã)",
    "Phê duyệt, công bố công khai quy trình vận hành hồ chứa thủy lợi thuộc thẩm quyền của Chủ tịch UBND cấp xã",
    "Thủ tục hành chính liên thông đăng ký khai sinh, đăng ký thường trú",
    "Đăng ký khai sinh",
    "Phê duyệt Đề án hỗ trợ nhà ở cho hộ nghèo, hộ cận nghèo trên địa bàn các huyện nghèo",
]


@pytest.mark.parametrize("name", ANNOUNCEMENTS)
def test_an_announcements_title_is_no_procedures_name(name: str) -> None:
    assert is_announcement(name)
    assert is_announcement(unicodedata.normalize("NFD", name))


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_procedure_that_announces_something_is_one(name: str) -> None:
    assert not is_announcement(name)


@pytest.mark.parametrize(
    ("time", "unclear"),
    [
        *(("1", True), ("120", True), ("2,5", True), ("7 Ngày làm việc", False), ("0.5 Giờ", False), ("", False)),
        *(("Không quy định", False), ("Chậm nhất là ngay trước khi tàu rời cảng", False)),
    ],
)
def test_a_number_without_its_unit_is_no_time(time: str, unclear: bool) -> None:
    assert lacks_unit(time) is unclear


def test_an_import_brings_letters_blanks_and_lines_to_one_form() -> None:
    assert (
        clean(unicodedata.normalize("NFD", "Đăng ký\u00a0 khai\u200b sinh\r\n tại xã \ufeff"))
        == "Đăng ký khai sinh\ntại xã"
    )
    assert one_line("Thủ tục\nđăng ký\n khai sinh") == "Thủ tục đăng ký khai sinh"
    assert clean(None) == ""
    assert clean(7) == "7"


def test_lines_that_a_page_broke_are_one_paragraph_again() -> None:
    first = "a) Bước 1: Cơ quan thông báo rộng\nrãi kế hoạch,\nNiêm yết công khai."
    text = f"{first}\nb) Bước 2: Xây dựng dự án\n- Nộp hồ sơ\n\nghi chú"
    assert paragraphs(text) == (
        "a) Bước 1: Cơ quan thông báo rộng rãi kế hoạch, Niêm yết công khai.",
        "b) Bước 2: Xây dựng dự án",
        "- Nộp hồ sơ",
        "ghi chú",
    )


@given(st.text(alphabet=st.sampled_from("aăâđÊọ Bước1.)-;:,\n\t\u00a0\u0301"), max_size=200))
def test_no_word_is_lost_between_paragraphs(text: str) -> None:
    assert " ".join(paragraphs(text)).split() == clean(text).split()
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        *(("15/08/2026", date(2026, 8, 15)), ("2026-8-5", date(2026, 8, 5)), ("1.3.2027", date(2027, 3, 1))),
        *(("", None), (None, None)),
        (datetime(2026, 8, 15), date(2026, 8, 15)),  # noqa: DTZ001 -- a spreadsheet's cell has no zone
    ],
)
def test_a_day_as_offices_write_it(written: object, day: date | None) -> None:
    assert day_of(written) == day


@pytest.mark.parametrize("written", ["32/01/2026", "tháng 8", "08/2026"])
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|out of range"):
        day_of(written)


@pytest.mark.parametrize(("cell", "count"), [(1, 1), ("2 bản", 2), ("", 0), (None, 0), (-3, 0), (1.0, 1), ("không", 0)])
def test_a_count_of_papers(cell: object, count: int) -> None:
    assert count_of(cell) == count


def test_a_short_name_begins_as_the_whole_one_and_never_hangs() -> None:
    long = (
        "Thủ tục đăng ký đất đai, tài sản gắn liền với đất (lần đầu) đối với hộ gia đình, cá nhân đang sử dụng đất do "
        "nhận chuyển quyền mà chưa được cấp Giấy chứng nhận thuộc thẩm quyền của Chủ tịch Ủy ban nhân dân cấp xã"
    )
    short = short_name(long)
    assert short == "Đăng ký đất đai, tài sản gắn liền với đất đối với hộ gia đình …"
    assert len(short) <= SHORT
    assert short_name("Thủ tục đăng ký khai sinh") == "Đăng ký khai sinh"
    assert not short.rstrip(" …").endswith((" với", " cho", " của", ","))


def test_names_that_are_alike_in_short_are_told_apart() -> None:
    head = "Giải quyết chế độ trợ cấp một lần đối với quân nhân, người làm công tác cơ yếu hưởng lương như quân nhân "
    names = {"1.000001": head + "nhập ngũ trước năm 1975", "1.000002": head + "nhập ngũ sau năm 1975"}
    short = distinct(names)
    assert "trước năm 1975" in short["1.000001"]
    assert "sau năm 1975" in short["1.000002"]
