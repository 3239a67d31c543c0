"""Mock pins worked from outside: a hand presses, looks at the lamps, and is told what it may not do."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import session as s
from kiosk.panel.buttons import Button, PanelPressed
from kiosk.panel.light import CODE, Status
from kiosk.panel.panel import Panel
from kiosk.panel.plan import PanelPlan
from queue_kit.mock_pins import MockPins, PinHand
from queue_kit.pins import PinError
from tests.house.test_tree import ROOT
from tests.signs.house import DEADLINE_S, eventually

PLAN = PanelPlan.model_validate(
    {"factory": "mock", "presence": {"pin": 4}, "light": {"ready": 5, "help": 13}, "buttons": {"take": 17}}
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A unix socket's path may not be long."""
    with tempfile.TemporaryDirectory(prefix="pins-") as made:
        yield Path(made)


def test_a_hand_from_another_process_works_a_panel(folder: Path) -> None:
    events: list[s.Event] = []
    pins = MockPins(folder / "pins")
    panel = Panel(PLAN, post=events.append, troubles=lambda _kinds: None, factory=lambda: pins.factory)
    panel.start()
    panel.show(Status.READY)
    try:
        with PinHand(folder / "pins") as hand:
            assert hand.wait_for(5, lambda seen: seen.high, DEADLINE_S), "the lamp is lit"
            hand.drive(4, high=True)
            eventually(lambda: s.Approached() in events)
            hand.press(17)
            eventually(lambda: PanelPressed(Button.TAKE) in events)
            panel.show(Status.HELP)
            flashed = hand.wait_for(13, lambda seen: len(seen.lasted) >= 6, DEADLINE_S)
            assert flashed is not None
            assert not hand.look(5).high
            lengths_s = [round(length_s, 2) for length_s, _ in flashed.lasted[1:5]]
            assert lengths_s == pytest.approx(CODE[Status.HELP][1], abs=0.1), "two short flashes and a second of dark"
            with pytest.raises(ValueError, match="output"):
                hand.drive(5, high=True)
            with pytest.raises(ValueError, match="GPIO1"):
                hand.look(1)
            assert hand.look(5).function == "output", "a wrong question costs nobody the pins"
    finally:
        panel.stop()
        pins.close()
    assert not (folder / "pins").exists()


def test_nobody_else_may_reach_the_pins(folder: Path) -> None:
    pins = MockPins(folder / "pins")
    assert stat.S_IMODE((folder / "pins").stat().st_mode) == 0o600
    pins.close()
    with pytest.raises(OSError, match="No such file"):
        PinHand(folder / "pins")
    with pytest.raises(PinError) as caught:
        MockPins(folder / "nowhere" / "pins")
    assert caught.value.key == "pins.socket"


def test_real_pins_are_never_worked_through_a_socket(folder: Path) -> None:
    plan = folder / "panel.yaml"
    plan.write_text("format: 1\nfactory: lgpio\nlight: {ready: 5}\n", encoding="utf-8")
    words = ["--panel", str(plan), "--mock-pins", str(folder / "pins"), "--data", str(folder / "kiosk")]
    done = subprocess.run(
        [sys.executable, "-m", "motcua", "kiosk", *words], capture_output=True, text=True, timeout=60, check=False,
        cwd=ROOT, env={k: v for k, v in os.environ.items() if k != "DISPLAY"},
    )  # fmt: skip
    assert done.returncode == 2
    assert "factory: mock" in done.stderr
    assert not (folder / "pins").exists()
