"""The citizen's visit, without a screen: the ways through, and any event in any state."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import session as s
from queue_core.wire.messages import ErrorBody
from tests.kiosk import dossier_sample
from tests.kiosk import office_sample as office

LOBBY = office.lobby()
HERE = s.Seen(lobby=LOBBY)
AWAY = s.Seen(lobby=LOBBY, hub_away=True)
TIMING = s.Timing()
TICKET = office.ticket()
BUSY = ErrorBody(key="request.busy", vi="bận", en="busy")


class Citizen:
    """Walks through a visit; time and ids are the test's."""

    def __init__(self, seen: s.Seen = HERE, lang: str = "vi") -> None:
        self.seen, self.now_s, self.lang = seen, 1000.0, lang
        self.visit = s.Visit(lang=lang, touched_s=self.now_s, since_s=self.now_s)
        self.effects: list[s.Effect] = []
        self.day: date | None = None
        self._ids = (f"request-{n}" for n in itertools.count(1))

    def does(self, *events: s.Event) -> Citizen:
        for event in events:
            context = s.Context(self.seen, self.now_s, lambda: next(self._ids), TIMING, self.lang, self.day)
            self.visit, effects = s.step(self.visit, event, context)
            self.effects += effects
        return self

    def waits(self, seconds: float) -> Citizen:
        self.now_s += seconds
        return self.does(s.Tick())

    @property
    def screen(self) -> s.Screen:
        return self.visit.screen

    @property
    def asked(self) -> s.Asked:
        assert self.visit.asked is not None
        return self.visit.asked


def test_two_touches_to_a_number() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ChooseService("ho-tich"))
    assert citizen.screen is s.Screen.ASKING
    assert citizen.effects == [s.Ask(citizen.asked)]
    assert (citizen.asked.service, citizen.asked.entry, citizen.asked.priority) == ("ho-tich", "walk_in", None)
    citizen.does(s.TicketCame(citizen.asked.request_id, TICKET))
    assert (citizen.screen, citizen.visit.slip) == (s.Screen.NUMBER, s.Slip.PRINTING)
    citizen.does(s.SlipEnded(citizen.asked.request_id))
    assert citizen.visit.slip is s.Slip.PRINTED
    assert citizen.does(s.Finished()).visit.shown == s.Visit()


def test_three_touches_with_two_levels() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ChooseService("kinh-te"))
    assert (citizen.screen, citizen.visit.group) == (s.Screen.SERVICES, "kinh-te")
    assert citizen.does(s.ChooseService("htx")).asked.service == "htx"


def test_priority_goes_with_the_request_and_can_be_taken_back() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.OpenPriority(), s.ChoosePriority("cao-tuoi"))
    assert (citizen.screen, citizen.visit.priority) == (s.Screen.SERVICES, "cao-tuoi")
    again = citizen.does(s.OpenPriority(), s.ChoosePriority(None)).visit
    assert again.priority is None
    citizen.does(s.OpenPriority(), s.ChoosePriority("con-nho"), s.ChooseService("chung-thuc"))
    assert citizen.asked.priority == "con-nho"


def test_a_result_is_collected_from_home() -> None:
    citizen = Citizen().does(s.CollectResult())
    assert (citizen.asked.service, citizen.asked.entry) == ("tra-ket-qua", "collect")


def test_a_booking_is_checked_in_by_six_digits() -> None:
    citizen = Citizen().does(s.OpenCheckIn(), *(s.TypeDigit(d) for d in "40291"), s.CheckIn())
    assert citizen.screen is s.Screen.CHECK_IN, "five digits are no code"
    citizen.does(s.TypeDigit("9"), s.TypeDigit("7"))
    assert citizen.visit.digits == "402919", "a seventh digit changes nothing"
    citizen.does(s.EraseDigit(), s.TypeDigit("8"), s.CheckIn())
    assert (citizen.asked.booking, citizen.effects) == ("402918", [s.Ask(citizen.asked)])


def test_a_name_too_long_for_its_tile_is_read_whole_and_chosen_from_there() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ReadWhole("ho-tich"))
    assert (citizen.screen, citizen.visit.overlay, citizen.visit.reading) == (
        s.Screen.SERVICES,
        s.Overlay.WHOLE,
        "ho-tich",
    )
    assert s.below_overlay(citizen.visit) == s.below_overlay(Citizen().does(s.TakeNumber()).visit)
    assert citizen.does(s.ChooseService("ho-tich")).screen is s.Screen.ASKING
    gone = Citizen().does(s.TakeNumber(), s.ReadWhole("ho-tich"))
    gone.seen = s.Seen(lobby=office.lobby(services=[]))
    assert gone.does(s.SeenChanged()).visit.overlay is s.Overlay.NONE


BOOKED = "MOTCUA-BOOKING:402918"


