"""The other journeys with the screen off: procedures, a dossier, a booking, saying how one was served."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk import session as s
from kiosk.guidance import Around, Guide
from kiosk.guidance.choices import choices, heading
from kiosk.guidance.looking import PORTION_LETTERS
from kiosk.guidance.phrases import spoken
from queue_core.rating import FACES
from queue_kit.languages import tr
from tests.kiosk import dossier_sample, rating_sample, shelf_sample
from tests.kiosk import office_sample as office
from tests.kiosk.test_guidance import Kiosk

SHELF = shelf_sample.shelf()
BOOK = shelf_sample.catalogue()
EVENT = SHELF.events[0][0]


class Guided(Kiosk):
    """Somebody who listens, at a kiosk with everything beside it."""

    def __init__(self, around: Around | None = None, lang: str = "vi", **lobby: object) -> None:
        found = dossier_sample.lobby(rating=rating_sample.asked(), hotline="1022", **lobby)
        super().__init__(s.Seen(lobby=found, shelf=SHELF))
        self.around = around or Around(scans=True, prints=True)
        self.visit = replace(self.visit, lang=lang)
        self.guide = Guide(self.voice, self.step, lambda: self.around)
        self.press("repeat")

    def choose(self, words: str) -> str:
        """Press "next" until these words are heard, then "choose"."""
        heard = []
        for _ in range(len(choices(self.visit, self.seen, self.around)) + 1):
            offered = choices(self.visit, self.seen, self.guide._around)
            said = " | ".join(" ".join(phrase.words) for phrase in offered[self.guide.state.at].phrases)
            if words in said:
                return self.press("choose")
            heard.append(said)
            self.press("next")
        pytest.fail(f"{words!r} is not among {heard}")

    def opens(self, code: str = "1.001193") -> str:
        """From home to a procedure's page."""
        self.choose("Tra cứu thủ tục")
        self.choose("Sinh con")
        self.step(s.Listed(EVENT, tuple(BOOK.for_event(EVENT.ident))))
        entry = next(one for one in BOOK.entries() if one.code == code)
        self.choose(entry.short_name)
        self.step(s.ProcedureCame(code, BOOK.get(code)))
        return self.voice.text


def test_a_procedure_is_found_by_its_field_read_and_taken_a_number_for() -> None:
    kiosk = Guided()
    kiosk.choose("Tra cứu thủ tục")
    assert kiosk.voice.text.startswith("Quý vị cần tìm thủ tục gì?")
    assert "lĩnh vực" in kiosk.choose("Theo lĩnh vực")
    group = SHELF.fields[0][0]
    assert kiosk.choose(group.ident) == "Xin quý vị chờ trong giây lát | 1 trên 3 | Quay lại"
    assert kiosk.effects[-1] == s.ListGroup(group)
    entries = tuple(BOOK.in_field(group.ident))
    kiosk.step(s.Listed(group, entries))
    assert kiosk.voice.text.startswith(f"{group.ident} | {len(entries)} thủ tục | Mời chọn thủ tục | 1 trên")
    kiosk.press("choose")
    procedure = BOOK.get(entries[0].code)
    kiosk.step(s.ProcedureCame(procedure.code, procedure))
    assert kiosk.voice.text.startswith(f"{procedure.short_name} | Mời chọn phần cần nghe")
    kiosk.choose("Giấy tờ cần mang")
    assert kiosk.visit.screen is s.Screen.READING
    assert kiosk.voice.text.startswith("Giấy tờ cần mang | ")
    assert all(phrase.passing for phrase in kiosk.voice.phrases[:3]), "a long text fills nobody's memory"
    kiosk.choose("Lấy số việc này")
    kiosk.answer()
    assert "không hai năm" in kiosk.voice.text
    assert kiosk.visit.asked is not None
    assert kiosk.visit.asked.service == "huong-dan"


