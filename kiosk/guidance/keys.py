"""The four keys. Whichever device has them (a keyboard, buttons on a panel) posts the same event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.session.events import Event
from kiosk.session.touches import Touch


class Key(StrEnum):
    """What a key means."""

    PREVIOUS = "previous"
    NEXT = "next"
    CHOOSE = "choose"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class KeyPressed(Event):
    """One of the four keys went down. It is no touch of the visit: the guide makes one of it."""

    key: Key


@dataclass(frozen=True, slots=True)
class GoOn(Touch):
    """Read the next portion of a long text. It changes nothing of the visit: only the guide knows how far it read."""
