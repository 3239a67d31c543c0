"""Pictures of a folder in turn, again and again: a camera for trials, demonstrations and desks without one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from kiosk.errors import KioskError
from kiosk.scanning.camera.frames import Grey
from kiosk.scanning.camera.settings import CameraSettings

_KINDS: Final = frozenset({".png", ".jpg", ".jpeg", ".pgm"})
#: a larger picture comes from no camera of a kiosk
_MOST_PIXELS: Final = 20_000_000


class FolderSource:
    """Looks into the folder at each round: pictures may come and go while it runs."""

    def __init__(self, settings: CameraSettings) -> None:
        self._folder = Path(settings.target)
        self._waiting: list[Path] = []

    def open(self) -> None:
        """See :class:`FrameSource`."""
        self._waiting = self._pictures()

    def read(self, deadline_s: float) -> Grey:  # noqa: ARG002 -- a file is there or not
        """See :class:`FrameSource`; a file that is no picture is passed over."""
        for _ in range(len(self._waiting) + 1):
            if not self._waiting:
                self._waiting = self._pictures()
            path = self._waiting.pop(0)
            try:
                with Image.open(path) as image:
                    if image.width * image.height <= _MOST_PIXELS:
                        return np.array(image.convert("L"))
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
                continue
        raise KioskError("camera.silent", device=str(self._folder))

    def close(self) -> None:
        """See :class:`FrameSource`."""
        self._waiting = []

    def _pictures(self) -> list[Path]:
        try:
            found = sorted(path for path in self._folder.iterdir() if path.suffix.lower() in _KINDS)
        except PermissionError as error:
            raise KioskError("camera.no_permission", device=str(self._folder), group="motcua") from error
        except OSError as error:
            raise KioskError("camera.away", device=str(self._folder)) from error
        if not found:
            raise KioskError("camera.silent", device=str(self._folder))
        return found
