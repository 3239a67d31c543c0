"""What is typed on the screen's keyboard: the keys as they were pressed, and the text they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

from queue_core.telex import Composer

#: how keys become Vietnamese; "plain" writes them as they are
Method = Literal["telex", "vni", "plain"]
METHODS: Final[tuple[Method, ...]] = ("telex", "vni", "plain")
#: the erasing key
ERASE: Final = "\b"
MOST_CHARACTERS: Final = 120
#: so many keys are remembered as pressed; then what they made counts as what was there before
_KEYS_KEPT: Final = 60


@dataclass(frozen=True, slots=True)
class Typed:
    """A text field. ``before``: what stood in it; ``keys``: as pressed since, :data:`ERASE` among them.

    ``figures``: digits and signs are on the keys, not letters.
    """

    before: str = ""
    keys: str = ""
    method: Method = "telex"
    figures: bool = False

    @property
    def text(self) -> str:
        """What stands in the field, NFC."""
        return _composed(self.method, self.before, self.keys)

    def press(self, key: str) -> Typed:
        """Type one character; a full field takes no more, and no text begins with a space."""
        if len(key) != 1 or not key.isprintable() or len(self.text) >= MOST_CHARACTERS:
            return self
        return self if key == " " and not self.text else self._with(key)

    def erase(self) -> Typed:
        """Take the last written character away."""
        return self._with(ERASE) if self.text else self.put("")

    def put(self, text: str) -> Typed:
        """The field with this text in it."""
        return replace(self, before=text[:MOST_CHARACTERS], keys="")

    def switch_method(self) -> Typed:
        """The next way of typing; the text stays."""
        following = METHODS[(METHODS.index(self.method) + 1) % len(METHODS)]
        return replace(self.put(self.text), method=following)

    def switch_keys(self) -> Typed:
        """Letters or figures."""
        return replace(self, figures=not self.figures)

    def _with(self, key: str) -> Typed:
        known = self if len(self.keys) < _KEYS_KEPT else self.put(self.text)
        return replace(known, keys=known.keys + key)


@lru_cache(maxsize=256)
def _composed(method: Method, before: str, keys: str) -> str:
    if method == "plain":
        written = list(before)
        for key in keys:
            if key != ERASE:
                written.append(key)
            elif written:
                written.pop()
        return "".join(written)
    composer = Composer(method, text=before)
    for key in keys:
        if key == ERASE:
            composer.backspace()
        else:
            composer.press(key)
    return composer.text
