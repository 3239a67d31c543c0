"""A screen in memory: its picture, read where Xvfb keeps it, and a finger on it.

Xvfb maps its frame buffer into a file in the XWD format (XWDFile.h); reading a pixel there takes a microsecond and
disturbs nobody, so the same screen serves the demo, tests and measurements. The finger is the XTEST extension, through
the C libraries that every X program stands on.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import mmap
import os
import shutil
import struct
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from queue_core.errors import MotcuaError, register

if TYPE_CHECKING:
    from PIL import Image

Pixels = NDArray[np.uint8]
#: a finger stays so long
PRESS_S: Final = 0.12
_XWD_HEADER: Final = struct.Struct(">25I")
_PIXMAP_WIDTH, _PIXMAP_HEIGHT, _BYTES_PER_LINE, _COLOURS = 4, 5, 12, 19
_COLOUR_BYTES: Final = 12
_DISPLAY = ctypes.c_void_p
register(
    {
        "demo.program_missing": (
            "Thiếu chương trình “{program}”. Hãy chạy: make setup",
            "The program “{program}” is missing. Run: make setup",
        ),
        "demo.no_screen": ("Không mở được màn hình ảo.", "The virtual screen did not start."),
    }
)


class VirtualScreen:
    """One Xvfb; use as a context manager. Places are pixels from the upper left corner.

    ``display`` is its name, such as ``:7``. Raises ``demo.program_missing`` or ``demo.no_screen`` when entered.
    """

    def __init__(self, width: int = 1920, height: int = 1080) -> None:
        self.size = (width, height)
        self.display = ""
        self._stack = contextlib.ExitStack()
        self._pixels: Pixels | None = None
        self._finger: _Finger | None = None

    def __enter__(self) -> Self:
        program = shutil.which("Xvfb")
        if program is None:
            raise MotcuaError("demo.program_missing", program="Xvfb")
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="motcua-screen-")))
            self.display = _start(stack, program, self.size, folder)
            self._pixels = _mapped(stack, folder / "Xvfb_screen0")
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pixels = None
        self._stack.close()
        self._finger = None

    @property
    def env(self) -> dict[str, str]:
        """What a program needs to draw here."""
        return {"DISPLAY": self.display, "SDL_VIDEODRIVER": "x11"}

    # ------------------------------------------------------------------ the picture
    @property
    def pixels(self) -> Pixels:
        """The live picture, (height, width, 4) in the order blue, green, red, unused. Not a copy."""
        if self._pixels is None:
            raise RuntimeError("the virtual screen is closed")
        return self._pixels

    def pixel(self, x: int, y: int) -> bytes:
        """The four bytes of a pixel (blue, green, red, unused)."""
        return bytes(self.pixels[y, x])

    def rows(self, top: int, bottom: int, every: int = 8) -> bytes:
        """Every so many rows between two heights, to compare pictures by."""
        return bytes(self.pixels[top:bottom:every].tobytes())

    def picture(self) -> Image.Image:
        """What the screen shows now."""
        from PIL import Image

        return Image.fromarray(np.ascontiguousarray(self.pixels[:, :, 2::-1]))

    def save(self, path: Path) -> None:
        """Write the picture to a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.picture().save(path)

    # ------------------------------------------------------------------ the finger
    def move(self, x: int, y: int) -> None:
        """Put the finger over a place."""
        self._hand.move(x, y)

    def press(self) -> None:
        """Down."""
        self._hand.button(down=True)

    def release(self) -> None:
        """Up."""
        self._hand.button(down=False)

    def touch(self, x: int, y: int) -> None:
        """Press, hold a moment as a finger does, release."""
        self.move(x, y)
        self.press()
        threading.Event().wait(PRESS_S)
        self.release()

    def scan(self, text: str) -> None:
        """Type a line as a scanner does: quickly, and Enter at the end (xdotool knows the keyboard's layout)."""
        tool = shutil.which("xdotool")
        if tool is None:
            raise MotcuaError("demo.program_missing", program="xdotool")
        for words in (["type", "--delay", "8", text], ["key", "Return"]):
            subprocess.run([tool, *words], env={**os.environ, "DISPLAY": self.display}, check=True)

    @property
    def _hand(self) -> _Finger:
        if self._finger is None:
            self._finger = _Finger(self.display)
            self._stack.callback(self._finger.close)
        return self._finger


def _start(stack: contextlib.ExitStack, program: str, size: tuple[int, int], folder: Path) -> str:
    """Start the server, give its name; the stack ends it."""
    read, write = os.pipe()
    process = subprocess.Popen(
        [program, "-displayfd", str(write), "-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp", "-noreset",
         "-fbdir", str(folder)],
        pass_fds=(write,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    stack.callback(process.wait, 10)
    stack.callback(process.terminate)
    os.close(write)
    with os.fdopen(read) as said:
        number = said.readline().strip()  # ends when the server is ready, or dies
    if not number:
        raise MotcuaError("demo.no_screen")
    return f":{number}"


def _mapped(stack: contextlib.ExitStack, file: Path) -> Pixels:
    with file.open("rb") as opened:
        memory = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    stack.callback(_let_go, memory)
    header = _XWD_HEADER.unpack_from(memory)
    # its own length first, then the colour table, then the pixels
    begin, line = header[0] + header[_COLOURS] * _COLOUR_BYTES, header[_BYTES_PER_LINE]
    width, height = header[_PIXMAP_WIDTH], header[_PIXMAP_HEIGHT]
    raw = np.frombuffer(memory, np.uint8, count=line * height, offset=begin)
    return raw.reshape(height, line // 4, 4)[:, :width]


def _let_go(memory: mmap.mmap) -> None:
    with contextlib.suppress(BufferError):  # a caller still holds a view: the process's end frees it
        memory.close()


class _Finger:
    """A pointer on a display, by XTEST."""

    def __init__(self, display: str) -> None:
        self._x: Any = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._test: Any = ctypes.CDLL(ctypes.util.find_library("Xtst") or "libXtst.so.6")
        self._x.XOpenDisplay.restype = _DISPLAY
        self._x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        self._x.XFlush.argtypes = self._x.XCloseDisplay.argtypes = [_DISPLAY]
        self._test.XTestFakeMotionEvent.argtypes = [_DISPLAY, *[ctypes.c_int] * 3, ctypes.c_ulong]
        self._test.XTestFakeButtonEvent.argtypes = [_DISPLAY, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self._connection = self._x.XOpenDisplay(display.encode())
        if not self._connection:
            raise MotcuaError("demo.no_screen")

    def move(self, x: int, y: int) -> None:
        self._test.XTestFakeMotionEvent(self._connection, -1, x, y, 0)
        self._x.XFlush(self._connection)

    def button(self, *, down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._connection, 1, int(down), 0)
        self._x.XFlush(self._connection)

    def close(self) -> None:
        self._x.XCloseDisplay(self._connection)
