"""The technician lights every sign: 8888, or why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from motcua.doctor.registry import all_checks
from queue_display.signs.virtual import ANSWER, FRAME, VirtualSigns
from queue_kit.doctor import Outcome, Setting, examine


def found(name: str, folder: Path, port: Path, units: tuple[int, ...]) -> Outcome:
    signs = [{"kind": "text", "counter": f"q{n}", "address": n, "frame": FRAME, "answer": ANSWER} for n in units]
    file = folder / "wiring.yaml"
    file.write_text(json.dumps({"lines": [{"id": "day-1", "port": str(port), "signs": signs}]}), encoding="utf-8")
    setting = Setting(data=folder, more={"signs": str(file)})
    (check,) = [one for one in all_checks(setting) if one.name == name]
    (finding,) = examine([check])
    return finding.outcome


@pytest.fixture(autouse=True)
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_display.signs.doctor._LOOK_S", 0.0)


def test_every_sign_shows_8888_and_then_nothing(tmp_path: Path) -> None:
    shown: list[Any] = []
    with VirtualSigns(tmp_path / "ttySigns", (1, 2)) as signs:
        signs.on_frame = shown.append
        assert found("signs", tmp_path, signs.port, (1, 2)).key == "doctor.signs"
        outcome = found("show", tmp_path, signs.port, (1, 2))
    assert (outcome.state, outcome.key) == ("ok", "doctor.shown")
    assert "q1, q2" in outcome.vi
    assert sum(b"8888" in frame for frame in shown) == 2
    assert b"8888" not in shown[-1]


def test_a_sign_that_is_away_is_named_and_the_other_is_lit(tmp_path: Path) -> None:
    shown: list[Any] = []
    with VirtualSigns(tmp_path / "ttySigns", (2,)) as signs:
        signs.on_frame = shown.append
        outcome = found("show", tmp_path, signs.port, (1, 2))
    assert (outcome.state, outcome.key) == ("failed", "signs.away")
    assert any(b"8888" in frame for frame in shown)


def test_a_port_that_is_not_there_and_a_machine_without_signs(tmp_path: Path) -> None:
    assert found("signs", tmp_path, tmp_path / "nothing", (1,)).key == "signs.port_away"
    assert found("show", tmp_path, tmp_path / "nothing", ()).state == "absent"
