"""From a call to one stretch of samples: chime, the Vietnamese words once or twice, the ticket's language after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from queue_kit.voice.chime import chime
from queue_kit.voice.clips import VoicePack
from queue_kit.voice.phrases import CLIP_PAUSE_S, GROUP_PAUSE_S, SAYING_PAUSE_S, Saying, call_saying
from queue_kit.voice.sound import Samples, silence

AFTER_CHIME_S: Final = 0.15
CHIME: Final = "*chime*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A call to be spoken. ``key`` is the caller's own: it comes back with the result."""

    number: str
    counter_number: int
    lang: str = "vi"
    times: int = 2
    key: object = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a clip lies: its first sample and its length, counted from the beginning of the announcement."""

    clip: str
    lang: str
    start_frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class Composed:
    """An announcement as samples at ``rate_hz``, with the place of each clip."""

    announcement: Announcement
    samples: Samples
    rate_hz: int
    marks: tuple[Mark, ...]
    syllables: int

    @property
    def length_s(self) -> float:
        """How long it lasts, in seconds."""
        return len(self.samples) / self.rate_hz


def sayings(announcement: Announcement, pack: VoicePack) -> list[Saying]:
    """What is said: Vietnamese ``times`` times, then the language of the ticket, if the pack speaks it."""
    number, counter = announcement.number, announcement.counter_number
    said = [call_saying(number, counter, "vi")] * max(1, announcement.times)
    other = _other_language(announcement.lang)
    if other and pack.has(other):
        said.append(call_saying(number, counter, other))
    return said


def _other_language(lang: str) -> str | None:
    return lang if lang != "vi" else None


def compose(announcement: Announcement, pack: VoicePack) -> Composed:
    """Put the clips together. Raises :class:`ValueError` when the number or the counter cannot be said."""
    pieces: list[Samples] = []
    marks: list[Mark] = []
    frame = 0
    said = sayings(announcement, pack)
    for clip, lang, samples in _pieces(said, pack):
        if clip:
            marks.append(Mark(clip, lang, frame, len(samples)))
        pieces.append(samples)
        frame += len(samples)
    return Composed(
        announcement, np.concatenate(pieces), pack.rate_hz, tuple(marks), sum(saying.syllables for saying in said)
    )


def _pieces(said: list[Saying], pack: VoicePack) -> Iterator[tuple[str, str, Samples]]:
    rate_hz = pack.rate_hz
    yield CHIME, "", chime(rate_hz)
    yield "", "", silence(AFTER_CHIME_S, rate_hz)
    for turn, saying in enumerate(said):
        if turn:
            yield "", "", silence(SAYING_PAUSE_S, rate_hz)
        for place, group in enumerate(saying.groups):
            if place:
                yield "", "", silence(GROUP_PAUSE_S, rate_hz)
            for index, name in enumerate(group):
                samples = pack.clip(saying.lang, name)
                if samples is None:
                    raise ValueError(f"the pack has no clip {saying.lang} {name!r}")
                if index:
                    yield "", "", silence(CLIP_PAUSE_S, rate_hz)
                yield name, saying.lang, samples
