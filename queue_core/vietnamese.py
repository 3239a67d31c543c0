"""Vietnamese text: one Unicode form inside, search keys, and the words a voice says.

Everything inside is NFC: in the national portal's files one text in five is NFD, and two spellings of one
word would be two words to a search, a hash or a printer. Typing (Telex, VNI) stands in
:mod:`queue_core.telex` and is offered here as :func:`telex` and :func:`vni`.
"""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

from queue_core.telex import Composer, Method, ToneStyle, telex, vni

__all__ = [
    "Composer",
    "Lang",
    "Method",
    "ToneStyle",
    "digit_words",
    "fold",
    "nfc",
    "number_words",
    "say_ticket",
    "telex",
    "ticket_word_groups",
    "ticket_words",
    "vni",
]

Lang = Literal["vi", "en"]

_DIGITS: Final[dict[Lang, tuple[str, ...]]] = {
    "vi": ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}

# The letters' names as they are called out in an office; K is "ca", Y is "y dài" (apart from I).
_LETTERS_VI: Final[dict[str, str]] = {
    "A": "A", "Ă": "Á", "Â": "Ớ", "B": "Bê", "C": "Xê", "D": "Dê", "Đ": "Đê", "E": "E", "Ê": "Ê", "F": "Ép",
    "G": "Giê", "H": "Hát", "I": "I", "J": "Di", "K": "Ca", "L": "E-lờ", "M": "Em-mờ", "N": "En-nờ", "O": "O",
    "Ô": "Ô", "Ơ": "Ơ", "P": "Pê", "Q": "Quy", "R": "E-rờ", "S": "Ét-sì", "T": "Tê", "U": "U", "Ư": "Ư",
    "V": "Vê", "W": "Vê-kép", "X": "Ích-xì", "Y": "Y-dài", "Z": "Dét",
}  # fmt: skip

_TENS_EN: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TEENS_EN: Final = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip


def nfc(text: str) -> str:
    """Give ``text`` in Unicode's composed form (UAX #15, NFC)."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Give the search key of ``text``: lower case, without accents, ``đ`` as ``d``.

    "Đăng ký khai sinh" and "dang ky khai sinh" fold to the same; folding twice changes nothing.
    """
    folded = text
    while True:  # a second turn is needed only for rare letters whose lower case is itself composed
        bare = "".join(c for c in unicodedata.normalize("NFD", folded) if unicodedata.category(c) != "Mn")
        again = nfc(bare.casefold().replace("đ", "d"))
        if again == folded:
            return folded
        folded = again


def digit_words(digits: str, lang: Lang = "vi") -> list[str]:
    """Give the word of each digit, one by one: "025" → ["không", "hai", "năm"].

    Raises :class:`ValueError` when ``digits`` holds anything but 0–9.
    """
    if not all("0" <= digit <= "9" for digit in digits):
        message = f"not digits only: {digits!r}"
        raise ValueError(message)
    return [_DIGITS[lang][ord(digit) - ord("0")] for digit in digits]


def ticket_word_groups(number: str, lang: Lang = "vi") -> list[list[str]]:
    """Give the words of a ticket number in groups, between which a voice pauses.

    "HT-015" → [["Hát", "Tê"], ["không", "một", "năm"]]; in English letters stay themselves.
    Raises :class:`ValueError` for a sign that is neither letter, digit, hyphen, dot, slash nor space.
    """
    groups: list[list[str]] = []
    kind_before = ""
    for sign in nfc(number).upper():
        if sign in "-./ \u2013\u00a0":
            kind_before = ""
            continue
        if "0" <= sign <= "9":
            kind, word = "digits", digit_words(sign, lang)[0]
        elif sign in _LETTERS_VI:
            kind, word = "letters", _LETTERS_VI[sign] if lang == "vi" else sign
        else:
            message = f"a ticket number cannot hold {sign!r}: {number!r}"
            raise ValueError(message)
        if kind != kind_before:
            groups.append([])
            kind_before = kind
        groups[-1].append(word)
    return groups


def ticket_words(number: str, lang: Lang = "vi") -> list[str]:
    """Give the words of a ticket number: "A025" → ["A", "không", "hai", "năm"]. Errors as in the groups."""
    return [word for group in ticket_word_groups(number, lang) for word in group]


def say_ticket(number: str, lang: Lang = "vi") -> str:
    """Give a ticket number as one would write it down to be read: "HT-015" → "Hát tê, không một năm"."""
    said = []
    for group in ticket_word_groups(number, lang):
        text = " ".join(group)
        said.append(text[:1] + text[1:].lower() if lang == "vi" else text)
    return ", ".join(said)


def number_words(number: int, lang: Lang = "vi") -> str:
    """Give a whole number from 0 to 999 999 in words, as said in a sentence: 25 → "hai mươi lăm".

    Raises :class:`ValueError` outside that range.
    """
    if not 0 <= number <= 999_999:
        message = f"0 to 999999, not {number}"
        raise ValueError(message)
    thousands, rest = divmod(number, 1000)
    small = _hundreds_vi if lang == "vi" else _hundreds_en
    if not thousands:
        return small(rest, full=False)
    head = f"{small(thousands, full=False)} {'nghìn' if lang == 'vi' else 'thousand'}"
    return head if not rest else f"{head} {small(rest, full=True)}"


def _hundreds_vi(number: int, *, full: bool) -> str:
    """Say 0–999; ``full`` says the hundreds even when there are none ("không trăm linh năm")."""
    digits = _DIGITS["vi"]
    hundreds, rest = divmod(number, 100)
    words = [digits[hundreds], "trăm"] if hundreds or full else []
    if not rest:
        return " ".join(words) or digits[0]
    tens, units = divmod(rest, 10)
    if tens == 0:
        words += ["linh", digits[units]] if words else [digits[units]]
        return " ".join(words)
    words += ["mười"] if tens == 1 else [digits[tens], "mươi"]
    if units == 1 and tens > 1:
        words.append("mốt")
    elif units == 4 and tens > 1:
        words.append("tư")
    elif units == 5:
        words.append("lăm")
    elif units:
        words.append(digits[units])
    return " ".join(words)


def _hundreds_en(number: int, *, full: bool) -> str:
    """Say 0–999; ``full`` joins what follows the thousands with "and" where English does."""
    digits = _DIGITS["en"]
    hundreds, rest = divmod(number, 100)
    words = [digits[hundreds], "hundred"] if hundreds else []
    if not rest:
        return " ".join(words) or digits[0]
    if words or full:
        words.append("and")
    tens, units = divmod(rest, 10)
    if tens == 0:
        words.append(digits[units])
    elif tens == 1:
        words.append(_TEENS_EN[units])
    else:
        words.append(_TENS_EN[tens] if not units else f"{_TENS_EN[tens]}-{digits[units]}")
    return " ".join(words)