@pytest.mark.parametrize(
    "way",
    [[], [s.TakeNumber()], [s.OpenCheckIn(), s.TypeDigit("4")], [s.TakeNumber(), s.OpenPriority()], [s.AskHelp()]],
    ids=["home", "services", "check-in", "priority", "help"],
)
def test_a_booking_is_checked_in_by_its_qr_from_wherever_somebody_stands(way: list[s.Event]) -> None:
    citizen = Citizen().does(*way, s.Scanned(BOOKED))
    assert (citizen.screen, citizen.asked.booking) == (s.Screen.ASKING, "402918")


@pytest.mark.parametrize("seconds", [TIMING.idle_s + 1, TIMING.attract_s + 1])
def test_a_code_held_up_answers_the_question_and_wakes_the_screen_at_rest(seconds: float) -> None:
    citizen = Citizen()
    citizen.does(s.OpenLook()) if seconds < TIMING.attract_s else None
    citizen.waits(seconds)
    assert citizen.visit.overlay is s.Overlay.STILL_THERE or citizen.screen is s.Screen.ATTRACT
    assert citizen.does(s.Scanned(BOOKED)).asked.booking == "402918"


@pytest.mark.parametrize(
    "text", ["", "40291", "https://example.org/402918", "001099012345|123456789|Nguyễn Văn A", "4" * 9999]
)
def test_a_foreign_code_is_answered_kindly_and_kept_nowhere(text: str) -> None:
    citizen = Citizen().does(s.OpenCheckIn(), s.TypeDigit("4"), s.Scanned(text))
    assert citizen.visit.trouble is not None
    assert (citizen.screen, citizen.visit.trouble.key, citizen.effects) == (s.Screen.TROUBLE, "scan.unknown", [])
    assert not text or text not in repr(citizen.visit) + repr(s.Scanned(text))
    back = citizen.does(s.GoBack())
    assert (back.screen, back.visit.digits) == (s.Screen.CHECK_IN, "4")


def test_a_code_means_nothing_while_a_number_is_on_its_way_or_shown() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ChooseService("ho-tich"))
    before = citizen.asked
    assert citizen.does(s.Scanned(BOOKED)).asked == before
    citizen.does(s.TicketCame(before.request_id, TICKET), s.Scanned(BOOKED))
    assert citizen.screen is s.Screen.NUMBER


def test_an_error_keeps_what_was_entered() -> None:
    citizen = Citizen().does(s.OpenCheckIn(), *(s.TypeDigit(d) for d in "402918"), s.CheckIn())
    citizen.does(s.Refused(citizen.asked.request_id, BUSY))
    assert citizen.screen is s.Screen.TROUBLE
    assert citizen.does(s.GoBack()).visit.digits == "402918"


def test_trying_again_asks_with_a_new_identity() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.OpenPriority(), s.ChoosePriority("co-cong"), s.ChooseService("dat-dai"))
    first = citizen.asked
    citizen.does(s.Refused(first.request_id, BUSY), s.TryAgain())
    assert citizen.screen is s.Screen.ASKING
    assert citizen.asked == replace(first, request_id=citizen.asked.request_id)
    assert citizen.asked.request_id != first.request_id


@pytest.mark.parametrize("leave", [s.GoHome(), s.GoBack()])
def test_leaving_before_the_answer_takes_the_request_back(leave: s.Touch) -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ChooseService("ho-tich"))
    request_id = citizen.asked.request_id
    citizen.does(leave)
    assert citizen.effects[-1] == s.Cancel(request_id)
    before = citizen.visit
    assert citizen.does(s.TicketCame(request_id, TICKET)).visit == before, "a late answer opens no screen"


def test_a_closed_service_says_when_to_come_and_asks_nothing() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ChooseService("cong-an"))
    assert (citizen.screen, citizen.effects) == (s.Screen.TROUBLE, [])
    assert citizen.visit.trouble is not None
    assert "13:30" in citizen.visit.trouble.vi
    assert citizen.does(s.GoBack()).screen is s.Screen.SERVICES


def test_the_hub_goes_away_and_comes_back_under_the_finger() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.OpenPriority(), s.ChoosePriority("cao-tuoi"))
    citizen.seen = AWAY
    citizen.does(s.SeenChanged())
    assert (citizen.screen, citizen.visit.trouble and citizen.visit.trouble.key) == (s.Screen.TROUBLE, "hub.away")
    citizen.seen = HERE
    citizen.does(s.SeenChanged())
    assert (citizen.screen, citizen.visit.priority) == (s.Screen.SERVICES, "cao-tuoi")


def test_no_number_is_asked_while_the_hub_is_away() -> None:
    assert Citizen(AWAY).does(s.TakeNumber()).screen is s.Screen.TROUBLE
    assert Citizen(AWAY).does(s.CollectResult()).effects == []


