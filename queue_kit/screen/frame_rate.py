"""Few frames while nobody touches, many while somebody does, and no wait before the first answer.

Kivy sleeps 1/fps between two looks at its input: at 5 frames a second a first touch would wait up to 200 ms, and at
60 an idle Pi would never sleep. So the sleep itself is replaced: while idle it waits *for an event* (a touch, or
:meth:`FrameRate.wake` from another thread) and at most ``1 / idle_fps`` s. After an event the rate is
``active_fps`` for ``hold_s`` seconds. Nothing is drawn in a frame in which nothing changed: that is Kivy's own.

Without X, SDL has no way to wait but to look every millisecond, so there the touch devices' files are watched.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Protocol

#: drivers whose SDL_WaitEventTimeout really sleeps
_SLEEPING_DRIVERS: Final = frozenset({"x11", "wayland"})
_READ_BYTES: Final = 4096


class Waiter(Protocol):
    """Something that can sleep until there is input."""

    def wait(self, timeout_s: float) -> bool:
        """Sleep at most so long; True when input or a :meth:`wake` ended it."""

    def wake(self) -> None:
        """End the sleep, from any thread."""


class InputFiles:
    """Waits on input devices' files (``/dev/input/event*``): every reader of one gets its own copy of the events."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._poll = select.poll()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._poll.register(self._wake, select.POLLIN)
        self._files: list[int] = []
        for path in paths:
            with contextlib.suppress(OSError):
                file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                self._files.append(file)
                self._poll.register(file, select.POLLIN)

    def wait(self, timeout_s: float) -> bool:
        """See :class:`Waiter`; what woke it is read away, SDL has its own copy."""
        ready = self._poll.poll(max(1, round(timeout_s * 1000)))
        for file, events in ready:
            try:
                os.read(file, _READ_BYTES)
            except OSError:
                if file != self._wake and events & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                    # Unplugged: without this the poll would never sleep again.
                    self._poll.unregister(file)
                    self._files.remove(file)
                    os.close(file)
        return bool(ready)

    def wake(self) -> None:
        """See :class:`Waiter`."""
        os.eventfd_write(self._wake, 1)

    def close(self) -> None:
        """Close the files."""
        for file in (*self._files, self._wake):
            os.close(file)
        self._files.clear()


class FrameRate:
    """Sets Kivy's clock to ``idle_fps`` or ``active_fps`` and makes its sleep end at the first touch.

    ``install`` is called once, on the screen's thread, after the window is open. ``clock`` is Kivy's Clock.
    """

    def __init__(
        self,
        *,
        idle_fps: float = 4.0,
        active_fps: float = 30.0,
        hold_s: float = 2.0,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.idle_fps = idle_fps
        self.active_fps = active_fps
        self.hold_s = hold_s
        self._now_s = now_s
        self._busy_until_s = now_s() + hold_s
        self._woken = False
        self._waiter: Waiter | None = None
        self._clock: Any = None

    def install(self, clock: Any, waiter: Waiter | None = None) -> None:
        """Take over the clock's sleep; ``waiter`` is chosen by SDL's video driver when None."""
        self._clock = clock
        self._waiter = waiter or default_waiter()
        clock.usleep = self._sleep
        clock._check_ready = self._ready  # noqa: SLF001 -- the one place where Kivy decides to sleep on

    @property
    def idle(self) -> bool:
        """Whether the low rate is in force."""
        return self._now_s() >= self._busy_until_s

    def busy(self, seconds: float | None = None) -> None:
        """Keep the high rate for so long (an animation, a touch); ``hold_s`` by default."""
        self._busy_until_s = max(self._busy_until_s, self._now_s() + (self.hold_s if seconds is None else seconds))

    def hurry(self) -> None:
        """Make the next frame come without any sleep. On the screen's thread."""
        self._woken = True

    def wake(self) -> None:
        """Make the next frame come now. From any thread."""
        if self._waiter is not None:
            self._waiter.wake()

    def _ready(self, _fps: float, min_sleep_s: float, undershoot_s: float) -> tuple[bool, float]:
        if self._woken:
            self._woken = False
            return True, 0.0
        fps = self.idle_fps if self.idle else self.active_fps
        sleep_s = 1.0 / fps - (self._clock.time() - self._clock._last_tick)  # noqa: SLF001
        return sleep_s - undershoot_s <= min_sleep_s, sleep_s - undershoot_s

    def _sleep(self, microseconds: float) -> None:
        if self._waiter is None or not self.idle:
            time.sleep(microseconds / 1e6)
            return
        if self._waiter.wait(microseconds / 1e6):
            self._woken = True
            # A few quick frames: the event is read at the end of this one and answered in the next.
            self.busy(self.hold_s)


def default_waiter() -> Waiter:
    """What can wait here: SDL itself under X, the input devices' files on a bare console."""
    from queue_kit.screen.sdl import Sdl

    sdl = Sdl()
    if sdl.driver in _SLEEPING_DRIVERS:
        return sdl
    return InputFiles(sorted(Path("/dev/input").glob("event*")))
