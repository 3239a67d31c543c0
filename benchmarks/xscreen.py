"""A virtual screen whose memory is read directly, and a finger that needs no program: for measuring touches.

Xvfb maps its frame buffer into a file in the xwd format; reading a pixel there takes a microsecond and disturbs
nobody. The finger is XTEST through the C libraries that xdotool stands on.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import mmap
import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_BYTES_A_PIXEL = 4
_COLOUR_BYTES = 12


class MeasuredScreen:
    """One Xvfb; use as a context manager. Positions in pixels from the upper left corner."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.display = ""
        self._folder = tempfile.TemporaryDirectory(prefix="motcua-screen-")
        self._process: subprocess.Popen[bytes] | None = None
        self._memory: mmap.mmap | None = None
        self._start = 0
        self._line_bytes = 0
        self._x: Any = None
        self._test: Any = None
        self._connection: Any = None

    def __enter__(self) -> Self:
        program = shutil.which("Xvfb")
        if program is None:
            raise FileNotFoundError("Xvfb is not installed; run: make setup")
        read, write = os.pipe()
        self._process = subprocess.Popen(
            [program, "-displayfd", str(write), "-screen", "0", f"{self.width}x{self.height}x24", "-nolisten", "tcp",
             "-noreset", "-fbdir", self._folder.name],
            pass_fds=(write,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as said:
            number = said.readline().strip()
        if not number:
            raise OSError("the virtual screen did not start")
        self.display = f":{number}"
        self._map()
        self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._x.XCloseDisplay(self._connection)
        if self._memory is not None:
            self._memory.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(5)
        self._folder.cleanup()

    def _map(self) -> None:
        with (Path(self._folder.name) / "Xvfb_screen0").open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        # XWDFile.h: header_size first, bytes_per_line the 13th, ncolors the 20th word, big-endian.
        words = struct.unpack(">25L", self._memory[:100])
        self._line_bytes = words[12]
        self._start = words[0] + words[19] * _COLOUR_BYTES

    def _connect(self) -> None:
        self._x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._test = ctypes.CDLL(ctypes.util.find_library("Xtst") or "libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        self._x.XFlush.argtypes = self._x.XCloseDisplay.argtypes = [ctypes.c_void_p]
        self._test.XTestFakeMotionEvent.argtypes = [ctypes.c_void_p, *[ctypes.c_int] * 3, ctypes.c_ulong]
        self._test.XTestFakeButtonEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self._connection = self._x.XOpenDisplay(self.display.encode())
        if not self._connection:
            raise OSError(f"no connection to the virtual screen {self.display}")

    @property
    def env(self) -> dict[str, str]:
        """What a program needs to draw here."""
        return {"DISPLAY": self.display, "SDL_VIDEODRIVER": "x11"}

    def pixel(self, x: int, y: int) -> bytes:
        """The four bytes of a pixel (blue, green, red, unused)."""
        if self._memory is None:
            raise RuntimeError("the screen is not open")
        at = self._start + y * self._line_bytes + x * _BYTES_A_PIXEL
        return self._memory[at : at + _BYTES_A_PIXEL]

    def rows(self, top: int, bottom: int, every: int = 8) -> bytes:
        """Every so many rows between two heights, to compare pictures by."""
        if self._memory is None:
            raise RuntimeError("the screen is not open")
        wide = self.width * _BYTES_A_PIXEL
        starts = (self._start + y * self._line_bytes for y in range(top, bottom, every))
        return b"".join(self._memory[at : at + wide] for at in starts)

    def move(self, x: int, y: int) -> None:
        """Put the finger over a place."""
        self._test.XTestFakeMotionEvent(self._connection, -1, x, y, 0)
        self._x.XFlush(self._connection)

    def press(self) -> None:
        """Down."""
        self._test.XTestFakeButtonEvent(self._connection, 1, 1, 0)
        self._x.XFlush(self._connection)

    def release(self) -> None:
        """Up."""
        self._test.XTestFakeButtonEvent(self._connection, 1, 0, 0)
        self._x.XFlush(self._connection)
