"""Faults of dossiers: what a code is, when one is due, what the book keeps, how often one may look, what is printed."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

CODES: Final = "tests/dossiers/test_codes.py"
DUE: Final = "tests/dossiers/test_deadlines.py"
OFFERS: Final = "tests/dossiers/test_offers.py"
BOOK: Final = "tests/dossiers/test_book.py"
LOOK: Final = "tests/dossiers/test_look_up.py"
DROP: Final = "tests/dossiers/test_drop_folder.py"
PAPER: Final = "tests/dossiers/test_receipts.py"
CARD: Final = "tests/office/test_identity_card.py"

FAULTS: Final = (
    Fault(
        "an identity card's number passes as another system's code", "queue_core/dossier_code.py",
        "    if _BARE_PERSONAL.match(dense):\n        return IdentityCard()",
        "    if False:\n        return IdentityCard()",
        (f"{CODES}::test_an_identity_card_is_refused_and_nothing_of_it_is_left",),
    ),
    Fault(
        "a code of tomorrow is believed", "queue_core/dossier_code.py",
        "if today is not None and day > today:", "if False:",
        (f"{CODES}::test_what_is_no_code",),
    ),
    Fault(
        "a code shows itself in a log", "queue_core/dossier_code.py",
        "    text: str = field(repr=False)\n    unit: str", "    text: str\n    unit: str",
        (f"{CODES}::test_codes_stay_out_of_what_a_log_would_print",),
    ),
    Fault(
        "15:00:00 counts as after 15:00", "queue_core/deadlines.py",
        "late = received.time() > _clock(", "late = received.time() >= _clock(",
        (f"{DUE}::test_working_days",),
    ),
    Fault(
        "every open Saturday is a day of the term", "queue_core/deadlines.py",
        "and self.office.dossiers.saturday_counts)", "and True)",
        (f"{DUE}::test_working_days",),
    ),
    Fault(
        "papers are asked for twice", "queue_core/deadlines.py",
        "    if course.supplement_asked is not None:\n", "    if False:\n",
        (f"{DUE}::test_papers_are_asked_for_once_and_the_clock_starts_again",),
    ),
    Fault(
        "the clock goes on while papers were missing", "queue_core/deadlines.py",
        "supplement_brought=now, due=calendar.due(now, course.term))", "supplement_brought=now)",
        (f"{DUE}::test_papers_are_asked_for_once_and_the_clock_starts_again",),
    ),
    Fault(
        "a second new date is given", "queue_core/deadlines.py",
        "    if course.extended_from is not None:\n", "    if False:\n",
        (f"{DUE}::test_a_new_date_once_and_noted_when_it_was_told_late",),
    ),
    Fault(
        "the due date is shown without the 4 characters", "queue_core/dossiers.py",
        "_when(dossier, now, calendar) if opened else _PAPER_SAYS", "_when(dossier, now, calendar)",
        (f"{OFFERS}::test_without_the_four_characters_nothing_but_the_degree_of_completion",),
    ),
    Fault(
        "the journal holds the dossier's code", "queue_hub/dossiers/secrets.py",
        'return self._mac("hash", code)[:16].hex()', "return code.encode().hex()[:64]",
        (f"{BOOK}::test_the_journal_holds_a_hash_that_tells_nothing",),
    ),
    Fault(
        "the person stays when the date has come", "queue_hub/dossiers/book.py",
        'connection.execute("PRAGMA secure_delete=ON")', 'connection.execute("PRAGMA secure_delete=OFF")',
        (f"{BOOK}::test_the_person_stands_in_one_table_and_is_overwritten_at_its_date",),
    ),
    Fault(
        "the book is written without its event", "queue_hub/engine.py",
        "batch.sides += [one.side] if one.side is not None and events else []", "batch.sides += []",
        (f"{BOOK}::test_the_book_outlives_the_hub",),
    ),
    Fault(
        "look-ups are not counted", "queue_hub/dossiers/limits.py",
        "            self._times[device] = [*times, now]\n", "            self._times[device] = times\n",
        (f"{LOOK}::test_twenty_in_ten_minutes_a_device_also_over_a_restart",),
    ),
    Fault(
        "a restart gives all look-ups back", "queue_hub/dossiers/limits.py",
        "        self._load()\n", "",
        (f"{LOOK}::test_twenty_in_ten_minutes_a_device_also_over_a_restart",),
    ),
    Fault(
        "another kiosk may go on guessing", "queue_hub/dossiers/limits.py",
        "            self._guessed.failed(dossier)\n", "",
        (f"{LOOK}::test_wrong_characters_wait_longer_each_time_and_other_kiosks_do_not_help",),
    ),
    Fault(
        "a hanging registry takes every hand", "queue_hub/dossiers/registry.py",
        "if len(self._busy) >= _HANDS:", "if False:",
        (f"{LOOK}::test_a_hanging_registry_holds_two_hands_and_no_more",),
    ),
    Fault(
        "a half-written file replaces a whole one", "queue_hub/dossiers/backends/drop_table.py",
        "    if last and len(last) < width and not _ends_whole(path):", "    if False:",
        (f"{DROP}::test_what_is_no_whole_table_changes_nothing",),
    ),
    Fault(
        "the 4 characters stand on every form", "queue_hub/receipts/words.py",
        'secret=secret if number == "01" else "",', "secret=secret,",
        (f"{PAPER}::test_the_words_of_each_form",),
    ),
    Fault(
        "the QR lacks its first row", "queue_hub/receipts/sheet.py",
        "for y, row in enumerate(self._rows):", "for y, row in enumerate(self._rows[1:]):",
        (f"{PAPER}::test_every_form_is_read_back_by_other_engines",),
    ),
    Fault(
        "the same dossier sent twice is two", "queue_hub/dossiers/book.py",
        "            if made := self._made_before(request_id):\n                return made\n", "",
        ("tests/hub_web/test_dossiers.py::test_the_same_sent_twice_is_one_dossier",),
    ),
    Fault(
        "what a registry said is forgotten at a restart", "queue_hub/dossiers/registry.py",
        "        self._shelf.keep(code, found, now)\n", "",
        (f"{LOOK}::test_what_a_registry_said_outlives_the_hub_and_tells_nothing_of_anybody",),
    ),
    Fault(
        "a registry's answers lie under the plain code", "queue_hub/dossiers/last_answers.py",
        "        digest = self._key.hash(code)\n", "        digest = code\n",
        (f"{LOOK}::test_what_a_registry_said_outlives_the_hub_and_tells_nothing_of_anybody",),
    ),
    Fault(
        "a registry's answers grow without an end", "queue_hub/dossiers/last_answers.py",
        'ORDER BY said DESC LIMIT -1 OFFSET ?)",\n                    (MOST,),',
        'ORDER BY said DESC LIMIT -1 OFFSET ?)",\n                    (MOST * 1000,),',
        (f"{LOOK}::test_the_answers_on_disk_are_bounded_and_damage_begins_them_anew",),
    ),
    Fault(
        "a dropped file's lines are counted without its empty ones", "queue_hub/dossiers/backends/drop_table.py",
        "                if last is not None:\n                    yield last  #",
        "                if last:\n                    yield last  #",
        (f"{DROP}::test_a_line_is_reported_by_its_number_and_never_by_its_words",),
    ),
    Fault(
        "a dropped file's report is forgotten at a restart", "queue_hub/dossiers/backends/drop_folder.py",
        "                    self._reports[name] = report\n", "                    pass\n",
        (f"{DROP}::test_a_whole_report_counts_everything_and_outlives_the_hub",),
    ),
    Fault(
        "calendar days become working days on a receipt", "queue_hub/dossiers/filling.py",
        "(ngày làm việc|giờ làm việc|giờ)(?!", "(ngày(?: làm việc)?|giờ làm việc|giờ)(?!",
        ("tests/dossiers/test_filling.py::test_a_time_is_a_term_only_when_it_says_so",),
    ),
    Fault(
        "a kiosk writes what was scanned into its log", "kiosk/session/scanned.py",
        "    if visit.screen in _BUSY:\n        return visit, ()\n", "    print(event.text, flush=True)\n",
        (f"{CARD}::test_nothing_of_an_identity_card_is_anywhere_in_the_whole_office",),
    ),
    Fault(
        "the hub writes what it could not read into its log", "queue_hub/dossiers/desk.py",
        '            raise DossierError("dossier.code_invalid", said=vi, said_en=en)\n        if secret is None:',
        "            log.info(text)\n"
        '            raise DossierError("dossier.code_invalid", said=vi, said_en=en)\n        if secret is None:',
        (f"{CARD}::test_nothing_of_an_identity_card_is_anywhere_in_the_whole_office",),
    ),
)  # fmt: skip
