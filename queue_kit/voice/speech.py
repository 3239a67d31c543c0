"""Words that stand in no pack, spoken by espeak-ng when they are wanted and kept as clips.

The names of services come from an office's configuration, so nobody can record them before. A clip is made in some
hundredths of a second (on a Pi, some tenths), written to the folder, and taken from there the next time. The folder
is bounded: what was not wanted longest goes first.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from queue_core.vietnamese import nfc
from queue_kit.languages import LanguagePackError
from queue_kit.voice.errors import VoicePackError
from queue_kit.voice.pcm import Pcm, read_pcm

#: words a minute for sentences, and for digits and letters one by one: at most 3.5 syllables a second
SENTENCE_WPM: Final = 130
SPELLING_WPM: Final = 100
#: espeak-ng's voice for each language that can be spoken
VOICES: Final = {"vi": "vi", "en": "en-gb"}
#: below full, or espeak-ng itself clips loud vowels
_AMPLITUDE: Final = 80
_TIMEOUT_S: Final = 10.0
_PROGRAM: Final = "espeak-ng"
#: about 100 kB each
MOST_CLIPS: Final = 400
#: so many are thrown away at once, so that the folder is not counted for every new clip
_ROOM: Final = 40


def voice_of(lang: str) -> str | None:
    """espeak-ng's voice for a language: ours, or the one its pack names; None: nobody speaks it here."""
    if lang in VOICES:
        return VOICES[lang]
    # What reads a pack's words costs a kiosk memory, and most speak only ours.
    from queue_kit.languages.speech import speech

    try:
        said = speech(lang)
    except LanguagePackError:
        return None
    return said.espeak if said else None


class Speech:
    """Clips of any words. ``folder`` is made when the first one is."""

    def __init__(self, folder: Path, *, program: str = _PROGRAM, most: int = MOST_CLIPS) -> None:
        self._folder, self._program, self._most = folder, program, most
        self._count: int | None = None
        self._spoken: dict[str, bool] = {}

    def clip(self, lang: str, words: str, *, wpm: int = SENTENCE_WPM) -> Pcm:
        """The words, spoken. Raises :class:`VoicePackError` ``voice.maker_missing`` or ``voice.maker_failed``."""
        path = self.path(lang, words, wpm=wpm)
        try:
            sound = read_pcm(path)
            os.utime(path)
        except (OSError, ValueError):
            self._make(path, lang, nfc(words), wpm)
            sound = read_pcm(path)
        return sound

    def speaks(self, lang: str) -> bool:
        """Whether there is a voice for a language, and the program that has it; asked for at each frame."""
        if lang not in self._spoken:
            self._spoken[lang] = voice_of(lang) is not None and shutil.which(self._program) is not None
        return self._spoken[lang]

    def command(self, lang: str, words: str, *, wpm: int = SENTENCE_WPM, gain: float = 1.0) -> list[str]:
        """The program that writes the words, spoken, to its output as WAV: for long texts, of which nothing is kept.

        ``gain``: 0 to 1. Raises :class:`VoicePackError` ``voice.maker_missing``.
        """
        return [*self._program_for(lang, wpm, round(_AMPLITUDE * gain)), "--stdout", "--", nfc(words)]

    def _program_for(self, lang: str, wpm: int, amplitude: int) -> list[str]:
        program = shutil.which(self._program)
        if program is None:
            raise VoicePackError("voice.maker_missing")
        return [program, "-v", voice_of(lang) or VOICES["vi"], "-s", str(wpm), "-a", str(amplitude), "-z"]

    def path(self, lang: str, words: str, *, wpm: int = SENTENCE_WPM) -> Path:
        """Where the clip of some words is kept."""
        mark = hashlib.sha256(f"{_AMPLITUDE}/{wpm}/{nfc(words)}".encode()).hexdigest()[:24]
        return self._folder / f"{voice_of(lang) or VOICES['vi']}-{mark}.wav"

    def _make(self, path: Path, lang: str, words: str, wpm: int) -> None:
        command = self._program_for(lang, wpm, _AMPLITUDE)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._make_room()
        with tempfile.TemporaryDirectory(prefix=".making-", dir=self._folder) as folder:
            made = Path(folder) / "clip.wav"
            try:
                done = subprocess.run(
                    [*command, "-w", str(made), "--", words], capture_output=True, timeout=_TIMEOUT_S, check=False
                )
                problem = done.stderr.decode(errors="replace").strip()[:200] if done.returncode else ""
                read_pcm(made)
                made.replace(path)
            except (OSError, ValueError, subprocess.TimeoutExpired) as error:
                raise VoicePackError("voice.maker_failed", text=words, problem=str(error)) from error
            if problem:
                raise VoicePackError("voice.maker_failed", text=words, problem=problem)
        self._count = (self._count or 0) + 1

    def _make_room(self) -> None:
        if self._count is None:
            self._count = sum(1 for _ in self._folder.glob("*.wav"))
        if self._count < self._most:
            return
        clips = sorted(self._folder.glob("*.wav"), key=lambda path: path.stat().st_mtime)
        for path in clips[: len(clips) - self._most + min(_ROOM, self._most)]:
            path.unlink(missing_ok=True)
        self._count = None
