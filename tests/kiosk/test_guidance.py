"""Four keys and speech: where one is, what is said, and that nobody who listens is hurried."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import session as s
from kiosk.guidance import Guide, Key
from kiosk.guidance.choices import choices
from kiosk.guidance.guide import GAINS
from kiosk.guidance.phrases import Phrase, number, spoken
from kiosk.guidance.timing import ANSWER_S
from kiosk.sounds import Sounds
from queue_kit.languages import tr
from queue_kit.voice.players.alsa import AlsaPlayer
from queue_kit.voice.speech import Speech
from tests.kiosk import office_sample as office

WARNING = tr("vi", "guidance.warning")


@dataclass
class Said:
    """A speaker that keeps what it was told; ``speaking`` is set by the test."""

    speaking: bool = False
    phrases: list[Phrase] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)

    def say(self, phrases: tuple[Phrase, ...], gain: float) -> None:
        self.phrases = list(phrases)
        self.gains.append(gain)

    def add(self, phrases: tuple[Phrase, ...], gain: float) -> None:
        self.phrases += phrases
        self.gains.append(gain)

    def hush(self) -> None:
        self.phrases = []

    @property
    def text(self) -> str:
        return " | ".join(" ".join(phrase.words) for phrase in self.phrases)


class Kiosk:
    """The session and the guide as the application joins them, with a clock of its own."""

    def __init__(self, seen: s.Seen | None = None) -> None:
        self.now_s = 100.0
        self.seen = seen or s.Seen(lobby=office.lobby())
        self.visit = s.Visit(touched_s=self.now_s, since_s=self.now_s)
        self.voice = Said()
        self.guide = Guide(self.voice, self.step)
        self.effects: list[s.Effect] = []
        self._ids = 0

    def step(self, event: s.Event) -> s.Visit:
        before = self.visit
        timing = self.guide.timing(s.Timing())
        self.visit, effects = s.step(before, event, s.Context(self.seen, self.now_s, self._id, timing))
        self.effects += effects
        self.guide.follow(before, event, self.visit, self.seen)
        return self.visit

    def _id(self) -> str:
        self._ids += 1
        return f"r-{self._ids}"

    def press(self, *keys: str) -> str:
        for key in keys:
            self.guide.press(Key(key), self.visit, self.seen)
        return self.voice.text

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds * 2)):
            self.now_s += 0.5
            if self.guide.reading:
                self.step(s.Listening())
            self.step(s.Tick())
            self.guide.tick(self.visit, s.Timing(), self.now_s)

    def answer(self) -> None:
        assert self.visit.asked is not None
        self.step(s.TicketCame(self.visit.asked.request_id, office.ticket()))

    def slip(self, error: str = "") -> None:
        assert self.visit.asked is not None
        self.step(s.SlipEnded(self.visit.asked.request_id, error))


def test_any_of_the_four_keys_begins_and_chooses_nothing() -> None:
    for key in Key:
        kiosk = Kiosk()
        said = kiosk.press(key)
        assert said.startswith(spoken(tr("vi", "guidance.welcome"), "vi"))
        assert said.endswith("1 trên 5 | Lấy số thứ tự")
        assert kiosk.visit.screen is s.Screen.HOME
        assert not kiosk.effects


def test_from_rest_to_the_number() -> None:
    kiosk = Kiosk()
    kiosk.wait(130)
    assert kiosk.visit.screen is s.Screen.ATTRACT
    assert "Đang chờ" in kiosk.press("next")
    assert "1 trên 12 | Hộ tịch" in kiosk.press("choose")
    assert kiosk.press("previous") == "12 trên 12 | Gọi cán bộ"
    assert kiosk.press("next", "next").startswith("2 trên 12 | Chứng thực")
    assert kiosk.press("choose").startswith("Đang lấy số")
    kiosk.answer()
    assert kiosk.voice.text == (
        "Số của quý vị | a | không hai năm | Hộ tịch | Phía trước còn 3 người | Chờ khoảng 10 đến 15 phút"
        " | Quầy 2 hoặc 3"
    )
    kiosk.slip()
    assert kiosk.voice.text.endswith("Quầy 2 hoặc 3 | Mời lấy phiếu bên dưới"), "the number was not cut off"
    assert "không hai năm" in kiosk.press("repeat")


def test_paper_out_is_said_and_the_number_can_be_heard_again() -> None:
    kiosk = Kiosk()
    kiosk.press("next", "choose", "choose")
    kiosk.answer()
    kiosk.slip("paper.out")
    assert "Máy in hết giấy | Mời quý vị nhớ số của mình" in kiosk.voice.text
    assert "không hai năm" in kiosk.press("repeat")


def test_a_group_and_a_priority() -> None:
    kiosk = Kiosk()
    kiosk.press("next", "choose")
    said = [kiosk.press("next") for _ in range(5)]
    assert "Kinh tế, hợp tác xã" in said[4]
    assert "Nhận số lại lúc 13 giờ 30" in said[3], "why it is closed"
    assert kiosk.press("choose").startswith("Kinh tế, hợp tác xã | Quý vị cần giải quyết việc gì? | 1 trên")
    while "ưu tiên" not in kiosk.press("next"):
        pass
    assert kiosk.press("choose").startswith("Quý vị thuộc diện nào?")
    kiosk.press("choose")
    assert kiosk.visit.priority == "cao-tuoi"


def test_when_the_hub_is_away_there_is_no_number_to_choose() -> None:
    kiosk = Kiosk(s.Seen(lobby=office.lobby(), hub_away=True))
    said = kiosk.press("next")
    assert "Máy lấy số tạm ngừng" in said
    assert "Lấy số thứ tự" not in said


def test_louder_by_repeating_and_usual_again_for_the_next() -> None:
    kiosk = Kiosk()
    kiosk.press("next", "repeat")
    assert kiosk.voice.gains[-1] == GAINS[0]
    kiosk.press("repeat")
    assert kiosk.voice.gains[-1] == GAINS[1]
    kiosk.press("choose", "choose")
    kiosk.answer()
    kiosk.slip()
    assert kiosk.voice.gains[-1] == GAINS[1]
    kiosk.press("choose")
    assert kiosk.visit.screen is s.Screen.HOME
    assert not kiosk.guide.on
    kiosk.press("next")
    assert kiosk.voice.gains[-1] == GAINS[0]


def test_a_finger_ends_the_guidance() -> None:
    kiosk = Kiosk()
    kiosk.press("next", "choose")
    kiosk.guide.touched()
    assert (kiosk.voice.text, kiosk.guide.on) == ("", False)


@pytest.mark.parametrize("at_number", [False, True])
def test_warned_ten_times_over_with_twenty_seconds_to_answer(at_number: bool) -> None:
    kiosk = Kiosk()
    kiosk.press("next", "choose")
    if at_number:
        kiosk.press("choose")
        kiosk.answer()
        kiosk.slip()
    place = kiosk.visit.screen
    for turn in range(10):
        for _ in range(200):
            kiosk.wait(0.5)
            if WARNING.split("?")[0] in kiosk.voice.text:
                break
        else:
            pytest.fail(f"no warning {turn + 1}")
        # The warning takes time itself; nothing ends in the 20 s after it.
        kiosk.wait(8 + ANSWER_S)
        assert kiosk.visit.screen is place
        assert kiosk.press("choose").startswith("Mời quý vị tiếp tục")
        assert kiosk.visit.screen is place, "any key only says: I am here"
    kiosk.wait(200)
    assert kiosk.visit.screen in {s.Screen.HOME, s.Screen.ATTRACT}
    assert not kiosk.guide.on


def test_nothing_runs_out_while_it_is_being_read() -> None:
    kiosk = Kiosk()
    kiosk.press("next", "choose")
    kiosk.voice.speaking = True
    kiosk.wait(300)
    assert (kiosk.visit.screen, kiosk.visit.overlay) == (s.Screen.SERVICES, s.Overlay.NONE)
    kiosk.voice.speaking = False
    kiosk.wait(35)
    assert kiosk.visit.overlay is s.Overlay.STILL_THERE


def test_who_sees_has_the_usual_time() -> None:
    kiosk = Kiosk()
    kiosk.step(s.TakeNumber())
    kiosk.wait(46)
    assert kiosk.visit.screen is s.Screen.HOME


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(list(Key)),
            st.sampled_from(["answer", "slip", "wait", "away", "back", "closed", "help"]),
        ),
        max_size=40,
    ),
    st.sampled_from(["vi", "en"]),
)
def test_whatever_happens_there_is_something_to_say_and_to_choose(what: list[object], lang: str) -> None:
    kiosk = Kiosk()
    kiosk.visit = replace(kiosk.visit, lang=lang)
    for one in what:
        match one:
            case Key():
                kiosk.press(one)
                assert kiosk.voice.text or not kiosk.guide.on
            case "answer":
                if kiosk.visit.screen is s.Screen.ASKING:
                    kiosk.answer()
            case "slip":
                if kiosk.visit.slip is s.Slip.PRINTING:
                    kiosk.slip()
            case "wait":
                kiosk.wait(31)
            case "help":
                kiosk.step(s.HelpAnswered(ok=True))
            case _:
                lobby = office.lobby(open=one != "closed")
                kiosk.seen = s.Seen(lobby=lobby, hub_away=one == "away")
                kiosk.step(s.SeenChanged())
        offered = choices(kiosk.visit, kiosk.seen)
        waiting = kiosk.visit.screen is s.Screen.ASKING or kiosk.visit.slip is s.Slip.PRINTING
        assert offered or waiting
        assert all(isinstance(choice.event, s.Touch) and choice.phrases for choice in offered)


@pytest.mark.parametrize(
    ("text", "lang", "said"),
    [
        ("Chờ khoảng 10–15 phút", "vi", "Chờ khoảng 10 đến 15 phút"),
        ("About 10–15 minutes", "en", "About 10 to 15 minutes"),
        ("Mời quay lại 7:30 sáng thứ Hai, 23/11.", "vi", "Mời quay lại 7 giờ 30 sáng thứ Hai, 23, 11."),
        ("đóng lúc 17:00", "vi", "đóng lúc 17 giờ"),
        ("khai sinh, kết hôn…", "vi", "khai sinh, kết hôn"),
        ("Người cao tuổi (từ 60 tuổi)", "vi", "Người cao tuổi, từ 60 tuổi"),
    ],
)
def test_signs_for_the_eye_become_words(text: str, lang: str, said: str) -> None:
    assert spoken(text, lang) == said


def test_a_number_is_spelled() -> None:
    assert [phrase.words for phrase in number("HT-015", "vi")] == [("hát", "tê"), ("không", "một", "năm")]
    assert all(phrase.spelled for phrase in number("HT-015", "vi"))


# ------------------------------------------------------------------ the voice
def _until(what: object, deadline_s: float = 10.0) -> None:
    end, pause = time.monotonic() + deadline_s, threading.Event()
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end
        pause.wait(0.01)


def _loudspeaker(folder: Path) -> Path:
    """Plays as long as a card with a very long buffer: until it is stopped."""
    program = folder / "loudspeaker"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\necho x >> {folder}/played\nexec sleep 60\n")
    program.chmod(0o755)
    return program


def test_a_key_breaks_the_voice_off(tmp_path: Path) -> None:
    played = tmp_path / "played"
    sounds = Sounds(
        AlsaPlayer(program=str(_loudspeaker(tmp_path)), grace_s=90), Speech(tmp_path / "clips"), clicks=True
    )
    try:
        sounds.say([Phrase("vi", ("một câu dài",)), Phrase("vi", ("câu sau",))], 1.0)
        _until(lambda: played.exists() and played.read_text())
        assert sounds.speaking
        sounds.hush()
        _until(lambda: not sounds.speaking)
        assert played.read_text() == "x\n", "what waited is not said either"
        sounds.say([Phrase("vi", ("câu mới",))], 1.0)
        _until(lambda: played.read_text() == "x\nx\n")
    finally:
        sounds.stop()


def test_without_espeak_it_is_said_once_in_the_log_and_nothing_else_happens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sounds = Sounds(AlsaPlayer(program="true"), Speech(tmp_path, program="no-such-program"), clicks=True)
    with caplog.at_level(logging.WARNING):
        for words in ("một", "hai", "ba"):
            sounds.say([Phrase("vi", (words,))], 1.0)
            _until(lambda: not sounds.speaking)
    sounds.stop()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "espeak-ng" in caplog.text


def test_without_a_card_a_press_starts_no_program_each_time(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    program = tmp_path / "aplay"
    program.write_text(f"#!/bin/sh\necho x >> {tmp_path}/tried\nexit 1\n")
    program.chmod(0o755)
    sounds = Sounds(AlsaPlayer(program=str(program)), Speech(tmp_path / "clips"), clicks=True)
    sounds.press()
    _until(lambda: caplog.records)
    for _ in range(20):
        sounds.press()
    sounds.stop()
    assert (tmp_path / "tried").read_text() == "x\n"
    assert len(caplog.records) == 1


def test_clips_are_made_once_and_the_folder_stays_small(tmp_path: Path) -> None:
    speech = Speech(tmp_path / "clips", most=6)
    first = speech.clip("vi", "Hộ tịch")
    made = speech.path("vi", "Hộ tịch").stat().st_ino
    assert speech.clip("vi", "Hộ tịch") == first
    assert speech.path("vi", "Hộ tịch").stat().st_ino == made
    for count in range(12):
        speech.clip("vi", f"{count} người chờ")
        assert len(list((tmp_path / "clips").glob("*.wav"))) <= 6
    speech.path("vi", "11 người chờ").write_bytes(b"torn by a power cut")
    assert speech.clip("vi", "11 người chờ").length_s > 0.3


def test_the_kiosk_carries_no_numpy_for_its_sounds() -> None:
    code = (
        "import sys; import kiosk.sounds, kiosk.guidance, queue_kit.voice.speech, queue_kit.voice.players.alsa;"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False).returncode == 0
