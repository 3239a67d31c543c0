"""The few calls of SDL that Kivy does not offer: wait for an event, and end that wait from another thread.

The library is the one Kivy has already loaded into this process (its wheel carries its own), found by its map.
A foreign call releases Python's lock, so the network's threads go on while the screen waits.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any, Final

_USER_EVENT: Final = 0x8000
_EVENT_BYTES: Final = 56


def loaded_library() -> str | None:
    """Path of the SDL2 library mapped into this process, or None (before the window is there)."""
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        path = line.partition("/")[2]
        name = path.rpartition("/")[2]
        if name.startswith("libSDL2-2") and ".so" in name:
            return f"/{path}"
    return None


class Sdl:
    """Waiting and waking. Raises :class:`OSError` when no SDL2 is loaded."""

    def __init__(self) -> None:
        path = loaded_library()
        if path is None:
            raise OSError("SDL2 is not loaded: open Kivy's window first")
        library: Any = ctypes.CDLL(path)
        self._wait = library.SDL_WaitEventTimeout
        self._wait.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._push = library.SDL_PushEvent
        self._push.argtypes = [ctypes.c_void_p]
        library.SDL_GetCurrentVideoDriver.restype = ctypes.c_char_p
        self.driver: str = (library.SDL_GetCurrentVideoDriver() or b"").decode()

    def wait(self, timeout_s: float) -> bool:
        """Sleep until an event is in the queue (it stays there) or the time is over; True: there is one."""
        return bool(self._wait(None, max(1, round(timeout_s * 1000))))

    def wake(self) -> None:
        """End a :meth:`wait`, from any thread."""
        event = (ctypes.c_uint8 * _EVENT_BYTES)()
        ctypes.cast(event, ctypes.POINTER(ctypes.c_uint32))[0] = _USER_EVENT
        self._push(event)
