"""What the panel's buttons mean, where the visit stands now. Pure: a button is a touch, or one of the four keys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk import session as s
from kiosk.guidance import Key, KeyPressed


class Button(StrEnum):
    """A button of the panel; the last four guide by voice (:mod:`kiosk.guidance`)."""

    TAKE = "take"
    HELP = "help"
    LARGE = "large"
    PREVIOUS = "previous"
    NEXT = "next"
    CHOOSE = "choose"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class PanelPressed(s.Event):
    """A button went down. It is no touch of the visit: :func:`touches` makes some of it."""

    button: Button


_KEYS: Final = {
    Button.PREVIOUS: Key.PREVIOUS,
    Button.NEXT: Key.NEXT,
    Button.CHOOSE: Key.CHOOSE,
    Button.REPEAT: Key.REPEAT,
}
#: the same button again sooner is a trembling hand; who goes through a list by ear strikes fast
_SECOND_STRIKE_S: Final = 0.5
_SECOND_KEY_S: Final = 0.25
#: somebody is about to get a number, or waits for an answer: pressing again shall change nothing
_ON_THE_WAY: Final = frozenset(
    {s.Screen.SERVICES, s.Screen.PRIORITY, s.Screen.CHECK_IN, s.Screen.ASKING, s.Screen.DOSSIER_ASKED}
)


def trembles(button: Button, since_s: float) -> bool:
    """Whether a strike so many seconds after the button's last one belongs to it."""
    return since_s < (_SECOND_KEY_S if button in _KEYS else _SECOND_STRIKE_S)


def touches(button: Button, visit: s.Visit) -> tuple[s.Event, ...]:
    """The events that a button stands for now, in order."""
    if button in _KEYS:
        return (KeyPressed(_KEYS[button]),)
    if visit.overlay is s.Overlay.STILL_THERE:
        return (s.Anywhere(),)
    if button is Button.HELP:
        return s.Approached(), s.AskHelp()
    if button is Button.LARGE:
        return s.Approached(), s.SetLook(large=not visit.large, high_contrast=visit.high_contrast)
    return _take(visit)


def _take(visit: s.Visit) -> tuple[s.Event, ...]:
    """A number, from wherever the screen was left; language and letters stay those of whoever presses."""
    if visit.screen in _ON_THE_WAY or (visit.screen is s.Screen.NUMBER and visit.slip is s.Slip.PRINTING):
        return (s.Anywhere(),)
    if visit.screen in {s.Screen.HOME, s.Screen.ATTRACT}:
        return s.Approached(), s.CloseOverlay(), s.TakeNumber()
    if visit.screen is s.Screen.NUMBER:
        return s.GoHome(), s.TakeNumber()
    look = s.SetLook(large=visit.large, high_contrast=visit.high_contrast)
    return s.GoHome(), s.SetLanguage(visit.lang), look, s.TakeNumber()
