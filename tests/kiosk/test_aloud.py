"""A procedure read aloud: what is said and in which language, how it begins and ends, and that a call comes first."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import session as s
from kiosk.aloud import Reader
from kiosk.announcements import call_s
from kiosk.guidance.phrases import Phrase, spoken
from kiosk.guidance.stretches import MOST_LETTERS, TITLE, letters, phrases, read_out, stretches
from kiosk.phone import phone_part, procedure_address
from kiosk.sounds import HOLD_MOST_S, UNHEARD, Sounds
from queue_core.wire.messages import Call, Rev
from queue_core.wire.payload import write
from queue_kit.catalogue.parts import Paragraph, sections
from queue_kit.voice.clips import default_folder, load
from queue_kit.voice.compose import Announcement, compose
from queue_kit.voice.players.alsa import AlsaPlayer
from queue_kit.voice.speech import Speech, voice_of
from tests.kiosk import office_sample as office
from tests.kiosk import shelf_sample
from tests.kiosk.test_procedures import BIRTH, HERE, finds_birth

DEADLINE_S = 20.0


# ------------------------------------------------------------------ what is said
def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_said_whole(paragraphs: list[Paragraph], lang: str) -> None:
    said = stretches(paragraphs, lang)
    for number, paragraph in enumerate(paragraphs):
        mine = [one for one in said if one.paragraph == number]
        # What is joined gets a comma, a bullet falls away: every word stays.
        left = "".join(letter for one in mine for letter in one.text if letter.isalnum())
        assert left == "".join(letter for letter in paragraph.text if letter.isalnum())
        whole = squeezed(paragraph.text)
        for one in mine:
            begins = next(letter for letter in one.text if letter.isalnum())
            assert begins in whole[one.letter : one.letter + 12], "the screen finds where it is"
    assert [(one.paragraph, one.letter) for one in said] == sorted((one.paragraph, one.letter) for one in said)
    assert max((len(one.text) for one in said), default=0) <= MOST_LETTERS + 2


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text(alphabet="aăôếĐ 1,.;:·\n-+", max_size=700).map(Paragraph), max_size=5),
    st.sampled_from(["vi", "en"]),
)
def test_no_word_is_left_out_and_each_stretch_knows_its_place(paragraphs: list[Paragraph], lang: str) -> None:
    assert_said_whole(paragraphs, lang)


def test_the_longest_of_texts_is_said_in_breaths() -> None:
    for part in sections(shelf_sample.absurd(), "vi", None):
        assert_said_whole([one for one in part.paragraphs if one.kind != "qr"], "vi")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Thời hạn: 7 Ngày làm việc", [("vi", "Thời hạn: 7 Ngày làm việc")]),
        ("+ Tờ khai (theo mẫu)", [("vi", "Tờ khai (theo mẫu)")]),
        ("1 original", [("vi", "1 original")]),
    ],
)
def test_in_vietnamese_all_is_one_voices(text: str, said: list[tuple[str, str]]) -> None:
    assert [(one.lang, one.text) for one in stretches([Paragraph(text)], "vi")] == said


def test_in_english_the_record_is_read_by_the_vietnamese_voice() -> None:
    said = stretches([Paragraph("Time: 7 Ngày làm việc"), Paragraph("Papers to bring"), Paragraph("Bản sao")], "en")
    assert [(one.lang, one.text) for one in said] == [
        ("en", "Time:"), ("vi", "7 Ngày làm việc"), ("en", "Papers to bring"), ("vi", "Bản sao"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Phí: 20,000 Việt Nam Đồng", "Phí: 20000 Việt Nam Đồng"),
        ("tối đa 1.250.000 đồng", "tối đa 1250000 đồng"),
        ("Mã 1.001193", "Mã 1.001193"),
        ("H55.242-261110-0003", "H55.242-261110-0003"),
        ("2,5 ngày", "2,5 ngày"),
        ("tại https://dichvucong.gov.vn/p/home?x=1 hoặc", "tại địa chỉ trang mạng hoặc"),
    ],
)
def test_sums_and_addresses_are_said_as_people_say_them(text: str, said: str) -> None:
    assert spoken(text, "vi") == said


def test_only_a_language_with_a_voice_is_read() -> None:
    assert [voice_of(lang) for lang in ("vi", "en", "km", "xx")] == ["vi", "en-gb", None, None]


# ------------------------------------------------------------------ the visit
def reads(section: str = "papers", pages: tuple[int, ...] = (0, 4, 9)) -> tuple[object, s.Aloud]:
    citizen = finds_birth().does(s.ReadSection(section), s.ReadAloud(pages))
    return citizen, citizen.visit.aloud


def test_pages_turn_with_the_voice() -> None:
    citizen, aloud = reads()
    assert aloud.on
    for at, page in ((1, 0), (3, 0), (4, 1), (8, 1), (9, 2), (30, 2)):
        citizen.does(s.AloudAt(aloud.ident, at))
        assert (citizen.visit.page, citizen.visit.aloud.at) == (page, at)
    citizen.does(s.AloudEnded(aloud.ident))
    assert (citizen.visit.aloud, citizen.visit.page) == (s.Aloud(), 2), "the page stays where the voice ended"


def test_it_begins_with_the_page_that_is_shown() -> None:
    citizen = finds_birth().does(s.ReadSection("papers"), s.TurnPage(1), s.ReadAloud((0, 4, 9)))
    assert citizen.visit.aloud.at == 4


@pytest.mark.parametrize(
    "touch",
    [s.ReadAloud((0,)), s.Anywhere(), s.GoBack(), s.GoHome(), s.TurnPage(1), s.AskHelp(), s.SetLanguage("en"),
     s.OpenLook(), s.SetLook(large=True, high_contrast=False), s.TakeForProcedure(), s.Scanned("x"),
     s.ReadSection("steps")],
)  # fmt: skip
def test_any_touch_ends_it(touch: s.Event) -> None:
    citizen, aloud = reads()
    citizen.does(touch)
    assert not citizen.visit.aloud.on
    late = citizen.visit
    citizen.does(s.AloudAt(aloud.ident, 9), s.AloudEnded(aloud.ident))
    assert citizen.visit == late, "what the voice tells too late changes nothing"


def test_a_new_reading_is_not_moved_by_the_one_before() -> None:
    citizen, first = reads()
    citizen.does(s.ReadAloud((0, 4, 9)), s.ReadAloud((0, 4, 9)), s.AloudAt(first.ident, 9), s.AloudEnded(first.ident))
    assert citizen.visit.aloud.on
    assert citizen.visit.aloud.at == 0


def test_who_listens_is_not_asked_and_who_has_gone_is_not_read_to_for_ever() -> None:
    citizen, _ = reads()
    gone_s = 0.0
    while citizen.visit.aloud.on:
        if s.listening(citizen.visit, citizen.now_s):
            citizen.does(s.Listening())
        citizen.waits(5)
        gone_s += 5
        assert gone_s < 400
    assert gone_s > s.LISTENS_S
    assert citizen.visit.overlay is s.Overlay.STILL_THERE
    citizen.waits(20)
    assert citizen.screen is s.Screen.HOME


def test_nothing_is_read_where_there_is_nothing_to_read() -> None:
    for citizen in (finds_birth().does(s.ReadSection(s.PHONE)), finds_birth().does(s.GoHome())):
        assert not citizen.does(s.ReadAloud((0,))).visit.aloud.on


def test_without_sound_the_button_says_so_until_the_next_touch() -> None:
    citizen, aloud = reads()
    citizen.does(s.AloudEnded(aloud.ident, failed=True))
    assert citizen.visit.aloud.failed
    assert citizen.does(s.TurnPage(0)).visit.aloud == s.Aloud()


# ------------------------------------------------------------------ the loudspeaker
class Card:
    """Stands for the card: each sound is heard when the test says so, unless it is broken off."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.heard: list[str] = []
        self.broken: list[str] = []
        self.fails = False
        self._go = threading.Event()
        self._over = threading.Event()
        self._playing = threading.Event()

    def play_pcm(self, sound: object, *, wanted: Callable[[], bool] = lambda: True) -> bool:
        return self.play_program(["", "click"], most_s=1.0, wanted=wanted)

    def play_program(self, command: list[str], *, most_s: float, wanted: Callable[[], bool] = lambda: True) -> bool:
        from queue_kit.voice.errors import AudioError

        words = command[-1]
        if self.fails:
            raise AudioError("audio.away", problem="no card")
        if not wanted():
            return False
        self._go.clear()
        self._over.clear()
        self.began.append(words)
        self._playing.set()
        while not (self._go.wait(0.005) or self._over.is_set()):
            pass
        self._playing.clear()
        (self.broken if self._over.is_set() else self.heard).append(words)
        return not self._over.is_set()

    def hush(self) -> None:
        self._over.set()

    def close(self) -> None:
        self._over.set()

    def ends(self) -> None:
        """What is being played has been heard."""
        assert self._playing.wait(DEADLINE_S)
        self._go.set()

    def begins(self, words: str) -> None:
        until(lambda: bool(self.began) and self.began[-1] == words and self._playing.is_set())


