"""What plays an announcement: nothing, a sound card through ALSA, or a WAV file. The choice is configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from queue_kit.voice.errors import AudioError

if TYPE_CHECKING:
    from queue_kit.voice.compose import Composed


class Player(Protocol):
    """Plays one announcement at a time."""

    @property
    def trouble(self) -> str | None:
        """Key of what is wrong now, None when nothing is known to be."""

    def play(self, composed: Composed) -> int | None:
        """Block until it has been heard; the frame where it begins in the whole output, if there is one.

        Raises :class:`AudioError`: ``audio.away``, ``audio.late``.
        """

    def close(self) -> None:
        """Break off, let go of the device; from any thread."""


def make_player(choice: str, *, rate_hz: int, real_time: bool = True) -> Player:
    """Make the player named ``none``, ``alsa``, ``alsa:DEVICE`` or ``wav:FILE``.

    ``real_time`` false: ``none`` and ``wav`` take no time (simulated days). Raises :class:`AudioError`
    ``audio.unknown``.
    """
    kind, _, place = choice.partition(":")
    if choice == "none":
        from queue_kit.voice.players.none import NonePlayer

        return NonePlayer(real_time=real_time)
    if kind == "alsa" and (place or choice == "alsa"):
        from queue_kit.voice.players.alsa import AlsaPlayer

        return AlsaPlayer(device=place or None)
    if kind == "wav" and place:
        from queue_kit.voice.players.wav import WavPlayer

        return WavPlayer(Path(place), rate_hz=rate_hz, real_time=real_time)
    raise AudioError("audio.unknown", text=choice)
