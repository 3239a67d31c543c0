"""Searching as one types: every keystroke gives the best procedures for what stands there so far.

Two steps. The rarest words of the query choose some hundred titles (names, short names, everyday phrases). Each of
those is then judged exactly: how much of what was asked it says, how well each word agrees (accents, slips, sounds),
whether words stand side by side as in the query, and how much it says that nobody asked for, so that "khai sinh" is
before "khai sinh có yếu tố nước ngoài". Among equals the procedure that is asked for daily comes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from typing import Final

from queue_kit.catalogue.index import Index
from queue_kit.catalogue.wording import folded, words_of

#: titles judged exactly
JUDGED: Final = 160
#: a title that shares less with the query than this part of what the best one shares is not judged
LEAST_SHARED: Final = 0.3
#: positions read to choose them, for words as typed and for what may have been meant
READ_EXACT: Final = 14_000
READ_MEANT: Final = 5_000
#: a query longer than this says no more
MAX_WORDS: Final = 16
MAX_LETTERS: Final = 160
#: a hit that says less of the query than this is none
LEAST_SCORE: Final = 0.16
OTHER_ACCENT: Final = 0.6
#: what makes a title's score: how much of the query it says, side by side as asked, and that it says nothing else
COVER: Final = 0.5
BOND: Final = 0.2
TIGHT: Final = 0.3
#: the share of what all titles of a procedure say together, and of how often it is asked for
WHOLE: Final = 0.2
PRIOR: Final = 0.07
#: words of a phrase that the office's words know mean more than others
KNOWN_PHRASE: Final = 1.6
CONCEPT: Final = 0.95
BEGINNING: Final = 0.93
_CODE_QUERY = re.compile(r"^\s*[\d.\s]{3,}$")


@dataclass(frozen=True, slots=True)
class Scored:
    """A procedure's place among the index's subjects, and how well it answers (about 0 to 1.2)."""

    subject: int
    score: float


@dataclass(slots=True)
class _Asked:
    """One word of the query."""

    marked: str
    plain: str
    weight: float
    accented: bool
    beginning: bool
    concepts: tuple[str, ...] = ()
    meant: tuple[tuple[str, float], ...] = ()


def search_index(index: Index, text: str, limit: int) -> list[Scored]:
    """The best procedures for a text, best first. By code when the text is digits and dots."""
    if _CODE_QUERY.match(text):
        return _by_code(index, text, limit)
    asked = _asked(index, text)
    if not asked:
        return []
    chosen = _chosen(index, asked)
    best: dict[int, float] = {}
    for title in chosen:
        score = _judged(index, title, asked)
        owner = index.owner[title]
        if score > best.get(owner, 0.0):
            best[owner] = score
    full = sum(word.weight for word in asked)
    found = []
    for owner, score in best.items():
        if score < LEAST_SCORE:
            continue
        bag = index.bag[owner]
        said = sum(word.weight for word in asked if _in_bag(bag, word))
        total = score * (1 - WHOLE) + WHOLE * said / full + PRIOR * index.prior[owner]
        found.append(Scored(owner, total))
    return nlargest(limit, found, key=lambda one: one.score)


def _by_code(index: Index, text: str, limit: int) -> list[Scored]:
    digits = re.sub(r"\D", "", text)
    found = []
    for number, subject in enumerate(index.subjects):
        code = subject.code.replace(".", "")
        if code == digits:
            score = 1.0
        elif code.startswith(digits):
            score = 0.8
        elif digits in code[1:]:
            score = 0.6
        else:
            continue
        found.append(Scored(number, score + PRIOR * index.prior[number]))
    return nlargest(limit, found, key=lambda one: one.score)


def _asked(index: Index, text: str) -> list[_Asked]:
    text = text[:MAX_LETTERS]
    said = words_of(text)[:MAX_WORDS]
    if not said:
        return []
    ended = not text[-1:].isalnum()
    said = index.known.mended(said, ended=ended)
    keys = [folded(word) for word in said]
    concepts: dict[int, list[str]] = {}
    for sign, first, length in index.concepts.of(said):
        if length == 1 and index.known.misplaced(keys[first], *_neighbours(keys, first)):
            continue  # "cưới" beside "căn" is a slip for "cước", not a wedding
        for place in range(first, first + length):
            concepts.setdefault(place, []).append(sign)
    asked = []
    for place, (marked, plain) in enumerate(zip(said, keys, strict=True)):
        beginning = place == len(said) - 1 and not ended
        known = plain in index.known
        meant = () if beginning and len(plain) < 3 else index.known.in_place(plain, *_neighbours(keys, place))
        weight = index.full_weight(plain) if place in concepts else index.word_weight(plain)
        if not known and not beginning:
            near = max((index.word_weight(other) for other, _ in meant), default=index.unknown_weight)
            weight = min(near, index.unknown_weight)
        elif beginning and not known:
            weight = index.unknown_weight * 0.5
        if place in concepts:
            weight *= KNOWN_PHRASE
        asked.append(
            _Asked(
                marked=marked, plain=plain, weight=max(weight, 0.02), accented=marked != plain, beginning=beginning,
                concepts=tuple(concepts.get(place, ())), meant=meant,
            )
        )  # fmt: skip
    return asked


def _neighbours(keys: list[str], place: int) -> tuple[str | None, str | None]:
    return keys[place - 1] if place else None, keys[place + 1] if place + 1 < len(keys) else None


def _chosen(index: Index, asked: list[_Asked]) -> list[int]:
    """The titles worth judging: those that share most with the query, by the words that say most."""
    sure: dict[str, float] = {}
    maybe: dict[str, float] = {}
    for word in asked:
        if word.plain in index.postings:
            sure[word.plain] = max(sure.get(word.plain, 0.0), word.weight)
        for sign in word.concepts:
            if sign not in index.postings:
                continue  # a small catalogue has nothing that means it
            sure[sign] = max(sure.get(sign, 0.0), word.weight)
        for other, likeness in word.meant:
            maybe[other] = max(maybe.get(other, 0.0), word.weight * likeness * likeness)
        if word.beginning:
            for other in index.known.beginning_with(word.plain, 40):
                maybe[other] = max(maybe.get(other, 0.0), word.weight * BEGINNING)
    shared: dict[int, float] = {}
    for words, budget in ((sure, READ_EXACT), (maybe, READ_MEANT)):
        left = budget
        for key, worth in sorted(words.items(), key=lambda item: len(index.postings[item[0]]) / item[1]):
            places = index.postings[key]
            for title in places[:left]:
                shared[title] = shared.get(title, 0.0) + worth
            left -= len(places)
            if left <= 0:
                break
    if len(shared) > JUDGED:
        least = LEAST_SHARED * max(shared.values())
        shared = {title: score for title, score in shared.items() if score >= least}
    weight = index.weight
    ranked = ((title, score / (6.0 + 0.25 * weight[title])) for title, score in shared.items())
    return [title for title, _ in nlargest(JUDGED, ranked, key=itemgetter(1))]


def _judged(index: Index, title: int, asked: list[_Asked]) -> float:
    plain, marked = index.plain[title], index.marked[title]
    full = said = pairs = together = 0.0
    before: _Asked | None = None
    before_as = ""
    for word in asked:
        weight = word.weight
        full += weight
        quality, written = _agreement(plain, marked, word)
        said += weight * quality
        if before is not None:
            bond = min(weight, before.weight)
            pairs += bond
            if written and before_as and _side_by_side(plain, before_as, written, word.beginning):
                together += bond * min(1.0, quality + 0.1)
        before, before_as = word, written
    cover = said / full
    tight = min(1.0, said / index.weight[title]) if index.weight[title] else 0.0
    bond_share = together / pairs if pairs else cover
    return cover * (COVER + BOND * bond_share) + TIGHT * tight * tight


def _agreement(plain: str, marked: str, word: _Asked) -> tuple[float, str]:
    """How well a title says a word (0 to 1), and as which word it stands there."""
    quality, written = 0.0, ""
    if f" {word.plain} " in plain:
        quality, written = 1.0, word.plain
        if word.accented and f" {word.marked} " not in marked:
            quality = OTHER_ACCENT
    elif word.beginning and f" {word.plain}" in plain:
        quality, written = BEGINNING, word.plain
        if word.accented and f" {word.marked}" not in marked:
            quality *= OTHER_ACCENT
    else:
        for other, likeness in word.meant:
            if f" {other} " in plain:
                quality, written = likeness, other
                break
    if quality < CONCEPT and any(f" {sign} " in plain for sign in word.concepts):
        quality = CONCEPT
    return quality, written


def _side_by_side(plain: str, left: str, right: str, beginning: bool) -> bool:  # noqa: FBT001 -- private
    return f" {left} {right}" in plain if beginning else f" {left} {right} " in plain


def _in_bag(bag: str, word: _Asked) -> bool:
    if f" {word.plain} " in bag or any(f" {sign} " in bag for sign in word.concepts):
        return True
    return word.beginning and f" {word.plain}" in bag
