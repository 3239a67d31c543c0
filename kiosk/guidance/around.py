"""What the guide knows besides the visit and the office, and what a choice is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kiosk import session as s
from kiosk.guidance.phrases import Phrase, say


def _everywhere(_lang: str) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """``scans``, ``prints``: a scanner, a printer stands beside the kiosk; ``headset``: only one person hears it.

    ``day``: today, where a clock is trusted; ``speaks``: whether there is a voice for a language; ``portion``: the
    first stretch of a long text that is to be read next.
    """

    scans: bool = False
    prints: bool = False
    headset: bool = False
    day: date | None = None
    speaks: Callable[[str], bool] = _everywhere
    portion: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: what is said of it, and the touch that chooses it."""

    phrases: tuple[Phrase, ...]
    event: s.Event


def choice(lang: str, key: str, event: s.Event, **args: object) -> Choice:
    """A choice that is said by a sentence of the language's pack."""
    return Choice(say(lang, key, **args), event)


def ways_out(lang: str, *, back: bool = True) -> tuple[Choice, ...]:
    """Back, the start page, an officer."""
    behind = (choice(lang, "kiosk.nav.back", s.GoBack()),) if back else ()
    return (*behind, choice(lang, "kiosk.nav.home", s.GoHome()), choice(lang, "kiosk.nav.help", s.AskHelp()))
