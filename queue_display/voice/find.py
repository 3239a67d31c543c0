"""Find spoken clips in a recording: the proof that a call was heard, taken from the samples alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from queue_display.voice.clips import VoicePack
from queue_display.voice.phrases import Saying, call_saying
from queue_display.voice.sound import Samples

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
    if not len(clip):
        return None
    stop = len(recording) if stop is None else min(stop, len(recording))
    hay, needle = recording.astype("<i2").tobytes(), clip.astype("<i2").tobytes()
    at = start * 2
    while (at := hay.find(needle, at, stop * 2)) >= 0:
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
    clips = [pack.clip(saying.lang, name) for name in saying.clips]
    found: list[Heard] = []
    known = [clip for clip in clips if clip is not None]
    if len(known) < len(clips):
        return found
    at = find_exact(recording, known[0])
    while at is not None:
        end = _follow(recording, known, at, pack.rate_hz)
        if end is not None:
            found.append(Heard(saying, at, end))
        at = find_exact(recording, known[0], at + len(known[0]))
    return found


def _follow(recording: Samples, clips: list[Samples], at: int, rate_hz: int) -> int | None:
    end = at + len(clips[0])
    for clip in clips[1:]:
        place = find_exact(recording[end : end + round(_NEXT_WITHIN_S * rate_hz) + len(clip)], clip)
        if place is None:
            return None
        end += place + len(clip)
    return end
