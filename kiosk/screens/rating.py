"""What the screens of a rating share: the tile at home, how the office asks, the faces."""

from __future__ import annotations

from typing import Final

from kiosk import session as s
from kiosk.screens.base import View
from kiosk.screens.tiles import TileSpec
from queue_core.rating import FACES
from queue_core.wire.messages import LobbyRating

FACE_ICONS: Final = {
    "very_happy": "mood-happy",
    "happy": "mood-smile",
    "neutral": "mood-neutral",
    "unhappy": "mood-sad",
    "very_unhappy": "mood-cry",
}


def rating_tile(view: View) -> list[TileSpec]:
    """The home screen's tile; none where the office does not ask."""
    lobby = view.seen.lobby
    if lobby is None or lobby.rating is None:
        return []
    return [
        TileSpec(
            key="rating",
            name=view.tr("rating.home"),
            sub=view.tr("rating.home_sub"),
            icon="mood-happy",
            act=view.doing(s.OpenRating(scans=view.scans)),
        )
    ]


def asked_of(view: View) -> LobbyRating:
    """How the office asks."""
    lobby = view.seen.lobby
    return (lobby.rating if lobby else None) or LobbyRating()


def face_of(value: int, scale: int) -> str:
    """The face of a value."""
    return FACES[scale][value - 1]
