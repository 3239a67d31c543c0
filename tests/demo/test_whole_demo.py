"""`motcua demo` without a display: it ends by itself, its pictures are there, and everything said the same number."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

WANTED = (
    "home.png", "services.png", "number.png", "slip.png", "board.png", "sign.png", "console.png", "voice.wav",
    "report.html", "receipt.png", "rest.png", "dossier.png", "help.png",
)  # fmt: skip


@pytest.mark.slow
def test_the_demo_plays_a_morning_and_ends(tmp_path: Path) -> None:
    began = time.monotonic()
    environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    done = subprocess.run(
        [sys.executable, "-m", "motcua", "demo", "--out", str(tmp_path / "out")],
        env=environment, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - began < 180
    assert "the same number everywhere" in done.stdout
    missing = [name for name in WANTED if not (tmp_path / "out" / name).exists()]
    assert not missing
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for said in ("presence, GPIO4", "ready, GPIO5", "working, GPIO6", "help, GPIO13", "H00.00-", "Đã có kết quả"):
        assert said in report, said
