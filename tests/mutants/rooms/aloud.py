"""Faults of the voice that reads procedures, of the journeys by ear, and of the page on a phone."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

ALOUD: Final = "tests/kiosk/test_aloud.py"
JOURNEYS: Final = "tests/kiosk/test_guided_journeys.py"
PHONE: Final = "tests/hub_web/test_procedure_page.py"

FAULTS: Final = (
    Fault(
        "a touch does not end the reading", "kiosk/session/step.py",
        "        if visit.aloud != Aloud():\n", "        if False:\n",
        (f"{ALOUD}::test_any_touch_ends_it",),
    ),
    Fault(
        "somebody who has gone is read to for ever", "kiosk/session/aloud.py",
        "visit.aloud.on and now_s - visit.aloud.began_s < LISTENS_S", "visit.aloud.on",
        (f"{ALOUD}::test_who_listens_is_not_asked_and_who_has_gone_is_not_read_to_for_ever",),
    ),
    Fault(
        "what an older reading tells moves the new one", "kiosk/session/aloud.py",
        "    if not aloud.on or event.ident != aloud.ident:\n", "    if not aloud.on:\n",
        (f"{ALOUD}::test_a_new_reading_is_not_moved_by_the_one_before",),
    ),
    Fault(
        "the kiosk speaks into a call of the lobby", "kiosk/sounds.py",
        "        return self._now_s() < self._hold_until_s\n", "        return False\n",
        (f"{ALOUD}::test_a_call_in_the_lobby_breaks_off_and_the_phrase_is_said_again",),
    ),
    Fault(
        "what a call broke off is lost", "kiosk/sounds.py",
        "                self._phrases.appendleft(wanted)\n", "",
        (f"{ALOUD}::test_a_call_in_the_lobby_breaks_off_and_the_phrase_is_said_again",),
    ),
    Fault(
        "a burst of calls silences the kiosk", "kiosk/sounds.py",
        "min(max(now_s, self._hold_until_s) + seconds, now_s + HOLD_MOST_S)",
        "max(now_s, self._hold_until_s) + seconds",
        (f"{ALOUD}::test_a_burst_of_calls_does_not_silence_the_kiosk_for_good",),
    ),
    Fault(
        "without a card the pages run through in silence", "kiosk/sounds.py",
        "            self._phrases.clear()\n        wanted.told(UNHEARD)\n", "        wanted.told(UNHEARD)\n",
        (f"{ALOUD}::test_without_a_card_a_text_of_many_pages_is_not_run_through",),
    ),
    Fault(
        "each stretch of a long text is kept as a clip", "kiosk/sounds.py",
        "        if phrase.passing:\n", "        if False:\n",
        (f"{ALOUD}::test_a_long_text_is_streamed_and_none_of_it_kept",),
    ),
    Fault(
        "the record is read by the English voice", "kiosk/guidance/stretches.py",
        'tongue = "vi" if _VIETNAMESE.search(piece) else lang', "tongue = lang",
        (f"{ALOUD}::test_in_english_the_record_is_read_by_the_vietnamese_voice",),
    ),
    Fault(
        "the due date is said for all to hear", "kiosk/guidance/tracking.py",
        "    if found.details is not None and not around.headset:\n", "    if False:\n",
        (f"{JOURNEYS}::test_what_is_private_is_said_only_into_a_headset",),
    ),
    Fault(
        "a long part begins again at each portion", "kiosk/guidance/looking.py",
        "phrases(said[around.portion : portion_end(", "phrases(said[0 : portion_end(",
        (f"{JOURNEYS}::test_a_long_part_is_read_in_portions_without_a_gap",),
    ),
    Fault(
        "a code is shown for a page that nobody serves", "kiosk/phone.py",
        "    if not base or seen.hub_away:\n", "    if not base:\n",
        (f"{ALOUD}::test_the_code_leads_to_the_hubs_public_page",),
    ),
    Fault(
        "the public page may be asked without end", "queue_hub/web/procedure_page.py",
        "        if not asked.take(address):\n", "        if False:\n",
        (f"{PHONE}::test_guessing_is_stopped_before_reading_is",),
    ),
    Fault(
        "an office's list may put a script behind a link", "queue_hub/web/procedure_page.py",
        'procedure.url if _WEB.match(procedure.url) else ""', "procedure.url",
        (f"{PHONE}::test_what_an_office_wrote_is_text",),
    ),
    Fault(
        "the phone shows the fees of another day", "queue_hub/web/procedure_page.py",
        "read_one(offer.file, code, day=day)", "read_one(offer.file, code, day=None)",
        (f"{PHONE}::test_the_fees_are_those_of_the_offices_day",),
    ),
)  # fmt: skip
