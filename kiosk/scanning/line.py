"""Characters as they come in, until the end of a line makes them a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: a longer text is no code of ours; what belongs to it is thrown away up to its end
MOST_CHARACTERS: Final = 1024
#: a scanner sends without pauses: what follows a longer one is another text, or a hand on a keyboard
PAUSE_S: Final = 1.0
_ENDS: Final = "\r\n"


class Line:
    """One line at a time. Control characters other than the end are left out; an unfinished line is forgotten."""

    def __init__(self, *, most: int = MOST_CHARACTERS, pause_s: float = PAUSE_S) -> None:
        self._most, self._pause_s = most, pause_s
        self._characters: list[str] = []
        self._too_long = False
        self._last_s = 0.0

    def feed(self, characters: Iterable[str], now_s: float) -> list[str]:
        """The texts that these characters complete. ``now_s``: a monotonic clock."""
        if now_s - self._last_s > self._pause_s:
            self._forget()
        self._last_s = now_s
        texts = []
        for character in characters:
            if character in _ENDS:
                text = "".join(self._characters).strip()
                if text and not self._too_long:
                    texts.append(text)
                self._forget()
            elif len(self._characters) >= self._most:
                self._too_long = True
            elif character.isprintable():
                self._characters.append(character)
        return texts

    def _forget(self) -> None:
        self._characters.clear()
        self._too_long = False
