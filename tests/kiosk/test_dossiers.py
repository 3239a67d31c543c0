"""A citizen with a receipt, without a screen: looked up, opened, a number taken; a card held up instead."""

from __future__ import annotations

import pytest

from kiosk import session as s
from kiosk.dossier_words import paragraphs, spaced
from queue_core.wire.messages import ErrorBody
from tests.kiosk import dossier_sample as sample
from tests.kiosk import office_sample as office
from tests.kiosk.test_session import BOOKED, BUSY, TICKET, TIMING, Citizen

HERE = s.Seen(lobby=sample.lobby())
AWAY = s.Seen(lobby=sample.lobby(), hub_away=True)
S = s.Screen


def citizen(seen: s.Seen = HERE) -> Citizen:
    found = Citizen(seen)
    found.day = sample.DAY
    return found


def typing(text: str) -> list[s.Event]:
    return [s.PressKey(sign) for sign in text]


def looked_up(found: Citizen) -> s.LookUp:
    effect = found.effects[-1]
    assert isinstance(effect, s.LookUp)
    assert found.screen is S.DOSSIER_ASKED
    return effect


def seeing(state: int, *way: s.Event, **more: object) -> Citizen:
    """A citizen who has scanned a receipt and sees a dossier in this state."""
    found = citizen().does(*way, s.Scanned(sample.CODE))
    return found.does(s.DossierCame(looked_up(found).request_id, sample.body(state, **more)))  # type: ignore[arg-type]


def texts(found: Citizen) -> str:
    """Everything a screen could be drawn from, as text."""
    visit = found.visit
    return repr((visit, visit.tracking.text, visit.tracking.secret, visit.tracking.wanted, visit.tracking.words))


# ------------------------------------------------------------------ the ways to a code
@pytest.mark.parametrize("code", [sample.CODE, sample.OLD_CODE, sample.LONGEST_CODE, sample.FOREIGN[:64]])
def test_a_code_is_typed_and_looked_up_as_it_stands_on_the_receipt(code: str) -> None:
    found = citizen().does(s.OpenDossiers(), *typing(code.lower()), s.LookUpCode())
    assert looked_up(found) == s.LookUp("request-1", code)
    assert looked_up(found).secret is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (sample.CODE, sample.CODE),
        (f" {sample.CODE.lower()}\r", sample.CODE),
        (f"https://dvc.example.vn/tra-cuu?ma={sample.CODE}&x=1", sample.CODE),
        ("03706/2026/07906", "03706/2026/07906"),
    ],
)
@pytest.mark.parametrize("way", [[], [s.OpenDossiers()], [s.CollectResult()]], ids=["home", "look-up", "collect"])
def test_a_receipt_held_up_is_looked_up_at_once(text: str, code: str, way: list[s.Event]) -> None:
    assert looked_up(citizen().does(*way, s.Scanned(text))).code == code


def test_a_booking_held_up_stays_a_booking() -> None:
    assert citizen().does(s.OpenDossiers(), s.Scanned(BOOKED)).asked.booking == "402918"


def test_a_barcode_of_something_else_is_looked_up_only_where_a_receipt_is_expected() -> None:
    found = citizen().does(s.TakeNumber(), s.Scanned("8934563138165"))
    assert (found.screen, found.effects) == (S.TROUBLE, [])
    assert looked_up(citizen().does(s.TakeNumber(), s.Scanned(sample.CODE))).code == sample.CODE


@pytest.mark.parametrize("seconds", [TIMING.idle_s + 1, TIMING.attract_s + 1])
def test_a_receipt_wakes_the_screen(seconds: float) -> None:
    assert looked_up(citizen().waits(seconds).does(s.Scanned(sample.CODE))).code == sample.CODE


def test_an_office_that_looks_up_none_offers_none_and_collects_as_before() -> None:
    plain = s.Seen(lobby=office.lobby())
    assert citizen(plain).does(s.OpenDossiers()).screen is S.HOME
    assert citizen(plain).does(s.CollectResult()).asked.entry == "collect"
    assert citizen(plain).does(s.Scanned(sample.CODE)).visit.trouble == ErrorBody(key="scan.unknown", vi="", en="")


