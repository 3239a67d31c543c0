"""The log of told waits against true ones: in the journal, and a technician can read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from queue_core import commands as c
from queue_core.journal_command import app
from queue_core.wait_log import WaitRow
from tests.hub.house import Hub


@pytest.mark.parametrize(
    ("true_min", "verdict"), [(4.9, "sooner"), (5.0, "held"), (10.9, "held"), (11.0, "later"), (60.0, "later")]
)
def test_a_range_held_or_not(true_min: float, verdict: str) -> None:
    told: dict[str, Any] = {"told_ahead": 2, "told_low_min": 5, "told_high_min": 10}
    row = WaitRow(day=1, date="2026-11-23", number="A001", service="x", priority=False, true_min=true_min, **told)
    assert row.verdict == verdict


def test_what_was_told_and_what_came_stand_in_the_journal(tmp_path: Path) -> None:
    hub = Hub(tmp_path, forecast=lambda _state, _ticket: (1, 5, 10))
    try:
        hub.opened("q1")
        for request in ("r1", "r2", "r3", "r4"):
            hub.issue(f"kiosk-1/{request}")
        for minutes in (2, 5, 8):  # A001 after 2 minutes, A002 after 7, A003 after 15; A004 is never called
            hub.clock.pass_s(minutes * 60)
            hub.ask(c.Tick(), by="hub")
            assert hub.call("q1").error is None
        hub.clock.pass_s(86_400)
        hub.ask(c.Tick(), by="hub")
    finally:
        hub.close()
    said = CliRunner().invoke(app, ["waits", str(tmp_path), "--json"])
    assert said.exit_code == 0, said.output
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert [
        (row["number"], row["told_low_min"], row["told_high_min"], row["true_min"], row["verdict"]) for row in rows
    ] == [
        ("A001", 5, 10, 2.0, "sooner"),
        ("A002", 5, 10, 7.0, "held"),
        ("A003", 5, 10, 15.0, "later"),
    ]
    assert {row["date"] for row in rows} == {"2026-11-23"}
    summary = CliRunner().invoke(app, ["waits", str(tmp_path)]).stdout.splitlines()[-1]
    assert summary == "3 told and called: 1 held, 1 sooner, 1 later"
