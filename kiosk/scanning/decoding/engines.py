"""The two engines, zxing-cpp and zbar, asked only for the symbologies in use.

Each finds codes that the other does not. zbar guesses the encoding of a QR's bytes and often guesses Shift-JIS: only
plain ASCII is taken from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from kiosk.scanning.decoding.decoded import LINEAR, USUAL, Decoded, Found

Grey = NDArray[np.uint8]

_ZXING: Final = {
    "code128": zxingcpp.BarcodeFormat.Code128,
    "code39": zxingcpp.BarcodeFormat.Code39,
    "code93": zxingcpp.BarcodeFormat.Code93,
    "itf": zxingcpp.BarcodeFormat.ITF,
    "ean13": zxingcpp.BarcodeFormat.EAN13,
    "ean8": zxingcpp.BarcodeFormat.EAN8,
    "codabar": zxingcpp.BarcodeFormat.Codabar,
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "aztec": zxingcpp.BarcodeFormat.Aztec,
    "pdf417": zxingcpp.BarcodeFormat.PDF417,
}
_ZBAR: Final = {
    "code128": pyzbar.ZBarSymbol.CODE128,
    "code39": pyzbar.ZBarSymbol.CODE39,
    "code93": pyzbar.ZBarSymbol.CODE93,
    "itf": pyzbar.ZBarSymbol.I25,
    "ean13": pyzbar.ZBarSymbol.EAN13,
    "ean8": pyzbar.ZBarSymbol.EAN8,
    "codabar": pyzbar.ZBarSymbol.CODABAR,
    "qr": pyzbar.ZBarSymbol.QRCODE,
}
_OF_ZBAR: Final = {symbol.name: name for name, symbol in _ZBAR.items()}


def _names(formats: dict[str, Any]) -> dict[str, str]:
    return {str(one): name for name, one in formats.items()}


_OF_ZXING: Final = _names(_ZXING)


class Engines:
    """Both engines for some symbologies. Every call takes a contiguous grey picture of any size."""

    def __init__(self, symbologies: Sequence[str] = USUAL) -> None:
        self.linear = tuple(name for name in symbologies if name in LINEAR)
        self.matrix = tuple(name for name in symbologies if name not in LINEAR)
        self._all = _formats(symbologies)
        self._linear, self._matrix = _formats(self.linear), _formats(self.matrix)
        self._zbar = [_ZBAR[name] for name in symbologies if name in _ZBAR]
        self._zbar_linear = [_ZBAR[name] for name in self.linear if name in _ZBAR]

    def fast(self, grey: Grey) -> list[Found]:
        """What a third of the usual work finds: every frame is looked at this way."""
        return _zxing(grey, self._all, turned=False, smaller=False, inverted=False)

    def thorough(self, grey: Grey) -> list[Found]:
        """The frame turned, made smaller and inverted too."""
        return _zxing(grey, self._all, turned=True, smaller=True, inverted=True)

    def bars(self, upright: Grey, *, spread: bool = False) -> list[Found]:
        """Bars that stand upright. ``spread``: one threshold for the picture instead of one for each neighbourhood."""
        if not self.linear:
            return []
        binarizer = zxingcpp.Binarizer.GlobalHistogram if spread else zxingcpp.Binarizer.LocalAverage
        return _zxing(upright, self._linear, turned=False, smaller=False, inverted=False, binarizer=binarizer)

    def squares(self, grey: Grey, *, inverted: bool = False) -> list[Found]:
        """Codes of squares, at any angle; ``inverted``: white on black too."""
        if not self.matrix:
            return []
        return _zxing(grey, self._matrix, turned=False, smaller=False, inverted=inverted)

    def zbar(self, grey: Grey, *, only_bars: bool = False) -> list[Found]:
        """What zbar finds."""
        symbols = self._zbar_linear if only_bars else self._zbar
        if not symbols:
            return []
        found = []
        for one in pyzbar.decode(grey, symbols=symbols):
            name, raw = _OF_ZBAR.get(one.type), bytes(one.data)
            if name is not None and raw and raw.isascii():
                found.append(_found(name, raw.decode("ascii"), [(point.x, point.y) for point in one.polygon]))
        return found


def _formats(names: Iterable[str]) -> Any:
    return tuple(_ZXING[name] for name in names)


def _zxing(
    grey: Grey, formats: Any, *, turned: bool, smaller: bool, inverted: bool,
    binarizer: Any = zxingcpp.Binarizer.LocalAverage,
) -> list[Found]:  # fmt: skip
    read = zxingcpp.read_barcodes(
        grey, formats=formats, try_rotate=turned, try_downscale=smaller, try_invert=inverted, binarizer=binarizer,
        text_mode=zxingcpp.TextMode.Plain,
    )  # fmt: skip
    found = []
    for one in read:
        name, at = _OF_ZXING.get(str(one.format)), one.position
        if name is not None and one.text:
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            found.append(_found(name, one.text, [(corner.x, corner.y) for corner in corners]))
    return found


def _found(name: str, text: str, points: Sequence[tuple[float, float]]) -> Found:
    count = max(1, len(points))
    return Found(Decoded(name, text), sum(x for x, _ in points) / count, sum(y for _, y in points) / count)
