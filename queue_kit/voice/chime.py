"""The chime before a call: two soft bell notes, computed, so that no recording has to be licensed."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from queue_kit.voice.sound import LOUDNESS_DBFS, Samples, level

#: a falling third, E5 and C5: heard as friendly in every waiting room
_NOTES_HZ: Final = (659.26, 523.25)
#: (multiple of the note, strength, how much faster than the note it fades): a bell's first partials
_PARTIALS: Final = ((1.0, 1.0, 1.0), (2.0, 0.35, 1.7), (3.0, 0.12, 2.6), (4.2, 0.05, 4.0))
_SECOND_NOTE_S: Final = 0.38
LENGTH_S: Final = 1.25
_DECAY_PER_S: Final = 4.2
_ATTACK_S: Final = 0.006
_RELEASE_S: Final = 0.08


@lru_cache(maxsize=4)
def chime(rate_hz: int) -> Samples:
    """Give the chime, 1.25 s, 3 dB below the voice."""
    time_s = np.arange(round(LENGTH_S * rate_hz)) / rate_hz
    sound = np.zeros_like(time_s)
    for place, note_hz in enumerate(_NOTES_HZ):
        since_s = time_s - place * _SECOND_NOTE_S
        heard = since_s >= 0
        since_s = np.where(heard, since_s, 0.0)
        attack = np.minimum(1.0, since_s / _ATTACK_S)
        for multiple, strength, fading in _PARTIALS:
            tone = np.sin(2 * np.pi * note_hz * multiple * since_s)
            sound += heard * attack * strength * tone * np.exp(-_DECAY_PER_S * fading * since_s)
    release = round(_RELEASE_S * rate_hz)
    sound[-release:] *= np.linspace(1.0, 0.0, release)
    loudest = float(np.max(np.abs(sound)))
    return level(np.asarray(np.round(sound / loudest * 12000), dtype=np.int16), LOUDNESS_DBFS - 3.0)
