"""A figure is said in one line that a machine reads, and a broken or unmeasured bound is a failure."""

import json
import math

import pytest

from motcua.figures import Bound, Figures


def last_line(printed: str) -> dict[str, object]:
    read: dict[str, object] = json.loads(printed.splitlines()[-1])
    return read


def test_the_line_has_exactly_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    figures = Figures("bench ticket", {"over_floor_p50_ms": ("<=", 4), "tickets_per_s": (">=", 500)})
    figures.add("over_floor_p50_ms", 2.34567).add("tickets_per_s", 1234.5678).add("p99_ms", 9, note="peer: 88")
    figures.finish(json=True)
    assert last_line(capsys.readouterr().out) == {
        "name": "bench ticket",
        "figures": {"over_floor_p50_ms": 2.346, "tickets_per_s": 1235, "p99_ms": 9},
        "bounds": {"over_floor_p50_ms": ["<=", 4], "tickets_per_s": [">=", 500]},
        "ok": True,
    }


@pytest.mark.parametrize(
    ("bound", "kept", "broken"),
    [
        (("<=", 4), 4, 4.0001),
        ((">=", 500), 500, 499.9),
        (("<", 4), 3.99, 4),
        ((">", 4), 4.01, 4),
        (("=", 0), 0, 1),
        (("between", 77, 83), 77, 76.99),
        (("between", 77, 83), 83, 83.01),
        (("<=", 4), -1, math.nan),
        ((">=", 4), 5, math.inf),
    ],
)
def test_bounds(bound: Bound, kept: float, broken: float, capsys: pytest.CaptureFixture[str]) -> None:
    Figures("run", {"key": bound}).add("key", kept).finish(json=True)
    assert last_line(capsys.readouterr().out)["ok"] is True
    with pytest.raises(SystemExit) as ended:
        Figures("run", {"key": bound}).add("key", broken).finish(json=True)
    assert ended.value.code == 1
    assert last_line(capsys.readouterr().out)["ok"] is False


def test_a_bound_without_its_figure_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Figures("run", {"never_measured_ms": ("<=", 4)}).finish(json=False)
    printed = capsys.readouterr().out
    assert "not measured" in printed
    assert "BROKEN" in printed


def test_a_figure_that_is_no_number_is_null_in_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    Figures("run").add("mae_min", math.nan).finish(json=True)
    assert last_line(capsys.readouterr().out)["figures"] == {"mae_min": None}


def test_a_bound_with_an_operator_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown operator '=<'"):
        Figures("run", {"key": ("=<", 4)})


def test_the_table_for_people_shows_every_figure_and_note(capsys: pytest.CaptureFixture[str]) -> None:
    Figures("bench", {"a_ms": ("<=", 4)}).add("a_ms", 3.5, note="peer: 49").add("b_mb", 100).finish(json=False)
    printed = capsys.readouterr().out
    for word in ("a_ms", "3.5", "<= 4", "kept", "peer: 49", "b_mb", "100"):
        assert word in printed
