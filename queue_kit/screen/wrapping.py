"""Lines of a long text, worked out from the widths of its words without drawing any of it.

Drawing 22,000 letters only to learn their height takes a Pi seconds; the widths of the words, each measured once, are
there in milliseconds. The lines are a hundredth narrower than the place, so that they stand in it as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from kivy.core.text import Label as CoreLabel

from queue_kit.languages import BREAK
from queue_kit.languages.scripts import language_of

_NARROWER: Final = 0.99
#: from here on a line is measured whole: letters stand a little farther apart across a gap than their words tell
_NEARLY: Final = 0.9


def _pen(font: str, size_px: float, word: str) -> CoreLabel:
    """A pen for words like this one: a language with letters of its own has its own file."""
    lang = language_of(word)
    pens = _pens(font, size_px)
    if lang not in pens:
        pens[lang] = _made(font, size_px, word)
    return pens[lang]


@lru_cache(maxsize=64)
def _pens(font: str, size_px: float) -> dict[str | None, CoreLabel]:
    del font, size_px
    return {}


def _made(font: str, size_px: float, sample: str) -> CoreLabel:
    pen = CoreLabel(text=sample, font_name=font, font_size=size_px)
    pen.resolve_font_name()
    return pen


@lru_cache(maxsize=20_000)
def word_width(word: str, font: str, size_px: float) -> float:
    """Pixels of a word on one line."""
    return float(_pen(font, size_px, word).get_extents(word)[0])


def line_height(font: str, size_px: float, text: str = "") -> float:
    """Pixels from one line of a text to the next: letters of another script may hang lower than ours."""
    if language_of(text) is None:
        return _line_height(font, size_px)
    return float(_pen(font, size_px, text).get_extents("".join(["Ậg", *text.split()]))[1])


@lru_cache(maxsize=64)
def _line_height(font: str, size_px: float) -> float:
    return float(_pen(font, size_px, "Ậg").get_extents("Ậg")[1])


def wrapped(text: str, font: str, size_px: float, width_px: float) -> list[str]:
    """The lines of a text in a width; a word wider than the line is broken. Empty lines are left out."""
    room, space = width_px * _NARROWER, word_width(" ", font, size_px)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for gap, word in _words(paragraph):
            for part in _parts(word, font, size_px, room):
                wide, before = word_width(part, font, size_px), space if gap else 0.0
                whole = used + before + wide
                near = whole > _NEARLY * room
                if line and (whole > room or (near and not _fits(f"{line}{gap}{part}", font, size_px, width_px))):
                    lines.append(line)
                    line, used = "", 0.0
                used += wide + (before if line else 0.0)
                line = f"{line}{gap}{part}" if line else part
        if line:
            lines.append(line)
    return lines


def _fits(line: str, font: str, size_px: float, width_px: float) -> bool:
    return float(_pen(font, size_px, line).get_extents(line)[0]) <= width_px - 1


def _words(paragraph: str) -> Iterator[tuple[str, str]]:
    """What a line may break between, each with what stands before it: a space, or nothing where U+200B was."""
    for word in paragraph.split():
        for place, part in enumerate(filter(None, word.split(BREAK))):
            yield ("" if place else " "), part


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