def test_collecting_without_a_receipt_is_one_touch_more() -> None:
    found = citizen().does(s.CollectResult())
    assert (found.screen, found.visit.tracking.collecting) == (S.DOSSIER_CODE, True)
    found.does(s.WithoutReceipt())
    assert (found.asked.service, found.asked.entry, found.asked.dossier) == ("tra-ket-qua", "collect", None)
    assert citizen().does(s.OpenDossiers(), s.WithoutReceipt()).effects == [], "who only looks up gets no number"


# ------------------------------------------------------------------ what is no code
@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("H55.242-271110-0003", "scan.future", "chưa tới"),
        ("H55.242-261340-0003", "scan.no_such_date", "không có thật"),
        ("ABC", "scan.unknown", "không phải mã hồ sơ"),
    ],
)
def test_what_cannot_be_a_code_is_said_kindly_and_stays_in_the_field(text: str, key: str, words: str) -> None:
    found = citizen().does(s.OpenDossiers(), *typing(text), s.LookUpCode())
    said = found.visit.tracking.words
    assert (found.screen, found.effects, found.visit.tracking.text) == (S.DOSSIER_CODE, [], text)
    assert said is not None
    assert (said.key, words in said.vi, bool(said.en)) == (key, True, True)
    assert found.does(s.EraseKey()).visit.tracking.words is None, "the next key answers it"


@pytest.mark.parametrize("card", ["001099012345", "123456789", sample.CARD])
@pytest.mark.parametrize(
    "way", [[], [s.OpenDossiers()], [s.CollectResult()], [s.TakeNumber()]], ids=["home", "look-up", "collect", "list"]
)
def test_an_identity_card_held_up_is_refused_and_nothing_of_it_is_left(card: str, way: list[s.Event]) -> None:
    found = citizen().does(*way, s.Scanned(card))
    said = found.visit.tracking.words or found.visit.trouble
    assert said is not None
    assert said.vi == "Đây là thẻ căn cước. Mời dùng Giấy tiếp nhận hồ sơ. Thông tin trên thẻ không được lưu."
    assert found.effects == []
    for part in card.split("|"):
        assert part not in texts(found)


def test_a_card_s_number_that_was_typed_is_gone_from_the_field() -> None:
    found = citizen().does(s.OpenDossiers(), *typing("001099012345"))
    assert "001099012345" in texts(found), "it stood there"
    assert "001099012345" not in repr(found.visit), "but in no trace"
    found.does(s.LookUpCode())
    assert (found.screen, found.effects, found.visit.tracking.text) == (S.DOSSIER_CODE, [], "")
    assert "001099012345" not in texts(found)


# ------------------------------------------------------------------ the ten states
@pytest.mark.parametrize(
    ("state", "service", "entry"),
    [
        (1, "huong-dan", "walk_in"),
        (2, None, ""),
        (3, "huong-dan", "walk_in"),
        (4, None, ""),
        (5, "bo-sung", "walk_in"),
        (6, "thu-phi", "walk_in"),
        (7, "huong-dan", "walk_in"),
        (8, "huong-dan", "walk_in"),
        (9, "tra-ket-qua", "collect"),
        (10, None, ""),
    ],
)
def test_each_state_offers_its_number_in_one_touch_with_the_code(state: int, service: str | None, entry: str) -> None:
    found = seeing(state, s.CollectResult())
    assert found.screen is S.DOSSIER
    before = list(found.effects)
    found.does(s.TakeForDossier())
    if service is None:
        assert (found.screen, found.effects) == (S.DOSSIER, before)
        return
    assert (found.asked.service, found.asked.entry, found.asked.dossier) == (service, entry, sample.CODE)
    assert found.does(s.TicketCame(found.asked.request_id, TICKET)).screen is S.NUMBER
    assert sample.CODE not in repr(found.visit)


