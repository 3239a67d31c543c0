"""Words into lines: fonts by weight and size, and breaks that leave the lines even. Names wrap and are never cut."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from PIL import ImageFont

from queue_kit.fonts import Weight, find_font
from queue_kit.languages import BREAK
from queue_kit.languages.about import Style
from queue_kit.languages.scripts import file_of, language_of

_GAPS: Final = f" {BREAK}"
_SEPARATED: Final = re.compile(f"[^{_GAPS}]+[{_GAPS}]?|[{_GAPS}]")
_PAUSES: Final = (",", ";", ":", ".", "–")
_BROKEN_SENSE: Final = 0.06  # what a break without a comma costs, beside the squared unevenness of the lines

_STYLES: Final[dict[str, Style]] = {"Bold": "bold", "SemiBold": "semibold"}

Font = ImageFont.FreeTypeFont


@lru_cache(maxsize=32)
def font_of(weight: Weight, size_dots: int) -> Font:
    """Load the slip's text font at ``size_dots`` (the height of the em)."""
    return ImageFont.truetype(str(find_font(weight)), size_dots)


def fitting(text: str, font: Font) -> Font:
    """The font itself, or the one of the same weight and size that has the text's letters (Khmer …)."""
    lang = language_of(text)
    if lang is None:
        return font
    return _font_in(lang, _STYLES.get(str(font.getname()[1]), "regular"), round(font.size))


@lru_cache(maxsize=32)
def _font_in(lang: str, style: Style, size_dots: int) -> Font:
    return ImageFont.truetype(str(file_of(lang, style)), size_dots)


def line_pitch(font: Font) -> int:
    """Give the distance of two lines: room for an accent over a capital above and a dot below."""
    ascent, descent = font.getmetrics()
    return ascent + descent


def wrap(text: str, font: Font, width: int) -> list[str]:
    """Break ``text`` into the fewest lines that fit ``width`` dots, even in length, rather after a comma than between.

    U+200B lets a line break where no space stands. " · " holds sayings together on one line; where they do not fit one
    line, the dot gives way to a break. A word wider than the line is broken between letters; nothing is left out.
    """
    if font.getlength(text) <= width:
        return [text.replace(BREAK, "")]
    if " · " in text:
        return _dotted(text.split(" · "), font, width)
    # Each word keeps what parts it from the next: a space, or nothing seen.
    words = [piece for word in _SEPARATED.findall(text) for piece in _pieces(word, font, width)]
    count = len(_greedy(words, font, width))
    even = font.getlength(text) / count
    # best[n][k]: the least cost of setting the first k words in n lines, and where the last of them begins
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for _ in range(count):
        row: dict[int, tuple[float, int]] = {}
        for end in range(1, len(words) + 1):
            for start, (cost, _begin) in best[-1].items():
                length = font.getlength(_line(words[start:end])) if start < end else width + 1
                if length > width:
                    continue
                broken_sense = 0.0 if end == len(words) or _line([words[end - 1]])[-1:] in _PAUSES else _BROKEN_SENSE
                total = cost + ((length - even) / width) ** 2 + broken_sense
                if total < row.get(end, (total + 1, 0))[0]:
                    row[end] = (total, start)
        best.append(row)
    lines: list[str] = []
    end = len(words)
    for row in reversed(best[1:]):
        start = row[end][1]
        lines.insert(0, _line(words[start:end]))
        end = start
    return lines


def _dotted(parts: list[str], font: Font, width: int) -> list[str]:
    lines = wrap(parts[0], font, width)
    for part in parts[1:]:
        joined = f"{lines[-1]} · {part}".replace(BREAK, "")
        if font.getlength(joined) <= width:
            lines[-1] = joined
        else:
            lines += wrap(part, font, width)
    return lines


def _pieces(word: str, font: Font, width: int) -> list[str]:
    if font.getlength(_line([word])) <= width:
        return [word]
    pieces = [""]
    for sign in word:
        if pieces[-1] and sign not in _GAPS and font.getlength(pieces[-1] + sign) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _greedy(words: list[str], font: Font, width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and font.getlength(_line([lines[-1], word])) <= width:
            lines[-1] += word
        else:
            lines.append(word)
    return lines


def _line(words: list[str]) -> str:
    return "".join(words).replace(BREAK, "").rstrip(" ")
