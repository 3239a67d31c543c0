"""One picture, with all the effort that helps: for a still, and for whoever holds the engines against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.scanning.decoding.crops import around, averaged, larger, upright
from kiosk.scanning.decoding.decoded import USUAL, Decoded, Found
from kiosk.scanning.decoding.engines import Engines
from kiosk.scanning.decoding.grammar import Grammar
from kiosk.scanning.decoding.regions import Region, find_regions

Grey = NDArray[np.uint8]

_SCALE: Final = 1.5
_SMALL: Final = 2.0
#: a larger picture than Full HD is not enlarged
_MOST_ENLARGED: Final = 1920 * 1088
#: a picture with more codes is no receipt, and may be meant to keep us busy
MOST_CODES: Final = 16


def decode_frame(grey: Grey, symbologies: Sequence[str] = USUAL) -> list[Decoded]:
    """Every code that can be read from one grey picture (height × width, uint8), each once, at most 16.

    A text of bars is given when two ways of reading agree on it, or when it is a plausible dossier code that no other
    reading of the picture contradicts: the checksum of Code 128 is weak. Raises :class:`ValueError` for an array of
    another shape or type.
    """
    grey = checked(grey)
    if not grey.size:
        return []
    return _Still(grey, engines_for(tuple(symbologies))).decoded()


def checked(grey: Grey) -> Grey:
    """The array as the engines want it. Raises :class:`ValueError`."""
    if not isinstance(grey, np.ndarray) or grey.ndim != 2 or grey.dtype != np.uint8:
        raise ValueError("a grey frame is a numpy array of uint8, height by width")
    return np.ascontiguousarray(grey)


@lru_cache(maxsize=8)
def engines_for(symbologies: tuple[str, ...]) -> Engines:
    """The engines for these; the formats are looked up once."""
    return Engines(symbologies)


class _Still:
    """One picture's reading: a way at a time, until each place that looks like a code has given one."""

    def __init__(self, grey: Grey, engines: Engines) -> None:
        self.grey, self.engines = grey, engines
        self._votes: Counter[Decoded] = Counter()
        self._places: dict[Decoded, tuple[float, float]] = {}
        self._looks: list[frozenset[Decoded]] = []

    def decoded(self) -> list[Decoded]:
        """All ways, the cheap ones first."""
        grey, engines = self.grey, self.engines
        self._take(engines.thorough(grey))
        self._regions = find_regions(grey)
        for region in self._regions:
            for way in self._ways(region):
                if self._enough(region):
                    break
                self._take(way(), region)
        if self._wanting():
            self._take(engines.fast(larger(grey) if grey.size <= _MOST_ENLARGED else grey))
        if self._wanting():
            self._take(engines.zbar(grey))
        return self._judged()

    def _ways(self, region: Region) -> Iterator[Callable[[], list[Found]]]:
        grey, engines = self.grey, self.engines
        if not region.bars:
            yield lambda: engines.squares(around(grey, region, _SMALL), inverted=True)
            return
        crop = upright(grey, region, _SCALE)
        mean = averaged(crop)
        yield lambda: engines.bars(crop)
        yield lambda: engines.zbar(mean, only_bars=True)
        yield lambda: engines.zbar(crop, only_bars=True)
        yield lambda: engines.bars(mean)
        yield lambda: engines.bars(upright(grey, region, _SCALE + 1))
        yield lambda: engines.bars(255 - mean)

    def _take(self, found: Sequence[Found], region: Region | None = None) -> None:
        self._looks.append(frozenset(one.decoded for one in found))
        for one in found:
            self._votes[one.decoded] += 1
            if region is None:
                # Where a crop's code lies in the frame is known by its region.
                self._places.setdefault(one.decoded, (one.x, one.y))
            elif one.decoded not in self._places:
                self._places[one.decoded] = (region.x, region.y)

    def _enough(self, region: Region) -> bool:
        """Whether a code of this place is sure."""
        inside = [one for one, place in self._places.items() if region.holds(*place)]
        return any(self._sure(one) for one in inside)

    def _sure(self, one: Decoded) -> bool:
        return not Found(one, 0, 0).linear or self._votes[one] > 1

    def _wanting(self) -> bool:
        """Whether something that looks like a code has given none, or none that is sure."""
        if not all(self._sure(one) for one in self._votes):
            return True
        return not self._votes or any(region.bars and not self._enough(region) for region in self._regions)

    def _judged(self) -> list[Decoded]:
        grammar = Grammar()
        given: list[Decoded] = []
        for one, votes in self._votes.most_common():
            linear = Found(one, 0, 0).linear
            if linear and any(self._votes[other] >= votes for other in rivals(one, self._votes, self._looks)):
                continue
            if not linear or votes > 1 or grammar.fits(one.text):
                given.append(one)
        return given[:MOST_CODES]


def rivals(one: Decoded, others: Iterable[Decoded], looks: Iterable[frozenset[Decoded]]) -> list[Decoded]:
    """What may be other readings of the same bars. What one look gave beside it is another code."""
    beside = {other for look in looks if one in look for other in look}
    return [other for other in others if other not in beside and other != one and alike(one, other)]


def alike(one: Decoded, other: Decoded) -> bool:
    """Whether two texts of bars may be two readings of one code: as long, and most characters the same."""
    if one.symbology != other.symbology or len(one.text) != len(other.text):
        return False
    return sum(a != b for a, b in zip(one.text, other.text, strict=True)) * 3 <= len(one.text)
