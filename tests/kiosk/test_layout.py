"""Every screen on 10.1, 15.6 and 21.5 inches, both ways up, in both languages and both sizes of letters, in true mm.

Nothing is cut, nothing lies over anything; every target is large enough, far enough from the next, within reach;
capitals are high enough to read, as many times higher as everything is with large letters; words stand out from their
ground; nothing is told by its colour alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.virtual_screen import VirtualScreen

#: hundreds of screens a test: a busy machine takes its time
pytestmark = pytest.mark.timeout(240)

ROOT = Path(__file__).parents[2]
PROBE = Path(__file__).with_name("layout_probe.py")
Cases = list[dict[str, object]]

#: the panels of kiosks, upright and lying, hung at 800 mm
UPRIGHT_21, LYING_21 = "1080x1920", "1920x1080"
UPRIGHT_15, LYING_15 = "1080x1920/15.6", "1920x1080/15.6"
UPRIGHT_10, LYING_10 = "800x1280/10.1", "1280x800/10.1"
ALL = (UPRIGHT_21, LYING_21, UPRIGHT_15, LYING_15, UPRIGHT_10, LYING_10)
#: the same hung lower and higher
MOVED = ("1080x1920@700", "1080x1920@880")

#: how many times large letters are: twice wherever the panel holds the longest words of the six buttons that are always
#: there and a question and one answer above them; what a panel of 10.1 inches (136 mm wide or high) cannot, nor the
#: part within reach of one that hangs low or high
LARGE = {
    UPRIGHT_21: 2.0, LYING_21: 2.0, UPRIGHT_15: 2.0, LYING_15: 1.70, UPRIGHT_10: 1.27, LYING_10: 1.19,
    MOVED[0]: 1.86, MOVED[1]: 1.63,
}  # fmt: skip
#: on 10.1 inches a keyboard of keys 16 mm wide takes half the screen: there letters stay as they usually are
WITH_KEYS = ("find", "dossier-code", "dossier-opening", "check-in", "rate-number", "technician-pin")


def probe(panels: str, out: Path, *, timeout_s: float, **more: str) -> Cases:
    """Build every screen of these panels (a comma between them) and give what was found."""
    with VirtualScreen(640, 480) as screen:
        env = {**os.environ, **screen.env, "PYTHONPATH": str(ROOT), **more}
        command = [sys.executable, str(PROBE), panels, str(out)]
        done = subprocess.run(command, env=env, timeout=timeout_s, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    cases: Cases = json.loads(out.read_text(encoding="utf-8"))
    return cases


def without_problems(cases: Cases) -> None:
    wrong = [(case["panel"], case["name"], case["mode"], case["problems"]) for case in cases if case["problems"]]
    assert not wrong, "\n".join(str(one) for one in wrong[:20])


def as_large_as_promised(cases: Cases) -> None:
    for case in cases:
        panel, large = str(case["panel"]).partition("+")[0], "large" in str(case["mode"])
        with_keys = panel in {UPRIGHT_10, LYING_10} and str(case["name"]).startswith(WITH_KEYS)
        if panel in LARGE and not str(case["name"]).startswith("attract"):
            wanted = LARGE[panel] if large and not with_keys else 1.0
            assert case["scale"] == pytest.approx(wanted, abs=0.01), case


@pytest.fixture(
    scope="module",
    params=[
        (UPRIGHT_21, "vi,en"),
        (",".join([LYING_21, *(f"{panel}+usual" for panel in MOVED)]), "vi"),
        (",".join([f"{LYING_10}+usual", f"{UPRIGHT_10}+usual", f"{LYING_15}+large", f"{UPRIGHT_15}+large"]), "vi"),
    ],
    ids=["21 inches upright", "21 inches lying or moved", "10 and 15 inches"],
)
def probed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Cases:
    panels, languages = request.param
    out = tmp_path_factory.mktemp("layout") / "found.json"
    return probe(panels, out, timeout_s=220, PROBE_LANGUAGES=languages)


def test_nothing_is_cut_hidden_too_small_or_out_of_reach(probed: Cases) -> None:
    assert len(probed) > 400, "every screen in every mode was looked at"
    without_problems(probed)
    as_large_as_promised(probed)


def test_fourteen_long_names_need_pages_and_eight_short_ones_do_not(tmp_path: Path) -> None:
    panels = [f"{panel}+usual" for panel in (UPRIGHT_21, LYING_21)]
    cases = probe(",".join(panels), tmp_path / "found.json", timeout_s=60, PROBE_ONLY="services,many")
    for panel in panels:
        pages = {(case["name"], case["mode"]): case["pages"] for case in cases if case["panel"] == panel}
        assert pages["services", "vi"] == 1
        assert pages["services", "en"] == 1
        assert pages["many-0", "vi"] in range(2, 7)


def test_large_letters_double_everything_and_stay_within_reach(tmp_path: Path) -> None:
    cases = probe(f"{UPRIGHT_21}+large", tmp_path / "found.json", timeout_s=60, PROBE_ONLY="home,services")
    assert {case["scale"] for case in cases if "large" in str(case["mode"])} == {2.0}
    without_problems(cases)


def test_two_states_of_a_screen_differ_by_words_or_icons(tmp_path: Path) -> None:
    cases = probe(f"{UPRIGHT_21}+usual", tmp_path / "states.json", timeout_s=60, PROBE_STATES="1")
    assert len(cases) > 25
    without_problems(cases)


@pytest.mark.slow
@pytest.mark.timeout(700)
def test_two_states_of_a_screen_differ_on_every_panel(tmp_path: Path) -> None:
    cases = probe(",".join(ALL), tmp_path / "states.json", timeout_s=600, PROBE_STATES="1")
    assert len(cases) > 300
    without_problems(cases)


@pytest.mark.slow
@pytest.mark.timeout(700)
@pytest.mark.parametrize("panel", [*ALL, *MOVED])
def test_every_screen_on_every_panel(panel: str, tmp_path: Path) -> None:
    cases = probe(panel, tmp_path / "found.json", timeout_s=600)
    assert len(cases) > 400
    without_problems(cases)
    as_large_as_promised(cases)


@pytest.mark.slow
@pytest.mark.timeout(700)
@pytest.mark.parametrize("panel", [*ALL, *(f"{panel}+usual" for panel in MOVED)])
def test_every_state_of_a_dossier(panel: str, tmp_path: Path) -> None:
    cases = probe(panel, tmp_path / "found.json", timeout_s=600, PROBE_ONLY="dossier,look-up,home-dossiers")
    assert len(cases) > 100
    without_problems(cases)