def until(what: Callable[[], object]) -> None:
    end, pause = time.monotonic() + DEADLINE_S, threading.Event()
    while not what():
        assert time.monotonic() < end
        pause.wait(0.005)


@pytest.fixture
def card() -> Card:
    return Card()


@pytest.fixture
def sounds(card: Card, tmp_path: Path) -> Iterator[Sounds]:
    made = Sounds(card, Speech(tmp_path), clicks=True)  # type: ignore[arg-type]
    yield made
    made.stop()


def texts(*words: str) -> list[Phrase]:
    return [Phrase("vi", (one,), passing=True) for one in words]


def test_the_reader_is_told_how_far_it_is(card: Card, sounds: Sounds) -> None:
    told: list[int] = []
    sounds.read(texts("một", "hai"), 1.0, told.append)
    card.begins("một")
    assert told == [0]
    card.ends()
    card.begins("hai")
    assert told == [0, 1]
    card.ends()
    until(lambda: told == [0, 1, 2])
    assert not sounds.speaking


def test_a_call_in_the_lobby_breaks_off_and_the_phrase_is_said_again(card: Card, sounds: Sounds) -> None:
    told: list[int] = []
    sounds.read(texts("một", "hai"), 1.0, told.append)
    card.begins("một")
    sounds.hold(0.3)
    until(lambda: card.broken == ["một"])
    began_s = time.monotonic()
    assert sounds.held
    assert sounds.speaking, "nobody who listens is hurried meanwhile"
    until(lambda: len(card.began) == 2)
    assert card.began == ["một", "một"]
    assert time.monotonic() - began_s > 0.2
    card.ends()
    card.begins("hai")
    card.ends()
    until(lambda: told[-1] == 2)
    assert card.heard == ["một", "hai"]


