"""An office records its own voice: the list, the pack made of the recordings, the checker, the sample to hear."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from queue_kit.voice.clips import VoicePack, check, load
from queue_kit.voice.command import app
from queue_kit.voice.errors import VoicePackError
from queue_kit.voice.find import find_call
from queue_kit.voice.phrases import LANGUAGES, needed
from queue_kit.voice.recording import build_pack, recording_name
from queue_kit.voice.sound import read_wav, silence, write_wav


@pytest.fixture
def recordings(pack: VoicePack, tmp_path: Path) -> Path:
    """As they come from a microphone: half a second of silence around, too quiet, named as the list says."""
    folder = tmp_path / "thu-am"
    quiet = silence(0.5, pack.rate_hz)
    for lang in LANGUAGES:
        (folder / lang).mkdir(parents=True)
        for words in needed(lang):
            samples = np.concatenate([quiet, pack.clips[lang][words] // 3, quiet]).astype(np.int16)
            write_wav(folder / recording_name(lang, words), samples, pack.rate_hz)
    return folder


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.output


def test_recordings_become_a_pack_that_speaks(recordings: Path, tmp_path: Path) -> None:
    out = tmp_path / "giong"
    code, said = run("build", recordings, "--out", out, "--name", "Cô Lan")
    assert (code, "complete and good" in said) == (0, True), said
    pack = load(out)
    assert pack.name == "Cô Lan"
    assert check(out) == []
    code, said = run("say", "A025", 3, "--pack", out, "--out", tmp_path / "a025.wav")
    assert code == 0, said
    samples, _ = read_wav(tmp_path / "a025.wav")
    assert len(find_call(samples, pack, "A025", 3)) == 2


def test_the_list_names_every_recording_once(recordings: Path) -> None:
    for lang in LANGUAGES:
        code, said = run("list", "--lang", lang, "--json")
        assert code == 0
        listed = json.loads(said)
        assert set(listed.values()) == set(needed(lang))
        assert sorted(listed) == sorted(
            path.relative_to(recordings).as_posix() for path in recordings.glob(f"{lang}/*")
        )
    code, said = run("list")
    assert "xin mời công dân có số" in said


def test_a_missing_phrase_is_named_and_the_pack_is_not_used(recordings: Path, tmp_path: Path) -> None:
    (recordings / recording_name("vi", "bảy")).unlink()
    code, said = run("build", recordings, "--out", tmp_path / "giong")
    assert code == 1
    assert "“bảy”: missing" in said
    code, said = run("check", tmp_path / "giong", "--json")
    assert code == 1
    report = json.loads(said)
    assert report["ok"] is False
    assert ["bảy" in problem for problem in report["problems"]] == [True]
    with pytest.raises(VoicePackError) as caught:
        load(tmp_path / "giong")
    assert caught.value.key == "voice.incomplete"


def test_without_english_recordings_the_pack_speaks_vietnamese(recordings: Path, tmp_path: Path) -> None:
    shutil.rmtree(recordings / "en")
    problems = build_pack(recordings, tmp_path / "giong", name="Cô Lan")
    assert [problem.lang for problem in problems] == ["en"]
    assert load(tmp_path / "giong").has("vi")


def _no_folder(folder: Path, _out: Path) -> None:
    shutil.rmtree(folder)


def _there_already(_folder: Path, out: Path) -> None:
    out.mkdir()


def _two_rates(folder: Path, _out: Path) -> None:
    path = folder / recording_name("vi", "ba")
    write_wav(path, read_wav(path)[0], 44100)


def _no_wav(folder: Path, _out: Path) -> None:
    (folder / recording_name("vi", "ba")).write_bytes(b"ID3 an mp3 renamed")


@pytest.mark.parametrize(
    ("damage", "key"),
    [
        (_no_folder, "voice.no_recordings"),
        (_there_already, "voice.exists"),
        (_two_rates, "voice.rates"),
        (_no_wav, "voice.recording"),
    ],
)
def test_what_cannot_become_a_pack_says_what_to_do(
    recordings: Path, tmp_path: Path, damage: Callable[[Path, Path], None], key: str
) -> None:
    out = tmp_path / "giong"
    damage(recordings, out)
    with pytest.raises(VoicePackError) as caught:
        build_pack(recordings, out, name="x")
    assert caught.value.key == key
    assert caught.value.vi != caught.value.en
    assert run("build", recordings, "--out", out)[0] == 1
    assert not any(tmp_path.glob(".giong*")), "a half-made pack was left behind"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["list", "--lang", "lo"], 2), (["check", "/nowhere"], 1), (["say", "A025", "100", "--out", "/tmp/x.wav"], 1)],
)
def test_a_mistake_is_a_sentence(arguments: list[str], code: int) -> None:
    found, said = run(*arguments)
    assert found == code
    assert said.strip()
    assert "Traceback" not in said
