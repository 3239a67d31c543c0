"""A region cut out of a frame: turned so that its bars stand upright, and made larger."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kiosk.scanning.decoding.regions import Region

Grey = NDArray[np.uint8]

#: wider or higher crops are made no larger than this
_MOST_PX: Final = 2400
_MOST_HIGH_PX: Final = 320
#: rows that are averaged into one: bars are the same in all of them, noise is not
_ROWS: Final = 12
_QUIET_SHARE: Final = 0.07
_QUIET_PX: Final = 14.0


def upright(grey: Grey, region: Region, scale: float) -> Grey:
    """The region turned by its angle and enlarged; bars stand upright, with room for the quiet zones beside them."""
    long = region.long * (1 + 2 * _QUIET_SHARE) + 2 * _QUIET_PX
    scale = min(scale, _MOST_PX / long)
    wide, high = max(16, round(long * scale)), max(8, min(_MOST_HIGH_PX, round(region.high * scale)))
    cos, sin = math.cos(region.angle) / scale, math.sin(region.angle) / scale
    # From the crop's pixels to the frame's.
    numbers = (
        cos, -sin, region.x - cos * wide / 2 + sin * high / 2,
        sin, cos, region.y - sin * wide / 2 - cos * high / 2,
    )  # fmt: skip
    near, shift_x, shift_y = _near(grey, region.x, region.y, math.hypot(wide, high) / 2 / scale + 2)
    moved = (*numbers[:2], numbers[2] - shift_x, *numbers[3:5], numbers[5] - shift_y)
    turned = near.transform((wide, high), Image.Transform.AFFINE, moved, Image.Resampling.BICUBIC)
    return np.asarray(turned)


def _near(grey: Grey, x: float, y: float, reach: float) -> tuple[Image.Image, int, int]:
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    part = np.ascontiguousarray(grey[top : int(y + reach) + 1, left : int(x + reach) + 1])
    return Image.fromarray(part), left, top


def averaged(crop: Grey) -> Grey:
    """Each dozen rows of an upright crop as one, drawn over the dozen: noise and specks go, bars stay."""
    high = crop.shape[0] // _ROWS * _ROWS
    if high < 2 * _ROWS:
        return np.repeat(crop.mean(axis=0, keepdims=True).astype(np.uint8), _ROWS, axis=0)
    means = crop[:high].reshape(high // _ROWS, _ROWS, crop.shape[1]).mean(axis=1).astype(np.uint8)
    return np.repeat(means, _ROWS, axis=0)


def around(grey: Grey, region: Region, scale: float) -> Grey:
    """The region as it lies, with a margin, enlarged."""
    margin = max(12.0, 0.12 * max(region.long, region.high))
    left, top = max(0, int(region.x - region.long / 2 - margin)), max(0, int(region.y - region.high / 2 - margin))
    right, bottom = int(region.x + region.long / 2 + margin), int(region.y + region.high / 2 + margin)
    part = Image.fromarray(np.ascontiguousarray(grey[top:bottom, left:right]))
    scale = min(scale, _MOST_PX / max(part.width, part.height))
    return np.asarray(part.resize((round(part.width * scale), round(part.height * scale)), Image.Resampling.BICUBIC))


def larger(grey: Grey, scale: int = 2) -> Grey:
    """The whole frame enlarged."""
    image = Image.fromarray(grey)
    return np.asarray(image.resize((image.width * scale, image.height * scale), Image.Resampling.BILINEAR))
