"""Pictures and films of a folder for the information screen: which there are, and a picture's pixels. No Kivy here.

A large photograph takes a Pi a second to decode: on the screen's thread a call would wait for it, so
:class:`queue_display.board.media_panel.MediaPanel` decodes on a thread of its own, and films have a process.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp"})
FILMS: Final = frozenset({".mp4", ".m4v", ".mkv", ".webm", ".mov", ".avi", ".mpg", ".ts"})
_LARGEST_PICTURE_BYTES: Final = 40 * 1024 * 1024
#: how often the folder is read again
AGAIN_S: Final = 60.0


def is_film(path: Path | None) -> bool:
    """Whether a file is a film, by its name."""
    return path is not None and path.suffix.lower() in FILMS


def list_media(folder: Path | None) -> tuple[Path, ...]:
    """The pictures and films of a folder by name; empty when there is no folder."""
    if folder is None:
        return ()
    try:
        return tuple(sorted(path for path in folder.iterdir() if _wanted(path)))
    except OSError:  # a stick that was pulled out
        return ()


def _wanted(path: Path) -> bool:
    # A file that is still being copied begins with a dot, by rsync's and most copiers' habit.
    suffix = path.suffix.lower()
    if path.name.startswith(".") or suffix not in PICTURES | FILMS or not path.is_file():
        return False
    return suffix in FILMS or path.stat().st_size <= _LARGEST_PICTURE_BYTES


class Shelf:
    """The media folder over time: read again every minute, without the files that turned out to be broken.

    A broken file is tried again when it was replaced.
    """

    def __init__(self, folder: Path | None, *, now_s: float) -> None:
        self._folder = folder
        self._all = list_media(folder)
        self._read_s = now_s
        self._broken: dict[Path, int] = {}

    def media(self, now_s: float) -> tuple[Path, ...]:
        """What can be shown, in order."""
        if self._folder is not None and now_s - self._read_s >= AGAIN_S:
            self._all, self._read_s = list_media(self._folder), now_s
            self._broken = {path: stamp for path, stamp in self._broken.items() if _stamp(path) == stamp}
        return tuple(path for path in self._all if path not in self._broken)

    def spoil(self, path: Path, why: str) -> None:
        """A file cannot be shown: it is left out."""
        if path not in self._broken:
            log.warning("%s cannot be shown: %s", path.name, why)
            self._broken[path] = _stamp(path)

    @property
    def troubled(self) -> bool:
        """Whether a file of the folder cannot be shown."""
        return bool(self._broken)


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


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