def test_what_is_wanted_during_a_call_waits_and_a_touch_takes_it_back(card: Card, sounds: Sounds) -> None:
    sounds.hold(0.4)
    sounds.say(texts("cũ"), 1.0)
    sounds.say(texts("mới"), 1.0)
    card.begins("mới")
    assert card.began == ["mới"]
    sounds.hold(60)
    until(lambda: card.broken == ["mới"])
    sounds.hush()
    assert not sounds.speaking


def test_a_burst_of_calls_does_not_silence_the_kiosk_for_good(tmp_path: Path) -> None:
    now_s = itertools.count(0.0, 0.001)
    sounds = Sounds(Card(), Speech(tmp_path), clicks=False, now_s=lambda: next(now_s))  # type: ignore[arg-type]
    for _ in range(10):
        sounds.hold(13)
    assert sounds._hold_until_s <= HOLD_MOST_S + 1
    assert sounds.held


def test_a_press_is_heard_during_a_call(card: Card, sounds: Sounds) -> None:
    sounds.hold(30)
    sounds.press()
    card.begins("click")
    card.ends()


def test_without_a_card_a_text_of_many_pages_is_not_run_through(card: Card, sounds: Sounds) -> None:
    card.fails = True
    told: list[int] = []
    sounds.read(texts(*"abcdefgh"), 1.0, told.append)
    until(lambda: UNHEARD in told)
    assert told == [0, UNHEARD]
    assert not sounds.speaking


