"""A Raspberry Pi's own camera, by picamera2 (apt's, seen through the system's packages; nowhere else imported).

The ``lores`` stream is YUV420: an array of 3/2 of the height, whose rows are padded to the stride; its first ``height``
rows and ``width`` columns are the grey picture (Picamera2 manual, 4.2 and appendix A).
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from kiosk.errors import KioskError
from kiosk.scanning.camera.frames import Grey
from kiosk.scanning.camera.settings import CameraSettings

log = logging.getLogger(__name__)


class PiSource:
    """One camera of the board, by its number."""

    def __init__(self, settings: CameraSettings) -> None:
        self._settings = settings
        self._name = f"picamera2:{settings.target}"
        self._camera: Any = None
        self._size = (settings.width, settings.height)

    def open(self) -> None:
        """See :class:`FrameSource`."""
        try:
            from picamera2 import Picamera2
        except ImportError as error:
            raise KioskError("camera.no_picamera2", device=self._name) from error
        settings = self._settings
        size = self._size
        try:
            if int(settings.target) >= len(Picamera2.global_camera_info()):
                raise KioskError("camera.away", device=self._name)
            camera = self._camera = Picamera2(int(settings.target))
            frame_us = round(1_000_000 / settings.fps)
            configuration = camera.create_video_configuration(
                main={"size": size},
                lores={"size": size, "format": "YUV420"},
                display=None,
                encode=None,
                buffer_count=3,
                controls={"FrameDurationLimits": (frame_us, frame_us)},
            )
            camera.configure(configuration)
            # What was asked for may have been rounded to what the pipeline can do.
            self._size = tuple(camera.camera_configuration()["lores"]["size"])
            self._focus(camera)
            camera.start()
        except KioskError:
            raise
        except (RuntimeError, OSError, IndexError, ValueError) as error:
            self.close()
            raise KioskError("camera.busy", device=self._name) from error

    @staticmethod
    def _focus(camera: Any) -> None:
        """Where the lens moves (camera module 3): focus by itself, near too."""
        if "AfMode" in camera.camera_controls:
            # libcamera's controls.AfMode: 2 continuous; AfRange: 2 full
            camera.set_controls({"AfMode": 2, "AfRange": 2})

    def read(self, deadline_s: float) -> Grey:
        """See :class:`FrameSource`."""
        if self._camera is None:
            raise KioskError("camera.away", device=self._name)
        try:
            job = self._camera.capture_array("lores", wait=False)
            array = self._camera.wait(job, timeout=deadline_s)
        except (TimeoutError, RuntimeError, OSError) as error:
            raise KioskError("camera.silent", device=self._name) from error
        return np.array(array[: self._size[1], : self._size[0]])

    def close(self) -> None:
        """See :class:`FrameSource`."""
        camera, self._camera = self._camera, None
        if camera is not None:
            try:
                camera.stop()
                camera.close()
            except (RuntimeError, OSError) as error:
                log.warning("%s did not close: %s", self._name, error)
