"""Pictures of a folder for the information screen: which there are, and their pixels. No Kivy here.

A large photograph takes a Pi a second to decode: on the screen's thread a call would wait for it, so
:class:`queue_display.board.widgets.MediaPanel` decodes on a thread of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_LARGEST_BYTES: Final = 40 * 1024 * 1024


def list_media(folder: Path | None) -> tuple[Path, ...]:
    """The pictures of a folder by name; empty when there is no folder."""
    if folder is None or not folder.is_dir():
        return ()
    return tuple(
        sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in SUFFIXES and path.is_file() and path.stat().st_size <= _LARGEST_BYTES
        )
    )


def decode(path: Path, width: int, height: int) -> tuple[bytes, int, int]:
    """RGB rows, bottom first, of the picture fitted into a box: (bytes, width, height).

    Raises :class:`OSError` or :class:`ValueError` when it cannot be read.
    """
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        image.draft("RGB", (width, height))
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((width, height))
        flipped = ImageOps.flip(upright)
        return flipped.tobytes(), flipped.width, flipped.height