@pytest.mark.parametrize("state", range(1, 11))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_state_says_what_to_do_and_without_the_characters_no_date(state: int, lang: str) -> None:
    said = " ".join(one.text for one in paragraphs(sample.body(state), lang, served=True))
    assert sample.body(state).offer.sentence[lang] in said
    assert "26/11" not in said
    if state == 9:
        assert ("căn cước" if lang == "vi" else "identity card") in said


def test_opened_it_says_the_date_the_counter_and_what_is_missing_each_once() -> None:
    said = " ".join(one.text for one in paragraphs(sample.body(5, opened=True, todo="ảnh 4×6"), "vi", served=True))
    for words in ("16:30 chiều thứ Năm, 26/11 (dự kiến)", "ảnh 4×6", "Quầy 2 hoặc 3"):
        assert said.count(words) == 1, said
    late = paragraphs(sample.body(4, opened=True, due=sample.PAST), "vi", served=True)
    assert "xin lỗi" in late[0].text
    as_of = paragraphs(sample.body(4, as_of=sample.NOW_THERE), "vi", served=True)
    assert "08:42 ngày 23/11/2026" in as_of[-1].text
    nobody = paragraphs(sample.body(9), "vi", served=False)
    assert any("hỏi cán bộ" in one.text for one in nobody), "no service here: never a dead end"


def test_a_code_is_shown_letter_by_letter() -> None:
    assert spaced("H55.242-1") == "H 5 5 . 2 4 2 - 1"


# ------------------------------------------------------------------ the 4 characters
def test_four_characters_open_the_date() -> None:
    found = seeing(4).does(s.OpenSecret(), *typing("k7mqx"))
    assert (found.screen, found.visit.tracking.secret) == (S.DOSSIER_OPENING, "K7MQ")
    found.does(s.OpenDetails())
    assert looked_up(found).secret == "K7MQ"
    found.does(s.DossierCame(looked_up(found).request_id, sample.body(4, opened=True)))
    assert (found.screen, found.visit.tracking.secret) == (S.DOSSIER, "")
    assert found.visit.tracking.found == sample.body(4, opened=True)
    assert found.does(s.OpenSecret()).screen is S.DOSSIER, "what is open is not opened again"
    assert found.does(s.GoBack()).visit.shown == s.Visit(), "and home lies behind it, as before"


@pytest.mark.parametrize(("key", "args"), [("dossier.secret_wrong", {}), ("dossier.secret_wait", {"seconds": 8})])
def test_wrong_characters_are_said_beside_the_keys_and_the_next_key_begins_anew(key: str, args: dict[str, int]) -> None:
    found = seeing(4).does(s.OpenSecret(), *typing("AAAA"), s.OpenDetails())
    found.does(s.DossierRefused(looked_up(found).request_id, sample.error(key, **args)))
    assert (found.screen, found.visit.tracking.secret) == (S.DOSSIER_OPENING, "AAAA")
    assert found.visit.tracking.words == sample.error(key, **args)
    found.does(s.PressKey("K"))
    assert (found.visit.tracking.secret, found.visit.tracking.words) == ("K", None)
    assert found.does(s.GoBack()).screen is S.DOSSIER


def test_three_characters_are_not_sent() -> None:
    found = seeing(4).does(s.OpenSecret(), *typing("K7M"))
    before = list(found.effects)
    assert found.does(s.OpenDetails()).effects == before


# ------------------------------------------------------------------ what goes wrong
@pytest.mark.parametrize(
    ("key", "args"),
    [
        ("dossier.unknown", {}),
        ("dossier.slow_down", {"minutes": 7}),
        ("dossier.day_limit", {}),
        ("dossier.registry_away", {}),
        ("dossier.registry_wrong", {"problem": "x"}),
        ("dossier.not_offered", {}),
    ],
)
@pytest.mark.parametrize("collect", [False, True])
def test_a_refused_look_up_keeps_what_was_typed_and_leads_on(key: str, args: dict[str, object], collect: bool) -> None:
    found = citizen().does(s.CollectResult() if collect else s.OpenDossiers(), *typing(sample.CODE), s.LookUpCode())
    found.does(s.DossierRefused(looked_up(found).request_id, sample.error(key, **args)))
    assert found.screen is S.TROUBLE
    number = found.does(s.TakeForDossier())
    assert number.asked.service == ("tra-ket-qua" if collect else "huong-dan"), "somebody helps"
    assert number.asked.dossier == (None if key == "dossier.unknown" else sample.CODE)
    number.does(s.GoBack())
    assert (number.screen, number.visit.tracking.text) == (S.DOSSIER_CODE, sample.CODE)


