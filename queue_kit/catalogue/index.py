"""The titles of a catalogue, ready to be searched: each name, short name and everyday phrase is one title.

Kept in memory as padded texts and lists of positions: a phrase is found in one by the interpreter's own text search,
which is faster than any structure of Python objects and takes a tenth of the memory. Titles are numbered so that the
procedures asked for most come first; what is equal in all else then comes in that order.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from queue_core.vietnamese import nfc
from queue_kit.catalogue.typing_slips import KnownWords
from queue_kit.catalogue.wording import folded, words_of
from queue_kit.catalogue.words import Synonyms

#: a code is a single word of a title
_CODE = re.compile(r"\d\.\d{6}")
#: what a filler's weight is multiplied by
FILLER: Final = 0.12
#: concepts: "sổ đỏ" and "giấy chứng nhận quyền sử dụng đất" both carry this sign with the group's number
_CONCEPT: Final = "\u00a7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is indexed of a procedure."""

    code: str
    name: str
    short_name: str
    field: str


class Concepts:
    """Groups of phrases that mean the same."""

    def __init__(self, groups: Iterable[Iterable[str]]) -> None:
        self._phrases: list[tuple[str, str, str]] = []
        self._firsts: dict[str, list[tuple[str, str, str]]] = {}
        for number, group in enumerate(groups):
            for phrase in group:
                said = words_of(phrase)
                marked, plain = f" {' '.join(said)} ", f" {' '.join(folded(w) for w in said)} "
                self._firsts.setdefault(folded(said[0]), []).append((plain, marked, f"{_CONCEPT}{number}"))

    def of(self, said: list[str]) -> list[tuple[str, int, int]]:
        """The concepts in a list of words: ``(sign, first word, number of words)``.

        A phrase with its accents typed differently is not the phrase ("số đo" is no "sổ đỏ").
        """
        plain = f" {' '.join(folded(w) for w in said)} "
        marked = f" {' '.join(said)} "
        has_marks = plain != marked
        found = []
        for first, word in enumerate(said):
            for phrase, with_marks, sign in self._firsts.get(folded(word), ()):
                if phrase not in plain or (has_marks and with_marks not in marked and not _unmarked(said, phrase)):
                    continue
                length = phrase.count(" ") - 1
                if [folded(w) for w in said[first : first + length]] == phrase.split():
                    found.append((sign, first, length))
        return found


def _unmarked(said: list[str], phrase: str) -> bool:
    """Whether the phrase's words stand there without any accent, though others have theirs."""
    return phrase in f" {' '.join(said)} "


class Index:
    """All titles, their words and where each word stands."""

    def __init__(self, subjects: Iterable[Subject], synonyms: Synonyms) -> None:
        self.subjects = list(subjects)
        self.concepts = Concepts(synonyms.same)
        self.filler = frozenset(folded(w) for phrase in synonyms.filler for w in words_of(phrase))
        self.prior = _priors(self.subjects, synonyms)
        self.owner = array("I")
        #: titles as " dang ky khai sinh §3 " and " đăng ký khai sinh "
        self.plain: list[str] = []
        self.marked: list[str] = []
        self.weight = array("f")
        self.postings: dict[str, array[int]] = {}
        self.weights: dict[str, float] = {}
        #: every word that belongs to a procedure, its field's too, as one padded text
        self.bag: list[str] = []
        self._fill(synonyms.also)

    def _fill(self, also: Mapping[str, tuple[str, ...]]) -> None:
        order = sorted(range(len(self.subjects)), key=lambda n: (-self.prior[n], len(self.subjects[n].name)))
        owners: dict[str, int] = {}
        pairs: set[tuple[str, str]] = set()
        self.bag = [""] * len(self.subjects)
        for number in order:
            subject = self.subjects[number]
            mine: set[str] = set()
            texts = dict.fromkeys((*also.get(subject.code, ()), subject.name, subject.short_name.rstrip(" …")))
            for text in texts:
                said = words_of(_CODE.sub(" ", text))
                keys = [folded(w) for w in said]
                pairs.update(pairwise(keys))
                keys += sorted({sign for sign, _, _ in self.concepts.of(said)})
                mine.update(keys)
                self._add(number, said, keys)
            for word in mine:
                owners[word] = owners.get(word, 0) + 1
            field = words_of(subject.field)
            mine.update(folded(w) for w in field)
            mine.update(sign for sign, _, _ in self.concepts.of(field))
            self.bag[number] = f" {' '.join(sorted(mine))} "
        total = max(1, len(self.subjects))
        self.weights = {word: math.log(1 + total / count) for word, count in owners.items()}
        self.unknown_weight = math.log(1 + total) * 0.7
        self.weight.extend(
            sum(self.word_weight(word) for word in title.split() if word[0] != _CONCEPT) for title in self.plain
        )
        self.known = KnownWords((word for word in owners if word[0] != _CONCEPT), pairs)

    def _add(self, owner: int, said: list[str], keys: list[str]) -> None:
        number = len(self.plain)
        self.owner.append(owner)
        self.plain.append(f" {' '.join(keys)} ")
        self.marked.append(f" {' '.join(said)} ")
        for key in dict.fromkeys(keys):
            self.postings.setdefault(key, array("I")).append(number)

    def word_weight(self, word: str) -> float:
        """How much a word says: rare ones much, fillers nearly nothing."""
        weight = self.full_weight(word)
        return weight * FILLER if word in self.filler else weight

    def full_weight(self, word: str) -> float:
        """The same for a filler that stands in a phrase with a meaning of its own ("trước" in "trước bạ")."""
        return self.weights.get(word, self.unknown_weight)


def _priors(subjects: list[Subject], synonyms: Synonyms) -> list[float]:
    """How often a procedure is asked for, between −1 (rare variants) and 1 (daily)."""
    common = {code: 1.0 - 0.5 * place / max(1, len(synonyms.common)) for place, code in enumerate(synonyms.common)}
    rare = [f" {' '.join(words_of(phrase))} " for phrase in synonyms.rare]
    rare_fields = {nfc(field).casefold() for field in synonyms.rare_fields}
    priors = []
    for subject in subjects:
        prior = common.get(subject.code, 0.15 if subject.code in synonyms.also else 0.0)
        said = f" {' '.join(words_of(subject.name))} "
        prior -= 0.5 * any(phrase in said for phrase in rare)
        prior -= 0.5 * (nfc(subject.field).casefold() in rare_fields)
        priors.append(prior)
    return priors
