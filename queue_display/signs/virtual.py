"""Text signs that exist only on a pty: they read frames strictly, keep a text each, and draw what they show.

The demo hangs one above counter 2; the tests play with their plug, their power and their honesty. A frame with a wrong
check sum or an unknown address is not answered, as by a real unit.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty
from collections.abc import Callable, Iterable
from functools import reduce
from operator import xor
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from queue_display.signs.protocols.hub75 import AMBER

if TYPE_CHECKING:
    from PIL import Image

CELLS: Final = 8
#: as the wiring file writes it: address, text, brightness, and the check sum over all but the first byte
FRAME: Final = "\x02{address:02X}{text:>8}{level}\x03{xor}"
#: what a unit confirms with
ANSWER: Final = "\x06"
_LENGTH: Final = 15  # start, 2 of address, 8 of text, 1 of brightness, end, 2 of check sum
_START: Final = 0x02
_LEDS: Final = (64, 16)
_DOT: Final = 10
_OFF: Final = (38, 30, 22)
_MARGIN: Final = 30


class VirtualSigns:
    """Signs at some addresses of one line; ``port`` is what a wiring file names. Use as a context manager."""

    def __init__(self, port: Path, addresses: Iterable[int] = (1,)) -> None:
        self.port = port
        #: how units answer now; None: they are silent
        self.answer: str | None = ANSWER
        #: hears every good frame
        self.on_frame: Callable[[bytes], None] = lambda _frame: None
        self._texts = dict.fromkeys(addresses, "")
        self._changed = threading.Condition()
        self._ends: tuple[int, int] | None = None
        self._wake = (-1, -1)
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    # ------------------------------------------------------------------ the cable and the power
    def plug_in(self) -> None:
        """Make a new port under the name, as udev does."""
        self._ends = os.openpty()
        for end in self._ends:
            tty.setraw(end)
        self._wake = os.pipe()
        self.port.symlink_to(os.ttyname(self._ends[1]))
        self._thread = threading.Thread(target=self._listen, name="virtual-signs", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Take the port away, open or not; the units keep their power and their texts."""
        if self._ends is None or self._thread is None:
            return
        self.port.unlink(missing_ok=True)
        os.write(self._wake[1], b"x")
        self._thread.join(5.0)
        for end in (*self._ends, *self._wake):
            os.close(end)
        self._ends = None

    def power_cut(self) -> None:
        """Every unit starts anew and shows nothing."""
        with self._changed:
            self._texts = dict.fromkeys(self._texts, "")
            self._changed.notify_all()

    # ------------------------------------------------------------------ looking
    def text(self, address: int) -> str:
        """What a unit shows, without the blanks around it."""
        with self._changed:
            return self._texts[address].strip()

    def wait_for(self, address: int, wanted: Callable[[str], bool], timeout_s: float) -> bool:
        """Wait until a unit shows something of this kind."""
        with self._changed:
            return self._changed.wait_for(lambda: wanted(self._texts[address].strip()), timeout_s)

    def picture(self, address: int) -> Image.Image:
        """How the sign looks: round LEDs, lit ones amber."""
        from PIL import Image, ImageDraw

        from queue_display.signs.picture import picture
        from queue_display.signs.shows import Show

        columns, rows = _LEDS
        lit = picture(Show(number=self.text(address) or None), columns, rows)
        size = (columns * _DOT + 2 * _MARGIN, rows * _DOT + 2 * _MARGIN)
        image = Image.new("RGB", size, (12, 12, 12))
        pen = ImageDraw.Draw(image)
        for y in range(rows):
            for x in range(columns):
                left, top = _MARGIN + x * _DOT, _MARGIN + y * _DOT
                colour = AMBER if lit.getpixel((x, y)) else _OFF
                pen.ellipse((left + 1, top + 1, left + _DOT - 2, top + _DOT - 2), fill=colour)
        return image

    # ------------------------------------------------------------------ the units
    def _listen(self) -> None:
        assert self._ends is not None  # noqa: S101 -- plugged in
        master, buffer = self._ends[0], bytearray()
        while True:
            readable, _, _ = select.select([master, self._wake[0]], [], [])
            if self._wake[0] in readable:
                return
            with contextlib.suppress(OSError):
                buffer += os.read(master, 1024)
            while (start := buffer.find(_START)) >= 0 and len(buffer) - start >= _LENGTH:
                frame = bytes(buffer[start : start + _LENGTH])
                # What is no frame is skipped from its first byte on: the next one may begin within it.
                del buffer[: start + (_LENGTH if self._take(frame, master) else 1)]

    def _take(self, frame: bytes, master: int) -> bool:
        body, check = frame[1:-2], frame[-2:]
        if frame[-3] != 0x03 or f"{reduce(xor, body, 0):02X}".encode() != check or not body.isascii():
            return False
        address, text = int(body[:2], 16), body[2 : 2 + CELLS].decode("ascii")
        self.on_frame(frame)
        with self._changed:
            if address in self._texts:
                if self.answer == ANSWER:
                    self._texts[address] = text
                if self.answer is not None:
                    os.write(master, self.answer.encode("latin-1"))
            self._changed.notify_all()
        return True
