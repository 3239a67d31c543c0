"""Faults of the list of procedures: import, store, search, distribution."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

IMPORT: Final = "tests/catalogue/test_import.py"
REPAIRS: Final = "tests/catalogue/test_repairs.py"
STORE: Final = "tests/catalogue/test_store.py"
READER: Final = "tests/catalogue/test_reader.py"
SEARCH: Final = "tests/catalogue/test_search.py"
FETCHING: Final = "tests/catalogue/test_fetching.py"
RENEWING: Final = "tests/catalogue/test_renewing.py"
SHELF: Final = "tests/hub/test_catalogue_shelf.py"
TYPED: Final = f"{SEARCH}::test_what_is_typed_finds_its_procedure_first"

FAULTS: Final = (
    Fault(
        "decomposed letters stay decomposed", "queue_kit/catalogue/repairs.py",
        'read = nfc(str(text)).replace("\\r\\n", "\\n")',
        'read = str(text).replace("\\r\\n", "\\n")',
        (f"{REPAIRS}::test_an_import_brings_letters_blanks_and_lines_to_one_form",),
    ),
    Fault(
        "a broken line begins a paragraph", "queue_kit/catalogue/repairs.py",
        "        if whole and not ended and _goes_on(whole[-1], line):",
        "        if whole and ended and _goes_on(whole[-1], line):",
        (f"{REPAIRS}::test_lines_that_a_page_broke_are_one_paragraph_again",),
    ),
    Fault(
        "an announcement is stored as a procedure", "queue_kit/catalogue/portal.py",
        "    if is_announcement(name):\n",
        "    if not name:\n",
        (f"{IMPORT}::test_what_is_no_procedure_is_refused_by_name_and_the_others_go_on",),
    ),
    Fault(
        "a note is a paper to bring", "queue_kit/catalogue/portal.py",
        "        if originals or copies:\n",
        "        if originals or copies or name:\n",
        (f"{IMPORT}::test_notes_among_the_papers_are_set_apart_with_their_forms",),
    ),
    Fault(
        "fields that nobody knows are dropped", "queue_kit/catalogue/portal.py",
        "if key not in _OTHERS and key not in TEXTS and clean(value)",
        "if key in _OTHERS and key not in TEXTS and clean(value)",
        (f"{IMPORT}::test_a_field_that_nobody_knows_is_kept",),
    ),
    Fault(
        "a fee holds on the day after its last", "queue_kit/catalogue/procedure.py",
        "and (end is None or day <= end)",
        "and (end is None or day.toordinal() <= end.toordinal() + 1)",
        (f"{READER}::test_rules_and_fees_of_a_day",),
    ),
    Fault(
        "the old catalogue is written over in its place", "queue_kit/catalogue/store.py",
        "    draft.replace(path)\n",
        "    path.write_bytes(draft.read_bytes())\n",
        (f"{STORE}::test_who_has_the_old_one_open_goes_on_reading_it",),
    ),
    Fault(
        "a content that is not its hash passes", "queue_kit/catalogue/store.py",
        'if sound != "ok" or found != meta["hash"]:',
        'if sound != "ok":',
        (f"{STORE}::test_a_changed_row_is_found",),
    ),
    Fault(
        "words are no part of the catalogue's identity", "queue_kit/catalogue/store.py",
        "    for text in chain(bodies, (synonyms, events)):",
        "    for text in bodies:",
        (f"{STORE}::test_other_words_are_another_catalogue",),
    ),
    Fault(
        "a mistyped word is only itself", "queue_kit/catalogue/searching.py",
        "meant = () if beginning and len(plain) < 3 else",
        "meant = () if len(plain) < 30 else",
        (TYPED,),
    ),
    Fault(
        "everyday words are not indexed", "queue_kit/catalogue/index.py",
        "(*also.get(subject.code, ()), subject.name,",
        "(subject.name,",
        (TYPED,),
    ),
    Fault(
        "a code is taken for a word", "queue_kit/catalogue/searching.py",
        "    if _CODE_QUERY.match(text):",
        "    if text == limit:",
        (TYPED,),
    ),
    Fault(
        "another catalogue than the announced is taken", "queue_kit/catalogue/fetching.py",
        "if found != (wanted or tag or found) or",
        "if",
        (f"{FETCHING}::test_a_catalogue_that_is_not_the_announced_one_is_not_taken",),
    ),
    Fault(
        "no limit on what a hub sends", "queue_kit/catalogue/line.py",
        "        if received > limit_bytes:\n",
        "        if received < 0:\n",
        (f"{FETCHING}::test_a_hub_that_misbehaves_leaves_the_old_catalogue",),
    ),
    Fault(
        "a hub that drips keeps the kiosk waiting", "queue_kit/catalogue/line.py",
        "threading.Timer(deadline_s, _cut,",
        "threading.Timer(deadline_s * 12, _cut,",
        (f"{FETCHING}::test_a_hub_that_misbehaves_leaves_the_old_catalogue",),
    ),
    Fault(
        "a list that lost half of the procedures is taken", "queue_kit/catalogue/renewing.py",
        "if len(lost) * 100 > most_lost_percent * len(codes):", "if not fresh:",
        (f"{RENEWING}::test_whatever_is_wrong_with_the_new_list_the_old_one_stays",),
    ),
    Fault(
        "a province's server may lead to an open line", "queue_kit/catalogue/published.py",
        'if urlsplit(address).scheme != "https":', 'if urlsplit(source).scheme != "https":',
        (f"{RENEWING}::test_whatever_is_wrong_with_the_new_list_the_old_one_stays",),
    ),
    Fault(
        "a server's word on its file's kind is believed", "queue_kit/catalogue/published.py",
        '        ending = ".xlsx"', '        ending = ".csv"',
        (f"{RENEWING}::test_what_a_list_is_shows_in_its_first_bytes_whatever_the_server_calls_it",),
    ),
    Fault(
        "nothing newer is heard though other words lie there now", "queue_kit/catalogue/renewing.py",
        "(kept.address, kept.hash, kept.made_by) == (source, present, made_by)", "kept.address == source",
        (f"{RENEWING}::test_what_was_asked_last_does_not_count_when_something_else_lies_there_now",),
    ),
    Fault(
        "the hub offers what it has not read", "queue_hub/catalogue_shelf.py",
        "            identity = verify(draft)\n",
        '            identity = draft.name.ljust(64, "0")\n',
        (f"{SHELF}::test_a_file_that_is_no_catalogue_is_not_offered_and_the_old_one_stays",),
    ),
    Fault(
        "the catalogue somebody is fetching is taken off the shelf", "queue_hub/catalogue_shelf.py",
        "for one in (self._offer, *self._older) if one}",
        "for one in (self._offer,) if one}",
        (f"{SHELF}::test_each_import_is_offered_and_the_one_before_stays_for_who_is_fetching_it",),
    ),
    Fault(
        "a field wins over a code", "queue_core/procedures.py",
        "    if by_code is not None:\n        return by_code\n",
        "",
        (f"{READER}::test_a_number_for_a_procedure",),
    ),
)  # fmt: skip
