"""Announcements: what they are put together from, that they never overlap, and what plays them."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from queue_display.announcer import Announcer, Outcome
from queue_kit.voice.clips import VoicePack
from queue_kit.voice.compose import CHIME, Announcement, Composed, compose
from queue_kit.voice.errors import AudioError
from queue_kit.voice.find import find_alike, find_call, find_exact
from queue_kit.voice.phrases import GROUP_PAUSE_S, MAX_SYLLABLES_PER_S, call_saying
from queue_kit.voice.players import make_player
from queue_kit.voice.players.alsa import AlsaPlayer
from queue_kit.voice.players.none import NonePlayer
from queue_kit.voice.players.wav import WavPlayer, index_path
from queue_kit.voice.sound import peak_dbfs, read_wav, sounding

A025 = Announcement(number="A025", counter_number=3)


class Done:
    """Collects outcomes and waits for so many."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self._changed = threading.Condition()

    def __call__(self, outcome: Outcome) -> None:
        with self._changed:
            self.outcomes.append(outcome)
            self._changed.notify_all()

    def wait(self, count: int, deadline_s: float = 5.0) -> list[Outcome]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.outcomes) >= count, deadline_s)
            return list(self.outcomes)


# ------------------------------------------------------------------ what is said
@pytest.mark.parametrize(
    ("lang", "times", "languages"),
    [("vi", 2, "vi vi"), ("vi", 1, "vi"), ("en", 2, "vi vi en"), ("en", 1, "vi en"), ("km", 2, "vi vi")],
)
def test_said_twice_and_english_after(pack: VoicePack, lang: str, times: int, languages: str) -> None:
    composed = compose(Announcement(number="A025", counter_number=3, lang=lang, times=times), pack)
    openings = [mark.lang for mark in composed.marks if mark.clip in ("xin mời công dân có số", "number")]
    assert " ".join(openings) == languages
    assert composed.marks[0].clip == CHIME


def test_clips_stand_where_the_marks_say_and_nothing_else_sounds(pack: VoicePack) -> None:
    composed = compose(Announcement(number="HT-105", counter_number=12, lang="en"), pack)
    heard = np.zeros(len(composed.samples), dtype=bool)
    end = 0
    for mark in composed.marks:
        assert mark.start_frame >= end, "clips overlap"
        end = mark.start_frame + mark.frames
        heard[mark.start_frame : end] = True
        if mark.clip != CHIME:
            clip = pack.clip(mark.lang, mark.clip)
            assert clip is not None
            assert np.array_equal(composed.samples[mark.start_frame : end], clip)
    assert not composed.samples[~heard].any()
    assert peak_dbfs(composed.samples) < -0.9


@pytest.mark.parametrize("number", ["A025", "HT-015", "1001", "A1000"])
@pytest.mark.parametrize("counter", [3, 12, 35])
def test_in_every_language_groups_are_three_tenths_of_a_second_apart(
    pack: VoicePack, number: str, counter: int
) -> None:
    composed = compose(Announcement(number=number, counter_number=counter, lang="en", times=1), pack)
    spoken = [mark for mark in composed.marks if mark.clip != CHIME]
    for lang in ("vi", "en"):
        marks = [mark for mark in spoken if mark.lang == lang]
        groups = call_saying(number, counter, lang).groups  # type: ignore[arg-type]
        assert [mark.clip for mark in marks] == [clip for group in groups for clip in group]
        ends = set(itertools.accumulate(len(group) for group in groups))
        for place, (one, two) in enumerate(itertools.pairwise(marks), 1):
            # Heard silence, not only what stands between the clips; the ear is measured in windows of 10 ms.
            before = sounding(composed.samples[: two.start_frame], pack.rate_hz).stop
            quiet_s = (two.start_frame - before) / pack.rate_hz
            if place in ends:
                assert quiet_s >= GROUP_PAUSE_S - 0.01, (one.clip, two.clip)
            else:
                assert quiet_s < GROUP_PAUSE_S, (one.clip, two.clip)


def test_groups_are_three_tenths_of_a_second_apart(pack: VoicePack) -> None:
    marks = compose(Announcement(number="A025", counter_number=3, times=1), pack).marks
    pauses = {
        (one.clip, two.clip): (two.start_frame - one.start_frame - one.frames) / pack.rate_hz
        for one, two in itertools.pairwise(marks)
    }
    for pair in [("xin mời công dân có số", "a"), ("a", "không"), ("năm", "đến quầy số"), ("đến quầy số", "ba")]:
        assert pauses[pair] == pytest.approx(GROUP_PAUSE_S, abs=0.001)
    assert pauses["không", "hai"] < GROUP_PAUSE_S


