"""A sign that takes frames of text on a serial line; the frame is its maker's, from the wiring file."""

from __future__ import annotations

import time
from typing import Any, Final

from queue_core.vietnamese import fold
from queue_display.signs.errors import UnitError
from queue_display.signs.shows import Show
from queue_display.signs.wiring import TextSign

_LEVELS: Final = 9
_BREATH_S: Final = 0.005
_BITS_A_BYTE: Final = 10  # start, eight, stop


class TextFrameSign:
    """One unit. Without a configured answer nobody can know whether it is there, and nobody says so."""

    def __init__(self, wired: TextSign) -> None:
        self._wired, self._frame = wired, wired.made_frame()
        self._answer = wired.answer.encode("latin-1")

    def frame(self, show: Show) -> bytes:
        """The bytes for what it shall show. Raises :class:`UnitError` ``narrow`` for a number that does not fit."""
        wired = self._wired
        text = self._closed(lost=show.lost) if show.closed else show.number or ""
        mark = wired.mark if show.lost else ""
        try:
            if len(text) > wired.cells:
                raise UnitError("narrow", f"{wired.cells} cells", number=show.number)
            if "{mark" not in wired.frame and len(text) + len(mark) <= wired.cells:
                text += mark
            return self._frame.fill(
                address=wired.address, text=text, mark=mark or " ", level=round(_LEVELS * show.percent / 100)
            )
        except UnicodeEncodeError as error:
            raise UnitError("narrow", wired.encoding, number=show.number) from error

    def send(self, port: Any, show: Show) -> None:
        """Send the frame; wait for its confirmation where there is one, else until the line is quiet again."""
        narrow = None
        try:
            frame = self.frame(show)
        except UnitError as error:
            narrow, frame = error, self.frame(Show(lost=show.lost, percent=show.percent))
        port.reset_input_buffer()
        port.write(frame)
        if self._answer:
            self._confirmed(port)
        else:
            # Until the last bit is out, and a breath: the next frame may be for a unit that still reads this one.
            time.sleep(len(frame) * _BITS_A_BYTE / port.baudrate + _BREATH_S)
        if narrow is not None:
            raise narrow

    def _confirmed(self, port: Any) -> None:
        said: bytes = port.read(len(self._answer))
        if not said:
            raise UnitError("away", self._wired.counter)
        if said != self._answer:
            raise UnitError("garbled", f"{self._wired.counter}: {said!r}")

    def _closed(self, *, lost: bool) -> str:
        """The words of a paused counter, in the sign's letters; dashes where they, and the mark, do not fit."""
        wired = self._wired
        words = fold(wired.closed).upper() if wired.encoding == "ascii" else wired.closed
        marked = len(wired.mark) if lost and "{mark" not in wired.frame else 0
        return words if len(words) + marked <= wired.cells else "-" * min(4, wired.cells - marked)
