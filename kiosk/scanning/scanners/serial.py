"""A scanner on a serial line, USB ones (CDC-ACM) too."""

from __future__ import annotations

import codecs
import errno
import time
from typing import Any, Final

from kiosk.errors import KioskError
from kiosk.scanning.line import Line
from kiosk.scanning.scanner import Heard
from kiosk.scanning.scanners.patient import AGAIN_S, PatientScanner

_READ_S: Final = 0.3
_MOST_BYTES: Final = 4096
#: the group that may open serial lines on Debian
_GROUP: Final = "dialout"


class SerialScanner(PatientScanner):
    """``path`` by udev's name, so that it is the same scanner after a restart."""

    def __init__(self, *, path: str, baud: int, heard: Heard, again_s: float = AGAIN_S) -> None:
        super().__init__(path, again_s=again_s)
        self._baud, self._heard = baud, heard

    def _serve(self) -> None:
        with self._open() as port:
            self._opened()
            self._listen(port)

    def _open(self) -> Any:
        """The line, ours alone: two readers of one scanner would each get half of every code."""
        from serial import Serial

        try:
            return Serial(self._path, self._baud, timeout=_READ_S, exclusive=True)
        except OSError as error:
            match error.errno:
                case errno.EACCES | errno.EPERM:
                    raise KioskError("scanner.no_permission", device=self._path, group=_GROUP) from error
                case errno.EBUSY | errno.EAGAIN:
                    raise KioskError("scanner.busy", device=self._path) from error
                case _:
                    raise KioskError("scanner.away", device=self._path) from error

    def _listen(self, port: Any) -> None:
        line, letters = Line(), codecs.getincrementaldecoder("utf-8")("replace")
        while not self._stopping.is_set():
            raw: bytes = port.read(1)
            if raw:
                raw += port.read(min(_MOST_BYTES, port.in_waiting))
                # UTF-8 where a QR holds it; what is none becomes a mark that fits no grammar.
                for text in line.feed(letters.decode(raw), time.monotonic()):
                    self._heard(text)
