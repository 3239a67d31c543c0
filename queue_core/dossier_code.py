"""What a scanned or typed text says: a dossier's code, another system's code, an identity card, or nothing.

Code: TT 01/2018/TT-VPCP Điều 19, ``unit - YYMMDD - order of that day``, with the unit codes of before and after
QĐ 20/2020 (``000.17.22.H56``, ``H55.242``). Receipts carry it in Code 128, in a QR, or in a QR's address: then the code
is taken out and the address is never opened. A letter O is never taken for a zero.

What is held up is sometimes the identity card (CCCD). :class:`IdentityCard` and :class:`Unreadable` hold nothing of the
text, so whatever is shown, sent, stored or logged of them tells nothing; the codes stay out of ``repr`` as well.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal
from urllib.parse import unquote

MAX_FOREIGN: Final = 64
#: longer than any code, address or card: not even looked at
MAX_TEXT: Final = 4096
_UNIT: Final = r"(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[A-Z][0-9]{2}(?:\.[0-9]{1,3}){0,3}"
_SHAPE: Final = rf"({_UNIT})-([0-9]{{6}})-([0-9]{{4,6}})"
_CODE: Final = re.compile(rf"{_SHAPE}\Z")
#: within a longer text: nothing that could belong to the code stands beside it
_INSIDE: Final = re.compile(rf"(?<![A-Z0-9.\-]){_SHAPE}(?![A-Z0-9\-])")
_LINK: Final = re.compile(r"(?:HTTPS?:|WWW\.)|://", re.IGNORECASE)
#: a personal number (12 digits; 9 on old cards), and the lines for machines on a card's back and in a passport
_PERSONAL: Final = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{9})(?![0-9])")
_BARE_PERSONAL: Final = re.compile(r"(?:[0-9]{12}|[0-9]{9})\Z")
_MACHINE_LINES: Final = re.compile(r"<<|I[D<]VNM|P<VNM", re.IGNORECASE)
_BIRTHDAY: Final = re.compile(r"(?<![0-9])(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}(?![0-9])")

Why = Literal["empty", "too_long", "control", "letters", "no_such_date", "future", "link", "several", "unknown"]


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A code of the national shape. ``unit``: the agency's part; ``day``: when the dossier was received."""

    text: str = field(repr=False)
    unit: str
    day: date


@dataclass(frozen=True, slots=True)
class ForeignCode:
    """Another system's code (``03706/2026/07906``), at most 64 printable ASCII characters, passed on as it is."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """An identity card was held up. Nothing of it is in here."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No code. ``why`` is one of a few words; nothing of the text is in here."""

    why: Why


Reading = DossierCode | ForeignCode | IdentityCard | Unreadable

#: what to say of a text that is no code, for the screen and for a keyed refusal
WORDS: Final[dict[Why | Literal["card"], tuple[str, str]]] = {
    "card": (
        "Đây là thẻ căn cước. Mời dùng Giấy tiếp nhận hồ sơ. Thông tin trên thẻ không được lưu.",
        "This is an identity card. Please use the dossier's receipt. Nothing on the card is kept.",
    ),
    "empty": ("Chưa có mã hồ sơ. Mời quét hoặc nhập mã.", "There is no dossier code yet. Please scan or type it."),
    "too_long": (
        "Mã này không phải mã hồ sơ. Mời dùng mã trên Giấy tiếp nhận hồ sơ.",
        "This is not a dossier's code. Please use the code on the receipt.",
    ),
    "control": ("Máy chưa đọc được mã. Mời quét lại chậm hơn.", "The code was not read. Please scan again, slowly."),
    "letters": (
        "Mã hồ sơ chỉ gồm chữ cái không dấu, chữ số, dấu chấm và gạch nối. Mời xem lại trên Giấy tiếp nhận.",
        "A dossier's code has plain letters, digits, dots and dashes only. Please look at the receipt.",
    ),
    "no_such_date": (
        "Ngày trong mã hồ sơ không có thật. Mời kiểm tra lại từng chữ số.",
        "The date in this code does not exist. Please check each digit.",
    ),
    "future": (
        "Ngày trong mã hồ sơ chưa tới. Mời kiểm tra lại từng chữ số.",
        "The date in this code lies in the future. Please check each digit.",
    ),
    "link": (
        "Mã này là một đường dẫn, không có mã hồ sơ. Mời dùng mã vạch trên Giấy tiếp nhận hồ sơ.",
        "This code is a link without a dossier's code. Please use the barcode on the receipt.",
    ),
    "several": (
        "Mã này chứa nhiều mã hồ sơ. Mời nhập một mã.",
        "There are several dossier codes in this one. Please type one of them.",
    ),
    "unknown": (
        "Đây không phải mã hồ sơ. Mời dùng mã trên Giấy tiếp nhận hồ sơ.",
        "This is not a dossier's code. Please use the code on the receipt.",
    ),
}


