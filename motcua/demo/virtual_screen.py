"""A screen in memory (Xvfb), its picture, and a finger on it (xdotool)."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from queue_core.errors import MotcuaError, register

if TYPE_CHECKING:
    from PIL import Image

PRESS_S = 0.12
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
    """One Xvfb of ``width`` × ``height``; use as a context manager. ``display`` is its name, such as ``:7``."""

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self.display = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        program = shutil.which("Xvfb")
        if program is None:
            raise MotcuaError("demo.program_missing", program="Xvfb")
        read, write = os.pipe()
        width, height = self.size
        self._process = subprocess.Popen(
            [program, "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=(write,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as said:
            number = said.readline().strip()  # ends when the server is ready, or dies
        if not number:
            raise MotcuaError("demo.no_screen")
        self.display = f":{number}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(5)

    @property
    def env(self) -> dict[str, str]:
        """What a program needs to draw here."""
        return {"DISPLAY": self.display, "SDL_VIDEODRIVER": "x11"}

    def picture(self) -> Image.Image:
        """What the screen shows now."""
        from PIL import ImageGrab

        return ImageGrab.grab(xdisplay=self.display)

    def save(self, path: Path) -> None:
        """Write the picture to a PNG."""
        self.picture().save(path)

    def touch(self, x: int, y: int) -> None:
        """Press, hold a moment as a finger does, release."""
        self._xdotool("mousemove", str(x), str(y), "mousedown", "1")
        threading.Event().wait(PRESS_S)
        self._xdotool("mouseup", "1")

    def scan(self, text: str) -> None:
        """Type a line as a scanner does: quickly, and Enter at the end."""
        self._xdotool("type", "--delay", "8", text)
        self._xdotool("key", "Return")

    def _xdotool(self, *words: str) -> None:
        tool = shutil.which("xdotool")
        if tool is None:
            raise MotcuaError("demo.program_missing", program="xdotool")
        subprocess.run([tool, *words], env={**os.environ, "DISPLAY": self.display}, check=True)
