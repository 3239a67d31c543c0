"""The on-screen keyboard: which field its keys write into is a matter of the screen."""

from __future__ import annotations

from typing import Final

from kiosk.session import dossiers, procedures
from kiosk.session.moves import Context, Handlers, Result
from kiosk.session.touches import ClearKeys, EraseKey, Key, PressKey, SwitchKeys, SwitchMethod
from kiosk.session.visit import Screen, Visit


def _key(visit: Visit, event: Key, context: Context) -> Result:
    match visit.screen:
        case Screen.FIND:
            return procedures.find_key(visit, event, context)
        case Screen.DOSSIER_CODE:
            return dossiers.code_key(visit, event), ()
        case Screen.DOSSIER_OPENING:
            return dossiers.secret_key(visit, event), ()
        case _:
            return visit, ()


HANDLERS: Final[Handlers] = dict.fromkeys((PressKey, EraseKey, ClearKeys, SwitchKeys, SwitchMethod), _key)
