"""Panels of coloured LEDs with a HUB75 connector, through hzeller's ``rgbmatrix``: an optional extra.

The library is on no package registry; it is built on the Pi (docs/signs.md). It is imported when a wiring file asks for
such a panel, and its absence is said in words. This module has not lit a real panel yet: the tests hand it a module of
the same shape.
"""

from __future__ import annotations

from typing import Any, Final

from queue_display.signs.errors import UnitError
from queue_display.signs.picture import picture
from queue_display.signs.shows import Show
from queue_display.signs.wiring import Matrix

#: what a number is drawn in: amber carries farthest, and is seen with every kind of colour vision
AMBER: Final = (255, 170, 0)
_PANEL_ROWS: Final = 32
_PANEL_COLUMNS: Final = 64


class Hub75Sign:
    """One chain of panels. Its brightness is the library's own, in percent."""

    def __init__(self, wired: Matrix) -> None:
        self._wired = wired
        self._matrix: Any = None

    def draw(self, show: Show, phase: int) -> None:
        """Show it. Raises :class:`UnitError`: ``driver``, ``away``, ``narrow``."""
        from PIL import Image

        wired, narrow = self._wired, None
        try:
            bits = picture(show, wired.width, wired.height, phase)
        except UnitError as error:
            narrow, bits = error, picture(Show(lost=show.lost), wired.width, wired.height)
        matrix = self._matrix or self._open()
        coloured = Image.new("RGB", bits.size)
        coloured.paste(AMBER, mask=bits)
        matrix.brightness = show.percent
        matrix.SetImage(coloured)
        if narrow is not None:
            raise narrow

    def close(self) -> None:
        """Let go of the pins: the library darkens the panels when its matrix goes."""
        self._matrix = None

    def _open(self) -> Any:
        try:
            from rgbmatrix import RGBMatrix, RGBMatrixOptions
        except ImportError as error:
            raise UnitError("driver", f"rgbmatrix: {error}") from error
        wired, options = self._wired, RGBMatrixOptions()
        options.rows = min(wired.height, _PANEL_ROWS)
        options.cols = min(wired.width, _PANEL_COLUMNS)
        options.chain_length = max(1, wired.width // options.cols)
        options.parallel = max(1, wired.height // options.rows)
        options.hardware_mapping = wired.mapping
        options.drop_privileges = False
        try:
            self._matrix = RGBMatrix(options=options)
        except Exception as error:  # the library's own are plain ones
            raise UnitError("away", f"HUB75: {error}") from error
        return self._matrix
