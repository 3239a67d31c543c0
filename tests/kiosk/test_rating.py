"""Saying how one was served: each way to it, a change of mind, and that what was said goes, whoever leaves."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import session as s
from queue_core.follow_token import read_follow
from queue_core.rating import REASONS
from queue_core.wire.messages import ErrorBody
from queue_kit.languages import pack
from tests.kiosk.rating_sample import asked, rated_lobby

TOKEN = "118-A007~AbCd_-0123456789"
ADDRESS = f"https://so.example.gov.vn/t/{TOKEN}"
CODE = "H55.242-261102-0017"
TIMING = s.Timing()


class Kiosk:
    """The session with a clock that is moved by hand."""

    def __init__(self, **changes: Any) -> None:
        self.seen = s.Seen(lobby=rated_lobby(**changes))
        self.now_s = 100.0
        self.visit = s.Visit(touched_s=100.0, since_s=100.0)
        self.effects: list[s.Effect] = []
        self._ids = count(1)

    def do(self, *events: s.Event) -> s.Visit:
        for event in events:
            context = s.Context(self.seen, self.now_s, lambda: f"request-{next(self._ids)}", TIMING)
            self.visit, effects = s.step(self.visit, event, context)
            self.effects += effects
        return self.visit

    def wait(self, seconds: float) -> s.Visit:
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            self.now_s = min(until_s, self.now_s + 0.5)
            self.do(s.Tick())
        return self.visit

    def to_faces(self) -> None:
        self.do(s.OpenRating(scans=True), s.Scanned(ADDRESS))
        assert self.visit.screen is s.Screen.RATE_FACES
        self.effects.clear()


@pytest.mark.parametrize(
    ("scans", "changes", "screen"),
    [
        (True, {}, s.Screen.RATE_HOW),
        (True, {"slips_qr": False, "dossiers": False}, s.Screen.RATE_PREFIX),
        (False, {}, s.Screen.RATE_PREFIX),
        (False, {"prefixes": asked().prefixes[:1]}, s.Screen.RATE_NUMBER),
        (False, {"prefixes": []}, s.Screen.RATE_NUMBER),
    ],
)
def test_where_it_begins(scans: bool, changes: dict[str, Any], screen: s.Screen) -> None:
    kiosk = Kiosk(**changes)
    assert kiosk.do(s.OpenRating(scans=scans)).screen is screen


def test_an_office_that_does_not_ask_has_no_way_in() -> None:
    kiosk = Kiosk()
    assert kiosk.seen.lobby is not None
    kiosk.seen = s.Seen(lobby=kiosk.seen.lobby.model_copy(update={"rating": None}))
    assert kiosk.do(s.OpenRating(scans=True)).screen is s.Screen.HOME


def test_a_number_is_its_letters_and_the_digits_that_were_typed() -> None:
    kiosk = Kiosk()
    kiosk.do(s.OpenRating(), s.ChoosePrefix("HT-"), *map(s.TypeDigit, "10159"), s.EraseDigit(), s.GiveNumber())
    assert kiosk.visit.screen is s.Screen.RATE_FACES
    assert kiosk.effects == [s.MayRate("request-1", s.Way(number="HT-101"))]
    assert kiosk.do(s.GoBack()).screen is s.Screen.RATE_NUMBER
    assert kiosk.do(s.GoBack()).screen is s.Screen.RATE_PREFIX
    assert kiosk.do(s.GoBack()).screen is s.Screen.HOME


@pytest.mark.parametrize(
    ("text", "way"),
    [
        (ADDRESS, s.Way(token=TOKEN)),
        (f"  {ADDRESS}\n", s.Way(token=TOKEN)),
        (CODE, s.Way(dossier=CODE)),
        (f"https://dichvucong.gov.vn/tra-cuu?ma={CODE}", s.Way(dossier=CODE)),
        ("https://evil.example/t/short", None),
        ("https://so.example.gov.vn/x", None),
        ("001099012345|123456789|Nguyễn Văn A|01011999|Nam|Xã Mẫu|01012021", None),
        ("", None),
    ],
)
def test_what_is_scanned(text: str, way: s.Way | None) -> None:
    kiosk = Kiosk()
    visit = kiosk.do(s.OpenRating(scans=True), s.Scanned(text))
    if way is None:
        assert visit.screen is s.Screen.TROUBLE
        assert visit.trouble is not None
        assert visit.trouble.vi
        assert "Nguyễn" not in repr(visit)
        assert kiosk.do(s.GoBack()).screen is s.Screen.RATE_HOW
        return
    assert visit.screen is s.Screen.RATE_FACES
    assert visit.opinion.way == way
    assert TOKEN not in repr(visit)
    assert CODE not in repr(visit)


def test_only_a_whole_address_holds_a_token() -> None:
    assert read_follow(ADDRESS) == TOKEN
    assert read_follow(ADDRESS + "/") == TOKEN
    for text in (
        TOKEN,
        ADDRESS + "?x=1",
        ADDRESS + "x" * 500,
        ADDRESS.replace("https", "ftp"),
        "https://a b/t/" + TOKEN,
    ):
        assert read_follow(text) is None


# ---------------------------------------------------------------------- saying it
def test_a_happy_one_is_thanked_and_sent_after_ten_seconds() -> None:
    kiosk = Kiosk()
    kiosk.to_faces()
    visit = kiosk.do(s.ChooseFace(3))
    assert visit.screen is s.Screen.RATE_THANKS
    assert kiosk.effects == [s.KeepRating(visit.opinion)]
    kiosk.wait(9.5)
    assert len(kiosk.effects) == 1
    kiosk.wait(0.5)
    assert kiosk.effects[1:] == [s.SendRating(visit.opinion.request_id)]
    kiosk.do(s.ChangeOpinion())
    assert kiosk.visit.screen is s.Screen.RATE_THANKS, "too late to change it"
    kiosk.wait(30)
    assert kiosk.visit.screen is s.Screen.HOME
    assert kiosk.effects[2:] == [], "it is sent once"


def test_an_unhappy_one_is_asked_why_and_may_choose_several() -> None:
    kiosk = Kiosk()
    kiosk.to_faces()
    assert kiosk.do(s.ChooseFace(1)).screen is s.Screen.RATE_WHY
    kiosk.do(s.ToggleReason("time"), s.ToggleReason("attitude"), s.ToggleReason("time"), s.ToggleReason("nonsense"))
    visit = kiosk.do(s.ReasonsDone())
    assert visit.screen is s.Screen.RATE_THANKS
    assert visit.opinion.reasons == ("attitude",)
    kept = [effect.opinion for effect in kiosk.effects if isinstance(effect, s.KeepRating)]
    assert [(one.value, one.reasons) for one in kept] == [(1, ()), (1, ("attitude",))]
    assert len({one.request_id for one in kept}) == 1


def test_a_change_of_mind_replaces_what_was_said() -> None:
    kiosk = Kiosk()
    kiosk.to_faces()
    kiosk.do(s.ChooseFace(1), s.ToggleReason("time"), s.ReasonsDone())
    kiosk.wait(5)
    kiosk.do(s.ChangeOpinion())
    assert kiosk.visit.screen is s.Screen.RATE_FACES
    visit = kiosk.do(s.ChooseFace(2))
    assert (visit.opinion.value, visit.opinion.reasons) == (2, ())
    kiosk.do(s.GoHome())
    last = kiosk.effects[-2:]
    assert last == [s.KeepRating(visit.opinion), s.SendRating(visit.opinion.request_id)]
    assert sum(isinstance(effect, s.SendRating) for effect in kiosk.effects) == 1


def test_back_from_a_second_look_at_the_faces_leaves_it_as_it_was_said() -> None:
    kiosk = Kiosk()
    kiosk.to_faces()
    kiosk.do(s.ChooseFace(3), s.ChangeOpinion())
    assert kiosk.do(s.GoBack()).screen is s.Screen.RATE_THANKS
    assert kiosk.visit.opinion.value == 3


@pytest.mark.parametrize("until", [s.Screen.RATE_WHY, s.Screen.RATE_THANKS])
def test_whoever_walks_away_has_said_it_all_the_same(until: s.Screen) -> None:
    kiosk = Kiosk()
    kiosk.to_faces()
    kiosk.do(s.ChooseFace(1), s.ToggleReason("visits"))
    if until is s.Screen.RATE_THANKS:
        kiosk.do(s.ReasonsDone())
    assert kiosk.visit.screen is until
    kiosk.wait(25)
    assert kiosk.visit.screen is s.Screen.HOME
    kept = [effect.opinion.reasons for effect in kiosk.effects if isinstance(effect, s.KeepRating)]
    assert kept[-1] == ("visits",)
    assert sum(isinstance(effect, s.SendRating) for effect in kiosk.effects) == 1
    assert kiosk.visit.opinion == s.Opinion(), "nothing of it is left on the screen"


def test_the_question_comes_after_ten_seconds_and_the_end_after_twenty() -> None:
    kiosk = Kiosk()
    kiosk.to_faces()
    assert kiosk.wait(9.5).overlay is s.Overlay.NONE
    assert kiosk.wait(0.5).overlay is s.Overlay.STILL_THERE
    assert kiosk.wait(9.5).screen is s.Screen.RATE_FACES
    kiosk.do(s.Anywhere())
    assert kiosk.wait(9).overlay is s.Overlay.NONE, "any touch extends"
    assert kiosk.wait(11).screen is s.Screen.HOME


# ---------------------------------------------------------------------- the hub
def test_it_is_asked_at_once_whether_this_visit_may_be_rated() -> None:
    kiosk = Kiosk()
    kiosk.do(s.OpenRating(), s.ChoosePrefix("A"), s.TypeDigit("7"), s.GiveNumber(), s.ChooseFace(3))
    request_id = kiosk.visit.opinion.request_id
    error = ErrorBody(key="rating.not_finished", vi="Số A007 chưa xong việc.", en="Number A007 is not finished yet.")
    assert kiosk.do(s.RatingRefused("another", error)).screen is s.Screen.RATE_THANKS
    visit = kiosk.do(s.RatingRefused(request_id, error))
    assert visit.screen is s.Screen.TROUBLE
    assert kiosk.effects[-1] == s.DropRating(request_id)
    visit = kiosk.do(s.GoBack())
    assert (visit.screen, visit.digits, visit.opinion.prefix) == (s.Screen.RATE_NUMBER, "", "A")
    assert kiosk.do(s.GoBack()).screen is s.Screen.RATE_PREFIX
    kiosk.do(s.GoHome())
    assert not any(isinstance(effect, s.SendRating) for effect in kiosk.effects)


def test_with_the_hub_away_it_goes_on_all_the_same() -> None:
    kiosk = Kiosk()
    kiosk.seen = replace(kiosk.seen, hub_away=True)
    kiosk.do(s.OpenRating(scans=True), s.Scanned(CODE), s.ChooseFace(2), s.GoHome())
    kinds = [type(effect) for effect in kiosk.effects]
    assert kinds == [s.KeepRating, s.KeepRating, s.SendRating]


REFUSED = s.RatingRefused("request-1", ErrorBody(key="rating.already", vi="", en=""))
EVENTS = st.sampled_from(
    [
        s.OpenRating(scans=True), s.OpenRating(), s.OpenTypedNumber(), s.ChoosePrefix("A"), s.ChoosePrefix("?"),
        s.TypeDigit("1"), s.EraseDigit(), s.GiveNumber(), s.Scanned(ADDRESS), s.Scanned(CODE), s.Scanned("?"),
        *(s.ChooseFace(value) for value in range(7)), *(s.ToggleReason(reason) for reason in (*REASONS[:3], "?")),
        s.ReasonsDone(), s.ChangeOpinion(), s.GoBack(), s.GoHome(), s.TryAgain(), s.SeenChanged(), s.AskHelp(),
        s.SetLook(large=True, high_contrast=False), REFUSED,
        s.TurnPage(1), s.Anywhere(), s.CloseOverlay(),
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(EVENTS, st.sampled_from([0.0, 0.0, 1.0, 6.0, 30.0])), max_size=40), st.booleans())
def test_whatever_is_touched_each_kept_opinion_is_sent_once_or_dropped(steps: list[Any], away: bool) -> None:
    kiosk = Kiosk()
    kiosk.seen = replace(kiosk.seen, hub_away=away)
    for event, seconds in steps:
        kiosk.do(event)
        kiosk.wait(seconds)
    kiosk.wait(200)
    assert kiosk.visit.screen is s.Screen.ATTRACT
    kept = {effect.opinion.request_id for effect in kiosk.effects if isinstance(effect, s.KeepRating)}
    sent = [effect.request_id for effect in kiosk.effects if isinstance(effect, s.SendRating)]
    dropped = {effect.request_id for effect in kiosk.effects if isinstance(effect, s.DropRating)}
    assert len(sent) == len(set(sent)), "nothing is sent twice"
    assert set(sent) | dropped == kept
    assert not set(sent) & dropped


def test_every_reason_and_face_has_its_words_in_both_languages() -> None:
    for lang in ("vi", "en"):
        words = pack(lang)
        assert pack("vi").keys() == {**pack("vi"), **words}.keys()
        for reason in REASONS:
            assert words[f"rating.reason.{reason}"]
        for face in ("very_happy", "happy", "neutral", "unhappy", "very_unhappy"):
            assert words[f"rating.face.{face}"]
