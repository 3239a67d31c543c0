"""What the kiosk reads: texts of barcodes and QR codes, from whichever scanner stands beside the screen.

A scanner gives texts and knows nothing of what they mean; the visit decides (:mod:`kiosk.session.scanned`).
``decode_frame``, ``FrameScanner`` and ``Decoded`` bring numpy and the engines with them: they are loaded when they are
asked for, and never by a kiosk, whose camera lives in a process of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kiosk.scanning.scanner import Attention, Heard, Scanner, Seeing, SmallPicture, check_scanner, open_scanner

if TYPE_CHECKING:
    from kiosk.scanning.decoding.decoded import Decoded
    from kiosk.scanning.decoding.still import decode_frame
    from kiosk.scanning.decoding.stream import FrameScanner

__all__ = [
    "Attention", "Decoded", "FrameScanner", "Heard", "Scanner", "Seeing", "SmallPicture", "check_scanner",
    "decode_frame", "open_scanner",
]  # fmt: skip

_LATER: Final = {"Decoded": "decoded", "FrameScanner": "stream", "decode_frame": "still"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"kiosk.scanning.decoding.{_LATER[name]}"), name)
