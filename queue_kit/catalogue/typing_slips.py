"""What fingers do to Vietnamese words: letters swapped or lost, words run together or torn, Telex left undone.

Everything here works on folded words (lower case, no accents, đ as d) against the words that the catalogue knows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from queue_core.telex import telex, vni
from queue_core.vietnamese import fold

#: how alike a mistyped word is to what was meant, by the number of slips
LIKENESS: Final = {1: 0.72, 2: 0.5}
#: a word that sounds the same where people come from (giấy/dấy, trâu/châu)
SOUNDS_ALIKE: Final = 0.85
#: a word that exists was probably meant: others are less likely by so much
KNOWN_FACTOR: Final = 0.72
_LONGEST: Final = 24
#: the order matters: "gi" before "g", "ngh" before "ng"
_SOUNDS: Final = (
    (re.compile(r"^(?:gi|r)(?=[aeiouy])"), "d"),
    (re.compile(r"^tr"), "ch"),
    (re.compile(r"^x"), "s"),
    (re.compile(r"^ngh"), "ng"),
    (re.compile(r"^gh"), "g"),
    (re.compile(r"^[kq](?!h)"), "c"),
    (re.compile(r"^l"), "n"),
    (re.compile(r"y"), "i"),
)
_LETTERS = re.compile(r"[^a-z]")


def sound(word: str) -> str:
    """A key that is the same for words which many speakers do not tell apart."""
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    return word


class KnownWords:
    """The words of a catalogue, and how a typed word may be meant."""

    def __init__(self, words: Iterable[str], pairs: Iterable[tuple[str, str]]) -> None:
        """``words``: all known, folded; ``pairs``: words that stand side by side somewhere in the catalogue."""
        self._sorted = sorted(words)
        self._known = frozenset(self._sorted)
        self._pairs = frozenset(pairs)
        self._sounds: dict[str, list[str]] = {}
        for word in self._sorted:
            self._sounds.setdefault(sound(word), []).append(word)
        # while somebody types, all words but the last are the same at each keystroke
        self.meant = lru_cache(maxsize=512)(self._meant)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def in_place(self, word: str, before: str | None, after: str | None) -> tuple[tuple[str, float], ...]:
        """:meth:`meant`, with the neighbours heard: beside "căn", "cưới" was hardly meant and "cước" was.

        Where the word as typed never stands beside its neighbours and another does, that one is as likely as if the
        typed word did not exist.
        """
        meant = self.meant(word)
        if word not in self._known or not meant or self._beside(word, before, after):
            return meant
        raised = (
            (other, min(SOUNDS_ALIKE, likeness / KNOWN_FACTOR) if self._beside(other, before, after) else likeness)
            for other, likeness in meant
        )
        return tuple(sorted(raised, key=lambda item: -item[1]))

    def misplaced(self, word: str, before: str | None, after: str | None) -> bool:
        """Whether a known word hardly stands beside these neighbours, and one that it may stand for does."""
        return not self._beside(word, before, after) and any(
            self._beside(other, before, after) for other, _ in self.meant(word)
        )

    def _beside(self, word: str, before: str | None, after: str | None) -> bool:
        return (before is not None and (before, word) in self._pairs) or (
            after is not None and (word, after) in self._pairs
        )

    def beginning_with(self, start: str, limit: int) -> list[str]:
        """Known words that begin so, the shortest first."""
        first = bisect_left(self._sorted, start)
        last = bisect_left(self._sorted, start + "\uffff")
        return sorted(self._sorted[first:last], key=len)[:limit]

    def _meant(self, word: str) -> tuple[tuple[str, float], ...]:
        """Other known words that a typed one may stand for, with their likeness (below 1), the likeliest first."""
        if len(word) < 2 or len(word) > _LONGEST or any(c.isdigit() for c in word):
            return ()
        found = {other: SOUNDS_ALIKE for other in self._sounds.get(sound(word), ()) if other != word}
        if len(word) >= 3:
            slips = 2 if len(word) >= 6 or (len(word) >= 5 and word not in self._known) else 1
            near = process.extract(word, self._sorted, scorer=OSA.distance, score_cutoff=slips, limit=24)
            for other, distance, _ in near:
                if distance and len(other) > 1:
                    same_start = other[0] == word[0]
                    likeness = LIKENESS[int(distance)] * (1.0 if same_start else 0.8)
                    found[other] = max(found.get(other, 0.0), likeness)
        factor = KNOWN_FACTOR if word in self._known else 1.0
        return tuple(sorted(((o, q * factor) for o, q in found.items()), key=lambda item: -item[1])[:12])

    def mended(self, words: list[str], *, ended: bool) -> list[str]:
        """Typed words (with their accents) with undone Telex done, run-together words parted, torn ones joined.

        ``ended``: the last word is complete; else it may only be the beginning of one and is left alone.
        """
        whole = len(words) if ended else len(words) - 1
        out: list[str] = []
        for number, word in enumerate(words):
            plain = fold(word)
            begun = number >= whole and bool(self.beginning_with(plain, 1))
            right = begun or plain in self._known or word[:1].isdigit()
            out.extend([word] if right else self._one_mended(word))
        return self._joined(out, whole_line=ended)

    def _one_mended(self, word: str) -> list[str]:
        for method in (telex, vni):
            done = method(word)
            if done != word and fold(done) in self._known:
                return [done]
        plain = fold(word)
        if len(plain) >= 5:
            cuts = [(word[:n], word[n:]) for n in range(2, len(word) - 1)]
            for left, right in cuts:
                if (fold(left), fold(right)) in self._pairs:
                    return [left, right]
        return [word]

    def _joined(self, words: list[str], *, whole_line: bool) -> list[str]:
        out: list[str] = []
        for number, word in enumerate(words):
            last = number == len(words) - 1
            if out and (not last or whole_line):
                before, here = fold(out[-1]), fold(word)
                torn = before not in self._known or here not in self._known
                if torn and before + here in self._known and len(before + here) <= 7:
                    out[-1] += word
                    continue
            out.append(word)
        return out
