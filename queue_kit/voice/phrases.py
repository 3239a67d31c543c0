"""What is said when a number is called, as clips in groups.

A clip is named by its own words, so whoever records a pack reads the name aloud. Digits are said one by one,
letters by name; between two groups there is a pause, so that an old ear can keep up:
"Xin mời công dân có số · A · không hai năm · đến quầy số · ba."
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from queue_core.vietnamese import Lang, nfc, number_words, ticket_word_groups

if TYPE_CHECKING:
    from queue_kit.languages.speech import Speech

#: the fastest an announcement may be spoken (the national radio's news: 3.9)
MAX_SYLLABLES_PER_S: Final = 3.5
#: between two groups of clips, and between two clips of one group
GROUP_PAUSE_S: Final = 0.3
CLIP_PAUSE_S: Final = 0.1
#: between two sayings of the same call, and between the languages
SAYING_PAUSE_S: Final = 0.8

LANGUAGES: Final[tuple[Lang, ...]] = ("vi", "en")
_OPENING: Final[dict[Lang, str]] = {"vi": "xin mời công dân có số", "en": "number"}
_WAY: Final[dict[Lang, str]] = {"vi": "đến quầy số", "en": "please go to counter"}
#: whose numbers follow rules, not a pack's table
_RULED: Final[dict[str, Lang]] = {lang: lang for lang in LANGUAGES}
_LARGEST_COUNTER: Final = 99
_PREFIX_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VOWELS: Final = frozenset("aeiouy")
#: English words whose syllables are not their groups of vowels
_SYLLABLES_EN: Final = {"please": 1, "w": 3, "one": 1, "five": 1, "nine": 1, "nineteen": 2, "ninety": 2, "number": 2}


def spoken_languages() -> tuple[str, ...]:
    """The languages of the house, and those whose pack says how a call is spoken."""
    # Not at the top: a kiosk knows our own languages only, and has no memory to spare.
    from queue_kit.languages.speech import spoken

    return (*LANGUAGES, *(lang for lang in spoken() if lang not in LANGUAGES))


@dataclass(frozen=True, slots=True)
class Saying:
    """One call in one language: groups of clip names."""

    lang: str
    groups: tuple[tuple[str, ...], ...]

    @property
    def clips(self) -> tuple[str, ...]:
        """All clip names in order."""
        return tuple(clip for group in self.groups for clip in group)

    @property
    def syllables(self) -> int:
        """How many syllables are spoken."""
        return sum(syllables(clip, self.lang) for clip in self.clips)


def call_saying(number: str, counter_number: int, lang: str = "vi") -> Saying:
    """Give the words that call ``number`` to a counter.

    Raises :class:`ValueError` for a number with signs that have no name, a counter outside 0 to 99, and a language
    that nothing says how to speak.
    """
    if not 0 <= counter_number <= _LARGEST_COUNTER:
        message = f"counter 0 to {_LARGEST_COUNTER}, not {counter_number}"
        raise ValueError(message)
    opening, way = _frame(lang)
    groups = [tuple(clip_name(word) for word in group) for group in _number(number, lang)]
    counter = tuple(clip_name(word) for word in _counter(counter_number, lang))
    return Saying(lang, ((opening,), *groups, (way,), counter))


def _of_pack(lang: str) -> Speech:
    from queue_kit.languages.speech import speech

    found = speech(lang)
    if found is None:
        message = f"nothing says how {lang!r} is spoken"
        raise ValueError(message)
    return found


def _frame(lang: str) -> tuple[str, str]:
    ruled = _RULED.get(lang)
    if ruled:
        return _OPENING[ruled], _WAY[ruled]
    own = _of_pack(lang)
    return clip_name(own.opening), clip_name(own.way)


def _number(number: str, lang: str) -> list[list[str]]:
    ruled = _RULED.get(lang)
    return ticket_word_groups(number, ruled) if ruled else _of_pack(lang).number_groups(nfc(number))


def _counter(counter_number: int, lang: str) -> list[str]:
    ruled = _RULED.get(lang)
    if ruled:
        return number_words(counter_number, ruled).replace("-", " ").split()
    return _of_pack(lang).counter_words(counter_number)


def clip_name(words: str) -> str:
    """Give the name under which a pack holds the clip of some words: lower case, NFC."""
    return nfc(words).lower()


def needed(lang: str) -> dict[str, int]:
    """Every clip that any call may need: name → syllables."""
    names: dict[str, int] = {}
    for name in _every_name(lang):
        names.setdefault(name, syllables(name, lang))
    return names


def _every_name(lang: str) -> Iterator[str]:
    yield from _frame(lang)
    for number in (_PREFIX_LETTERS, "0123456789"):
        for sign in number:
            yield from (clip_name(word) for group in _number(sign, lang) for word in group)
    for counter in range(_LARGEST_COUNTER + 1):
        yield from call_saying("0", counter, lang).groups[-1]


def syllables(name: str, lang: str) -> int:
    """Count the syllables of a clip: in Vietnamese each written word or hyphenated part is one."""
    words = name.replace("-", " ").split()
    return len(words) if lang == "vi" else sum(_syllables_en(word) for word in words)


def _syllables_en(word: str) -> int:
    if word in _SYLLABLES_EN:
        return _SYLLABLES_EN[word]
    groups, before = 0, False
    for place, sign in enumerate(word):
        vowel = sign in _VOWELS and not (sign == "e" and place == len(word) - 1 and groups > 0)
        groups += vowel and not before
        before = vowel
    return max(1, groups)