def test_a_service_that_vanishes_leads_back_to_the_first_level() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ChooseService("kinh-te"), s.OpenPriority(), s.ChoosePriority("co-cong"))
    citizen.seen = s.Seen(lobby=office.lobby(services=LOBBY.services[:2], priorities=[]))
    citizen.does(s.SeenChanged())
    assert (citizen.visit.group, citizen.visit.priority) == (None, None)


# ------------------------------------------------------------------ time
def test_thirty_seconds_then_the_question_then_home() -> None:
    citizen = Citizen().does(s.TakeNumber()).waits(29.9)
    assert citizen.visit.overlay is s.Overlay.NONE
    assert citizen.waits(0.1).visit.overlay is s.Overlay.STILL_THERE
    assert citizen.waits(14.9).screen is s.Screen.SERVICES
    assert citizen.waits(0.1).visit.shown == s.Visit()


def test_any_touch_answers_the_question_and_presses_nothing() -> None:
    citizen = Citizen().does(s.TakeNumber()).waits(31)
    citizen.does(s.ChooseService("ho-tich"))
    assert (citizen.screen, citizen.visit.overlay, citizen.effects) == (s.Screen.SERVICES, s.Overlay.NONE, [])
    assert citizen.waits(29).visit.overlay is s.Overlay.NONE
    assert citizen.waits(1).does(s.GoHome()).visit.shown == s.Visit()


def test_the_look_and_the_language_go_home_with_the_citizen() -> None:
    citizen = Citizen().does(s.SetLanguage("en"), s.SetLook(large=True, high_contrast=True))
    assert (citizen.visit.lang, citizen.visit.large, citizen.visit.high_contrast) == ("en", True, True)
    assert citizen.waits(31).waits(15).visit.shown == s.Visit()


def test_a_kiosk_may_begin_in_another_language() -> None:
    citizen = Citizen(lang="en").does(s.SetLanguage("vi"), s.TakeNumber(), s.GoHome())
    assert citizen.visit.shown == s.Visit(lang="en")
    assert citizen.waits(TIMING.attract_s).screen is s.Screen.ATTRACT


def test_the_screen_at_rest_comes_late_and_goes_at_any_touch() -> None:
    citizen = Citizen().waits(TIMING.attract_s - 1)
    assert citizen.screen is s.Screen.HOME
    assert citizen.waits(1).screen is s.Screen.ATTRACT
    assert citizen.does(s.ChooseService("ho-tich")).screen is s.Screen.HOME


def test_a_slip_that_did_not_come_out_can_be_tried_again() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ChooseService("ho-tich"), s.TicketCame("request-1", TICKET))
    assert s.PrintAgain("request-1") not in citizen.does(s.Reprint()).effects, "it is just being printed"
    citizen.does(s.SlipEnded("request-1", "paper.out")).waits(TIMING.photo_s - 1)
    citizen.does(s.Reprint())
    assert (citizen.visit.slip, citizen.effects[-1]) == (s.Slip.PRINTING, s.PrintAgain("request-1"))
    citizen.does(s.SlipEnded("request-1"))
    assert citizen.visit.slip is s.Slip.PRINTED
    count = len(citizen.effects)
    assert len(citizen.does(s.Reprint()).effects) == count, "one slip is enough"


def test_where_there_is_no_printer_nothing_can_be_tried_again() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ChooseService("ho-tich"), s.TicketCame("request-1", TICKET))
    citizen.does(s.SlipEnded("request-1", "paper.none"), s.Reprint())
    assert citizen.visit.slip is s.Slip.FAILED
    assert citizen.effects == [s.Ask(citizen.asked)]


@pytest.mark.parametrize(
    ("slip", "seconds"),
    [
        (s.Slip.PRINTING, TIMING.printing_s),
        (s.Slip.PRINTED, TIMING.number_s),
        (s.Slip.FAILED, TIMING.photo_s),
    ],
)
def test_the_number_stays_as_long_as_it_is_needed(slip: s.Slip, seconds: float) -> None:
    citizen = Citizen().does(s.TakeNumber(), s.ChooseService("ho-tich"))
    citizen.does(s.TicketCame(citizen.asked.request_id, TICKET))
    if slip is not s.Slip.PRINTING:
        citizen.does(s.SlipEnded(citizen.asked.request_id, "paper.out" if slip is s.Slip.FAILED else ""))
    assert citizen.waits(seconds - 0.1).screen is s.Screen.NUMBER
    assert citizen.waits(0.1).screen is s.Screen.HOME


def test_help_is_asked_once_and_answered() -> None:
    citizen = Citizen().does(s.TakeNumber(), s.AskHelp(), s.AskHelp())
    assert citizen.effects == [s.CallOfficer()]
    assert citizen.does(s.HelpAnswered(ok=True)).visit.help_ok is True
    assert citizen.does(s.CloseOverlay()).screen is s.Screen.SERVICES
    alone = Citizen(AWAY).does(s.AskHelp())
    assert (alone.visit.help_ok, alone.effects) == (False, [])


