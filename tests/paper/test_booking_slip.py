"""The slip of a booked visit: its words, and a code that an engine reads which did not draw it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import zxingcpp

from queue_core.booking_code import read_booking
from queue_kit.paper.booking_slip import BookingSlip, booking_slip_image, example_booking_slip
from queue_kit.paper.slip import WIDTH_DOTS


def test_its_words_in_both_languages() -> None:
    assert [line.replace("\u00a0", " ") for line in example_booking_slip().lines()] == [
        "Trung tâm Phục vụ hành chính công phường Vĩnh Trung",
        "PHIẾU HẸN",
        "08:30",
        "Thứ Ba · 24/11/2026",
        "Đất đai, xây dựng và môi trường",
        "402 913",
        "Quét mã này ở máy lấy số",
        "hoặc nhập 6 chữ số ở trên",
        "Nhận số từ 07:30 đến 08:45",
    ]
    english = " / ".join(example_booking_slip(lang="en").lines()).replace("\u00a0", " ")
    assert "Tuesday · 24/11/2026" in english
    assert "Scan this code at the kiosk / or type the 6 digits above / Check in from 07:30 to 08:45" in english


def test_the_time_is_viet_nams_wherever_the_machine_stands() -> None:
    slip = example_booking_slip().model_copy(update={"at": datetime(2026, 11, 24, 17, 30, tzinfo=UTC)})
    assert (slip.time, slip.day.replace("\u00a0", " ")) == ("00:30", "Thứ Tư · 25/11/2026")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("roll_mm", WIDTH_DOTS)
def test_a_scanner_reads_it(roll_mm: int, lang: Any) -> None:
    image = booking_slip_image(example_booking_slip(lang=lang), WIDTH_DOTS[roll_mm])
    assert image.width == WIDTH_DOTS[roll_mm]
    (code,) = zxingcpp.read_barcodes(image.convert("L"))
    assert (code.text, read_booking(code.text)) == ("MOTCUA-BOOKING:402913", "402913")


def test_the_widest_code_on_the_narrow_roll_is_whole() -> None:
    slip = example_booking_slip().model_copy(update={"code": "888888"})
    image = booking_slip_image(slip, 384)
    inked = image.convert("L").point([255] + [0] * 255).getbbox()
    assert inked is not None
    assert inked[0] >= 4
    assert inked[2] <= 380


@pytest.mark.parametrize("code", ["40291", "4029130", "40291a", "４０２９１３"])
def test_a_code_that_no_kiosk_takes_is_not_printed(code: str) -> None:
    with pytest.raises(ValueError, match="code"):
        BookingSlip.model_validate(example_booking_slip().model_dump() | {"code": code})
