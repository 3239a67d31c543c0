"""How much of the camera each screen wants."""

from __future__ import annotations

from typing import Final

from kiosk.scanning.scanner import Attention
from kiosk.session import Screen

#: a code is asked for: the camera's picture helps to aim
_SHOWN: Final = frozenset({Screen.DOSSIER_CODE})
#: nobody is there
_ASLEEP: Final = frozenset({Screen.ATTRACT})


def attention_for(screen: Screen) -> Attention:
    """Nothing while the screen rests, the picture where a code is asked for, else the codes alone.

    Wherever somebody is, a code may be held up: at home a receipt leads straight to its dossier.
    """
    if screen in _ASLEEP:
        return Attention.ASLEEP
    return Attention.SHOWN if screen in _SHOWN else Attention.AWAKE