def test_part_after_part_and_back_to_all_of_them() -> None:
    kiosk = Guided()
    kiosk.opens()
    kiosk.choose("Giấy tờ cần mang")
    said = kiosk.choose("Phần sau: | Thời hạn")
    assert said.startswith("Thời hạn và lệ phí")
    assert kiosk.visit.looking.section == "channels"
    kiosk.choose("Quay lại")
    assert kiosk.visit.screen is s.Screen.PROCEDURE


def test_a_long_part_is_read_in_portions_without_a_gap() -> None:
    kiosk = Guided()
    kiosk.opens()
    kiosk.step(s.GoBack())
    kiosk.step(s.OpenProcedure("1.001193"))
    kiosk.step(s.ProcedureCame("1.001193", shelf_sample.absurd()))
    kiosk.choose("Giấy tờ cần mang")
    whole: list[str] = []
    for _ in range(200):
        said = [phrase for phrase in kiosk.voice.phrases if phrase.passing]
        portion = [" ".join(phrase.words) for phrase in said]
        at = next(n for n, phrase in enumerate(kiosk.voice.phrases) if "trên" in phrase.words[0][:9])
        portion = portion[:at]
        assert sum(map(len, portion)) < PORTION_LETTERS + 300
        whole += portion
        if "Đọc tiếp" not in kiosk.voice.text:
            break
        again = kiosk.press("repeat")
        assert again.startswith(portion[0]), "heard again: this portion, not all"
        kiosk.press("choose")
    else:
        pytest.fail("it never ends")
    expected = [" ".join(p.words) for p in heading(kiosk.visit, kiosk.seen, replace(kiosk.around, portion=0))]
    assert whole[: len(expected)] == expected
    assert "Giấy tờ thứ 111" in " ".join(whole)


def test_the_checklist_is_printed_by_keys() -> None:
    kiosk = Guided()
    kiosk.opens()
    assert kiosk.choose("In danh sách giấy tờ") == "Đang in"
    kiosk.step(s.ChecklistEnded())
    assert kiosk.voice.text == "Mời lấy tờ in bên dưới"
    kiosk.step(s.ChecklistEnded("paper.out"))
    silent = Guided(Around(prints=False))
    assert "In danh sách" not in silent.opens()


def test_procedures_are_heard_while_the_hub_is_away() -> None:
    kiosk = Guided()
    kiosk.seen = replace(kiosk.seen, hub_away=True)
    kiosk.step(s.SeenChanged())
    assert "Giấy tờ" in kiosk.opens() + kiosk.choose("Giấy tờ cần mang")
    words = [p for choice in choices(kiosk.visit, kiosk.seen, kiosk.around) for p in choice.phrases]
    assert not any("Lấy số" in phrase.words[0] for phrase in words), "no number is promised"


# ------------------------------------------------------------------ a dossier
def enters(kiosk: Guided, text: str) -> None:
    """Sign after sign by the four keys, always the shorter way round."""
    for sign in text:
        offered = [choice.event for choice in choices(kiosk.visit, kiosk.seen, kiosk.around)]
        wanted = s.TypeDigit(sign) if s.TypeDigit(sign) in offered else s.PressKey(sign)
        while offered[kiosk.guide.state.at] != wanted:
            ahead = (offered.index(wanted) - kiosk.guide.state.at) % len(offered)
            kiosk.press("next" if ahead <= len(offered) / 2 else "previous")
        kiosk.press("choose")


def looked_up(kiosk: Guided) -> s.LookUp:
    effect = kiosk.effects[-1]
    assert isinstance(effect, s.LookUp)
    return effect


def test_a_dossier_by_the_scanner_is_told_and_gets_its_number() -> None:
    kiosk = Guided()
    assert "máy quét" in kiosk.choose("Tra cứu hồ sơ")
    kiosk.step(s.Scanned(dossier_sample.CODE))
    asked = looked_up(kiosk)
    assert (asked.code, kiosk.voice.text.split(" | ")[0]) == (dossier_sample.CODE, "Đang tra cứu hồ sơ")
    kiosk.step(s.DossierCame(asked.request_id, dossier_sample.body(5)))
    assert "Tình trạng hồ sơ | Bước" in kiosk.voice.text
    assert "Việc quý vị cần làm" in kiosk.voice.text
    kiosk.choose("Lấy số Bổ sung hồ sơ")
    assert kiosk.visit.asked is not None
    assert (kiosk.visit.asked.service, kiosk.visit.asked.dossier) == ("bo-sung", dossier_sample.CODE)


