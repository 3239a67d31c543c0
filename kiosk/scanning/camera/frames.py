"""Where frames come from: a small protocol, and one module a kind in ``sources/``."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk.scanning.camera.settings import CameraSettings

Grey = NDArray[np.uint8]


class FrameSource(Protocol):
    """Gives grey frames, height × width. Each call keeps its deadline or is ended with the process that made it."""

    def open(self) -> None:
        """Begin to take frames. Raises :class:`kiosk.errors.KioskError` (``camera.*``)."""

    def read(self, deadline_s: float) -> Grey:
        """The newest frame, the caller's own. Raises :class:`kiosk.errors.KioskError` when none came in time."""

    def close(self) -> None:
        """Let the device go; may be called at any time, and twice."""


def source_of(settings: CameraSettings) -> FrameSource:
    """The source that settings name; nothing is opened yet, and only this one's library is imported."""
    match settings.kind:
        case "picamera2":
            from kiosk.scanning.camera.sources.picamera2 import PiSource

            return PiSource(settings)
        case "v4l2":
            from kiosk.scanning.camera.sources.v4l2 import V4l2Source

            return V4l2Source(settings)
        case "folder":
            from kiosk.scanning.camera.sources.folder import FolderSource

            return FolderSource(settings)
        case "video":
            from kiosk.scanning.camera.sources.video import VideoSource

            return VideoSource(settings)
