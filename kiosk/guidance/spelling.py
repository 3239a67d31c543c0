"""Entering letters and digits by four keys: signs in a ring, the way on one key back from the first of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiosk import session as s
from kiosk.guidance.around import Choice, choice, ways_out
from kiosk.guidance.phrases import Phrase, number, say

DIGITS: Final = "0123456789"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: what a dossier's code is made of, what comes most often first
CODE_SIGNS: Final = DIGITS + ".-" + LETTERS + "/"
SECRET_SIGNS: Final = LETTERS + DIGITS
_NAMED: Final = {".": "dot", "-": "dash", "/": "stroke"}


def ring(
    lang: str, signs: str, press: Callable[[str], s.Event], erase: s.Event, go: Choice, *more: Choice
) -> tuple[Choice, ...]:
    """Signs, the ways out, and, reached backwards from the first sign: the way on, an officer, ``more``, erasing."""
    back, home, officer = ways_out(lang)
    taken = choice(lang, "kiosk.keys.erase", erase)
    return (*(Choice(named(sign, lang), press(sign)) for sign in signs), back, home, taken, *more, officer, go)


def named(sign: str, lang: str) -> tuple[Phrase, ...]:
    """A sign as it is said."""
    if sign in _NAMED:
        return say(lang, f"guidance.sign.{_NAMED[sign]}")
    return number(sign, lang)


def spelled(entered: str, lang: str) -> tuple[Phrase, ...]:
    """Everything that was entered, sign by sign; or that nothing was."""
    if not entered:
        return say(lang, "guidance.nothing_entered")
    return (*say(lang, "guidance.entered"), *(said for sign in entered for said in named(sign, lang)))


def entered(visit: s.Visit) -> str:
    """What stands in the field of this screen."""
    match visit.screen:
        case s.Screen.CHECK_IN | s.Screen.RATE_NUMBER:
            return visit.digits
        case s.Screen.DOSSIER_CODE:
            return visit.tracking.text
        case s.Screen.DOSSIER_OPENING:
            return visit.tracking.secret
        case _:
            return ""


def echo(before: str, after: str, lang: str) -> tuple[Phrase, ...]:
    """What a key did to the field."""
    if len(after) > len(before) and after.startswith(before):
        return tuple(said for sign in after[len(before) :] for said in named(sign, lang))
    return (*say(lang, "guidance.erased"), *(spelled(after, lang) if after else say(lang, "guidance.nothing_entered")))
