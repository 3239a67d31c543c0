"""What scanners with a device of their own share: it is opened, listened to, and looked for again when it went away."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from typing import Final

from kiosk.errors import KioskError

log = logging.getLogger(__name__)

AGAIN_S: Final = 1.0


class PatientScanner(ABC):
    """One thread that reads the device at ``path``; ``again_s``: how soon it is looked for again."""

    def __init__(self, path: str, *, again_s: float = AGAIN_S) -> None:
        self._path, self._again_s = path, again_s
        self._there: bool | None = None
        self._trouble: KioskError | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    @property
    def there(self) -> bool | None:
        """Whether the device is open and ours; None until it was tried."""
        return self._there

    @property
    def trouble(self) -> KioskError | None:
        """What is wrong, in words for a technician."""
        return self._trouble

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(2.0)

    @abstractmethod
    def _serve(self) -> None:
        """Open the device, say :meth:`_opened`, listen until it ends or ``_stopping``.

        Raises :class:`KioskError`: it does not open; :class:`OSError`: it went away.
        """

    def _opened(self) -> None:
        self._tell(None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._serve()
            except KioskError as error:
                self._tell(error)
            except OSError:
                # Pulled out. Said at once: put back within the second, nobody else would know that it was gone.
                self._tell(KioskError("scanner.away", device=self._path))
            self._stopping.wait(self._again_s)

    def _tell(self, trouble: KioskError | None) -> None:
        there = trouble is None
        if there is not self._there or (trouble and self._trouble and trouble.key != self._trouble.key):
            log.warning("scanner %s: %s", self._path, trouble or "there")
        self._there, self._trouble = there, trouble
