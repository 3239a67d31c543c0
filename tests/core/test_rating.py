"""Satisfaction: scales, reasons, the hour after the end, once, ten seconds to change one's mind, and what is summed."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from queue_core import commands as c
from queue_core import events as e
from queue_core import rating as rules
from queue_core.events import dump_event
from queue_core.rating import LEAST_SHOWN, Rating, RatingPolicy
from tests.core.life import Life, office

SUBJECT, OTHER = "0" * 32, "1" * 32


def life(**rating: Any) -> Life:
    """Half past eight; A001 has just been finished by Lan at counter 1."""
    one = Life(setup=office(rating=rating))
    one.pass_min(90)
    one.do(c.OpenCounter(counter="q1", officer="lan"))
    one.issue("ho-tich")
    one.do(c.CallNext(counter="q1"))
    one.do(c.Finish(counter="q1"))
    return one


def rate(value: int = 3, **more: Any) -> c.Rate:
    return c.Rate(**{"subject": SUBJECT, "value": value, "scale": 3, "ticket": "1-1", **more})


# ---------------------------------------------------------------------- the office's choice
@pytest.mark.parametrize(
    ("chosen", "good"),
    [
        ({}, True),
        ({"scale": 3}, True),
        ({"scale": 4}, True),
        ({"scale": 5, "reasons": ["time", "other"]}, True),
        ({"complaint_url": "https://pakn.dichvucong.gov.vn"}, True),
        ({"scale": 2}, False),
        ({"scale": 6}, False),
        ({"reasons": []}, False),
        ({"reasons": ["time", "time"]}, False),
        ({"reasons": ["the weather"]}, False),
        ({"complaint_url": "javascript:alert(1)"}, False),
        ({"faces": 3}, False),
    ],
)
def test_the_key_rating_of_an_office(chosen: dict[str, Any], good: bool) -> None:
    if good:
        assert office(rating=chosen).rating.window_min == 60
    else:
        with pytest.raises(ValidationError):
            office(rating=chosen)


def test_the_usual_office_asks_three_faces_and_the_nine_reasons_of_the_decree() -> None:
    policy = office().rating
    assert (policy.scale, policy.window_min, policy.change_s) == (3, 60, 10)
    assert policy.reasons == rules.REASONS
    assert len(policy.reasons) == 9


@pytest.mark.parametrize(("scale", "unhappy"), [(3, {1}), (4, {1}), (5, {1, 2})])
def test_who_is_asked_for_a_reason(scale: int, unhappy: set[int]) -> None:
    assert {value for value in range(1, scale + 1) if rules.is_unhappy(value, scale)} == unhappy
    assert len(rules.FACES[scale]) == scale


# ---------------------------------------------------------------------- one rating
def test_the_event_says_counter_service_and_officer_and_nothing_of_the_citizen() -> None:
    one = life()
    (event,) = one.do(rate(1, reasons=("attitude", "time")))
    told = dump_event(event)
    assert (told["counter"], told["service"], told["officer"]) == ("q1", "ho-tich", "lan")
    assert (told["value"], told["scale"], told["reasons"]) == (1, 3, ["time", "attitude"])
    assert told["indices"] == {"1": 0, "7": 0}
    assert not {"1-1", "A001", "kiosk-1/r1"} & {str(value) for value in told.values()}


def test_the_officer_is_the_one_who_served_also_when_another_sits_there_now() -> None:
    one = life()
    one.do(c.OpenCounter(counter="q1", officer="minh", take_over=True))
    (event,) = one.do(rate())
    assert isinstance(event, e.Rated)
    assert event.officer == "lan"


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (rate(ticket="9-9"), "ticket.unknown"),
        (rate(ticket="1-2"), "rating.not_finished"),
        (rate(scale=5), "rating.scale"),
        (rate(4), "rating.scale"),
        (rate(2, reasons=("time",)), "rating.reasons"),
        (rate(1, reasons=("online",)), "rating.reasons"),
    ],
)
def test_what_is_refused(command: c.Rate, key: str) -> None:
    one = life(reasons=["time", "other"])
    one.issue("ho-tich")
    assert one.do(command) == []
    assert one.refused == key


def test_an_office_that_does_not_ask_takes_none() -> None:
    one = life(offered=False)
    one.do(rate())
    assert one.refused == "rating.not_offered"


@pytest.mark.parametrize(
    ("after_ms", "signed", "given_ago_ms", "taken"),
    [
        (60 * 60_000, False, None, True),
        (60 * 60_000 + 1, False, None, False),
        (60 * 60_000 + 1, True, None, True),  # the slip itself was there
        (90 * 60_000, False, 40 * 60_000, True),  # said in time, kept while the hub was away
        (90 * 60_000, False, 10 * 60_000, False),
        (70 * 60_000, False, -60_000, False),
    ],
)
def test_within_an_hour_of_the_end(after_ms: int, signed: bool, given_ago_ms: int | None, taken: bool) -> None:
    one = life()
    one.now_ms += after_ms
    given_ms = None if given_ago_ms is None else one.now_ms - given_ago_ms
    assert bool(one.do(rate(signed=signed, given_ms=given_ms))) == taken
    assert one.refused == (None if taken else "rating.too_late")


def test_once_and_changed_within_ten_seconds_of_the_first_word() -> None:
    one = life()
    assert one.do(rate(1))
    one.now_ms += 10_000
    assert one.do(rate(3)), "the tenth second is one of the ten"
    assert [r.value for r in one.state.rated.values()] == [3]
    one.now_ms += 1
    one.do(rate(2))
    assert one.refused == "rating.already", "the change did not begin another ten seconds"
    one.do(rate(2, subject=OTHER))
    assert one.refused is None, "another visit has its own"
    one.check_replay()


def test_a_device_whose_clock_runs_ahead_says_nothing_of_tomorrow() -> None:
    one = life()
    (event,) = one.do(rate(given_ms=one.now_ms + 86_400_000))
    assert isinstance(event, e.Rated)
    assert event.given_ms == one.now_ms


def test_nobody_changes_it_at_another_device() -> None:
    one = life()
    one.do(rate(1))
    first = one.state.rated[SUBJECT]
    with pytest.raises(rules.RuleError, match="already"):
        rules.may_change(first, first.given_ms + 1, "kiosk-2", 10)


def test_a_finish_that_was_undone_cannot_be_rated() -> None:
    one = life()
    one.do(c.Undo(counter="q1"))
    one.do(rate())
    assert one.refused == "rating.not_finished"


# ---------------------------------------------------------------------- TT 01/2018
@pytest.mark.parametrize(
    ("value", "scale", "reasons", "time", "scores"),
    [
        (3, 3, (), None, {"1": 2, "3": 2, "4": 2, "7": 2}),
        (2, 3, (), None, {"1": 1, "3": 1, "4": 1, "7": 1}),
        (1, 3, (), None, {}),
        (1, 3, ("attitude",), None, {"7": 0}),
        (1, 3, ("publicity", "other"), None, {}),
        (2, 4, (), None, {"1": 1, "3": 1, "4": 1, "7": 1}),
        (2, 5, ("visits", "agencies"), None, {"3": 0, "4": 0}),
        (5, 5, (), None, {"1": 2, "3": 2, "4": 2, "7": 2}),
        (3, 3, (), 0, {"1": 0, "3": 2, "4": 2, "7": 2}),  # the book knows better: it was late
        (1, 3, ("time",), 2, {"1": 2}),
    ],
)
def test_indices_of_one_rating(value: int, scale: int, reasons: Any, time: int | None, scores: Any) -> None:
    assert rules.indices_of(value, scale, reasons, time=time) == scores


@pytest.mark.parametrize(("late", "early", "score"), [(True, False, 0), (False, False, 1), (False, True, 2)])
def test_the_total_time_from_the_book(late: bool, early: bool, score: int) -> None:
    assert rules.time_index(late=late, early=early) == score


@pytest.mark.parametrize(
    ("scores", "mean"),
    [([], None), ([2], "2.0"), ([0, 1], "0.5"), ([2, 2, 1], "1.7"), ([1, 1, 2], "1.3"), ([0] * 3 + [1], "0.3"),
     ([1] * 17 + [2] * 3, "1.2"), ([1] * 19 + [2], "1.1")],
)  # fmt: skip
def test_a_mean_has_one_decimal_and_halves_go_up(scores: list[int], mean: str | None) -> None:
    assert rules.mean(scores) == (None if mean is None else Decimal(mean))


@pytest.mark.parametrize(
    ("means", "score", "level"),
    [
        ({"1": "1.0", "3": "1.0", "4": "1.5", "7": "1.5"}, "5.0", "excellent"),
        ({"1": "1.0", "3": "1.0", "4": "1.5", "7": "1.4"}, "4.9", "good"),
        ({"1": "0.5", "3": "1.0", "4": "1.0", "7": "1.0"}, "3.5", "good"),
        ({"1": "0.4", "3": "1.0", "4": "1.0", "7": "1.0"}, "3.4", "poor"),
        ({"3": "2.0", "4": "2.0", "7": "2.0"}, "6.0", "excellent"),  # index 1 is missing, and not a zero
        ({}, None, None),
    ],
)
def test_the_class_of_an_officer(means: dict[str, str], score: str | None, level: str | None) -> None:
    found = rules.officer_score({index: Decimal(value) for index, value in means.items()})
    assert found == (None if score is None else Decimal(score))
    assert rules.officer_class(found) == level


def test_a_missing_index_is_not_counted_in_the_mean() -> None:
    assert rules.index_means([{"7": 2}, {"1": 0}, {"7": 1}]) == {"1": Decimal("0.0"), "7": Decimal("1.5")}


# ---------------------------------------------------------------------- sums
def said(value: int, **more: Any) -> Rating:
    return Rating(value=value, scale=3, indices=rules.indices_of(value, 3, more.get("reasons", ())), **more)


def test_sums_tell_nothing_of_few() -> None:
    for count in range(LEAST_SHOWN):
        assert rules.sums([said(1)] * count, growing=False) is None
    found = rules.sums([said(3)] * 4 + [said(1, reasons=("time",))], growing=False)
    assert found is not None
    assert (found.count, found.happy_percent, found.values) == (5, 80, {(3, 3): 4, (3, 1): 1})
    assert found.reasons == {"time": 1}
    assert found.means == {"1": Decimal("1.6"), "3": Decimal("2.0"), "4": Decimal("2.0"), "7": Decimal("2.0")}


@given(st.lists(st.integers(1, 3), max_size=60))
def test_one_more_visit_never_shows_by_itself(values: list[int]) -> None:
    """Whoever watches the sums of the day sees them stand still, or grow by a whole group."""
    shown = [rules.sums([said(v) for v in values[:n]], growing=True) for n in range(len(values) + 1)]
    counts = [0 if one is None else one.count for one in shown]
    steps = {after - before for before, after in pairwise(counts)}
    assert steps <= {0, LEAST_SHOWN}


@given(st.sampled_from(rules.SCALES), st.integers(-3, 9), st.lists(st.sampled_from(["", *rules.REASONS]), max_size=12))
def test_any_words_are_taken_whole_or_refused_by_key(scale: Any, value: int, reasons: list[str]) -> None:
    policy = RatingPolicy(scale=scale)
    if not 1 <= value <= scale:
        with pytest.raises(rules.RuleError, match=r"rating\.scale"):
            rules.check(policy, value, scale, reasons)
        return
    if reasons and ("" in reasons or not rules.is_unhappy(value, scale)):
        with pytest.raises(rules.RuleError, match=r"rating\.reasons"):
            rules.check(policy, value, scale, reasons)
        return
    kept = rules.check(policy, value, scale, reasons)
    assert set(kept) == set(reasons)
    assert len(kept) == len(set(kept))
    assert not kept or rules.is_unhappy(value, scale)
