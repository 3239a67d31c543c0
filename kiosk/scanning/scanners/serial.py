"""A scanner on a serial line, USB ones (CDC-ACM) too. Unplugged, it is waited for and found again."""

from __future__ import annotations

import codecs
import logging
import threading
import time
from typing import Any, Final

from kiosk.scanning.line import Line
from kiosk.scanning.scanner import Heard

log = logging.getLogger(__name__)

_READ_S: Final = 0.3
_AGAIN_S: Final = 1.0
_MOST_BYTES: Final = 4096


class SerialScanner:
    """One thread that reads the line. ``path`` by udev's name, so that it is the same scanner after a restart."""

    def __init__(self, *, path: str, baud: int, heard: Heard, again_s: float = _AGAIN_S) -> None:
        self._path, self._baud, self._heard, self._again_s = path, baud, heard, again_s
        self._there: bool | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    @property
    def there(self) -> bool | None:
        """Whether its port is open; None until it was tried."""
        return self._there

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(2.0)

    def _run(self) -> None:
        from serial import Serial, SerialException

        while not self._stopping.is_set():
            try:
                # Alone: two readers of one scanner would each get half of every code.
                with Serial(self._path, self._baud, timeout=_READ_S, exclusive=True) as port:
                    self._tell(there=True)
                    self._listen(port)
            except (SerialException, OSError) as error:
                self._tell(there=False, why=str(error))
            self._stopping.wait(self._again_s)

    def _tell(self, *, there: bool, why: str = "") -> None:
        if there is not self._there:
            log.warning("scanner %s: %s", self._path, "there" if there else f"away ({why})")
        self._there = there

    def _listen(self, port: Any) -> None:
        line, letters = Line(), codecs.getincrementaldecoder("utf-8")("replace")
        while not self._stopping.is_set():
            raw: bytes = port.read(1)
            if raw:
                raw += port.read(min(_MOST_BYTES, port.in_waiting))
                # UTF-8 where a QR holds it; what is none becomes a mark that fits no grammar.
                for text in line.feed(letters.decode(raw), time.monotonic()):
                    self._heard(text)
