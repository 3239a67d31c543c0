"""The default pack and the checker of any pack."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from queue_core.vietnamese import nfc
from queue_kit.voice import make_clips
from queue_kit.voice.clips import MANIFEST, VoicePack, check, load
from queue_kit.voice.errors import VoicePackError
from queue_kit.voice.phrases import LANGUAGES, MAX_SYLLABLES_PER_S, needed
from queue_kit.voice.sound import (
    LOUDNESS_DBFS,
    peak_dbfs,
    read_wav,
    rms_dbfs,
    sounding,
    write_wav,
)


def test_the_default_pack_is_complete_and_good(pack: VoicePack) -> None:
    assert check(pack.folder) == []
    for lang in LANGUAGES:
        assert set(needed(lang)) <= set(pack.clips[lang])


def test_all_clips_are_equally_loud_unclipped_and_trimmed(pack: VoicePack) -> None:
    for clips in pack.clips.values():
        for words, samples in clips.items():
            assert rms_dbfs(samples) == pytest.approx(LOUDNESS_DBFS, abs=0.3), words
            assert peak_dbfs(samples) < -0.9, words
            where = sounding(samples, pack.rate_hz)
            assert where.start / pack.rate_hz < 0.02, words
            assert (len(samples) - where.stop) / pack.rate_hz < 0.02, words


def test_phrases_are_slow_enough_for_an_old_ear(pack: VoicePack) -> None:
    for lang, clips in pack.clips.items():
        for words, count in needed(lang).items():  # type: ignore[arg-type]
            if count > 1:
                assert count / (len(clips[words]) / pack.rate_hz) <= MAX_SYLLABLES_PER_S, words


def test_making_the_pack_again_does_nothing(pack: VoicePack) -> None:
    before = (pack.folder / MANIFEST).stat().st_mtime_ns
    assert make_clips.make(pack.folder) is False
    assert (pack.folder / MANIFEST).stat().st_mtime_ns == before


def test_without_the_program_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VoicePackError) as caught:
        make_clips.make(tmp_path / "voice")
    assert caught.value.key == "voice.maker_missing"
    assert list(tmp_path.iterdir()) == []


def _lose(folder: Path) -> None:
    (folder / "vi" / "ba.wav").unlink()


def _forget(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    del manifest["languages"]["vi"]["ba"]
    (folder / MANIFEST).write_text(json.dumps(manifest))


def _change(edit: Callable[[np.ndarray], np.ndarray], rate_hz: int = 22050) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        samples, _ = read_wav(folder / "vi" / "ba.wav")
        write_wav(folder / "vi" / "ba.wav", edit(samples), rate_hz)

    return apply


def _garbage(folder: Path) -> None:
    (folder / "vi" / "ba.wav").write_bytes(b"RIFF nothing")


def _outside(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["languages"]["vi"]["ba"] = "../ba.wav"
    (folder / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (_lose, "No such file"),
        (_forget, "missing from the manifest"),
        (_garbage, "not a WAV file"),
        (_outside, "outside the pack"),
        (_change(np.zeros_like), "silent"),
        (_change(lambda s: s[: len(s) // 4]), "too fast"),
        (_change(lambda s: s // 8), "dBFS"),
        (_change(lambda s: np.concatenate([np.zeros(4000, np.int16), s])), "silence at an end"),
        (_change(lambda s: np.where(np.arange(len(s)) == 999, 32767, s).astype(np.int16)), "clipped"),
        (_change(lambda s: s, 44100), "44100 Hz, not 22050"),
    ],
)
def test_the_checker_finds_what_is_wrong(
    pack: VoicePack, tmp_path: Path, damage: Callable[[Path], None], what: str
) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(pack.folder, folder)
    damage(folder)
    problems = check(folder)
    assert [(p.lang, p.clip) for p in problems if what in p.what] == [("vi", "ba")], problems


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (None, "voice.no_pack"),
        ("{", "voice.manifest"),
        ('{"format": 2}', "voice.manifest"),
        ('{"format": 1, "rate_hz": 8000, "languages": {"vi": {}}}', "voice.manifest"),
        ('{"format": 1, "rate_hz": 22050, "languages": {"en": {}}}', "voice.manifest"),
        ('{"format": 1, "rate_hz": 22050, "languages": {"vi": {"ba": 3}}}', "voice.manifest"),
        ('{"format": 1, "rate_hz": 22050, "languages": {"vi": {}}}', "voice.incomplete"),
    ],
)
def test_a_pack_that_cannot_speak_is_refused(tmp_path: Path, text: str | None, key: str) -> None:
    if text is not None:
        (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(VoicePackError) as caught:
        load(tmp_path)
    assert caught.value.key == key
    assert caught.value.vi
    assert caught.value.vi != caught.value.en


def test_a_pack_without_english_still_speaks_vietnamese(pack: VoicePack, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(pack.folder, folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    del manifest["languages"]["en"]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert load(folder).has("vi")
    assert not load(folder).has("en")
    assert [p.lang for p in check(folder)] == ["en"]


def test_a_manifest_written_decomposed_is_read_all_the_same(pack: VoicePack, tmp_path: Path) -> None:
    import unicodedata

    folder = tmp_path / "pack"
    shutil.copytree(pack.folder, folder)
    text = (folder / MANIFEST).read_text()
    assert unicodedata.normalize("NFD", text) != nfc(text)
    (folder / MANIFEST).write_text(unicodedata.normalize("NFD", text))
    assert load(folder).clip("vi", "không") is not None
