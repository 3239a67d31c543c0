"""A camera as a scanner: keeps its process, hears what it reads, ends and starts it again when it hangs or dies."""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import threading
import time
from typing import Final

from kiosk.errors import KioskError
from kiosk.scanning.camera import pipe
from kiosk.scanning.camera.settings import read_settings
from kiosk.scanning.scanner import Attention, Heard

log = logging.getLogger(__name__)

_EYE: Final = f"{pipe.__package__}.eye"
#: no word for so long: the driver hangs
SILENT_S: Final = 10.0
#: the first word: numpy and the engines from a slow card
FIRST_WORD_S: Final = 60.0
_AGAIN_S: Final = (1.0, 2.0, 5.0, 15.0, 30.0)
#: a process that lived so long was well: the next one is not waited for
_WELL_S: Final = 60.0
_LOOK_S: Final = 0.5
_END_S: Final = 1.0
_READ_BYTES: Final = 1 << 16


_LETTERS: Final = {Attention.ASLEEP: pipe.SLEEP, Attention.AWAKE: pipe.WAKE, Attention.SHOWN: pipe.SHOW}


class CameraScanner:
    """``address`` as in :mod:`kiosk.scanning.camera.settings`. Begins asleep; :meth:`attend` wakes it."""

    def __init__(
        self, *, address: str, heard: Heard, silent_s: float = SILENT_S, again_s: tuple[float, ...] = _AGAIN_S
    ) -> None:
        read_settings(address)
        self._address, self._heard = address, heard
        self._silent_s, self._again_s = silent_s, again_s
        self._attention = Attention.ASLEEP
        self._there: bool | None = None
        self._picture: pipe.Shown | None = None
        self._trouble: KioskError | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        #: how often its process was started, for those who look after it
        self.starts = 0

    @property
    def there(self) -> bool | None:
        """Whether frames come; None while it sleeps and was never awake."""
        return self._there

    @property
    def trouble(self) -> KioskError | None:
        """What is wrong, in words for a technician."""
        return self._trouble

    @property
    def picture(self) -> pipe.Shown | None:
        """The newest small picture, while it is :attr:`Attention.SHOWN`."""
        return self._picture if self._attention is Attention.SHOWN else None

    def attend(self, attention: Attention) -> None:
        """Wake it, show it, let it sleep: from any thread, at once. A presence sensor may call it too."""
        with self._lock:
            if attention is self._attention:
                return
            self._attention = attention
            if attention is not Attention.SHOWN:
                self._picture = None
            self._send()

    def start(self) -> None:
        """Begin; a camera that is away is waited for."""
        self._thread.start()

    def stop(self) -> None:
        """End within a second or two."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(2 * _END_S + _LOOK_S)

    def _run(self) -> None:
        fruitless = 0
        while not self._stopping.is_set():
            began_s = time.monotonic()
            try:
                self._watch_one()
            except (OSError, pipe.PipeBrokenError) as error:
                self._say_trouble(KioskError("camera.process", device=self._address, why=str(error)))
            if self._stopping.is_set():
                break
            fruitless = 0 if time.monotonic() - began_s > _WELL_S else fruitless + 1
            self._stopping.wait(self._again_s[min(fruitless, len(self._again_s)) - 1] if fruitless else 0.0)

    def _watch_one(self) -> None:
        """The life of one process. Raises :class:`OSError` or :class:`pipe.PipeBrokenError` with what ended it."""
        words = [sys.executable, "-m", _EYE, self._address]
        surroundings = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=surroundings)
        self.starts += 1
        try:
            with self._lock:
                self._process = process
                self._send()
            self._listen(process)
        finally:
            with self._lock:
                self._process = None
            self._picture = None
            self._end(process)

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        file, unpacker = process.stdout.fileno(), pipe.Unpacker()
        heard_s, patience_s = time.monotonic(), max(self._silent_s, FIRST_WORD_S)
        while not self._stopping.is_set():
            if not select.select([file], [], [], min(_LOOK_S, self._silent_s / 4))[0]:
                if time.monotonic() - heard_s > patience_s:
                    raise TimeoutError(f"silent for {patience_s:.0f} s")
                continue
            data = os.read(file, _READ_BYTES)
            if not data:
                raise ChildProcessError(f"ended with {process.wait(_END_S)}")
            heard_s, patience_s = time.monotonic(), self._silent_s
            for kind, body in unpacker.feed(data):
                self._take(kind, body)

    def _take(self, kind: bytes, body: bytes) -> None:
        match kind:
            case pipe.CODE:
                self._heard(body.decode("utf-8", "replace"))
            case pipe.SHOWN:
                self._picture = pipe.picture_of(body)
            case pipe.BEAT if body == b"1":
                if self._there is not True:
                    log.warning("camera %s: there", self._address)
                self._there, self._trouble = True, None
            case pipe.TROUBLE:
                said = json.loads(body)
                self._say_trouble(KioskError(str(said["key"]), **said["details"]))

    def _say_trouble(self, trouble: KioskError) -> None:
        if self._trouble is None or self._trouble.key != trouble.key:
            log.warning("camera %s: away (%s)", self._address, trouble)
        self._there, self._trouble, self._picture = False, trouble, None

    def _send(self) -> None:
        """Tell the process what is wanted; with the lock held."""
        if self._process is not None and self._process.stdin is not None:
            try:
                os.write(self._process.stdin.fileno(), _LETTERS[self._attention])
            except OSError:
                log.info("the camera's process is gone; the next one is told")

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        """Close its pipe, then end it: one that hangs in a driver does not hear."""
        for end in (process.stdin, process.stdout):
            if end is not None:
                end.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
