"""Khmer on Kivy's labels: joined as HarfBuzz joins it, measured as it is drawn, broken between words."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from motcua.virtual_screen import VirtualScreen

ROOT = Path(__file__).parents[2]
PROBE = Path(__file__).with_name("script_probe.py")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("scripts") / "found.json"
    with VirtualScreen(800, 600) as screen:
        done = subprocess.run(
            [sys.executable, PROBE, out], env={**os.environ, **screen.env, "PYTHONPATH": str(ROOT)},
            timeout=60, check=False, capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return answer


def test_a_label_is_shaped_and_measured_as_it_is_drawn(found: dict[str, Any]) -> None:
    assert len(found["shapes"]) == 12
    for shape in found["shapes"]:
        assert shape["ink"] == pytest.approx(shape["pillow"], abs=3), shape
        assert shape["measured"] == pytest.approx(shape["ink"], abs=8), shape
        assert shape["wide"] == pytest.approx(shape["measured"], abs=1), shape


def test_a_label_breaks_lines_between_words(found: dict[str, Any]) -> None:
    words = {word for word in re.split("[\u200b ]", found["text"]) if word}
    lines: list[str] = found["lines"]
    assert len(lines) > 2
    assert "".join(lines).replace(" ", "") == re.sub("[\u200b ]", "", found["text"])
    for line in lines:
        assert any(line.startswith(word) for word in words), f"“{line}” begins inside a word"
        assert any(line.endswith(word) for word in words), f"“{line}” ends inside a word"
    assert found["kept"] == found["text"], "the label keeps its own text"


def test_latin_stays_with_its_own_font(found: dict[str, Any]) -> None:
    script, file = found["latin"]
    assert script in {"Latin", "Latn"}
    assert "motcua-regular" in file
