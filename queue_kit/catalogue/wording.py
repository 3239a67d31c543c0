"""Texts as words: what the store, the lists and the search all compare."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from queue_core.vietnamese import fold, nfc

_WORD: Final = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a text in lower case with their accents, in order; signs divide words."""
    return _WORD.findall(nfc(text).casefold())


@lru_cache(maxsize=16384)
def folded(word: str) -> str:
    """:func:`queue_core.vietnamese.fold`, remembered: all texts share a few thousand syllables."""
    return fold(word)


def folded_words(text: str) -> str:
    """A text's folded words, one blank between them."""
    return " ".join(folded(word) for word in words_of(text))


def padded(text: str) -> str:
    """:func:`folded_words` with a blank at each end: a phrase stands in a text when it does so padded."""
    return f" {folded_words(text)} "
