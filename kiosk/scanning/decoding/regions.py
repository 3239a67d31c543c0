"""Where in a frame something like a code is: bars, found by gradients that all point one way; or a patch of squares.

The gradients' products are summed over cells (the structure tensor: Bigün and Granlund 1987). Where the eigenvalues
differ, the cell is coherent: bars, at the angle of the tensor. A cell full of edges that point everywhere may be a
code of squares, or print; only a decoder can tell. Every second or third pixel is looked at, with its neighbours at
full resolution, for bars of two pixels vanish from a smaller picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
_Floats = NDArray[np.float32]

#: pixels that are looked at across a frame
_ACROSS: Final = 640
#: of them in a cell
_CELL: Final = 8
#: a gradient squared below which a cell is plain, in grey values halved
_FAINT: Final = 6.0
#: and below which it is plain beside the frame's strongest
_FAINT_SHARE: Final = 0.04
_COHERENT: Final = 0.55
_MESSY: Final = 0.5
#: cells whose directions differ by less than 20° belong together
_TOGETHER: Final = math.cos(math.radians(40))
_MOST_REGIONS: Final = 4
_LEAST_LONG_PX: Final = 56.0
_LEAST_CELLS: Final = 5


@dataclass(frozen=True, slots=True)
class Region:
    """A turned rectangle in the frame's pixels. ``angle``: of the way across the bars, radians; 0 for squares."""

    bars: bool
    x: float
    y: float
    angle: float
    long: float
    high: float
    weight: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside, a little outside too."""
        along = (x - self.x) * math.cos(self.angle) + (y - self.y) * math.sin(self.angle)
        across = (y - self.y) * math.cos(self.angle) - (x - self.x) * math.sin(self.angle)
        return abs(along) <= self.long * 0.6 and abs(across) <= self.high * 0.75


@dataclass(frozen=True, slots=True)
class _Field:
    """The tensor over cells: strength, coherence, and the doubled angle as a unit vector. ``pixel``: of a cell."""

    strength: _Floats
    coherence: _Floats
    cos: _Floats
    sin: _Floats
    pixel: int


def find_regions(grey: Grey) -> list[Region]:
    """The regions worth an engine's time, the likeliest first; at most four of each kind."""
    if min(grey.shape) < 6 * _CELL:
        return []
    field = _tensor(grey)
    strong = field.strength > max(_FAINT, _FAINT_SHARE * float(field.strength.max()))
    bars = _bars(field, strong & (field.coherence > _COHERENT))
    squares = _squares(field, strong & (field.coherence < _MESSY))
    return bars[:_MOST_REGIONS] + squares[:_MOST_REGIONS]