# ------------------------------------------------------------------ anything, any time
SERVICES = st.sampled_from([x.id for x in LOBBY.services] + ["htx", "ho-kd", "nowhere", ""])
REQUESTS = st.sampled_from([f"request-{n}" for n in range(1, 6)])
ERRORS = st.sampled_from([BUSY, ErrorBody(key="office.closed", vi="đóng", en="closed")])
EVENTS = st.one_of(
    st.sampled_from(
        [
            s.Anywhere(), s.GoHome(), s.GoBack(), s.TakeNumber(), s.CollectResult(), s.OpenCheckIn(), s.OpenPriority(),
            s.EraseDigit(), s.CheckIn(), s.TryAgain(), s.Finished(), s.OpenLook(), s.AskHelp(), s.CloseOverlay(),
            s.Reprint(),
            s.SeenChanged(), s.Tick(),
        ]
    ),
    st.builds(s.ChooseService, SERVICES),
    st.builds(s.ChoosePriority, st.sampled_from([None, "cao-tuoi", "nobody"])),
    st.builds(s.TurnPage, st.integers(-3, 2000)),
    st.builds(s.ReadWhole, SERVICES),
    st.builds(s.Scanned, st.sampled_from([BOOKED, "x", ""])),
    st.builds(s.TypeDigit, st.sampled_from([*"0123456789", "", "12", "x", "٣"])),
    st.builds(s.SetLanguage, st.sampled_from(["vi", "en", "fr"])),
    st.builds(s.SetLook, st.booleans(), st.booleans()),
    st.builds(s.TicketCame, REQUESTS, st.just(TICKET)),
    st.builds(s.Refused, REQUESTS, ERRORS),
    st.builds(s.SlipEnded, REQUESTS, st.sampled_from(["", "paper.out"])),
    st.builds(s.HelpAnswered, st.booleans()),
    dossier_sample.EVENTS,
)  # fmt: skip
SEENS = st.sampled_from(
    [
        HERE,
        s.Seen(lobby=dossier_sample.lobby()),
        AWAY,
        s.Seen(),
        s.Seen(lobby=office.lobby(services=[], priorities=[], bookings=False)),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(EVENTS, SEENS, st.floats(0, 60)), max_size=25))
def test_any_event_in_any_state(steps: list[tuple[s.Event, s.Seen, float]]) -> None:
    citizen = Citizen()
    open_requests: set[str] = set()
    for event, seen, seconds in steps:
        citizen.seen = seen
        citizen.now_s += seconds
        before = len(citizen.effects)
        citizen.does(event)
        visit = citizen.visit
        for effect in citizen.effects[before:]:
            if isinstance(effect, s.Ask):
                assert effect.asked.request_id not in open_requests, "every request has its own identity"
                assert visit.asked == effect.asked
                open_requests.add(effect.asked.request_id)
            if isinstance(effect, s.LookUp):
                assert effect.request_id not in open_requests, "and so has every look-up"
                assert visit.tracking.wanted == s.Wanted(effect.request_id, effect.code, effect.secret)
                assert dossier_sample.PERSONAL_NUMBER not in effect.code, "a card goes nowhere"
            if isinstance(effect, s.Cancel):
                assert effect.request_id in open_requests, "only what was asked is taken back"
        # What a screen draws must be there.
        assert len(visit.digits) <= s.BOOKING_DIGITS
        assert visit.lang in {"vi", "en"}
        assert (visit.screen is s.Screen.NUMBER) <= (visit.ticket is not None)
        assert (visit.screen is s.Screen.TROUBLE) <= (visit.trouble is not None)
        assert (visit.screen is s.Screen.ASKING) <= (visit.asked is not None)
        assert (visit.screen is s.Screen.DOSSIER_ASKED) <= (visit.tracking.wanted is not None)
        assert (visit.screen in {s.Screen.DOSSIER, s.Screen.DOSSIER_OPENING}) <= (visit.tracking.found is not None)
        assert (visit.screen is s.Screen.HOME) <= (visit.tracking == s.Tracking()), "home knows no dossier"
    assert citizen.does(s.GoHome()).visit.shown == s.Visit(), "home is one touch away"


@settings(max_examples=100, deadline=None)
@given(st.lists(EVENTS, max_size=15))
def test_an_abandoned_kiosk_comes_to_rest(events: list[s.Event]) -> None:
    """Whatever was done: without touches it is at rest within the longest times together, and stays so."""
    citizen = Citizen().does(*events)
    for _ in range(700):
        citizen.waits(0.5)
    assert citizen.screen is s.Screen.ATTRACT
    assert citizen.visit.overlay is s.Overlay.NONE
