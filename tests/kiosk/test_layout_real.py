"""The national portal's own procedures on the screen: all names, and the longest text of every part, nothing cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.real_procedures import REAL
from tests.kiosk.test_layout import probe, without_problems


@pytest.mark.timeout(240)
@pytest.mark.skipif(not REAL.exists(), reason="the real procedures are not beside this checkout")
@pytest.mark.parametrize("size", ["1080x1920+usual", pytest.param("1920x1080+usual", marks=pytest.mark.slow)])
@pytest.mark.parametrize("language", ["vi", pytest.param("en", marks=pytest.mark.slow)])
def test_all_real_names_and_the_longest_of_each_field(language: str, size: str, tmp_path: Path) -> None:
    cases = probe(size, tmp_path / "found.json", timeout_s=220, PROBE_REAL="longest", PROBE_LANGUAGES=language)
    assert len(cases) > 300
    without_problems(cases)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not REAL.exists(), reason="the real procedures are not beside this checkout")
@pytest.mark.parametrize("size", ["1080x1920+usual", "1920x1080+usual"])
def test_every_part_of_every_real_procedure(size: str, tmp_path: Path) -> None:
    cases = probe(size, tmp_path / "found.json", timeout_s=2200, PROBE_REAL="everything")
    assert len(cases) > 8000
    without_problems(cases)
