"""A live picture: each frame is looked at quickly; where something like a code is seen, one costly way more, in turn.

A hand holds a receipt for a second or two, which is ten to twenty frames: what one frame's way does not read, the next
frame's does, and no frame takes long. What was read from bars counts when it fits the grammar and was read equal from
two frames; a QR, whose error correction is strong, counts at once.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.scanning.decoding.crops import around, averaged, upright
from kiosk.scanning.decoding.decoded import USUAL, Decoded, Found
from kiosk.scanning.decoding.grammar import Grammar, usable
from kiosk.scanning.decoding.regions import Region, find_regions
from kiosk.scanning.decoding.still import checked, engines_for, rivals

Grey = NDArray[np.uint8]
_Way = Callable[[], list[Found]]

#: readings of bars older than so many frames are another receipt's
REMEMBERED_FRAMES: Final = 40
_SCALE: Final = 1.5
_SMALL: Final = 2.0
#: regions of each kind
_TRIED: Final = 2


class FrameScanner:
    """Takes the frames of one camera in their order."""

    def __init__(self, symbologies: Sequence[str] = USUAL, grammar: Grammar | None = None) -> None:
        self._engines = engines_for(tuple(symbologies))
        self._grammar = grammar or Grammar()
        self._frame = 0
        self._turn = 0
        self._lucky: str | None = None
        #: of each frame that gave any: the texts of bars that fit
        self._looks: deque[tuple[int, frozenset[Decoded]]] = deque()

    def feed(self, grey: Grey) -> Decoded | None:
        """The code that counts with this frame (height × width, uint8), if any; the same again while it is held up.

        Raises :class:`ValueError` for an array of another shape or type.
        """
        grey = checked(grey)
        self._frame += 1
        while self._looks and self._looks[0][0] <= self._frame - REMEMBERED_FRAMES:
            self._looks.popleft()
        if not grey.size:
            return None
        found = self._engines.fast(grey) or self._one_way_more(grey)
        fitting = frozenset(one.decoded for one in found if one.linear and self._grammar.fits(one.decoded.text))
        if fitting:
            self._looks.append((self._frame, fitting))
        for one in found:
            if self._counts(one):
                return one.decoded
        return None

    def _one_way_more(self, grey: Grey) -> list[Found]:
        ways = self._ways(grey, find_regions(grey))
        if not ways:
            self._lucky = None
            return []
        # What has just read something is asked again: bars must be read twice.
        name = self._lucky if self._lucky in ways else list(ways)[self._turn % len(ways)]
        self._turn += 1
        found = ways[name]()
        self._lucky = name if found and self._lucky is None else None
        return found

    def _ways(self, grey: Grey, regions: Sequence[Region]) -> dict[str, _Way]:
        """What could be tried, the likeliest first: the first two of each kind of region, then the whole frame."""
        engines, ways = self._engines, dict[str, _Way]()
        bars = [region for region in regions if region.bars] if engines.linear else []
        squares = [region for region in regions if not region.bars] if engines.matrix else []
        for rank in range(_TRIED):
            if rank < len(bars):
                ways[f"bars {rank}"] = partial(self._upright, grey, bars[rank])
            if rank < len(squares):
                ways[f"squares {rank}"] = partial(self._around, grey, squares[rank])
            if rank < len(bars):
                ways[f"mean {rank}"] = partial(self._mean, grey, bars[rank])
        if ways:
            ways["whole"] = partial(engines.thorough, grey)
        return ways

    def _upright(self, grey: Grey, region: Region) -> list[Found]:
        return self._engines.bars(upright(grey, region, _SCALE))

    def _mean(self, grey: Grey, region: Region) -> list[Found]:
        return self._engines.zbar(averaged(upright(grey, region, _SCALE)), only_bars=True)

    def _around(self, grey: Grey, region: Region) -> list[Found]:
        return self._engines.squares(around(grey, region, _SMALL), inverted=True)

    def _counts(self, found: Found) -> bool:
        one = found.decoded
        if not found.linear:
            return usable(one.text)
        looks = [look for _, look in self._looks]
        votes = Counter(decoded for look in looks for decoded in look)
        return votes[one] >= 2 and all(votes[one] > votes[other] for other in rivals(one, votes, looks))
