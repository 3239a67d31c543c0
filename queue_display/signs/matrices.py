"""Signs on the machine's own pins: a thread each, which draws, lets words take turns, and draws again after a while."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from queue_core.wire.bus import end_process
from queue_display.signs.errors import Trouble, UnitError
from queue_display.signs.picture import turns
from queue_display.signs.protocols import PictureSign
from queue_display.signs.shows import Show
from queue_display.signs.wiring import Matrix

log = logging.getLogger(__name__)

AGAIN_S: Final = 5.0
_TURN_S: Final = 2.0


def open_sign(wired: Matrix) -> PictureSign:
    """The sign of this kind; nothing is opened before it is drawn."""
    match wired.kind:
        case "max7219":
            from queue_display.signs.protocols.max7219 import Max7219Sign

            return Max7219Sign(wired)
        case "hub75":
            from queue_display.signs.protocols.hub75 import Hub75Sign

            return Hub75Sign(wired)
        case _:
            from queue_display.signs.protocols.none import NoSign

            return NoSign()


class MatrixSign:
    """One sign and its thread. ``changed``: its trouble is another one."""

    def __init__(
        self,
        wired: Matrix,
        sign: PictureSign,
        *,
        changed: Callable[[], None],
        again_s: float = AGAIN_S,
        fatal: Callable[[BaseException], None] = end_process,
    ) -> None:
        self.counter, self._wired, self._sign = wired.counter, wired, sign
        self._changed, self._again_s, self._fatal = changed, again_s, fatal
        self.trouble: Trouble | None = None
        self._wanted: Show | None = None
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sign-{wired.counter}", daemon=True)

    def start(self) -> None:
        """Begin to draw."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._work.set()
        if self._thread.ident is not None:
            self._thread.join(5.0)
        self._sign.close()

    def show(self, show: Show) -> None:
        """What it shall show from now on; any thread."""
        if show != self._wanted:
            self._wanted = show
            self._work.set()

    def _run(self) -> None:
        try:
            phase = 0
            while not self._stopping.is_set():
                self._work.clear()
                show = self._wanted
                if show is not None:
                    self._draw(show, phase)
                moving = show is not None and turns(show, self._wired.height) > 1
                phase = phase + 1 if moving and not self._work.wait(_TURN_S) else 0
                if not moving:
                    self._work.wait(self._again_s)
        except BaseException as error:  # noqa: BLE001 -- a sign without its thread would stand still for ever
            self._fatal(error)

    def _draw(self, show: Show, phase: int) -> None:
        trouble: Trouble | None = None
        try:
            self._sign.draw(show, phase)
        except UnitError as error:
            trouble = error.trouble
            if trouble != self.trouble:
                log.warning("the sign of %s: %s", self.counter, error.en)
        if trouble != self.trouble:
            self.trouble = trouble
            self._changed()