@pytest.mark.parametrize("key", ["dossier.registry_away", "request.busy", "hub.away", "internal"])
def test_the_same_look_up_is_tried_again_under_another_id(key: str) -> None:
    found = citizen().does(s.Scanned(sample.CODE))
    first = looked_up(found)
    found.does(s.DossierRefused(first.request_id, ErrorBody(key=key, vi="", en="")), s.TryAgain())
    assert looked_up(found) == s.LookUp("request-2", sample.CODE)
    late = found.does(s.DossierCame(first.request_id, sample.body(9)))
    assert late.screen is S.DOSSIER_ASKED, "the first one's answer is late"
    assert late.does(s.DossierCame("request-2", sample.body(9))).screen is S.DOSSIER


def test_who_leaves_hears_no_late_answer() -> None:
    found = citizen().does(s.OpenDossiers(), *typing(sample.CODE), s.LookUpCode())
    asked = looked_up(found)
    found.does(s.GoBack())
    assert (found.screen, found.visit.tracking.text) == (S.DOSSIER_CODE, sample.CODE)
    found.does(s.DossierCame(asked.request_id, sample.body(9)), s.DossierRefused(asked.request_id, BUSY))
    assert found.screen is S.DOSSIER_CODE
    assert found.does(s.GoHome(), s.DossierCame(asked.request_id, sample.body(9))).visit.shown == s.Visit()


def test_a_hub_that_is_away_is_said_and_comes_back_with_everything_typed() -> None:
    found = citizen().does(s.OpenDossiers(), *typing("H55"))
    found.seen = AWAY
    found.does(s.SeenChanged())
    assert found.visit.trouble == ErrorBody(key="hub.away", vi="", en="")
    found.seen = HERE
    found.does(s.SeenChanged())
    assert (found.screen, found.visit.tracking.text) == (S.DOSSIER_CODE, "H55")
    assert citizen(AWAY).does(s.Scanned(sample.CODE)).screen is S.TROUBLE


def test_a_second_receipt_takes_the_place_of_the_first() -> None:
    found = seeing(4, s.OpenDossiers()).does(s.OpenSecret(), s.Scanned(sample.OLD_CODE))
    found.does(s.DossierCame(looked_up(found).request_id, sample.body(9, code=sample.OLD_CODE)))
    assert (found.screen, found.visit.tracking.found) == (S.DOSSIER, sample.body(9, code=sample.OLD_CODE))
    assert found.does(s.GoBack()).screen is S.DOSSIER_CODE
    assert found.visit.tracking.found is None, "what was found does not stay behind"


# ------------------------------------------------------------------ time
@pytest.mark.parametrize("way", [[], [s.OpenSecret(), s.PressKey("K")]], ids=["dossier", "characters"])
def test_a_dossier_stays_twenty_seconds_after_the_last_touch_the_question_from_ten(way: list[s.Event]) -> None:
    found = seeing(4).does(*way).waits(9.9)
    assert found.visit.overlay is s.Overlay.NONE
    assert found.waits(0.1).visit.overlay is s.Overlay.STILL_THERE
    assert found.waits(9.9).does(s.Anywhere()).visit.overlay is s.Overlay.NONE, "any touch extends"
    assert found.waits(10.0).visit.overlay is s.Overlay.STILL_THERE
    assert found.waits(10.0).visit.shown == s.Visit(), "nothing is left"


def test_an_answer_that_never_comes_frees_the_kiosk() -> None:
    found = citizen().does(s.Scanned(sample.CODE)).waits(TIMING.asking_s)
    assert found.visit.shown == s.Visit()
