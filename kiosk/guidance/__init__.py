"""The kiosk with the screen off: four keys and speech (EN 301 549, 5.1.3 and 9.2.2.1).

A number, a result, a booking; procedures read part by part; a dossier by its receipt; how one was served.

Which choices there are is read from the visit and the lobby, as the screens read them; a key that chooses sends the
same touch as a finger, so every rule of the visit holds. No Kivy, no clock, no sound here: :class:`~.guide.Guide`
takes keys and changed visits and hands what is to be said to whoever speaks.
"""

from kiosk.guidance.around import Around
from kiosk.guidance.guide import Guide, Speaker
from kiosk.guidance.keys import Key, KeyPressed
from kiosk.guidance.timing import unhurried

__all__ = ["Around", "Guide", "Key", "KeyPressed", "Speaker", "unhurried"]
