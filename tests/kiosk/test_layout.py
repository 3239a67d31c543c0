"""Every screen, both ways up, in both languages, with usual and with large letters, in true millimetres.

Nothing is cut, nothing lies over anything; every target is large enough, far enough from the next, within reach;
capitals are high enough to read and words stand out from their ground; nothing is told by its colour alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.virtual_screen import VirtualScreen

ROOT = Path(__file__).parents[2]
PROBE = Path(__file__).with_name("layout_probe.py")
Cases = list[dict[str, object]]


def probe(size: str, out: Path, *, timeout_s: float, **more: str) -> Cases:
    """Build every screen on a virtual one of this size and give what was found."""
    width, height = (int(part) for part in size.partition("@")[0].partition("/")[0].split("x"))
    with VirtualScreen(width, height) as screen:
        env = {**os.environ, **screen.env, "PYTHONPATH": str(ROOT), **more}
        done = subprocess.run(
            [sys.executable, PROBE, size, out], env=env, timeout=timeout_s, check=False, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr[-3000:]
    cases: Cases = json.loads(out.read_text(encoding="utf-8"))
    return cases


@pytest.fixture(
    scope="module",
    params=[
        "1080x1920",
        "1920x1080",
        "1080x1920@700",
        "1080x1920@880",
        # Half as large a panel, and the letters as high as ever.
        pytest.param("1080x1920@800/15.6", marks=pytest.mark.slow),
    ],
)
def probed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Cases:
    out = tmp_path_factory.mktemp("layout") / "found.json"
    return probe(request.param, out, timeout_s=100)


def test_nothing_is_cut_hidden_or_out_of_reach(probed: Cases) -> None:
    assert len(probed) > 70, "every screen in every mode was looked at"
    wrong = [(case["name"], case["mode"], case["problems"]) for case in probed if case["problems"]]
    assert not wrong, "\n".join(str(one) for one in wrong)


@pytest.mark.parametrize("probed", ["1080x1920", "1920x1080"], indirect=True)
def test_fourteen_long_names_need_pages_and_eight_short_ones_do_not(probed: Cases) -> None:
    pages = {(case["name"], case["mode"]): case["pages"] for case in probed}
    assert pages["services", "vi"] == 1
    assert pages["services", "en"] == 1
    assert pages["many-0", "vi"] in range(2, 7)


def without_problems(cases: Cases) -> None:
    wrong = [(case["name"], case["problems"]) for case in cases if case["problems"]]
    assert not wrong, "\n".join(str(one) for one in wrong[:20])


@pytest.mark.slow
@pytest.mark.timeout(700)
@pytest.mark.parametrize("size", ["1080x1920", "1920x1080", "1080x1920@700", "1080x1920@880"])
def test_every_state_of_a_dossier(size: str, tmp_path: Path) -> None:
    cases = probe(size, tmp_path / "found.json", timeout_s=600, PROBE_ONLY="dossier,look-up,home-dossiers")
    assert len(cases) > 100
    without_problems(cases)
