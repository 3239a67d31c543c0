"""Lines of a long text, worked out from the widths of its words without drawing any of it.

Drawing 22,000 letters only to learn their height takes a Pi seconds; the widths of the words, each measured once, are
there in milliseconds. The lines are a hundredth narrower than the place, so that they stand in it as they are.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kivy.core.text import Label as CoreLabel

_NARROWER: Final = 0.99


@lru_cache(maxsize=64)
def _pen(font: str, size_px: float) -> CoreLabel:
    pen = CoreLabel(font_name=font, font_size=size_px)
    pen.resolve_font_name()
    return pen


@lru_cache(maxsize=20_000)
def word_width(word: str, font: str, size_px: float) -> float:
    """Pixels of a word on one line."""
    return float(_pen(font, size_px).get_extents(word)[0])


@lru_cache(maxsize=64)
def line_height(font: str, size_px: float) -> float:
    """Pixels from one line to the next."""
    return float(_pen(font, size_px).get_extents("Ậg")[1])


def wrapped(text: str, font: str, size_px: float, width_px: float) -> list[str]:
    """The lines of a text in a width; a word wider than the line is broken. Empty lines are left out."""
    room, space = width_px * _NARROWER, word_width(" ", font, size_px)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split():
            for part in _parts(word, font, size_px, room):
                wide = word_width(part, font, size_px)
                if line and used + space + wide > room:
                    lines.append(line)
                    line, used = "", 0.0
                used += wide + (space if line else 0.0)
                line = f"{line} {part}" if line else part
        if line:
            lines.append(line)
    return lines


def _parts(word: str, font: str, size_px: float, room: float) -> list[str]:
    if word_width(word, font, size_px) <= room:
        return [word]
    parts, part = [], ""
    for letter in word:
        if part and word_width(part + letter, font, size_px) > room:
            parts.append(part)
            part = ""
        part += letter
    return [*parts, part]
