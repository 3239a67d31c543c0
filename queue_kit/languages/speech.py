"""What a voice says in a language that has only a pack: ``packs/{language}/voice.json``.

``{"espeak": "eo", "opening": "…", "way": "…", "digits": [10 words], "letters": {"A": "…"}, "counters": {"12": "…"}}``

``opening`` stands before the number, ``way`` between number and counter. A counter that has no words of its own is
said digit by digit. Words parted by spaces are clips of their own. ``espeak`` is a voice of espeak-ng; null: only
recordings speak it (``motcua voice list`` names what to record). Vietnamese and English have rules in
:mod:`queue_core.vietnamese` instead, since their numbers change with their neighbours.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from queue_kit.languages.about import SPEECH, LanguagePackError, languages, read

_SEPARATORS: Final = frozenset("-./ \u2013\u00a0")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Phrase = Annotated[str, Field(min_length=1, max_length=60)]


class Speech(BaseModel):
    """The words of a call."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    opening: Phrase
    way: Phrase
    digits: Annotated[tuple[Phrase, ...], Field(min_length=10, max_length=10)]
    letters: dict[Annotated[str, Field(pattern=r"^[A-ZĐ]$")], Phrase] = {}
    counters: dict[Annotated[str, Field(pattern=r"^([0-9]|[1-9][0-9])$")], Phrase] = {}
    espeak: Annotated[str, Field(pattern=r"^[A-Za-z0-9+-]{2,20}$")] | None = None

    def number_groups(self, number: str) -> list[list[str]]:
        """A ticket number as groups of words; a letter without a name is said by itself.

        Raises :class:`ValueError` for a sign that is neither letter, digit nor separator.
        """
        groups: list[list[str]] = []
        before = ""
        for sign in number.upper():
            if sign in _SEPARATORS:
                before = ""
                continue
            if "0" <= sign <= "9":
                kind, words = "digits", self.digits[int(sign)]
            elif sign.isalpha():
                kind, words = "letters", self.letters.get(sign, sign)
            else:
                message = f"a ticket number cannot hold {sign!r}: {number!r}"
                raise ValueError(message)
            if kind != before:
                groups.append([])
                before = kind
            groups[-1] += words.split()
        return groups

    def counter_words(self, counter_number: int) -> list[str]:
        """The words of a counter's number."""
        own = self.counters.get(str(counter_number))
        return own.split() if own else [w for digit in str(counter_number) for w in self.digits[int(digit)].split()]


@cache
def speech(lang: str) -> Speech | None:
    """What a pack's voice says; None when it has none. Raises :class:`LanguagePackError`."""
    said = read(lang, SPEECH)
    if not said:
        return None
    try:
        return Speech.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LanguagePackError("languages.pack", lang=lang, file=SPEECH, problem=f"{where}: {first['msg']}") from error


def spoken() -> list[str]:
    """The languages whose calls a pack describes."""
    return [lang for lang in languages() if speech(lang) is not None]
