"""Names that people can read: the portal's names grow to 919 characters; the whole one always stands beside.

The rule drops, in this order and only while the name is too long: the words "Thủ tục", remarks in brackets, further
matters after a semicolon, clauses of who decides and by which article, and at last what stands beyond a clause's end.
"""

from __future__ import annotations

import re
from typing import Final

#: three lines of a tile
SHORT: Final = 90
#: a name is never cut to less than this
LEAST: Final = 18

_OPENING = re.compile(r"^[.\s]*thủ tục\s+(?:hành chính\s+)?(?:về\s+)?", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
#: where a clause begins that a citizen does not look for
_CLAUSES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\s*\.?\s*\(?\b\d\.\d{6}\)?\s*$",
        r",?\s+(?:thuộc|do)\s+(?:thẩm quyền|chủ tịch|ủy ban|ubnd)\b.*",
        r",?\s+(?:thực hiện\s+)?(?:bằng|theo)\s+(?:hình thức\s+)?(?:dịch vụ công|quy định|quyết định số|nghị định).*",
        r",?\s+quy định tại\b.*",
        r",?(?<!khấu)(?<!bù)\s+(?:trừ|ngoại trừ|không bao gồm)\b.*",
        r",?\s+(?:đã|hiện)\s+(?:phục viên|xuất ngũ|thôi việc|nghỉ hưu)\b.*",
        r",?\s+thực hiện tại cấp\b.*",
        r",?\s+(?:đối với|áp dụng đối với)\s+(?:trường hợp|cơ sở)\b.*",
    )
)
_ENDS = re.compile(r"[;:/]\s|,\s|\s(?=(?:của|để|đối với|trong trường hợp|mà|khi|nhưng|và|hoặc|do|thuộc|theo|tại)\s)")
#: words that say nothing at an end: "… đối với", "… để xây dựng, cho"
_HANGING = re.compile(
    r"(?:\s(?:với|vào|cho|do|trong|đến|của|cùng|và|tại|để|theo|từ|bằng|các|những|được|là|đối|hoặc|trên|thuộc))+\Z"
)


def short_name(name: str, limit: int = SHORT) -> str:
    """A name of at most about ``limit`` characters, ended by "…" only where words had to go.

    It begins as the whole name does, so that an officer recognises it.
    """
    short = _OPENING.sub("", name).strip() or name
    short = short[0].upper() + short[1:]
    if len(short) <= limit:
        return short
    for rule in (_BRACKETS, *_CLAUSES):
        shorter = rule.sub("", short).strip(" ,;.")
        if LEAST <= len(shorter) < len(short):
            short = shorter
        if len(short) <= limit:
            return short
    first = re.split(r"\s*;\s*", short)[0]
    if LEAST <= len(first) <= limit:
        return first
    return _cut(short, limit)


def _cut(name: str, limit: int) -> str:
    room = limit - 2
    ends = [found.start() for found in _ENDS.finditer(name[: room + 1]) if found.start() >= limit // 2]
    end = ends[-1] if ends else name.rfind(" ", LEAST, room + 1)
    return _HANGING.sub("", name[: end if end > 0 else room].rstrip(" ,;:/–-")).rstrip(" ,;:/–-") + " …"


def distinct(names: dict[str, str], limit: int = SHORT) -> dict[str, str]:
    """Short names for whole names by code, such that different whole names are told apart.

    Where the short forms of several names are the same, each goes on with what only it says, as far as ``limit``.
    """
    short = {code: short_name(name, limit) for code, name in names.items()}
    groups: dict[str, list[str]] = {}
    for code, text in short.items():
        groups.setdefault(text, []).append(code)
    for text, codes in groups.items():
        wholes = {names[code] for code in codes}
        if len(wholes) > 1:
            for code in codes:
                short[code] = _told_apart(text, names[code], wholes - {names[code]}, limit)
    return short


def _told_apart(text: str, name: str, others: set[str], limit: int) -> str:
    words = name.split()
    alike = max(_common(words, other.split()) for other in others)
    own = " ".join(words[alike:]) or " ".join(words[-4:])
    head, room = text.rstrip(" …"), max(limit // 2, LEAST)
    if len(head) > room:
        head = head[: head.rfind(" ", 0, room)].rstrip(" ,;:/–-")
    return f"{head} … {own if len(own) <= room else _cut(own, room)}"


def _common(one: list[str], other: list[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
