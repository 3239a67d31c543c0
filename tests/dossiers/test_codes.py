"""What is held before the reader: receipts of every kind, links, and now and then an identity card."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core.dossier_code import (
    MAX_FOREIGN,
    WORDS,
    DossierCode,
    ForeignCode,
    IdentityCard,
    Unreadable,
    read_code,
    refusal_words,
)

TODAY = date(2026, 11, 25)
CARD = "079203001234|123456789|Nguyễn Thị Hường|09091990|Nữ|Thôn Ổ Gà, Xã Mẫu Sơn, Tỉnh Mẫu|02022021"


@pytest.mark.parametrize(
    ("text", "code", "unit"),
    [
        ("000.17.22.H56-210531-0001", "000.17.22.H56-210531-0001", "000.17.22.H56"),
        ("000.00.14.H56-200203-0118", "000.00.14.H56-200203-0118", "000.00.14.H56"),
        ("H55.242-261125-0017", "H55.242-261125-0017", "H55.242"),
        ("G09.20-260531-12345", "G09.20-260531-12345", "G09.20"),
        ("H56-240229-000001", "H56-240229-000001", "H56"),  # 29 February 2024 existed
        ("  h55.242-260531-0001\r\n", "H55.242-260531-0001", "H55.242"),
        ("H55.242\u2013260531\u20140001", "H55.242-260531-0001", "H55.242"),  # typographic dashes
        ("H55.242 - 260531 \u2212 0001", "H55.242-260531-0001", "H55.242"),
        ("\ufeffH55.242-260531\u200b-0001", "H55.242-260531-0001", "H55.242"),
        ("\uff2855.242-260531-0001", "H55.242-260531-0001", "H55.242"),  # full-width H
        ("https://dichvucong.example/tra-cuu?ma=H55.242-260531-0001&lang=vi", "H55.242-260531-0001", "H55.242"),
        ("https://dvc.example/hs/000.17.22.h56-210531-0001.html", "000.17.22.H56-210531-0001", "000.17.22.H56"),
        ("https://dvc.example/?q=H55.242%2D260531%2D0001", "H55.242-260531-0001", "H55.242"),
        ("Mã hồ sơ: H55.242-260531-0001\nNgày nhận: 31/05/2026", "H55.242-260531-0001", "H55.242"),
        ("H55.242-260531-0001|Giấy tiếp nhận", "H55.242-260531-0001", "H55.242"),
    ],
)
def test_codes_that_are_read(text: str, code: str, unit: str) -> None:
    found = read_code(text, TODAY)
    assert isinstance(found, DossierCode)
    assert (found.text, found.unit) == (code, unit)
    assert read_code(found.text, TODAY) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \u200b\ufeff ", "empty"),
        ("H55.242-260230-0001", "no_such_date"),
        ("H55.242-230229-0001", "no_such_date"),  # no leap year
        ("H55.242-261301-0001", "no_such_date"),
        ("H55.242-261126-0001", "future"),  # tomorrow
        ("https://dvc.example/?ma=H55.242-990101-0001", "future"),
        ("https://evil.example/pay?x=1", "link"),
        ("H55.242-260531-0001 H55.242-260531-0002\n", "several"),
        ("H55\x002-1", "control"),
        ("Giấy tiếp nhận", "letters"),
        ("no digit here", "unknown"),
        ("7" * 65, "unknown"),
        ("A1" * 5000, "too_long"),
        ("H55.242-260531-0001" * 1000, "too_long"),
    ],
)
def test_what_is_no_code(text: str, why: str) -> None:
    found = read_code(text, TODAY)
    assert found == Unreadable(why)  # type: ignore[arg-type]
    assert isinstance(found, Unreadable)
    assert all(refusal_words(found))


@pytest.mark.parametrize(
    "text", ["03706/2026/07906", "HS-2026-15", "H56-21O531-0001", "H55.242-260531-001", "~" * 63 + "1"]
)
def test_another_systems_code_passes_as_it_is_and_no_letter_becomes_a_digit(text: str) -> None:
    found = read_code(f" {text} ", TODAY)
    assert isinstance(found, ForeignCode)
    assert found.text == text


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        CARD.replace("|123456789|", "||"),
        CARD.replace("|", "\uff5c"),
        f"{CARD}|extra|fields",
        "079203001234",
        "079 203 001 234",
        "123456789",
        "079203001234|",
        "IDVNM2030012340079203001234<<7\n9009097F3509094VNM<<<<<<<<<<<4\nNGUYEN<<THI<HUONG<<<<<<<<<<<<<",
        f"https://id.example/?d={CARD}",
        CARD.replace("|", "\n"),
        CARD.replace("|", "~"),
        "079203001234|123456789|H55.242-260531-0001|09091990|Nữ|H55.242-260531-0001|02022021",
    ],
)
def test_an_identity_card_is_refused_and_nothing_of_it_is_left(text: str) -> None:
    found = read_code(text, TODAY)
    assert found == IdentityCard()
    assert "căn cước" in refusal_words(IdentityCard())[0]


def test_codes_stay_out_of_what_a_log_would_print() -> None:
    assert "0001" not in repr(read_code("H55.242-260531-0001", TODAY))
    assert "07906" not in repr(read_code("03706/2026/07906", TODAY))


def test_while_nobody_knows_the_date_no_code_is_too_young() -> None:
    assert isinstance(read_code("H55.242-991231-0001", None), DossierCode)


def test_every_reason_has_words_in_two_languages() -> None:
    assert all(vi and en for vi, en in WORDS.values())


DIGITS = st.text("0123456789", min_size=12, max_size=12)
DAY = st.dates(date(1930, 1, 1), date(2026, 1, 1)).map(lambda d: f"{d:%d%m%Y}")
NAME = st.text(st.characters(categories=["Lu", "Ll", "Zs"], max_codepoint=0x1EF9), min_size=2, max_size=40)


@st.composite
def cards(draw: st.DrawFn) -> str:
    """The text of a card, as it is or as a scanner, a copy or a partial read leaves it."""
    number, old = draw(DIGITS), draw(st.sampled_from(["", "123456789", "012345678"]))
    sex = draw(st.sampled_from(["Nam", "Nữ"]))
    fields = [number, old, draw(NAME), draw(DAY), sex, draw(NAME), draw(DAY), *draw(st.lists(NAME, max_size=3))]
    separator = draw(st.sampled_from(["|", "\uff5c", " | ", "|\u200b"]))
    text = separator.join(fields)
    text = draw(st.sampled_from([text, f"\ufeff{text}\r\n", text.upper(), text.lower(), f"\t{text}"]))
    cut = draw(st.sampled_from([len(text), len(text) // 2]))
    return text[:cut]


@given(cards())
def test_no_digits_of_a_card_survive(text: str) -> None:
    found = read_code(text, TODAY)
    assert isinstance(found, (IdentityCard, Unreadable))
    said = repr(found) + str(found) + "".join(refusal_words(found))
    assert set(re.findall(r"\d{3,}", text)) & set(re.findall(r"\d{3,}", said)) == set()


@given(st.text(max_size=300))
def test_whatever_is_scanned_there_is_an_answer(text: str) -> None:
    found = read_code(text, TODAY)
    if isinstance(found, DossierCode):
        assert found.day <= TODAY
        assert read_code(found.text, TODAY) == found
    if isinstance(found, ForeignCode):
        assert 0 < len(found.text) <= MAX_FOREIGN
        assert found.text.isascii()
        assert found.text.isprintable()


@given(
    st.dates(date(2000, 1, 1), TODAY),
    st.integers(1, 999_999),
    st.sampled_from(["000.17.22.H56", "H55.242", "G09.20", "H01", "A05.1.22.333"]),
    st.sampled_from(["-", "\u2010", "\u2013", " - ", "\u2212"]),
)
def test_every_code_of_the_grammar_is_read_in_any_spelling(day: date, order: int, unit: str, dash: str) -> None:
    tail = f"{order:04d}"
    found = read_code(f" {unit.lower()}{dash}{day:%y%m%d}{dash}{tail}\t", TODAY)
    assert isinstance(found, DossierCode)
    assert (found.text, found.unit, found.day) == (f"{unit}-{day:%y%m%d}-{tail}", unit, day)
