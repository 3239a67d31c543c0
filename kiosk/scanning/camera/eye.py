"""The camera's process: ``python -m kiosk.scanning.camera.eye ADDRESS``. Takes frames, reads codes, keeps none.

It is a process of its own because an engine may crash on a hostile code, a driver may hang for ever, and numpy with the
engines is as large as half a kiosk: the kiosk ends it and starts another. It ends by itself when the kiosk is gone.
Standard output carries messages only (:mod:`kiosk.scanning.camera.pipe`); what libraries print goes to standard error.
"""

from __future__ import annotations

import json
import os
import re
import select
import sys
import time
from typing import Final

import numpy as np
from PIL import Image

from kiosk.errors import KioskError
from kiosk.scanning.camera import pipe
from kiosk.scanning.camera.frames import FrameSource, Grey, source_of
from kiosk.scanning.camera.lights import Light, light_of
from kiosk.scanning.camera.settings import CameraSettings, read_settings
from kiosk.scanning.decoding.grammar import Grammar
from kiosk.scanning.decoding.stream import FrameScanner

_READ_S: Final = 3.0
_AGAIN_S: Final = 2.0
_BEAT_S: Final = 1.0
_ASLEEP_S: Final = 2.0
#: one receipt is told once, however long it is held up
_SAME_S: Final = 3.0
_SHOWN_WIDTH: Final = 320
_SHOWN_FPS: Final = 8.0
#: mean grey below which the lamp is lit; it goes out with the visitor
_DARK: Final = 70.0
_NICER: Final = 5


class Eye:
    """The loop. ``commands``, ``messages``: file descriptors of the two pipes."""

    def __init__(
        self, settings: CameraSettings, *, commands: int, messages: int, source: FrameSource, light: Light
    ) -> None:
        self._settings, self._source, self._light = settings, source, light
        self._commands, self._messages = commands, messages
        self._mode = pipe.SLEEP
        self._opened = False
        self._scanner = self._new_scanner()
        self._told: dict[str, float] = {}
        self._beat_s = self._shown_s = -_BEAT_S

    def _new_scanner(self) -> FrameScanner:
        also = re.compile(self._settings.also) if self._settings.also else None
        return FrameScanner(self._settings.codes, Grammar(units=self._settings.units, also=also))

    def run(self) -> None:
        """Until the kiosk closes its end."""
        pause_s = 0.0
        try:
            # Everything is loaded: from here on, silence is a fault.
            self._say(pipe.packed(pipe.BEAT, b"0"))
            while self._obeys(pause_s):
                pause_s = self._rests() if self._mode == pipe.SLEEP else self._looks()
        except BrokenPipeError:
            pass
        finally:
            self._close()

    def _obeys(self, pause_s: float) -> bool:
        """Wait so long for commands; False when nobody will send any more."""
        until_s = time.monotonic() + pause_s
        while True:
            left_s = max(0.0, until_s - time.monotonic())
            if not select.select([self._commands], [], [], left_s)[0]:
                return True
            letters = os.read(self._commands, 64)
            if not letters:
                return False
            self._mode = letters[-1:]
            if self._mode != pipe.SLEEP and not self._opened:
                return True

    def _rests(self) -> float:
        if self._opened:
            self._close()
        self._say(pipe.packed(pipe.BEAT, b"0"))
        return _ASLEEP_S

    def _looks(self) -> float:
        """One frame; gives the seconds to rest after it."""
        try:
            if not self._opened:
                self._source.open()
                self._opened = True
            began_s = time.monotonic()
            grey = self._source.read(_READ_S)
        except KioskError as error:
            self._close()
            self._say(pipe.packed(pipe.TROUBLE, json.dumps({"key": error.key, "details": error.details}).encode()))
            return _AGAIN_S
        spent_s = self._reads(grey)
        now_s = time.monotonic()
        if now_s - self._beat_s >= _BEAT_S:
            self._beat_s = now_s
            self._say(pipe.packed(pipe.BEAT, b"1"))
        rest_s = spent_s * (100 / self._settings.cpu_percent - 1)
        return max(rest_s, 1 / self._settings.fps - (now_s - began_s), 0.0)

    def _reads(self, grey: Grey) -> float:
        """Read a frame and show it; gives the processor time that it took."""
        began_s = time.process_time()
        if float(grey[::16, ::16].mean()) < _DARK:
            self._light.set(on=True)
        one, now_s = self._scanner.feed(grey), time.monotonic()
        if one is not None:
            if now_s - self._told.get(one.text, -_SAME_S) >= _SAME_S:
                self._say(pipe.packed(pipe.CODE, one.text.encode("utf-8", "replace")))
            # What was read lives no longer than is needed to tell it once.
            self._told = {text: at_s for text, at_s in self._told.items() if now_s - at_s < _SAME_S}
            self._told[one.text] = now_s
        if self._mode == pipe.SHOW and now_s - self._shown_s >= 1 / _SHOWN_FPS:
            self._shown_s = now_s
            self._say(pipe.packed_picture(shown(grey, turn=self._settings.turn, mirror=self._settings.mirror)))
        return time.process_time() - began_s

    def _close(self) -> None:
        self._opened = False
        self._source.close()
        self._light.set(on=False)
        # Nothing of the last visitor waits for the next.
        self._scanner = self._new_scanner()
        self._told.clear()

    def _say(self, message: bytes) -> None:
        view = memoryview(message)
        while view:
            view = view[os.write(self._messages, view) :]


def shown(grey: Grey, *, turn: int = 0, mirror: bool = False) -> pipe.Shown:
    """A frame as it is shown: at most 320 pixels wide before it is turned, so many degrees clockwise."""
    step = max(1, grey.shape[1] // (2 * _SHOWN_WIDTH))
    image = Image.fromarray(np.ascontiguousarray(grey[::step, ::step]))
    image = image.resize((_SHOWN_WIDTH, max(1, round(_SHOWN_WIDTH * grey.shape[0] / grey.shape[1]))))
    if turn:
        image = image.rotate(-turn, expand=True)
    if mirror:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return pipe.Shown(image.width, image.height, image.tobytes())


def main(address: str) -> None:
    """Be the eye of an address, on the standard pipes."""
    os.nice(_NICER)
    messages = os.dup(1)
    os.dup2(2, 1)
    settings = read_settings(address)
    Eye(settings, commands=0, messages=messages, source=source_of(settings), light=light_of(settings.light)).run()


if __name__ == "__main__":
    main(sys.argv[1])
