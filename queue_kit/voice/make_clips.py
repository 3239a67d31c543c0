"""Make the default voice pack with espeak-ng: ``python -m queue_kit.voice.make_clips [--out DIR]``.

A robot's voice, but every word of it is right and it needs no Internet. Called at set-up; finds nothing to do when
the pack is there and was made by the same recipe. Each clip is spoken slower until it keeps the announcement's
speed, cut at both ends and brought to one loudness.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from queue_kit.languages.speech import speech, spoken
from queue_kit.voice import phrases, sound
from queue_kit.voice.clips import FORMAT, MANIFEST, check, default_folder
from queue_kit.voice.errors import VoicePackError
from queue_kit.voice.phrases import MAX_SYLLABLES_PER_S, needed

RATE_HZ: Final = 22050
_VOICES: Final[dict[str, str]] = {"vi": "vi", "en": "en-gb"}
#: first try, step and floor of espeak-ng's speed (words a minute)
_SPEED_WPM: Final = 145
_STEP_WPM: Final = 8
_SLOWEST_WPM: Final = 80
#: below full, or espeak-ng itself clips loud vowels
_AMPLITUDE: Final = 60
#: a little below the limit, since a short clip is measured in windows of 10 ms
_RATE_MARGIN: Final = 0.96
#: a word alone is never shorter than this: hurried digits are what old people miss
_SHORTEST_S: Final = 0.34
_TIMEOUT_S: Final = 20.0
#: a circumflex doubles its letter
_TELEX_MARKS: Final = {
    "\u0306": "w", "\u0302": "", "\u031b": "w", "\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x",
    "\u0323": "j",
}  # fmt: skip


def make(out: Path) -> bool:
    """Make the pack in ``out``; False when it was there already.

    Raises :class:`VoicePackError` ``voice.maker_missing`` or ``voice.maker_failed``. The folder appears whole or not
    at all.
    """
    espeak = shutil.which("espeak-ng")
    recipe = _recipe(espeak)
    if _made_by(out) == recipe:
        return False
    if espeak is None:
        raise VoicePackError("voice.maker_missing")
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        languages = {}
        for lang in _voices():
            (work / lang).mkdir()
            jobs = [(espeak, lang, words, count, work) for words, count in needed(lang).items()]
            with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
                languages[lang] = dict(pool.map(_one, jobs))
        manifest = {
            "format": FORMAT,
            "name": "espeak-ng",
            "made_by": recipe,
            "rate_hz": RATE_HZ,
            "languages": languages,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (work / MANIFEST).write_text(text + "\n", encoding="utf-8")
        problems = check(work)
        if problems:
            raise VoicePackError("voice.maker_failed", text=problems[0].clip, problem=str(problems[0]))
        work.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return True


def _voices() -> dict[str, str]:
    """Language → espeak-ng's voice; a pack without one is spoken by recordings only."""
    own = {lang: found.espeak for lang in spoken() if (found := speech(lang)) is not None and found.espeak}
    return {**own, **_VOICES}


def _one(job: tuple[str, str, str, int, Path]) -> tuple[str, str]:
    espeak, lang, words, syllables, work = job
    name = f"{lang}/{file_stem(words)}.wav"
    samples = speak(espeak, lang, words, syllables)
    sound.write_wav(work / name, samples, RATE_HZ)
    return words, name


def speak(espeak: str, lang: str, words: str, syllables: int) -> sound.Samples:
    """Give the words as a trimmed and levelled clip, slow enough."""
    speed_wpm = _SPEED_WPM
    while True:
        samples, rate_hz = _synthesise(espeak, lang, words, speed_wpm)
        clip = sound.trim(samples, rate_hz)
        length_s = len(clip) / rate_hz
        fast = syllables / max(length_s, 1e-3) > MAX_SYLLABLES_PER_S * _RATE_MARGIN or length_s < _SHORTEST_S
        if not fast or speed_wpm <= _SLOWEST_WPM:
            return sound.level(clip)
        speed_wpm = max(_SLOWEST_WPM, speed_wpm - _STEP_WPM)


def _synthesise(espeak: str, lang: str, words: str, speed_wpm: int) -> tuple[sound.Samples, int]:
    with tempfile.TemporaryDirectory(prefix="motcua-voice-") as folder:
        path = Path(folder) / "clip.wav"
        command = [
            espeak,
            "-v",
            _voices()[lang],
            "-s",
            str(speed_wpm),
            "-a",
            str(_AMPLITUDE),
            "-w",
            str(path),
            "--",
            words,
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise VoicePackError("voice.maker_failed", text=words, problem="no answer") from error
        if done.returncode or not path.is_file():
            problem = done.stderr.decode(errors="replace").strip()[:200] or f"exit {done.returncode}"
            raise VoicePackError("voice.maker_failed", text=words, problem=problem)
        try:
            samples, rate_hz = sound.read_wav(path)
        except ValueError as error:
            raise VoicePackError("voice.maker_failed", text=words, problem=str(error)) from error
    if rate_hz != RATE_HZ:
        raise VoicePackError("voice.maker_failed", text=words, problem=f"{rate_hz} Hz")
    return samples, rate_hz


def file_stem(words: str) -> str:
    """ASCII file name of some words, accents as Telex letters: "không" → "khoong", "bà" → "baf"."""
    out, base = [], ""
    for sign in unicodedata.normalize("NFD", words.replace("đ", "dd")):
        if sign in _TELEX_MARKS:
            out.append(_TELEX_MARKS[sign] or base)
        else:
            # A letter that no Telex writes (Khmer) is its code point: two words never share a file.
            base = sign if sign.isascii() and sign.isalnum() else "-" if sign.isascii() else f"{ord(sign):x}"
            out.append(base)
    return "".join(out)


def _made_by(out: Path) -> str | None:
    try:
        made_by = json.loads((out / MANIFEST).read_text(encoding="utf-8")).get("made_by")
    except (OSError, ValueError, AttributeError):
        return None
    return made_by if isinstance(made_by, str) else None


def _recipe(espeak: str | None) -> str:
    """Name the program and the recipe, so that a new version of either makes the pack anew."""
    sources = "".join(inspect.getsource(module) for module in (phrases, sound, sys.modules[__name__]))
    sources += repr([(lang, voice, sorted(needed(lang))) for lang, voice in _voices().items()])
    size = Path(espeak).stat().st_size if espeak else 0
    return f"espeak-ng {size} {hashlib.sha256(sources.encode()).hexdigest()[:16]}"


def main() -> int:
    """Run from set-up."""
    parser = argparse.ArgumentParser(description="Make the default voice pack with espeak-ng.")
    parser.add_argument("--out", type=Path, default=default_folder(), help="folder of the pack")
    out = parser.parse_args().out
    try:
        made = make(out)
    except VoicePackError as error:
        sys.stderr.write(f"{error.vi}\n{error.en}\n")
        return 1
    if made:
        sys.stdout.write(f"voice: {sum(len(needed(lang)) for lang in _voices())} clips in {out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