def read_code(text: str, today: date | None) -> Reading:
    """Read a barcode's or keyboard's text. ``today``: no code is younger (None while nobody knows the date).

    Never raises; the same text gives the same reading however often it was normalised before.
    """
    if len(text) > MAX_TEXT:
        return Unreadable("too_long")
    plain = _plain(text)
    if not plain:
        return Unreadable("empty")
    if _is_card(plain):
        return IdentityCard()
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" for sign in plain):
        return Unreadable("control")
    dense = "".join(plain.split()).upper()
    if _BARE_PERSONAL.match(dense):
        return IdentityCard()  # a card's number alone: typed, or from its barcode
    if found := _CODE.match(dense):
        return _dated(found, today)
    longer = _LINK.search(plain) or any(sign in plain for sign in "|\t\r\n") or len(plain) > MAX_FOREIGN
    if longer or _INSIDE.search(plain.upper()):
        return _taken_out(plain, today)
    if not all(" " <= sign <= "~" for sign in plain):
        return Unreadable("letters")
    if not any("0" <= sign <= "9" for sign in plain):
        return Unreadable("unknown")  # words, perhaps somebody's name: no system numbers its dossiers so
    return ForeignCode(plain)


def _plain(text: str) -> str:
    """One kind of digit, dash and space; the invisible signs that scanners and copying leave are gone."""
    out: list[str] = []
    for sign in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(sign)
        if category == "Pd" or sign == "\u2212":
            out.append("-")
        elif category == "Zs":
            out.append(" ")
        elif category != "Cf":
            out.append(sign)
    return "".join(out).strip()


def _is_card(plain: str) -> bool:
    """A card's text or a part of it: `12 digits|9 digits|name|ddmmyyyy|sex|address|ddmmyyyy`, or its machine lines."""
    parts = [part.strip() for part in plain.split("|")]
    if _BARE_PERSONAL.match("".join(parts[0].split())) and len(parts) > 1:
        return True
    if _MACHINE_LINES.search(plain):
        return True
    without = _INSIDE.sub(" ", unquote(plain).upper())
    if _PERSONAL.search(without) and ("|" in plain or "\n" in plain or len(without.split()) > 1):
        return True
    return len(parts) >= 3 and bool(_BIRTHDAY.search(without))


def _taken_out(plain: str, today: date | None) -> Reading:
    """The one dossier code within an address or a longer text."""
    found = {match.group(0): match for match in _INSIDE.finditer(unquote(plain).upper())}
    if len(found) > 1:
        return Unreadable("several")
    if not found:
        return Unreadable("link" if _LINK.search(plain) else "unknown")
    return _dated(next(iter(found.values())), today)


def _dated(found: re.Match[str], today: date | None) -> DossierCode | Unreadable:
    unit, ymd, _order = found.groups()
    try:
        day = date(2000 + int(ymd[:2]), int(ymd[2:4]), int(ymd[4:]))
    except ValueError:
        return Unreadable("no_such_date")
    if today is not None and day > today:
        return Unreadable("future")
    return DossierCode(text=found.group(0), unit=unit, day=day)


def refusal_words(reading: IdentityCard | Unreadable) -> tuple[str, str]:
    """Vietnamese and English for the screen."""
    return WORDS["card" if isinstance(reading, IdentityCard) else reading.why]
