"""What is said, as phrases: each is one breath, after which a key may come in between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from queue_core.vietnamese import Lang, ticket_word_groups
from queue_kit.languages import tr

#: 10–15 is a range; the strokes of a dossier's code are none
_RANGE: Final = re.compile(r"(?<![\w./-])(\d{1,4})\s*[\N{EN DASH}-]\s*(?=\d{1,4}(?![\w./-]))")
_TIME: Final = re.compile(r"\b([0-2]?\d):([0-5]\d)\b")
_SIGNS: Final = re.compile(r"\s*[·/()“”]\s*")
#: 20,000 and 20.000 are twenty thousand; 1.001193 is a code
_THOUSANDS: Final = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d{3})+(?![\d]|[.,]\d)")
#: an address is for eyes and cameras
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words said in one breath. ``spelled``: one by one and slowly, as digits are.

    ``passing``: of a long text, heard once by one citizen: spoken as it is made, and not kept.
    """

    lang: str
    words: tuple[str, ...]
    spelled: bool = False
    passing: bool = False


def spoken(text: str, lang: str) -> str:
    """A text of the screen as it is read aloud: signs that only an eye understands become words or pauses."""
    said = _ADDRESS.sub(tr(lang, "guidance.address"), text)
    said = _THOUSANDS.sub(lambda found: re.sub("[.,]", "", found[0]), said)
    said = _RANGE.sub(rf"\1 {tr(lang, 'guidance.range')} ", said)
    said = _TIME.sub(lambda found: _clock(found, lang), said)
    return " ".join(_SIGNS.sub(", ", said).replace("…", "").split()).strip(" ,")


def phrase(text: str, lang: str, *, passing: bool = False) -> tuple[Phrase, ...]:
    """A sentence of the screen; none when there is nothing to say."""
    said = spoken(text, lang)
    return (Phrase(lang, (said,), passing=passing),) if any(letter.isalnum() for letter in said) else ()


def say(lang: str, key: str, **args: object) -> tuple[Phrase, ...]:
    """A sentence of the language's pack."""
    return phrase(tr(lang, key, **args), lang)


def number(text: str, lang: str) -> tuple[Phrase, ...]:
    """A ticket's number, letters by name and digits one by one, a pause between the two."""
    known: Lang = "en" if lang == "en" else "vi"
    try:
        groups = ticket_word_groups(text, known)
    except ValueError:
        return phrase(text, lang)
    return tuple(Phrase(known, tuple(word.lower() for word in group), spelled=True) for group in groups)


def _clock(found: re.Match[str], lang: str) -> str:
    hour, minute = int(found[1]), int(found[2])
    if minute:
        return tr(lang, "guidance.time", hour=hour, minute=found[2])
    return tr(lang, "guidance.hour", hour=hour)
