"""Faults of ratings: who may rate and how often, what tells of the rater, what arrives, what is summed."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

RULES: Final = "tests/core/test_rating.py"
HUB: Final = "tests/hub/test_ratings.py"
TABLET: Final = "tests/hub_web/test_tablet.py"
KIOSK: Final = "tests/kiosk/test_rating.py"
POST: Final = "tests/kiosk/test_rating_post.py"

FAULTS: Final = (
    Fault(
        "a visit is rated twice", "queue_core/rating.py",
        '        raise RuleError("rating.already")\n\n\ndef in_window', "        return\n\n\ndef in_window",
        (f"{RULES}::test_once_and_changed_within_ten_seconds_of_the_first_word",),
    ),
    Fault(
        "each change begins another ten seconds", "queue_core/fold.py",
        "before.given_ms if before is not None else event.given_ms", "event.given_ms",
        (f"{RULES}::test_once_and_changed_within_ten_seconds_of_the_first_word",),
    ),
    Fault(
        "a number is rated hours later", "queue_core/rating.py",
        "return given_ms - ended_ms <= window_min * 60_000", "return True",
        (f"{RULES}::test_within_an_hour_of_the_end",),
    ),
    Fault(
        "a device's clock decides that it was in time", "queue_core/rating.py",
        "min(told_ms, now_ms)", "told_ms",
        (f"{RULES}::test_a_device_whose_clock_runs_ahead_says_nothing_of_tomorrow",),
    ),
    Fault(
        "the officer who sits there now gets another's rating", "queue_core/fold.py",
        "replace(ticket, served_by=counter.officer)", "replace(ticket, served_by=None)",
        (f"{RULES}::test_the_officer_is_the_one_who_served_also_when_another_sits_there_now",),
    ),
    Fault(
        "a missing index is a zero", "queue_core/rating.py",
        "            if reason in named:\n                scores[index] = 0", "            scores[index] = 0",
        (f"{RULES}::test_indices_of_one_rating",),
    ),
    Fault(
        "the fifth point is not excellent", "queue_core/rating.py",
        "if score >= _EXCELLENT", "if score > _EXCELLENT",
        (f"{RULES}::test_the_class_of_an_officer",),
    ),
    Fault(
        "one more visit shows by itself", "queue_core/rating.py",
        "ratings[: len(ratings) // LEAST_SHOWN * LEAST_SHOWN] if growing else ratings", "ratings",
        (f"{RULES}::test_one_more_visit_never_shows_by_itself",),
    ),
    Fault(
        "a hidden counter follows by subtraction", "queue_hub/rating_sums.py",
        "while 0 < unsaid < LEAST_SHOWN and shown:", "while False:",
        (f"{HUB}::test_a_hidden_group_takes_another_with_it",),
    ),
    Fault(
        "a made-up slip is believed", "queue_hub/follow.py",
        "if found is None or not hmac.compare_digest(found[2], self._mac(found[1])):", "if found is None:",
        (f"{HUB}::test_the_slip_itself_is_believed_after_the_hour_and_a_made_up_one_never",),
    ),
    Fault(
        "a dossier is rated again on another day", "queue_hub/ratings.py",
        "if subject not in self._engine.state.rated and self._rated_before(subject):", "if False:",
        (f"{HUB}::test_a_dossier_is_rated_when_it_has_come_to_its_end_once_for_ever",),
    ),
    Fault(
        "the journal holds the ticket beside the opinion", "queue_hub/ratings.py",
        'return self._mac(f"ticket\\0{self._engine.epoch}\\0{ticket_id}")', "return ticket_id",
        (f"{HUB}::test_nothing_in_the_journal_leads_to_the_rater",),
    ),
    Fault(
        "a tablet rates at another counter", "queue_hub/web/tablet_page.py",
        "if t.counter == tablet.counter and desk.", "if desk.",
        (f"{TABLET}::test_it_is_said_once_and_only_about_this_counter",),
    ),
    Fault(
        "a code pairs any number of tablets", "queue_hub/web/tablets.py",
        'self._codes.pop(_hash("".join(code.split())), None)', 'self._codes.get(_hash("".join(code.split())))',
        (f"{TABLET}::test_a_code_pairs_one_tablet_once_and_slows_down_who_guesses",),
    ),
    Fault(
        "whoever walks away has said nothing", "kiosk/session/moves.py",
        "if visit.screen in RATING and visit.opinion.pending:", "if False:",
        (f"{KIOSK}::test_whoever_walks_away_has_said_it_all_the_same",),
    ),
    Fault(
        "a busy hub loses a rating", "kiosk/rating_post.py",
        "if not reply.ok and not is_final(key):", "if False:",
        (f"{POST}::test_a_refusal_that_would_stay_ends_it_any_other_is_tried_again",),
    ),
    Fault(
        "what was kept at a power cut is forgotten", "kiosk/kept_ratings.py",
        "Kept(request, ready=True) for request in requests", "Kept(request) for request in requests",
        (f"{POST}::test_it_waits_for_a_hub_that_is_away_and_arrives_once_after_a_new_start",
         f"{POST}::test_a_file_that_nobody_can_read_is_put_aside_and_a_new_one_begins"),
    ),
    Fault(
        "an officer's page shows everybody's sum", "queue_hub/web/rest_ratings.py",
        "rules.sums([one for one in said if one.officer == who.username], growing=growing)",
        "rules.sums(said, growing=growing)",
        ("tests/hub_web/test_my_ratings.py::test_an_officer_gets_her_own_sums_and_nobody_elses",),
    ),
    Fault(
        "a month that still grows moves with each visit", "queue_hub/web/rest_ratings.py",
        "    return [one.rating for one in said], not moment.known or month >=",
        "    return [one.rating for one in said], not moment.known and month >=",
        ("tests/hub_web/test_my_ratings.py::test_an_officer_gets_her_own_sums_and_nobody_elses",),
    ),
    Fault(
        "a grant of one tablet is good on another", "queue_hub/ratings.py",
        'return self._mac(f"grant\\0{by}\\0{visit.subject}\\0{visit.time_index}")',
        'return self._mac(f"grant\\0{visit.subject}\\0{visit.time_index}")',
        ("tests/hub_web/test_tablet.py::test_a_dossier_is_rated_by_its_receipt_once_for_ever",),
    ),
    Fault(
        "a dossier is rated again from a tablet the day after", "queue_hub/ratings.py",
        "            return None\n        self._once_for_ever(subject)\n", "            return None\n",
        ("tests/hub_web/test_tablet.py::test_a_dossier_is_rated_by_its_receipt_once_for_ever",),
    ),
)  # fmt: skip