def test_a_dossiers_code_by_four_keys() -> None:
    kiosk = Guided(Around(scans=False))
    assert "máy quét" not in kiosk.choose("Tra cứu hồ sơ")
    enters(kiosk, "H55")
    assert kiosk.voice.text == "năm"
    kiosk.press("choose")
    assert kiosk.visit.tracking.text == "H555", "the same again is one key"
    kiosk.choose("Xoá")
    assert kiosk.voice.text.startswith("Đã xoá")
    assert kiosk.press("repeat").endswith("Xoá")
    assert "Đã nhập | hát | năm | năm" in kiosk.voice.text
    enters(kiosk, dossier_sample.CODE[3:])
    kiosk.choose("Tra cứu")
    assert looked_up(kiosk).code == dossier_sample.CODE


def test_one_key_back_from_zero_is_done_and_two_an_officer() -> None:
    kiosk = Guided()
    kiosk.choose("Tra cứu hồ sơ")
    assert kiosk.press("previous").endswith("Tra cứu")
    assert kiosk.press("choose").startswith("Chưa có mã hồ sơ"), "nothing was entered: it says why, and stays"
    assert kiosk.visit.screen is s.Screen.DOSSIER_CODE
    assert kiosk.press("previous").endswith("Gọi cán bộ")


@pytest.mark.parametrize("headset", [False, True])
def test_what_is_private_is_said_only_into_a_headset(headset: bool) -> None:
    kiosk = Guided(Around(scans=True, headset=headset))
    kiosk.choose("Tra cứu hồ sơ")
    kiosk.step(s.Scanned(dossier_sample.CODE))
    kiosk.step(s.DossierCame(looked_up(kiosk).request_id, dossier_sample.body(4)))
    offered = [choice.event for choice in choices(kiosk.visit, kiosk.seen, kiosk.around)]
    assert (s.OpenSecret() in offered) is headset
    if headset:
        kiosk.choose("Nhập mã tra cứu")
        enters(kiosk, dossier_sample.SECRET)
        kiosk.choose("Xem")
        assert looked_up(kiosk).secret == dossier_sample.SECRET
    else:
        # A finger may open it, and then the keys are pressed again: what belongs to one person stays on the screen.
        kiosk.step(s.OpenSecret())
        for sign in dossier_sample.SECRET:
            kiosk.step(s.PressKey(sign))
        assert not set(dossier_sample.SECRET.lower()) & set(kiosk.voice.text.lower().split(" | "))
        kiosk.step(s.OpenDetails())
    kiosk.step(s.DossierCame(looked_up(kiosk).request_id, dossier_sample.body(4, opened=True)))
    assert ("26" in kiosk.voice.text) is headset, kiosk.voice.text
    assert ("không đọc to" in kiosk.voice.text) is not headset


def test_a_result_without_a_receipt() -> None:
    kiosk = Guided()
    assert "Khi nhận kết quả" in kiosk.choose("Nhận kết quả")
    assert "bấm phím trước ba lần" in kiosk.voice.text
    assert kiosk.press("previous", "previous", "previous").endswith("Tôi không có Giấy tiếp nhận")
    kiosk.press("choose")
    assert kiosk.visit.asked is not None
    assert (kiosk.visit.asked.service, kiosk.visit.asked.entry) == ("tra-ket-qua", "collect")


def test_nothing_of_an_identity_card_is_said() -> None:
    kiosk = Guided()
    kiosk.choose("Tra cứu hồ sơ")
    kiosk.step(s.Scanned(dossier_sample.CARD))
    assert "căn cước" in kiosk.voice.text
    assert "Giả" not in kiosk.voice.text
    assert "001099012345" not in kiosk.voice.text


