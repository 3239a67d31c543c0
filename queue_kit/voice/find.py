"""Find spoken clips in a recording: the proof that a call was heard, taken from the samples alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from queue_kit.voice.clips import VoicePack
from queue_kit.voice.phrases import Saying, call_saying
from queue_kit.voice.sound import Samples

#: normalised correlation above which a clip counts as found (the same words from another take reach about 0.5)
ALIKE: Final = 0.9
#: a clip of the same saying begins at most so long after the last one's end
_NEXT_WITHIN_S: Final = 0.6


@dataclass(frozen=True, slots=True)
class Heard:
    """A saying found in a recording: its words, first frame and end."""

    saying: Saying
    start_frame: int
    end_frame: int


def find_exact(recording: Samples, clip: Samples, start: int = 0, stop: int | None = None) -> int | None:
    """First frame at which ``clip`` lies in ``recording`` sample for sample, or None."""
    return _find(_pcm(recording), _pcm(clip), start, len(recording) if stop is None else stop)


def _pcm(samples: Samples) -> bytes:
    return samples.astype("<i2").tobytes()


def _find(hay: bytes, needle: bytes, start: int, stop: int) -> int | None:
    at = start * 2
    while needle and (at := hay.find(needle, at, stop * 2)) >= 0:
        if at % 2 == 0:
            return at // 2
        at += 1
    return None


def find_alike(recording: Samples, clip: Samples, *, alike: float = ALIKE) -> int | None:
    """First frame at which ``clip`` lies in ``recording`` at any volume, resampled or noisy a little; or None.

    Normalised cross-correlation through the Fourier transform; ``alike`` from 0 to 1.
    """
    if not len(clip) or len(recording) < len(clip):
        return None
    hay = recording.astype(np.float64)
    needle = clip.astype(np.float64)
    length = 1 << (len(hay) + len(needle) - 2).bit_length()
    product = np.fft.rfft(hay, length) * np.conj(np.fft.rfft(needle, length))
    places = len(hay) - len(needle) + 1
    correlation = np.fft.irfft(product, length)[:places]
    power = np.concatenate(([0.0], np.cumsum(hay**2)))
    energy = power[len(needle) :][:places] - power[:places]
    scale = np.sqrt(np.maximum(energy, 1.0) * float(np.sum(needle**2)))
    score = correlation / np.maximum(scale, 1.0)
    found = np.nonzero(score >= alike)[0]
    if not len(found):
        return None
    near = score[found[0] : found[0] + len(needle) // 2]
    return int(found[0] + np.argmax(near))


def find_call(
    recording: Samples, pack: VoicePack, number: str, counter_number: int, *, lang: str = "vi"
) -> list[Heard]:
    """Every place where the recording calls ``number`` to the counter: all its clips, in order, close together."""
    saying = call_saying(number, counter_number, "en" if lang == "en" else "vi")
    clips = [_pcm(clip) for name in saying.clips if (clip := pack.clip(saying.lang, name)) is not None]
    found: list[Heard] = []
    if len(clips) < len(saying.clips):
        return found
    hay = _pcm(recording)
    frames = len(recording)
    at = _find(hay, clips[0], 0, frames)
    while at is not None:
        end = _follow(hay, clips, at, pack.rate_hz)
        if end is not None:
            found.append(Heard(saying, at, end))
        at = _find(hay, clips[0], at + len(clips[0]) // 2, frames)
    return found


def _follow(hay: bytes, clips: list[bytes], at: int, rate_hz: int) -> int | None:
    end = at + len(clips[0]) // 2
    for clip in clips[1:]:
        place = _find(hay, clip, end, end + round(_NEXT_WITHIN_S * rate_hz) + len(clip) // 2)
        if place is None:
            return None
        end = place + len(clip) // 2
    return end
