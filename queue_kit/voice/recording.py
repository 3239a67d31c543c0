"""From an office's own recordings to a voice pack: cut, levelled, named, checked. See ``docs/voice.md``."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from queue_kit.voice.clips import FORMAT, MANIFEST, RATES_HZ, Problem, check
from queue_kit.voice.errors import VoicePackError
from queue_kit.voice.make_clips import file_stem
from queue_kit.voice.phrases import needed, spoken_languages
from queue_kit.voice.sound import Samples, level, read_wav, trim, write_wav


def recording_name(lang: str, words: str) -> str:
    """Where the recording of some words is looked for: ``vi/khoong.wav`` (accents as Telex letters)."""
    return f"{lang}/{file_stem(words)}.wav"


def build_pack(recordings: Path, out: Path, *, name: str) -> list[Problem]:
    """Make the pack ``out`` of a folder of recordings; gives what is missing or wrong in it.

    The folder appears whole or not at all, and also when something is still missing: then it is not used by a board,
    but the checker names what to record. Raises :class:`VoicePackError` ``voice.no_recordings`` or ``voice.exists``.
    """
    if out.exists():
        raise VoicePackError("voice.exists", folder=str(out))
    found = {lang: _read(recordings, lang) for lang in spoken_languages()}
    rates = {rate for clips in found.values() for _, rate in clips.values()}
    if not found["vi"]:
        raise VoicePackError("voice.no_recordings", folder=str(recordings / "vi"))
    if len(rates) != 1 or not rates <= set(RATES_HZ):
        raise VoicePackError(
            "voice.rates", rates=", ".join(map(str, sorted(rates))), allowed=" / ".join(map(str, RATES_HZ))
        )
    rate_hz = rates.pop()
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        languages: dict[str, dict[str, str]] = {}
        for lang, clips in found.items():
            if clips:
                (work / lang).mkdir()
                languages[lang] = {words: recording_name(lang, words) for words in clips}
            for words, (samples, _) in clips.items():
                write_wav(work / recording_name(lang, words), level(trim(samples, rate_hz)), rate_hz)
        manifest = {"format": FORMAT, "name": name, "made_by": "recordings", "rate_hz": rate_hz, "languages": languages}
        (work / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        problems = check(work)
        work.chmod(0o755)
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return problems


def _read(recordings: Path, lang: str) -> dict[str, tuple[Samples, int]]:
    """The recordings that can be read: words → samples and rate. The checker names the others as missing."""
    clips: dict[str, tuple[Samples, int]] = {}
    for words in needed(lang):
        path = recordings / recording_name(lang, words)
        if not path.is_file():
            continue
        try:
            clips[words] = read_wav(path)
        except ValueError as error:
            raise VoicePackError("voice.recording", file=str(path), problem=str(error)) from error
    return clips
