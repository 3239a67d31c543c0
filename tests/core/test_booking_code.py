"""A booked visit's QR: written at the console, read at the kiosk."""

from __future__ import annotations

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_core.booking_code import booking_text, read_booking

CODES = st.from_regex(r"[0-9]{6}", fullmatch=True)


@given(CODES, st.sampled_from(["", " ", "\r\n", "\t"]))
def test_what_was_written_is_read(code: str, edge: str) -> None:
    for text in (booking_text(code), booking_text(code).lower(), code):
        assert read_booking(edge + text + edge) == code


@settings(deadline=None)  # the first call reads segno's tables, on a busy machine half a second long
@given(CODES)
def test_it_fits_the_small_alphabet_of_qr(code: str) -> None:
    assert segno.make(booking_text(code), micro=False).mode == "alphanumeric"


@given(st.text(max_size=80))
def test_whatever_is_scanned_gives_six_plain_digits_or_nothing(text: str) -> None:
    code = read_booking(text)
    assert code is None or (len(code) == 6 and code.isascii() and code.isdigit() and code in text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345",
        "1234567",
        "12 3456",
        "MOTCUA-BOOKING:",
        "MOTCUA-BOOKING:12345",
        "MOTCUA-BOOKING:1234567",
        "MOTCUA-BOOKING: 123456",
        "MOTCUA-BOOKING:MOTCUA-BOOKING:123456",
        "MOTCUA-TICKET:123456",
        "https://example.vn/?q=123456",
        "001204012345|123456789|NGUYEN VAN A|01012004|Nam|Ha Noi|01012021",
        "１２３４５６",  # full-width digits
        "٤٥٦١٢٣",  # Arabic digits
        "123456\n654321",
        " " * 60 + "123456",
    ],
)
def test_anything_else_is_no_booking(text: str) -> None:
    assert read_booking(text) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", "123456\n"])
def test_a_code_that_is_none_makes_no_qr(code: str) -> None:
    with pytest.raises(ValueError, match="six digits"):
        booking_text(code)
