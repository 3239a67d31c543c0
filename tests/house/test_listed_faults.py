"""Every fault that `make mutants` puts in still finds its line, and its tests: a change that moves one says so here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.mutants.faults import FAULTS

ROOT = Path(__file__).parents[2]


def test_every_fault_finds_its_line_once() -> None:
    texts = {fault.file: (ROOT / fault.file).read_text(encoding="utf-8") for fault in FAULTS}
    assert [fault.name for fault in FAULTS if texts[fault.file].count(fault.old) != 1] == []
    assert [name for name, count in Counter(fault.name for fault in FAULTS).items() if count > 1] == []
    assert len(FAULTS) >= 30


def test_every_fault_names_tests_that_there_are() -> None:
    missing = []
    for fault in FAULTS:
        for test in fault.tests:
            file, *names = test.split("::")
            text = (ROOT / file).read_text(encoding="utf-8") if (ROOT / file).is_file() else ""
            if not text or any(name.partition("[")[0] not in text for name in names):
                missing.append((fault.name, test))
    assert missing == []