def _tensor(grey: Grey) -> _Field:
    step = max(1, round(grey.shape[1] / _ACROSS))
    rows = (grey.shape[0] - 1) // (step * _CELL) * _CELL
    columns = (grey.shape[1] - step) // (step * _CELL) * _CELL
    halved = (grey >> 1).view(np.int8)
    # Every other row looks between the others' columns: bars as wide as the step would hide from one comb.
    one = _products(halved, step, rows, columns, top=0, left=0)
    other = _products(halved, step, rows, columns, top=step, left=(step + 1) // 2 if step > 1 else 0)
    pp, qq, pq = (_smooth(first + second) for first, second in zip(one, other, strict=True))
    total, even, odd = 2 * (pp + qq), -4 * pq, 2 * (pp - qq)
    length: _Floats = np.sqrt(even * even + odd * odd)
    known: _Floats = np.maximum(length, np.float32(1e-6))
    # The mean of one pixel's gradient squared.
    strength = total / np.float32(_CELL * _CELL)
    coherence: _Floats = length / np.maximum(total, np.float32(1e-6))
    return _Field(strength, coherence, even / known, odd / known, step * _CELL)


def _products(
    halved: NDArray[np.int8], step: int, rows: int, columns: int, *, top: int, left: int
) -> tuple[_Floats, _Floats, _Floats]:
    """Of the two diagonals p and q of each pixel and its neighbours: p², q² and pq, summed over cells.

    2(p² + q²), -4pq and 2(p² - q²) are the tensor's trace and its doubled angle.
    """
    down, across = slice(top, rows * step, 2 * step), slice(left, left + columns * step, step)
    lower, right = slice(top + 1, rows * step + 1, 2 * step), slice(left + 1, left + columns * step + 1, step)
    p = np.subtract(halved[lower, right], halved[down, across], dtype=np.int16)
    q = np.subtract(halved[lower, across], halved[down, right], dtype=np.int16)
    return _cells(p * p), _cells(q * q), _cells(p * q)


def _cells(product: NDArray[np.int16]) -> _Floats:
    high, wide = product.shape
    half = _CELL // 2
    down = product.reshape(high // half, half, wide).sum(axis=1, dtype=np.int32)
    cells: _Floats = down.reshape(high // half, wide // _CELL, _CELL).sum(axis=2).astype(np.float32)
    return cells


def _smooth(cells: _Floats) -> _Floats:
    """Each cell with half of its neighbours: one letter's edge does not make a region."""
    wider = np.pad(cells, 1, mode="edge")
    across = wider[:, :-2] * 0.25 + wider[:, 1:-1] * 0.5 + wider[:, 2:] * 0.25
    smooth: _Floats = across[:-2] * 0.25 + across[1:-1] * 0.5 + across[2:] * 0.25
    return smooth


def _bars(field: _Field, active: NDArray[np.bool_]) -> list[Region]:
    regions = []
    for cells in _patches(active, field):
        if len(cells) < _LEAST_CELLS:
            continue
        ys, xs = np.array(cells, dtype=np.intp).T
        weights = field.strength[ys, xs]
        even, odd = float((weights * field.cos[ys, xs]).sum()), float((weights * field.sin[ys, xs]).sum())
        angle = math.atan2(odd, even) / 2
        region = _rectangle(xs, ys, angle, field.pixel, bars=True, weight=float(weights.sum()))
        # A sheet's edge is long, and one cell wide across itself.
        if region.long >= max(_LEAST_LONG_PX, 3.5 * field.pixel):
            regions.append(region)
    return sorted(regions, key=lambda region: -region.weight)


def _squares(field: _Field, active: NDArray[np.bool_]) -> list[Region]:
    regions = []
    for cells in _patches(active, None):
        if len(cells) < _LEAST_CELLS:
            continue
        ys, xs = np.array(cells, dtype=np.intp).T
        region = _rectangle(xs, ys, 0.0, field.pixel, bars=False, weight=float(field.strength[ys, xs].sum()))
        regions.append(region)
    return sorted(regions, key=lambda region: -region.weight)


def _rectangle(
    xs: NDArray[np.intp], ys: NDArray[np.intp], angle: float, pixel: int, *, bars: bool, weight: float
) -> Region:
    x, y = (xs + 0.5) * pixel, (ys + 0.5) * pixel
    along = x * math.cos(angle) + y * math.sin(angle)
    across = y * math.cos(angle) - x * math.sin(angle)
    first, last, low, top = along.min(), along.max(), across.min(), across.max()
    middle, level = (first + last) / 2, (low + top) / 2
    return Region(
        bars=bars,
        x=float(middle * math.cos(angle) - level * math.sin(angle)),
        y=float(middle * math.sin(angle) + level * math.cos(angle)),
        angle=angle,
        long=float(last - first) + pixel,
        high=float(top - low) + pixel,
        weight=weight,
    )


def _patches(active: NDArray[np.bool_], field: _Field | None) -> list[list[tuple[int, int]]]:
    """Cells that touch (and, with a field, point the same way)."""
    waiting = set(zip(*(axis.tolist() for axis in active.nonzero()), strict=True))
    patches = []
    cos, sin = (field.cos.tolist(), field.sin.tolist()) if field is not None and waiting else ([], [])
    while waiting:
        first = waiting.pop()
        patch, edge = [first], [first]
        while edge:
            y, x = edge.pop()
            for near in ((y, x + 1), (y, x - 1), (y + 1, x), (y - 1, x)):
                if near not in waiting:
                    continue
                if field is not None:
                    v, u = near
                    if cos[y][x] * cos[v][u] + sin[y][x] * sin[v][u] < _TOGETHER:
                        continue
                waiting.remove(near)
                patch.append(near)
                edge.append(near)
        patches.append(patch)
    return patches
