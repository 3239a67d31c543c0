"""The faults that published procedures really have, each with its repair. Pure functions over texts.

A repair changes how a text is written, never what it says: whitespace and Unicode form aside, every letter stays.
What cannot be repaired without guessing (a time without its unit) is marked and told, not guessed.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from queue_core.vietnamese import fold, nfc

#: over this a name no longer fits three lines of a tile; it is kept whole and shown by a short name
LONG_NAME: Final = 120
#: over these a text is remarked on in the report, and kept whole
LONG_TEXT: Final = 8000

#: control and format signs (Unicode's Cc, Cf, Cs) that are no blanks
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_BLANK = re.compile(r"[^\S\n]+")
_BARE_NUMBER = re.compile(r"^\d+(?:[.,]\d+)?\Z")
#: an announcement decides about lists of procedures or internal processes; a procedure decides about a citizen's matter
_DECIDES = (
    r"(?:v/v|ve viec|quyet dinh(?: so \S+)?(?: ngay \S+)?(?: cua [^,;:]{1,80}?)?(?: (?:v/v|ve viec))?)?\s*"
    r"(?:viec )?(?:cong bo|ban hanh|phe duyet|sua doi|bai bo|dinh chinh)"
)
_OBJECT = r"(?:danh muc|quy trinh (?:noi bo|dien tu)|(?:cac |bo )?thu tuc hanh chinh|(?:cac )?tthc\b|bo tthc\b)"
_ANNOUNCEMENT = re.compile(rf"^{_DECIDES}\s+(?:[^,;:.]{{0,60}}?\s)?{_OBJECT}")
#: a wrapped line goes on in lower case, or after a line that ends in the middle of a sentence
_ITEM = re.compile(r"^(?:[-+*•–—]|\(?[a-zđ\d]{1,3}[.)]\s|\(?[ivx]+\)|bước\s+\d)", re.IGNORECASE)
_DAY = (
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"^(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})\Z"),
)


def clean(text: object) -> str:
    """NFC, a line feed as the only line end, no control or zero-width signs, blanks single, no outer blanks.

    ``None`` is the empty text; a number is its digits.
    """
    if text is None:
        return ""
    read = nfc(str(text)).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    read = _BLANK.sub(" ", _INVISIBLE.sub("", read))
    return "\n".join(line.strip() for line in read.split("\n")).strip()


def one_line(text: object) -> str:
    """A cleaned text without line breaks: for names, of which one in the portal may be broken over several lines."""
    return " ".join(clean(text).split())


def is_announcement(name: str) -> bool:
    """Whether a procedure's name is the title of an announcement ("Công bố Danh mục và Quy trình nội bộ …").

    "Công bố mở cảng cá loại III" is a procedure: what it declares is no list of procedures.
    """
    return _ANNOUNCEMENT.match(fold(one_line(name))) is not None


def lacks_unit(time: str) -> bool:
    """Whether a time is a bare number ("1"): days or hours, nobody can say."""
    return _BARE_NUMBER.match(time) is not None


def paragraphs(text: str) -> tuple[str, ...]:
    """Cut a long text into its paragraphs; lines that a page's edge broke are joined again.

    The words and their order stay: joining the paragraphs by a blank gives the text but for its whitespace.
    """
    whole: list[str] = []
    ended = True  # an empty line, or the beginning
    for line in clean(text).split("\n"):
        if not line:
            ended = True
            continue
        if whole and not ended and _goes_on(whole[-1], line):
            whole[-1] = f"{whole[-1]} {line}"
        else:
            whole.append(line)
        ended = False
    return tuple(whole)


def _goes_on(before: str, line: str) -> bool:
    if _ITEM.match(line) or before[-1] in ".;:!?":
        return False
    first = next((c for c in line if c.isalnum()), "")
    return first.islower() or before[-1] == ","


def day_of(text: object) -> date | None:
    """A day written 2026-08-15 or 15/08/2026; None for no text. Raises ValueError for another text."""
    if isinstance(text, date):
        return date(text.year, text.month, text.day)
    written = one_line(text)
    if not written:
        return None
    for shape in _DAY:
        if found := shape.match(written):
            return date(int(found["y"]), int(found["m"]), int(found["d"]))
    message = f"not a day: {written!r} (write 15/08/2026)"
    raise ValueError(message)


def count_of(value: object) -> int:
    """A number of originals or copies; a text's first number, "" is none. Never negative."""
    if isinstance(value, (int, float)):
        return max(0, int(value))
    found = re.search(r"\d+", one_line(value))
    return min(int(found[0]), 999) if found else 0