def test_the_reader_follows_the_visit(card: Card, sounds: Sounds) -> None:
    posted: list[s.Event] = []
    reader = Reader(sounds, posted.append)
    citizen = finds_birth().does(s.ReadSection("papers"))
    before, said = citizen.visit, read_out(citizen.visit, None)
    citizen.does(s.ReadAloud((0, 2)))
    reader.follow(before, citizen.visit, None)
    card.begins(phrases(said)[0].words[0])
    assert posted == [s.AloudAt(citizen.visit.aloud.ident, 0)]
    assert said[0].paragraph == TITLE
    before = citizen.visit
    citizen.does(s.Anywhere())
    reader.follow(before, citizen.visit, None)
    until(lambda: card.broken)
    assert not sounds.speaking
    assert len(posted) == 1


def test_a_long_text_is_streamed_and_none_of_it_kept(tmp_path: Path) -> None:
    """The real synthesizer into a card that is a file: no clip is written, and the sound is what a clip would be."""
    out = tmp_path / "out.wav"
    program = tmp_path / "aplay"
    program.write_text(f"#!/bin/sh\ncat >> {out}\n")
    program.chmod(0o755)
    speech = Speech(tmp_path / "clips")
    sounds = Sounds(AlsaPlayer(program=str(program)), speech, clicks=True)
    told: list[int] = []
    sounds.read(texts("Giấy tờ cần mang"), 0.5, told.append)
    until(lambda: told == [0, 1])
    sounds.stop()
    assert not (tmp_path / "clips").exists()
    whole = Speech(tmp_path / "whole").clip("vi", "Giấy tờ cần mang")
    assert len(out.read_bytes()) == len(whole.data) + 44
    loudest = [max(abs(v) for v in memoryview(data).cast("h")) for data in (out.read_bytes()[44:], whole.data)]
    assert loudest[0] == pytest.approx(loudest[1] / 2, rel=0.05)


# ------------------------------------------------------------------ calls on the bus
def call(**more: object) -> Call:
    said = {"ticket": "t-1", "number": "A025", "counter": "quay-3", "counter_number": 3, "service": "ho-tich", **more}
    return Call(rev=Rev(epoch="e", seq=1), asof_ms=office.NOW_MS, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(("number", "counter", "lang"), [("A025", 3, "vi"), ("HT-1015", 12, "vi"), ("B777", 21, "en")])
def test_how_long_a_call_is_heard(number: str, counter: int, lang: str) -> None:
    spoken_s = compose(Announcement(number=number, counter_number=counter, lang=lang), load(default_folder())).length_s
    expected_s = call_s(write(call(number=number, counter_number=counter, lang=lang)))
    assert spoken_s - 0.3 <= expected_s <= spoken_s + 6, "until the last word, and not for ever"


@pytest.mark.parametrize("payload", [b"", b"{}", b"\xff", b'{"v":99}'])
def test_what_is_no_call_holds_nothing(payload: bytes) -> None:
    assert call_s(payload) == 0.0


def test_a_number_nobody_can_say_is_waited_for_too() -> None:
    assert call_s(write(call(number="*?"))) > 5


# ------------------------------------------------------------------ along on a phone
@pytest.mark.parametrize(
    ("base", "lang", "address"),
    [
        ("https://so.example.gov.vn", "vi", "https://so.example.gov.vn/p/1.001193"),
        ("https://so.example.gov.vn/", "en", "https://so.example.gov.vn/p/1.001193/en"),
        ("https://example.vn/so", "km", "https://example.vn/so/p/1.001193"),
        (None, "vi", None),
    ],
)
def test_the_code_leads_to_the_hubs_public_page(base: str | None, lang: str, address: str | None) -> None:
    seen = replace(HERE, lobby=office.lobby(public_url=base))
    assert procedure_address(seen, BIRTH.code, lang) == address
    assert procedure_address(replace(seen, hub_away=True), BIRTH.code, lang) is None
    visit = s.Visit(screen=s.Screen.PROCEDURE, lang=lang, looking=s.Looking(code=BIRTH.code, procedure=BIRTH))
    part = phone_part(visit, seen)
    assert (part is None) == (address is None)
    if part is not None:
        assert [one.text for one in part.paragraphs if one.kind == "qr"] == [address]


def test_a_stretch_finds_its_page_whatever_the_lines() -> None:
    text = "Một hai ba.\nBốn năm sáu bảy. " * 40
    (whole,) = [Paragraph(text)]
    said = stretches([whole], "vi")
    for one in said:
        assert squeezed(text)[one.letter :].startswith(squeezed(one.text)[:5])
    assert letters("a b\nc") == 3
