"""A sound card, by one ``aplay`` an announcement, fed through a pipe.

Why a program and not a binding: when a USB card is pulled out, it is the program that dies, not the board. Why one an
announcement: its exit says that the last sample has left the card, and a card that returned is simply found again.
A card that is away is a state, not a crash.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import IO, TYPE_CHECKING, Final

from queue_kit.voice.errors import AudioError
from queue_kit.voice.pcm import Pcm

if TYPE_CHECKING:
    # A process that only plays bytes shall not carry numpy.
    from queue_kit.voice.compose import Composed

#: how much longer than the sound itself a card may take
GRACE_S: Final = 4.0
_PROGRAM: Final = "aplay"


class AlsaPlayer:
    """Plays through ALSA. ``device``: an ALSA pcm name, None for the default; ``program``: aplay itself."""

    def __init__(self, *, device: str | None = None, program: str = _PROGRAM, grace_s: float = GRACE_S) -> None:
        self._program = program
        self._device = device
        self._grace_s = grace_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._hushed = False
        self._trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        """See :class:`~queue_kit.voice.players.Player`."""
        return self._trouble

    def play(self, composed: Composed) -> int | None:
        """See :class:`~queue_kit.voice.players.Player`."""
        self.play_pcm(Pcm(composed.samples.astype("<i2").tobytes(), composed.rate_hz))
        return None

    def play_pcm(self, sound: Pcm, *, wanted: Callable[[], bool] = lambda: True) -> bool:
        """Block until it has been heard, or broken off by :meth:`hush`: then False. Errors as in ``play``.

        ``wanted`` is asked at the last moment: a :meth:`hush` that came just before must not be lost.
        """
        raw = ["-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(sound.rate_hz)]
        return self._play(raw, sound.data, sound.length_s + self._grace_s, wanted)

    def play_program(self, command: Sequence[str], *, most_s: float, wanted: Callable[[], bool] = lambda: True) -> bool:
        """Play the WAV that a program writes to its output, as it comes: this process holds none of it.

        Blocks as :meth:`play_pcm` does; what takes longer than ``most_s`` is ``audio.late``.
        """
        try:
            maker = subprocess.Popen(
                list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise AudioError("audio.away", problem=str(error)) from error
        try:
            return self._play(["-t", "wav"], maker.stdout or b"", most_s, wanted)
        finally:
            if maker.stdout is not None:
                maker.stdout.close()
            maker.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                maker.wait(1.0)

    def _play(self, kind: list[str], source: bytes | IO[bytes], limit_s: float, wanted: Callable[[], bool]) -> bool:
        try:
            problem = self._run(kind, source, limit_s, wanted)
        except subprocess.TimeoutExpired:
            self._trouble = "audio.late"
            raise AudioError("audio.late", seconds=round(limit_s, 1)) from None
        except OSError as error:
            problem = str(error)
        if self._hushed or self._closed:
            return False
        if problem:
            self._trouble = "audio.away"
            raise AudioError("audio.away", problem=problem)
        self._trouble = None
        return True

    def _run(
        self, kind: list[str], source: bytes | IO[bytes], limit_s: float, wanted: Callable[[], bool]
    ) -> str | None:
        """What went wrong, or None. Raises :class:`subprocess.TimeoutExpired`."""
        device = ["-D", self._device] if self._device else []
        with self._lock:
            self._hushed = not wanted()
            if self._closed or self._hushed:
                return None
            process = subprocess.Popen(
                [self._program, "-q", *device, *kind, "-"],
                stdin=subprocess.PIPE if isinstance(source, bytes) else source,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            self._process = process
        try:
            _, said = process.communicate(source if isinstance(source, bytes) else None, timeout=limit_s)
        finally:
            with self._lock:
                self._process = None
            if process.poll() is None:
                process.kill()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.communicate(timeout=1.0)
        if process.returncode:
            lines = said.decode(errors="replace").strip().splitlines()
            return (lines[-1] if lines else f"{self._program} ended with {process.returncode}")[:200]
        return None

    def hush(self) -> None:
        """Break off what is being played, if anything is; from any thread. The next sound is played as usual."""
        with self._lock:
            if self._process is not None:
                self._hushed = True
                self._process.kill()

    def close(self) -> None:
        """See :class:`~queue_kit.voice.players.Player`."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
