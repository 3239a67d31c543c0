"""What the tablet says in each of the office's languages, and the letters it needs to say it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, get_args

from queue_core.errors import MotcuaError
from queue_kit.languages import about, offered, pack
from queue_kit.languages.about import Style, font_file

#: words of other screens that stand here too
_OTHERS: Final = frozenset({"kiosk.nav.done", "kiosk.nav.back"})
_WEIGHTS: Final[dict[Style, int]] = {"regular": 400, "semibold": 600, "bold": 700}


def tablet_words(langs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Language → key → words, in the office's order; a key without words there is said in the next language."""
    return {lang: _words(lang) for lang in offered(langs)}


def names(langs: Iterable[str]) -> dict[str, str]:
    """Language → its name in itself, for the buttons."""
    return {lang: about(lang).name for lang in offered(langs)}


def _words(lang: str) -> dict[str, Any]:
    said = {**pack("vi"), **pack(about(lang).instead), **pack(lang)}
    return {key: text for key, text in said.items() if key.startswith("rating.") or key in _OTHERS}


def faces_css(langs: Iterable[str]) -> str:
    """Style rules that lend our typeface the letters of languages that it lacks (CSS Fonts 4, ``unicode-range``)."""
    rules = []
    for lang in offered(langs):
        ranges = ", ".join(f"U+{first:X}-{last:X}" for first, last in about(lang).ranges)
        for style, weight in _WEIGHTS.items():
            if ranges and font_file(lang, style) is not None:
                rules.append(
                    f'@font-face {{ font-family: "Be Vietnam Pro"; font-weight: {weight}; font-display: swap; '
                    f'src: url("/tablet/letters/{lang}/{style}"); unicode-range: {ranges}; }}'
                )
    return "\n".join(rules)


def letters(langs: Iterable[str], lang: str, style: str) -> Path:
    """The font file behind such a rule. Raises MotcuaError web.not_found for any other."""
    if lang in offered(langs):
        for known in get_args(Style):
            if known == style and (file := font_file(lang, known)) is not None:
                return file
    raise MotcuaError("web.not_found")
