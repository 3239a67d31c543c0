"""Faults of the journal."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

FAULTS: Final = (
    Fault(
        "a commit is not on the disk when it returns (synchronous=NORMAL)", "queue_core/journal/schema.py",
        'connection.execute("PRAGMA synchronous=FULL")',
        'connection.execute("PRAGMA synchronous=NORMAL")',
        (
            "tests/journal/test_append.py::test_the_file_is_what_the_card_needs",
            "tests/faults/test_crash_states.py::test_no_power_cut_loses_what_was_announced",
        ),
    ),
    Fault(
        "the positions have gaps", "queue_core/journal/store.py",
        "            seq += 1\n",
        "            seq += 2 if place else 1\n",
        ("tests/journal/test_append.py::test_a_batch_is_numbered_without_gaps_and_holds_everything",),
    ),
    Fault(
        "a record need not follow from the one before", "queue_core/journal/record.py",
        "    if row[8] != digest:\n",
        "    if not row[8]:\n",
        ("tests/journal/test_chain.py::test_a_rewritten_record_with_a_fresh_hash_breaks_the_next",),
    ),
    Fault(
        "a damaged journal is opened", "queue_core/journal/opening.py",
        "        if broken is not None:\n            raise corrupt(path, broken)\n",
        "        del broken\n",
        ("tests/journal/test_chain.py::test_a_broken_journal_is_never_opened",),
    ),
    Fault(
        "the answers of requests are forgotten within the week", "queue_core/journal/store.py",
        "oldest = (day - ANSWERS_KEPT_DAYS, at_ms - ANSWERS_KEPT_DAYS * _DAY_MS)",
        "oldest = (day, at_ms)",
        ("tests/journal/test_append.py::test_answers_are_forgotten_after_seven_days_by_both_measures",),
    ),
    Fault(
        "the position stays where it was after a batch", "queue_core/journal/store.py",
        "            self.seq += len(rows)\n            self._hash = digest\n",
        "            self._hash = digest\n",
        ("tests/journal/test_append.py::test_a_batch_is_numbered_without_gaps_and_holds_everything",),
    ),
    Fault(
        "two hubs write one journal", "queue_core/journal/opening.py",
        "        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)\n",
        ("tests/journal/test_append.py::test_two_writers_are_refused",),
    ),
    Fault(
        "a board's copy takes records that do not follow from its last one", "queue_core/journal/mirror.py",
        "        if broken is not None:\n            raise corrupt(self.path, broken)\n        if not rows:",
        "        if not rows:",
        ("tests/journal/test_mirror.py::test_what_does_not_follow_is_refused_whole",),
    ),
    Fault(
        "a copy of another journal lengthens a backup", "queue_core/journal/mirror.py",
        "    if not same or first_broken(rows, after=(seq, digest)) is not None:", "    if False:",
        ("tests/journal/test_mirror.py::test_a_copy_that_does_not_go_on_from_the_backup_is_refused",),
    ),
    Fault(
        "a copy's newest records, in the log beside it, are left on the board's card", "provisioning/replacing.py",
        'for tail in ("", "-wal"):', 'for tail in ("",):',
        ("tests/provisioning/test_replace.py::test_what_a_board_saw_after_the_backup_goes_on_the_new_card_as_well",),
    ),
)  # fmt: skip
