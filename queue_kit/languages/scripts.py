"""Letters that our own lettering lacks: whose they are, and the file that has them.

A label or a line of a slip that holds one such letter is drawn with that language's file, whatever the visit's
language: the button that leads to Khmer stands on a Vietnamese screen.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from queue_kit.languages.about import About, LanguagePackError, Style, about, font_file, languages


def language_of(text: str) -> str | None:
    """The language whose letters a text holds; None for Latin ones, which is nearly always."""
    if text.isascii():
        return None
    pattern, langs = _letters()
    found = pattern.search(text) if pattern is not None else None
    return langs[int(found.lastgroup[1:])] if found is not None and found.lastgroup else None


def script_of(lang: str) -> About:
    """The script and the line's height of a language that :func:`language_of` gave."""
    return about(lang)


def file_of(lang: str, style: Style) -> Path:
    """The file of a language that :func:`language_of` gave. Raises :class:`LanguagePackError`."""
    found = font_file(lang, style)
    if found is None:
        raise LanguagePackError("languages.pack", lang=lang, file="pack.json", problem="letters without fonts")
    return found


@cache
def _letters() -> tuple[re.Pattern[str] | None, tuple[str, ...]]:
    langs: list[str] = []
    parts: list[str] = []
    for lang in languages():
        try:
            ranges = about(lang).ranges
            if not ranges or font_file(lang, "regular") is None:
                continue
        except LanguagePackError:
            continue
        inside = "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
        parts.append(f"(?P<l{len(langs)}>[{inside}])")
        langs.append(lang)
    return (re.compile("|".join(parts)) if parts else None), tuple(langs)
