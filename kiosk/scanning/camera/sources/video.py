"""A film as a camera, again and again: a recording of receipts under a kiosk's lens, to try settings on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from kiosk.errors import KioskError
from kiosk.scanning.camera.frames import Grey
from kiosk.scanning.camera.settings import CameraSettings

_LOOK_S: Final = 0.005


class VideoSource:
    """Plays by ffpyplayer, without sound, as fast as it is asked."""

    def __init__(self, settings: CameraSettings) -> None:
        self._path = settings.target
        self._player: Any = None

    def open(self) -> None:
        """See :class:`FrameSource`."""
        from ffpyplayer.player import MediaPlayer
        from ffpyplayer.tools import set_log_callback

        if not Path(self._path).is_file():
            raise KioskError("camera.away", device=self._path)
        set_log_callback(lambda _message, _level: None)
        options = {"an": True, "sn": True, "out_fmt": "gray", "loop": 0, "sync": "video"}
        self._player = MediaPlayer(self._path, ff_opts=options, lib_opts={"threads": "1"})

    def read(self, deadline_s: float) -> Grey:
        """See :class:`FrameSource`."""
        until_s = time.monotonic() + deadline_s
        while self._player is not None and time.monotonic() < until_s:
            frame, _value = self._player.get_frame()
            if frame is None:
                time.sleep(_LOOK_S)
                continue
            image = frame[0]
            width, height = image.get_size()
            line_bytes = image.get_linesizes()[0]
            lines = np.frombuffer(image.to_bytearray()[0], np.uint8)
            line_bytes = line_bytes if len(lines) >= line_bytes * height else len(lines) // height
            return lines[: line_bytes * height].reshape(height, line_bytes)[:, :width].copy()
        raise KioskError("camera.silent", device=self._path)

    def close(self) -> None:
        """See :class:`FrameSource`."""
        player, self._player = self._player, None
        if player is not None:
            player.close_player()