@pytest.mark.parametrize("number", ["A025", "HT-015", "1001", "FAP999"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_whole_announcement_is_slow_enough(pack: VoicePack, number: str, lang: str) -> None:
    composed = compose(Announcement(number=number, counter_number=35, lang=lang), pack)
    words = [mark for mark in composed.marks if mark.clip != CHIME]
    spoken = composed.samples[words[0].start_frame : words[-1].start_frame + words[-1].frames]
    where = sounding(spoken, pack.rate_hz)
    assert composed.syllables / ((where.stop - where.start) / pack.rate_hz) <= MAX_SYLLABLES_PER_S


# ------------------------------------------------------------------ finding it again
def test_a_call_is_found_in_the_samples_and_no_other_is(pack: VoicePack) -> None:
    recording = np.concatenate([compose(Announcement(number=n, counter_number=c), pack).samples for n, c in
                                [("A025", 3), ("A026", 4), ("HT-015", 12)]])  # fmt: skip
    assert [len(find_call(recording, pack, n, c)) for n, c in [("A025", 3), ("A026", 4), ("HT-015", 12)]] == [2, 2, 2]
    for number, counter in [("A025", 4), ("A026", 3), ("A02", 3), ("HT-015", 2), ("A052", 3)]:
        assert find_call(recording, pack, number, counter) == []


def test_a_call_broken_off_is_not_found(pack: VoicePack) -> None:
    samples = compose(Announcement(number="A025", counter_number=3, times=1), pack).samples
    assert find_call(samples[: len(samples) - pack.rate_hz // 10], pack, "A025", 3) == []


def test_a_clip_is_found_in_a_quieter_noisy_recording(pack: VoicePack) -> None:
    composed = compose(A025, pack)
    noise = np.random.default_rng(20261122).normal(0, 60, len(composed.samples))
    recording = (composed.samples * 0.4 + noise).astype(np.int16)
    opening = composed.marks[1]
    clip = pack.clip("vi", opening.clip)
    other = pack.clip("en", "please go to counter")
    assert clip is not None
    assert other is not None
    assert find_exact(recording, clip) is None
    assert find_alike(recording, clip) == pytest.approx(opening.start_frame, abs=2)
    assert find_alike(recording, other) is None


# ------------------------------------------------------------------ one after another
class Doorkeeper:
    """A player that holds the first announcement for a while, to see whether a second one comes in beside it."""

    trouble = None

    def __init__(self, player: WavPlayer) -> None:
        self._player, self._changed = player, threading.Condition()
        self.inside = self.most = 0

    def play(self, composed: Composed) -> int | None:
        with self._changed:
            self.inside += 1
            first = self.most == 0
            self.most = max(self.most, self.inside)
            self._changed.notify_all()
            if first:
                self._changed.wait_for(lambda: self.inside > 1, 0.5)
        try:
            return self._player.play(composed)
        finally:
            with self._changed:
                self.inside -= 1

    def close(self) -> None:
        self._player.close()


def test_announcements_never_overlap_and_keep_their_order(pack: VoicePack, tmp_path: Path) -> None:
    file = tmp_path / "voice.wav"
    player = Doorkeeper(WavPlayer(file, rate_hz=pack.rate_hz, real_time=False))
    done = Done()
    announcer = Announcer(pack, player, done)
    announcer.start()
    numbers = [f"A{n:03d}" for n in range(1, 8)]
    for number in numbers:
        announcer.say(Announcement(number=number, counter_number=2, times=1))
    outcomes = done.wait(len(numbers))
    announcer.stop()
    assert player.most == 1
    assert [outcome.announcement.number for outcome in outcomes] == numbers
    recording, rate_hz = read_wav(file)
    assert rate_hz == pack.rate_hz
    found = [find_call(recording, pack, number, 2) for number in numbers]
    assert [len(heard) for heard in found] == [1] * len(numbers)
    spans = [(heard[0].start_frame, heard[0].end_frame) for heard in found]
    assert all(one[1] < two[0] for one, two in itertools.pairwise(spans))
    lines = [json.loads(line) for line in index_path(file).read_text().splitlines()]
    assert [line["number"] for line in lines] == numbers
    assert [line["clips"][1]["start_frame"] for line in lines] == [span[0] for span in spans]
    assert [outcome.start_frame for outcome in outcomes] == [line["start_frame"] for line in lines]


def test_what_cannot_be_spoken_does_not_stop_the_next(pack: VoicePack) -> None:
    done = Done()
    announcer = Announcer(pack, NonePlayer(real_time=False), done)
    announcer.start()
    announcer.say(Announcement(number="Ω1", counter_number=1))
    announcer.say(A025)
    outcomes = done.wait(2)
    announcer.stop()
    assert [outcome.error for outcome in outcomes] == ["voice.unspeakable", None]


# ------------------------------------------------------------------ players
def _composed(length: int = 2205) -> Composed:
    return Composed(A025, np.arange(length, dtype=np.int16), 22050, (), 0)


def test_in_real_time_the_file_is_the_lobbys_clock(tmp_path: Path) -> None:
    now = [100.0]
    player = WavPlayer(tmp_path / "v.wav", rate_hz=22050, now_s=lambda: now[0])
    now[0] = 102.0
    assert player.play(_composed()) == 44100
    now[0] = 105.0
    player.close()
    samples, _ = read_wav(tmp_path / "v.wav")
    assert len(samples) == 5 * 22050
    assert np.flatnonzero(samples)[[0, -1]].tolist() == [44101, 44100 + 2204]


def test_what_is_broken_off_is_not_in_the_file(tmp_path: Path, pack: VoicePack) -> None:
    player = WavPlayer(tmp_path / "v.wav", rate_hz=pack.rate_hz)
    playing = threading.Thread(target=player.play, args=(compose(A025, pack),))
    playing.start()
    while (tmp_path / "v.wav").stat().st_size < 1000:
        playing.join(0.01)
    player.close()
    playing.join(5)
    assert not playing.is_alive()
    samples, _ = read_wav(tmp_path / "v.wav")
    assert find_call(samples, pack, "A025", 3) == []


def test_a_file_whose_writer_was_killed_is_readable(tmp_path: Path) -> None:
    player = WavPlayer(tmp_path / "v.wav", rate_hz=22050, real_time=False)
    player.play(_composed())
    with wave.open(str(tmp_path / "v.wav")) as file:  # never closed by its writer
        assert file.getnframes() == 2205
    player.close()


def test_a_file_that_cannot_be_written_is_a_keyed_error() -> None:
    with pytest.raises(AudioError) as caught:
        make_player("wav:/proc/nothing/v.wav", rate_hz=22050)
    assert caught.value.key == "audio.away"


@pytest.mark.parametrize("choice", ["", "wav:", "pulse", "alsa:", "none:x"])
def test_an_unknown_player_is_refused(choice: str) -> None:
    with pytest.raises(AudioError) as caught:
        make_player(choice, rate_hz=22050)
    assert caught.value.key == "audio.unknown"


@pytest.fixture
def null_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """ALSA's own file plug-in as the only card: what the loudspeaker would have got, in a file."""
    raw = tmp_path / "card.raw"
    conf = tmp_path / "asound.conf"
    conf.write_text(
        "pcm.!default { type file file " + str(raw) + ' format raw slave.pcm "null" }\n'
        "pcm.null { type null }\nctl.!default { type hw card 0 }\n"
    )
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(conf))
    return raw


def test_alsa_gets_every_sample(null_card: Path, pack: VoicePack) -> None:
    composed = compose(A025, pack)
    AlsaPlayer().play(composed)
    card = np.frombuffer(null_card.read_bytes(), dtype="<i2")
    assert len(find_call(card, pack, "A025", 3)) == 2


def test_an_absent_card_is_a_state_and_its_return_is_found(
    null_card: Path, monkeypatch: pytest.MonkeyPatch, pack: VoicePack
) -> None:
    player = AlsaPlayer(device="nowhere")
    with pytest.raises(AudioError) as caught:
        player.play(_composed())
    assert caught.value.key == player.trouble == "audio.away"
    player._device = None
    player.play(_composed())
    assert player.trouble is None
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(AudioError) as caught:
        player.play(_composed())
    assert caught.value.key == "audio.away"


def test_a_card_that_hangs_is_given_up_at_its_deadline(tmp_path: Path) -> None:
    program = tmp_path / "aplay"
    program.write_text("#!/bin/sh\necho $$ > $0.pid\nexec sleep 60\n")
    program.chmod(0o755)
    player = AlsaPlayer(program=str(program), grace_s=0.3)
    began_s = time.monotonic()
    with pytest.raises(AudioError) as caught:
        player.play(_composed())
    assert caught.value.key == "audio.late"
    assert time.monotonic() - began_s < 3
    pid = int((tmp_path / "aplay.pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_voice_can_be_broken_off(tmp_path: Path, pack: VoicePack) -> None:
    program = tmp_path / "aplay"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    done = Done()
    announcer = Announcer(pack, AlsaPlayer(program=str(program)), done)
    announcer.start()
    announcer.say(A025)
    announcer.stop()
    done.wait(1)
    assert subprocess.run(["pgrep", "-f", str(program)], capture_output=True, check=False).stdout == b""
