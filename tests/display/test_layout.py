"""No words of the board are cut, run out of their place or exceed a Pi's textures; measured on the real window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.call_to_board_display import VirtualScreen


def test_every_page_of_the_shipped_office_and_the_longest_allowed_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    pictures = [os.environ["BOARD_PICTURES"]] if "BOARD_PICTURES" in os.environ else []
    with VirtualScreen() as screen:
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("board_probe.py")), str(out), *pictures],
            env={**os.environ, "DISPLAY": screen.display, "SDL_VIDEODRIVER": "x11"},
            capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(out.read_text())
    assert found["pages"] >= 12
    assert found["faults"] == []
