"""What the console is told of a printer, after a question and after a slip."""

from __future__ import annotations

import pytest

from kiosk import paper_troubles
from queue_kit.paper.commands import PrinterStatus
from queue_kit.paper.printer import PrintResult

FINE = PrinterStatus(online=True, cover_open=False, paper_near_end=False, paper_out=False, error=False)
LOW = PrinterStatus(online=True, cover_open=False, paper_near_end=True, paper_out=False, error=False)
UNKNOWN = PrinterStatus()


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        (FINE, set()),
        (LOW, {"paper_near_end"}),
        (PrinterStatus(problem="paper.cover_open", paper_near_end=True), {"paper_cover_open", "paper_near_end"}),
        (PrinterStatus(problem="paper.out", paper_near_end=True), {"paper_out"}),
        (PrinterStatus(problem="paper.none"), set()),
        (PrinterStatus(problem="paper.busy"), set()),
        (PrinterStatus(problem="paper.silent"), {"paper_silent"}),
    ],
)
def test_after_a_question(status: PrinterStatus, kinds: set[str]) -> None:
    assert paper_troubles.of_status(status) == kinds
    assert paper_troubles.of_status(status, second=True) == {f"second_{kind}" for kind in kinds}


@pytest.mark.parametrize(
    ("result", "kinds"),
    [
        ({}, set()),
        ({"status": LOW}, {"paper_near_end"}),
        ({"duration_s": 6.0}, {"paper_slow"}),
        ({"status": UNKNOWN, "confirmed": False}, set()),
        ({"second": True, "first_trouble": "paper.out"}, {"paper_out", "paper_second"}),
        (
            {"second": True, "first_trouble": "paper.unreachable", "status": LOW},
            {"paper_unreachable", "paper_second", "second_paper_near_end"},
        ),
    ],
)
def test_after_a_slip_that_came_out(result: dict[str, object], kinds: set[str]) -> None:
    usual: dict[str, object] = {"confirmed": True, "status": FINE, "duration_s": 1.0, "sent_bytes": 40_000}
    assert paper_troubles.of_slip(PrintResult(**(usual | result))) == kinds  # type: ignore[arg-type]
