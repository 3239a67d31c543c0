"""A sound card that is a file: whatever a kiosk plays is added to it, program after program."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from queue_kit.voice.find import find_alike
from queue_kit.voice.pcm import Pcm
from queue_kit.voice.sound import Samples

DEADLINE_S = 20.0


class SoundCard:
    """ALSA's own file plug-in as the only card. ``env`` is what a program needs to play on it."""

    def __init__(self, folder: Path) -> None:
        self._raw, conf = folder / "card.raw", folder / "asound.conf"
        # Each aplay opens the card anew, and the plug-in would begin the file again: so the file is added to.
        conf.write_text(
            f'pcm.!default {{ type file file "| cat >> {self._raw}" format raw slave.pcm "null" }}\n'
            "pcm.null { type null }\nctl.!default { type hw card 0 }\n"
        )
        self.env: Mapping[str, str] = {"ALSA_CONFIG_PATH": str(conf)}

    @property
    def frames(self) -> int:
        """How much has been heard so far."""
        return self._raw.stat().st_size // 2 if self._raw.exists() else 0

    def heard(self, since: int = 0) -> Samples:
        """Everything since a frame."""
        data = self._raw.read_bytes() if self._raw.exists() else b""
        return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.int16)[since:]

    def wait_for(self, *sounds: Pcm, since: int = 0) -> int:
        """Wait until these are heard after each other; the frame where the last one ends."""
        end, deadline, pause = since, time.monotonic() + DEADLINE_S, threading.Event()
        for place, sound in enumerate(sounds):
            clip = np.frombuffer(sound.data, dtype="<i2").astype(np.int16)
            while (at := find_alike(self.heard(end), clip)) is None:
                assert time.monotonic() < deadline, f"sound {place + 1} of {len(sounds)} was not heard"
                pause.wait(0.05)
            end += at + len(clip)
        return end


class SlowCard(SoundCard):
    """A card with a very long buffer: what was put in is heard until it is broken off."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._began = folder / "began"
        program = folder / "bin" / "aplay"
        program.parent.mkdir()
        program.write_text(
            f"#!/bin/sh\ncat >> {self._raw}\necho $$ >> {self._began}\n"
            f"until [ -e {self._began}.$$ ]; do sleep 0.05 2> /dev/null; done\n"
        )
        program.chmod(0o755)
        self.env = {"PATH": f"{program.parent}:{os.environ['PATH']}"}

    @property
    def began(self) -> list[int]:
        """The processes of all sounds so far."""
        return [int(line) for line in self._began.read_text().split()] if self._began.exists() else []

    def until_begun(self, count: int) -> None:
        """Wait for so many sounds."""
        self._until(lambda: len(self.began) >= count, f"only {len(self.began)} sounds began")

    def until_broken_off(self) -> None:
        """Wait until the last one is heard no more."""
        self._until(lambda: not _lives(self.began[-1]), "it goes on")

    @staticmethod
    def _until(what: Callable[[], bool], why: str) -> None:
        deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
        while not what():
            assert time.monotonic() < deadline, why
            pause.wait(0.02)

    def end(self) -> None:
        """What is heard now has been heard."""
        self._began.with_name(f"{self._began.name}.{self.began[-1]}").touch()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