# ------------------------------------------------------------------ a booking, a rating
def test_a_booking_by_its_six_digits() -> None:
    kiosk = Guided()
    assert kiosk.choose("Tôi có lịch hẹn").startswith("Mời nhập mã hẹn")
    enters(kiosk, "402918")
    kiosk.choose("Nhận số")
    assert kiosk.visit.asked is not None
    assert kiosk.visit.asked.booking == "402918"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_how_one_was_served(lang: str) -> None:
    kiosk = Guided(lang=lang)
    asked = rating_sample.asked()
    scale = asked.scale

    def word(key: str) -> str:
        return spoken(tr(lang, key), lang)

    kiosk.choose(word("rating.home"))
    assert kiosk.visit.screen is s.Screen.RATE_HOW
    kiosk.choose(word("rating.how.number"))
    if kiosk.visit.screen is s.Screen.RATE_PREFIX:
        kiosk.press("choose")
    enters(kiosk, "25")
    kiosk.choose(word("rating.next"))
    assert kiosk.visit.screen is s.Screen.RATE_FACES
    assert kiosk.voice.text.startswith(word("rating.ask"))
    kiosk.choose(word(f"rating.face.{FACES[scale][0]}"))
    assert kiosk.visit.screen is s.Screen.RATE_WHY
    reason = word(f"rating.reason.{asked.reasons[1]}")
    assert kiosk.choose(reason) == f"{word('guidance.chosen')} | {reason}"
    assert kiosk.press("choose") == f"{word('guidance.not_chosen')} | {reason}"
    kiosk.press("choose")
    kiosk.choose(word("rating.why.send"))
    assert kiosk.visit.screen is s.Screen.RATE_THANKS
    assert kiosk.voice.text.startswith(word("rating.thanks.title").rstrip("."))
    assert kiosk.visit.opinion.reasons == (asked.reasons[1],)
    kept = [effect for effect in kiosk.effects if isinstance(effect, s.KeepRating)]
    assert kept[-1].opinion.value == 1
    kiosk.choose(word("rating.thanks.change"))
    assert kiosk.visit.screen is s.Screen.RATE_FACES


def test_only_languages_with_a_voice_are_offered_by_ear() -> None:
    kiosk = Guided(Around(speaks=lambda lang: lang != "km"), languages=["vi", "km", "en"])
    events = [choice.event for choice in choices(kiosk.visit, kiosk.seen, kiosk.around)]
    assert s.SetLanguage("en") in events
    assert s.SetLanguage("km") not in events


def test_where_one_must_type_it_says_how_to_get_help() -> None:
    kiosk = Guided()
    kiosk.choose("Tra cứu thủ tục")
    kiosk.step(s.OpenFind())
    assert "bàn phím trên màn hình" in kiosk.voice.text
    assert s.AskHelp() in [choice.event for choice in choices(kiosk.visit, kiosk.seen, kiosk.around)]


def test_every_screen_has_something_to_hear_and_to_choose() -> None:
    known = shelf_sample.visits() | dossier_sample.visits() | dossier_sample.troubles()
    cases = {name: (visit, dossier_sample.lobby()) for name, visit in known.items()}
    rated = rating_sample.cases(office.lobby(), SHELF)
    for lang in ("vi", "en"):
        for around in (Around(), Around(scans=True, prints=True, headset=True)):
            for name, (visit, lobby) in cases.items():
                assert_heard(name, replace(visit, lang=lang), s.Seen(lobby=lobby, shelf=SHELF), around)
            for name, (visit, seen) in rated.items():
                assert_heard(name, replace(visit, lang=lang), seen, around)


def assert_heard(name: str, visit: s.Visit, seen: s.Seen, around: Around) -> None:
    assert heading(visit, seen, around), name
    offered = choices(visit, seen, around)
    assert offered or visit.screen in {s.Screen.ASKING, s.Screen.DOSSIER_ASKED}, name
    for choice in offered:
        assert choice.phrases, (name, choice)
        assert isinstance(choice.event, s.Touch)
    words = " ".join(word for one in (*offered,) for phrase in one.phrases for word in phrase.words)
    assert "guidance." not in words
    assert "procedures." not in words
