"""Sound as plain bytes, for processes that carry no numpy: mono, 16 bits, little-endian."""

from __future__ import annotations

import math
import sys
import wave
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SAMPLE_BYTES: Final = 2
_FULL_SCALE: Final = 32767


@dataclass(frozen=True, slots=True)
class Pcm:
    """Samples as bytes, at ``rate_hz``."""

    data: bytes
    rate_hz: int

    @property
    def length_s(self) -> float:
        """How long it lasts, in seconds."""
        return len(self.data) / SAMPLE_BYTES / self.rate_hz


def read_pcm(path: Path) -> Pcm:
    """Read a mono 16-bit WAV. Raises :class:`ValueError` with what is wrong, :class:`OSError`."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != SAMPLE_BYTES:
                raise ValueError(f"{file.getnchannels()} channels of {8 * file.getsampwidth()} bits, not mono 16")
            return Pcm(file.readframes(file.getnframes()), file.getframerate())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"not a WAV file ({error})") from error


def joined(pieces: Iterable[Pcm], *, pause_s: float, after_s: float = 0.0) -> Pcm:
    """One after another with silence between and after. Raises :class:`ValueError` for none, or for two rates."""
    sounds = list(pieces)
    rates = {sound.rate_hz for sound in sounds}
    if len(rates) != 1:
        raise ValueError(f"sounds of one rate, not of {sorted(rates)}")
    rate_hz = rates.pop()
    between = bytes(SAMPLE_BYTES * round(pause_s * rate_hz))
    return Pcm(between.join(sound.data for sound in sounds) + bytes(SAMPLE_BYTES * round(after_s * rate_hz)), rate_hz)


def louder(sound: Pcm, gain: float) -> Pcm:
    """The same at another loudness; ``gain`` 0 to 1, so that nothing is cut off."""
    if gain >= 1.0:
        return sound
    samples = _samples(sound.data)
    factor = max(0, round(gain * 256))
    return Pcm(_bytes(array("h", [(value * factor) >> 8 for value in samples])), sound.rate_hz)


#: the press sound: a soft knock, high enough for small loudspeakers, gone before it can annoy
_CLICK_HZ: Final = 1400.0
_CLICK_S: Final = 0.018
_CLICK_FADES_PER_S: Final = 260.0
_CLICK_RISE_S: Final = 0.0008
_CLICK_PEAK: Final = 0.22
CLICK_RATE_HZ: Final = 22050


def click() -> Pcm:
    """The sound of a press, 18 ms, its peak at -13 dB; computed, so that no recording has to be licensed."""
    samples = array("h")
    for frame in range(round(_CLICK_S * CLICK_RATE_HZ)):
        since_s = frame / CLICK_RATE_HZ
        rise = min(1.0, since_s / _CLICK_RISE_S)
        swing = math.sin(2 * math.pi * _CLICK_HZ * since_s) + 0.4 * math.sin(2 * math.pi * 2.3 * _CLICK_HZ * since_s)
        strength = _CLICK_PEAK * rise * math.exp(-_CLICK_FADES_PER_S * since_s)
        samples.append(round(_FULL_SCALE * strength * swing))
    return Pcm(_bytes(samples), CLICK_RATE_HZ)


def _samples(data: bytes) -> array[int]:
    samples = array("h", data)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _bytes(samples: array[int]) -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
