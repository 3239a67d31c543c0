"""A finger is on a tile while something else happens: the press counts, or nothing does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from motcua.virtual_screen import VirtualScreen

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def stories() -> dict[str, Any]:
    with VirtualScreen(540, 960) as screen:
        env = {**os.environ, **screen.env, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(Path(__file__).with_name("press_probe.py"))]
        done = subprocess.run(command, env=env, timeout=60, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_press_is_not_lost_when_a_check_ends_meanwhile(stories: dict[str, Any]) -> None:
    story = stories["a_check_ends_under_a_finger"]
    assert story == {"waited": True, "did": ["RunChecks(names=('print',))"], "shown_after": True}


def test_a_finger_that_stays_hides_what_is_new_for_some_seconds_only(stories: dict[str, Any]) -> None:
    assert stories["a_finger_that_rests_hides_nothing_for_long"] == {"shown": True, "did": 0}


def test_a_tile_whose_screen_has_gone_does_nothing_and_is_not_held_for_ever(stories: dict[str, Any]) -> None:
    story = stories["the_screen_goes_under_a_finger"]
    assert story == {"did": 0, "still_held": 0, "screen": "services"}
