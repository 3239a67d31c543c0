"""Typing Vietnamese on plain keys: Telex and VNI, as the on-screen keyboard and its users know them.

A word is kept as its letters (each with the shape it carries: â ê ô, ơ ư, ă, đ) and one tone; where the tone
stands is worked out anew after each key, so "tieengs", "tieesng" and "tiengse" all end as "tiếng".
The same key twice takes its effect back and writes the key itself; from then on the key is plain in that word.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final, Literal

Method = Literal["telex", "vni"]
ToneStyle = Literal["old", "new"]
"""Where the tone of an open *oa, oe, uy* stands: "old" hòa, thúy; "new" hoà, thuý."""

_NO, _HAT, _HORN, _BREVE, _BAR = "", "hat", "horn", "breve", "bar"
_SHAPED: Final[dict[tuple[str, str], str]] = {
    ("a", _HAT): "â", ("e", _HAT): "ê", ("o", _HAT): "ô", ("o", _HORN): "ơ", ("u", _HORN): "ư",
    ("a", _BREVE): "ă", ("d", _BAR): "đ",
}  # fmt: skip
_UNSHAPED: Final = {shaped: pair for pair, shaped in _SHAPED.items()}
_TONE_MARKS: Final = {"sắc": "\u0301", "huyền": "\u0300", "hỏi": "\u0309", "ngã": "\u0303", "nặng": "\u0323"}
_MARK_TONES: Final = {mark: tone for tone, mark in _TONE_MARKS.items()}
_TONE_KEYS: Final[dict[Method, dict[str, str]]] = {
    "telex": {"s": "sắc", "f": "huyền", "r": "hỏi", "x": "ngã", "j": "nặng", "z": ""},
    "vni": {"1": "sắc", "2": "huyền", "3": "hỏi", "4": "ngã", "5": "nặng", "0": ""},
}
_SHAPE_KEYS: Final[dict[Method, dict[str, tuple[str, str]]]] = {
    # key → (shape, the letters it may shape)
    "telex": {"a": (_HAT, "a"), "e": (_HAT, "e"), "o": (_HAT, "o"), "d": (_BAR, "d")},
    "vni": {"6": (_HAT, "aeo"), "9": (_BAR, "d"), "8": (_BREVE, "a")},
}
_HORN_KEY: Final[dict[Method, str]] = {"telex": "w", "vni": "7"}
_VOWELS: Final = "aeiouy"


@dataclass
class _Letter:
    key: str  # as typed, its case kept
    shape: str = _NO

    @property
    def base(self) -> str:
        return self.key.lower()

    def __str__(self) -> str:
        if not self.shape:
            return self.key
        shaped = _SHAPED[self.base, self.shape]
        return shaped.upper() if self.key.isupper() else shaped


@dataclass
class _Word:
    letters: list[_Letter] = field(default_factory=list)
    tone: str = ""
    plain_keys: set[str] = field(default_factory=set)  # taken back once: these keys write themselves now
    born_of_w: _Letter | None = None  # the ư that a lone w became

    def nucleus(self) -> tuple[int, int]:
        """Give the last run of vowels as (start, end); the u of qu and the i of gi before a vowel are no vowels."""
        end = len(self.letters)
        while end and self.letters[end - 1].base not in _VOWELS:
            end -= 1
        start = end
        while start and self.letters[start - 1].base in _VOWELS:
            start -= 1
        if start and end - start > 1:
            onset, first = self.letters[start - 1].base, self.letters[start]
            if (onset, first.base) in {("q", "u"), ("g", "i")} and not first.shape:
                start += 1
        return start, end

    def settle(self) -> None:
        """Make ươ of ưo or uơ as soon as something follows: no Vietnamese syllable has the half-done pair there."""
        start, end = self.nucleus()
        for i in range(start, end - 1):
            first, second = self.letters[i], self.letters[i + 1]
            if first.base == "u" and second.base == "o" and i + 2 < len(self.letters):
                shapes = {first.shape, second.shape}
                if shapes == {_NO, _HORN} and not self.plain_keys & {"w", "7"}:
                    first.shape = second.shape = _HORN

    def tone_place(self, style: ToneStyle) -> int | None:
        """Give the index of the letter that carries the tone, None without a vowel."""
        start, end = self.nucleus()
        count = end - start
        if count <= 0:
            return None
        shaped = [i for i in range(start, end) if self.letters[i].shape]
        if shaped:
            return shaped[-1]
        closed = end < len(self.letters)
        if count == 1:
            return start
        if count > 2:
            return end - 1 if closed else start + 1
        pair = self.letters[start].base + self.letters[start + 1].base
        if closed or (style == "new" and pair in {"oa", "oe", "uy"}):
            return start + 1
        return start

    def text(self, style: ToneStyle) -> str:
        written = [str(letter) for letter in self.letters]
        place = self.tone_place(style) if self.tone else None
        if place is not None:
            written[place] = unicodedata.normalize("NFC", written[place] + _TONE_MARKS[self.tone])
        return "".join(written)


class Composer:
    """Text as it is being typed: press keys, take the text. One a text field.

    :param method: ``"telex"`` or ``"vni"``.
    :param tone_style: where an open *oa, oe, uy* carries its tone.
    :param text: what already stands in the field; typing goes on after it (a word can be marked afterwards).
    """

    def __init__(self, method: Method = "telex", *, tone_style: ToneStyle = "old", text: str = "") -> None:
        self._method: Method = method
        self._style: ToneStyle = tone_style
        self._done = ""
        self._word = _Word()
        self._resume(unicodedata.normalize("NFC", text))

    @property
    def text(self) -> str:
        """The text so far, NFC."""
        return self._done + self._word.text(self._style)

    def press(self, key: str) -> str:
        """Type one key (a single character) and give the whole text."""
        low = key.lower()
        is_mark = low in _TONE_KEYS[self._method] or low in _SHAPE_KEYS[self._method] or low == _HORN_KEY[self._method]
        if not (key.isalpha() or (is_mark and self._word.letters)):
            self._done = self.text + key
            self._word = _Word()
            return self.text
        if low in self._word.plain_keys or not is_mark or not self._mark(key, low):
            self._write(key)
        return self.text

    def backspace(self) -> str:
        """Take the last written character away (with its marks) and give the whole text."""
        if not self._word.letters:
            self._resume(self._done[:-1])
            return self.text
        self._word.letters.pop()
        self._word.plain_keys.clear()
        if self._word.tone_place(self._style) is None:
            self._word.tone = ""
        return self.text

    def _write(self, key: str) -> None:
        if key.isdigit():  # VNI: from a written digit on the word is a code, not a syllable
            self._done = self.text + key
            self._word = _Word(plain_keys=set("0123456789"))
            return
        self._word.letters.append(_Letter(key))
        self._word.settle()

    def _mark(self, key: str, low: str) -> bool:
        """Let ``key`` mark the word; False when it marks nothing and is to be written."""
        tones = _TONE_KEYS[self._method]
        if low in tones:
            return self._mark_tone(key, low, tones[low])
        if low == _HORN_KEY[self._method]:
            return self._mark_horn(key, low)
        shape, bases = _SHAPE_KEYS[self._method][low]
        word = self._word
        if shape == _BAR:
            if not word.letters or word.letters[0].base != "d":
                return False
            return self._toggle([word.letters[0]], shape, key, low)
        start, end = word.nucleus()
        targets = [letter for letter in word.letters[start:end] if letter.base in bases]
        return bool(targets) and self._toggle(targets[-1:], shape, key, low)

    def _mark_tone(self, key: str, low: str, tone: str) -> bool:
        word = self._word
        if word.tone_place(self._style) is None or (not tone and not word.tone):
            return False
        if tone and tone == word.tone:
            word.tone = ""
            self._take_back(key, low)
        else:
            word.tone = tone
        return True

    def _mark_horn(self, key: str, low: str) -> bool:
        word = self._word
        if word.born_of_w is not None and word.letters[-1:] == [word.born_of_w]:
            word.letters.pop()
            self._take_back(key, low)
            return True
        start, end = word.nucleus()
        cluster = word.letters[start:end]
        bases = "".join(letter.base for letter in cluster)
        if not cluster:
            if self._method == "vni":
                return False
            word.born_of_w = _Letter("U" if key.isupper() else "u", _HORN)
            word.letters.append(word.born_of_w)
            return True
        at = bases.find("uo")
        if at >= 0:
            pair = cluster[at : at + 2]
            # Open "uo" takes the horn on o alone (thuở, huơ); settle() spreads it when a letter follows.
            both = end < len(word.letters) or at + 2 < len(cluster) or pair[0].shape == _HORN
            return self._toggle(pair if both else pair[1:], _HORN, key, low)
        if "u" in bases and (self._method == "vni" or not bases.endswith("oa")) and "o" not in bases:
            return self._toggle([cluster[bases.index("u")]], _HORN, key, low)
        if "o" in bases and not (self._method == "telex" and bases.startswith("oa")):
            return self._toggle([cluster[bases.rindex("o")]], _HORN, key, low)
        if "a" in bases and self._method == "telex":
            return self._toggle([cluster[bases.rindex("a")]], _BREVE, key, low)
        return False

    def _toggle(self, letters: list[_Letter], shape: str, key: str, low: str) -> bool:
        if all(letter.shape == shape for letter in letters):
            for letter in letters:
                letter.shape = _NO
            self._take_back(key, low)
            return True
        for letter in letters:
            letter.shape = shape
        self._word.settle()
        return True

    def _take_back(self, key: str, low: str) -> None:
        self._word.plain_keys.add(low)
        self._write(key)

    def _resume(self, text: str) -> None:
        """Take the last word of ``text`` apart again, so that it can be marked further."""
        cut = len(text)
        while cut and text[cut - 1].isalpha():
            cut -= 1
        self._done, self._word = text[:cut], _Word()
        for sign in text[cut:]:
            bare = unicodedata.normalize("NFD", sign)
            tone = next((_MARK_TONES[mark] for mark in bare if mark in _MARK_TONES), "")
            body = unicodedata.normalize("NFC", "".join(c for c in bare if c not in _MARK_TONES))
            base, shape = _UNSHAPED.get(body.lower(), (body, _NO))
            self._word.letters.append(_Letter(base.upper() if shape and body.isupper() else base, shape))
            self._word.tone = tone or self._word.tone
        if self.text != text:  # no Vietnamese word (España, two tones): it stays as it is
            self._done, self._word = text, _Word()


def telex(keys: str, *, tone_style: ToneStyle = "old") -> str:
    """Type ``keys`` in Telex: "Tieengs Vieetj" → "Tiếng Việt"."""
    return _typed("telex", keys, tone_style)


def vni(keys: str, *, tone_style: ToneStyle = "old") -> str:
    """Type ``keys`` in VNI: "Tie6ng1 Vie6t5" → "Tiếng Việt"."""
    return _typed("vni", keys, tone_style)


def _typed(method: Method, keys: str, tone_style: ToneStyle) -> str:
    composer = Composer(method, tone_style=tone_style)
    for key in keys:
        composer.press(key)
    return composer.text
