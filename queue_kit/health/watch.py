"""Looks at the machine's body now and then, tells the bus, and raises what the console must know.

The supply's alarm is kept for hours after it went: a supply that is too weak is seen in the one second in which the
printer's motor starts, and a technician comes in the afternoon.
"""

from __future__ import annotations

import contextlib
import logging
import platform
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from queue_core.version import version
from queue_core.wire.messages import DeviceHealth
from queue_kit.health import readings
from queue_kit.health.device_file import DeviceFile
from queue_kit.health.troubles import troubles_of

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 10.0
TELL_EVERY_S: Final = 60.0
#: each probe is a flush to the card
PROBE_EVERY_S: Final = 600.0
KEEP_UNDERVOLTAGE_S: Final = 6 * 3600.0
#: in between nothing is worth a message: heat and free room always move a little
_MOVED_C: Final = 3.0


class Body:
    """One machine. ``folder``: where its process keeps what must survive, None: nowhere; ``root`` stands for ``/``."""

    def __init__(
        self, folder: Path | None, *, root: Path = readings.ROOT, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._root, self._now_s = folder, root, now_s
        if folder is not None:
            with contextlib.suppress(OSError):  # a folder that cannot be made is met by the write probe
                folder.mkdir(parents=True, exist_ok=True)
        self._low_s: float | None = None
        self._probed_s: float | None = None
        self._writable: bool | None = None
        self._versions = {"motcua": version(), "python": platform.python_version(), **readings.versions(root)}

    @property
    def root(self) -> Path:
        """What stands for ``/``."""
        return self._root

    def read(self) -> DeviceHealth:
        """Read it now; takes milliseconds, a write probe included as long as a card takes for one."""
        now_s = self._now_s()
        low = readings.undervoltage(self._root)
        if low:
            self._low_s = now_s
        kept = self._low_s is not None and now_s - self._low_s < KEEP_UNDERVOLTAGE_S
        folder = self._folder
        due = self._probed_s is None or now_s - self._probed_s >= PROBE_EVERY_S or self._writable is False
        if folder is not None and due:
            self._probed_s, self._writable = now_s, readings.writes(folder)
        return DeviceHealth(
            temperature_c=readings.temperature_c(self._root),
            undervoltage=True if kept else low,
            disk_free_mb=None if folder is None else readings.disk_free_mb(folder),
            disk_writable=self._writable,
            disk_errors=readings.disk_errors(self._root),
            uptime_s=readings.uptime_s(self._root),
            versions=self._versions,
        )


class HealthWatch:
    """One thread. ``parts``: what the process knows of its own devices (fields of DeviceHealth, quickly).

    ``say``: takes the health for the device's state on the bus; ``troubles``: the kinds of trouble when they change.
    ``teller``: what the process is on the bus; what is wrong with the whole device it tells too, where that is its
    duty (:mod:`queue_kit.health.device_file`). ``told``: kinds that the console has from an earlier run.
    """

    def __init__(
        self,
        body: Body,
        *,
        say: Callable[[DeviceHealth], None],
        troubles: Callable[[frozenset[str]], None],
        teller: str,
        parts: Callable[[], Mapping[str, Any]] = dict,
        told: frozenset[str] = frozenset(),
        look_every_s: float = LOOK_EVERY_S,
        tell_every_s: float = TELL_EVERY_S,
    ) -> None:
        self._body, self._say, self._troubles, self._parts = body, say, troubles, parts
        self._look_every_s, self._tell_every_s = look_every_s, tell_every_s
        self._device = DeviceFile(teller, root=body.root)
        self._own: frozenset[str] = told
        self._kinds: frozenset[str] = told
        self._told: tuple[float, DeviceHealth] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def look(self) -> DeviceHealth:
        """Look once, and tell what is due."""
        health = self._body.read().model_copy(update=dict(self._parts()))
        now_s = time.monotonic()
        if self._told is None or now_s - self._told[0] >= self._tell_every_s or _moved(self._told[1], health):
            self._told = (now_s, health)
            self._say(health)
        # Only the body's own hold on to what was: the device's are known as they are now.
        self._own = troubles_of(health, self._own)
        kinds = self._own | self._device.kinds()
        if kinds != self._kinds:
            self._kinds = kinds
            self._troubles(kinds)
        return health

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:
                log.exception("the machine's own state could not be told")
            self._stopping.wait(self._look_every_s)


def _moved(told: DeviceHealth, now: DeviceHealth) -> bool:
    """Whether something changed that nobody should wait a minute for."""
    slow = {"temperature_c": None, "disk_free_mb": None, "uptime_s": None}
    if told.model_copy(update=slow) != now.model_copy(update=slow):
        return True
    if told.temperature_c is None or now.temperature_c is None:
        return told.temperature_c is not now.temperature_c
    return abs(told.temperature_c - now.temperature_c) >= _MOVED_C
