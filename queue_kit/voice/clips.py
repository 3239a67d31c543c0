"""A voice pack: a folder of WAV clips and a manifest that says which words each of them speaks.

``manifest.json``: ``{"format": 1, "name": …, "made_by": …, "rate_hz": 22050, "languages": {"vi": {"không":
"vi/khong.wav", …}}}``. An office may record its own pack; :func:`check` says what is missing or wrong before
anybody in the lobby hears it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from queue_core.vietnamese import nfc
from queue_kit.voice.errors import VoicePackError
from queue_kit.voice.phrases import (
    CLIP_PAUSE_S,
    LANGUAGES,
    MAX_SYLLABLES_PER_S,
    clip_name,
    needed,
    spoken_languages,
)
from queue_kit.voice.sound import (
    LOUDNESS_DBFS,
    PEAK_DBFS,
    Samples,
    peak_dbfs,
    read_wav,
    rms_dbfs,
    sounding,
)

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
RATES_HZ: Final = (22050, 24000)
#: how far a clip's loudness may lie from the others'
LOUDNESS_TOLERANCE_DB: Final = 3.0
#: silence allowed before and after the words
EDGE_SILENCE_S: Final = 0.05
_NAMED_PROBLEMS: Final = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a pack: the clip's words and what is wrong with it."""

    lang: str
    clip: str
    what: str

    def __str__(self) -> str:
        return f"{self.lang} “{self.clip}”: {self.what}"


@dataclass(frozen=True, slots=True)
class VoicePack:
    """Clips in memory: language → words → samples at ``rate_hz``. About 3 MB for two languages."""

    name: str
    folder: Path
    rate_hz: int
    clips: Mapping[str, Mapping[str, Samples]]

    def has(self, lang: str) -> bool:
        """Whether the pack speaks a language."""
        return bool(self.clips.get(lang))

    def clip(self, lang: str, words: str) -> Samples | None:
        """The samples of some words, or None."""
        return self.clips.get(lang, {}).get(clip_name(words))


def default_folder() -> Path:
    """Where set-up puts the default pack: ``MOTCUA_VOICE``, else the user's cache."""
    chosen = os.environ.get("MOTCUA_VOICE")
    if chosen:
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "motcua" / "voice"


def load(folder: Path) -> VoicePack:
    """Read a pack. Clips that cannot be read are left out (:func:`check` names them).

    Raises :class:`VoicePackError` ``voice.no_pack``, ``voice.manifest``, or ``voice.incomplete`` when a Vietnamese
    clip is missing: a call half spoken is worse than one that is only shown.
    """
    manifest = _manifest(folder)
    rate_hz = manifest["rate_hz"]
    clips: dict[str, dict[str, Samples]] = {}
    missing: list[Problem] = []
    for lang in spoken_languages():
        files = manifest["languages"].get(lang, {})
        read, unread = _read_all(folder, lang, files, rate_hz)
        lacking = [Problem(lang, clip, "missing") for clip in needed(lang) if clip not in read]
        if lang == "vi":
            missing += lacking
        if files and not lacking:
            clips[lang] = read
        missing += [p for p in unread if lang == "vi" and p.clip not in {m.clip for m in missing}]
    if missing:
        raise VoicePackError(
            "voice.incomplete",
            folder=str(folder),
            count=len(missing),
            problems="; ".join(str(p) for p in missing[:_NAMED_PROBLEMS]),
        )
    return VoicePack(manifest["name"], folder, rate_hz, clips)


def check(folder: Path) -> list[Problem]:
    """Everything that is missing or wrong in a pack, in the manifest's order; empty when it is good.

    Missing phrases and files, a wrong format, silence at the ends, too fast, too loud or too quiet against the
    others, clipped. Raises :class:`VoicePackError` when there is no readable manifest.
    """
    manifest = _manifest(folder)
    problems: list[Problem] = []
    for lang in spoken_languages():
        files = manifest["languages"].get(lang)
        if files is None and lang not in LANGUAGES:
            continue
        if files is None:
            problems.append(Problem(lang, "*", "the language is missing"))
            continue
        read, unread = _read_all(folder, lang, files, manifest["rate_hz"])
        problems += unread
        known = {clip_name(name) for name in files}
        problems += [Problem(lang, clip, "missing from the manifest") for clip in needed(lang) if clip not in known]
        for clip, samples in read.items():
            spoken = needed(lang).get(clip)
            problems += [Problem(lang, clip, what) for what in _faults(samples, manifest["rate_hz"], spoken)]
    return problems


def _faults(samples: Samples, rate_hz: int, syllables: int | None) -> list[str]:
    where = sounding(samples, rate_hz)
    if where.stop <= where.start:
        return ["silent"]
    faults = []
    # The tempo an ear hears runs from one clip's beginning to the next one's: a stopped syllable (ép, hát) is short.
    tempo = (syllables or 0) / ((where.stop - where.start) / rate_hz + CLIP_PAUSE_S)
    if tempo > MAX_SYLLABLES_PER_S:
        faults.append(f"too fast: {tempo:.1f} syllables a second, at most {MAX_SYLLABLES_PER_S}")
    if max(where.start, len(samples) - where.stop) / rate_hz > EDGE_SILENCE_S:
        faults.append(f"more than {EDGE_SILENCE_S} s of silence at an end")
    if abs(rms_dbfs(samples[where]) - LOUDNESS_DBFS) > LOUDNESS_TOLERANCE_DB:
        faults.append(f"{rms_dbfs(samples[where]):.1f} dBFS, not {LOUDNESS_DBFS} ± {LOUDNESS_TOLERANCE_DB}")
    if peak_dbfs(samples) > PEAK_DBFS + 0.9:
        faults.append("clipped")
    return faults


def _read_all(
    folder: Path, lang: str, files: Mapping[str, str], rate_hz: int
) -> tuple[dict[str, Samples], list[Problem]]:
    read: dict[str, Samples] = {}
    problems: list[Problem] = []
    for name, file in files.items():
        path = folder / file
        if not path.resolve().is_relative_to(folder.resolve()):
            problems.append(Problem(lang, clip_name(name), f"{file} lies outside the pack"))
            continue
        try:
            samples, rate = read_wav(path)
        except (ValueError, OSError) as error:
            problems.append(Problem(lang, clip_name(name), f"{file}: {error}"))
            continue
        if rate != rate_hz:
            problems.append(Problem(lang, clip_name(name), f"{file}: {rate} Hz, not {rate_hz}"))
            continue
        read[clip_name(name)] = samples
    return read, problems


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise VoicePackError("voice.no_pack", folder=str(folder))
    try:
        manifest = json.loads(nfc(path.read_text(encoding="utf-8")))
    except (ValueError, OSError) as error:
        raise VoicePackError("voice.manifest", file=str(path), problem=str(error)) from error
    problem = _manifest_problem(manifest)
    if problem:
        raise VoicePackError("voice.manifest", file=str(path), problem=problem)
    return {"name": str(manifest.get("name", folder.name)), **manifest}


def _manifest_problem(manifest: object) -> str | None:
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return f"format must be {FORMAT}"
    if manifest.get("rate_hz") not in RATES_HZ:
        return f"rate_hz must be one of {RATES_HZ}"
    languages = manifest.get("languages")
    if not isinstance(languages, dict) or "vi" not in languages:
        return "languages must hold vi"
    for lang, files in languages.items():
        if not isinstance(files, dict) or not all(isinstance(f, str) for f in files.values()):
            return f"languages.{lang} must map words to files"
    return None
