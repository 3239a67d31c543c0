"""What the web pages say, in Vietnamese and English: one module a part of the pages."""

from __future__ import annotations

from typing import Final

from queue_hub.web.words import refusals  # noqa: F401 -- its being imported gives the errors their words
from queue_hub.web.words.bookings import BOOKINGS
from queue_hub.web.words.console import CONSOLE
from queue_hub.web.words.devices import DEVICES
from queue_hub.web.words.dossiers import DOSSIERS
from queue_hub.web.words.everywhere import EVERYWHERE
from queue_hub.web.words.history import HISTORY
from queue_hub.web.words.my_ratings import MY_RATINGS
from queue_hub.web.words.office import OFFICE
from queue_hub.web.words.officers import OFFICERS
from queue_hub.web.words.public import PUBLIC
from queue_hub.web.words.room import ROOM

#: key → (Vietnamese, English); pages and scripts take their words from here only
WORDS: Final[dict[str, tuple[str, str]]] = {
    **EVERYWHERE,
    **CONSOLE,
    **BOOKINGS,
    **DEVICES,
    **ROOM,
    **OFFICE,
    **HISTORY,
    **OFFICERS,
    **DOSSIERS,
    **MY_RATINGS,
    **PUBLIC,
}


def lang_of(value: str | None) -> str:
    """A language the pages have; Vietnamese unless English was asked for."""
    return "en" if value == "en" else "vi"


def word(key: str, lang: str, **places: object) -> str:
    """The words of a key; places in braces are filled. An unknown key is a mistake and says so."""
    pair = WORDS[key]
    text = pair[1] if lang == "en" else pair[0]
    return text.format(**places) if places else text


def all_words(lang: str) -> dict[str, str]:
    """All words in one language, for the scripts."""
    index = 1 if lang == "en" else 0
    return {key: pair[index] for key, pair in WORDS.items()}
