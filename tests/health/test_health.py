"""How a machine is: read from the kernel's files, unknown where it is unknown, and told where it matters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core.wire.messages import DeviceHealth
from queue_hub.web.words import WORDS
from queue_kit.health import readings
from queue_kit.health.troubles import COOL_C, HOT_C, troubles_of
from queue_kit.health.watch import KEEP_UNDERVOLTAGE_S, PROBE_EVERY_S, Body, HealthWatch
from tests.health.machine import machine, put


@pytest.mark.parametrize(
    ("zones", "found"),
    [([51.5], 51.5), ([48.0, 63.25], 63.25), ([-274.0, 40.0], 40.0), ([None], None), ([], None)],
)
def test_the_hottest_zone_counts_and_a_broken_sensor_does_not(
    tmp_path: Path, zones: list[float], found: float | None
) -> None:
    assert readings.temperature_c(machine(tmp_path, hot_c=zones)) == found


@pytest.mark.parametrize("low", [True, False])
def test_the_supplys_alarm_is_the_pis_own(tmp_path: Path, low: bool) -> None:
    assert readings.undervoltage(machine(tmp_path, low=low)) is low


def test_what_cannot_be_read_is_unknown_not_fine(tmp_path: Path) -> None:
    assert readings.undervoltage(tmp_path) is None
    put(tmp_path, "sys/class/hwmon/hwmon0/name", "rpi_volt")  # without its alarm
    assert readings.undervoltage(tmp_path) is None
    assert readings.disk_errors(tmp_path) is None
    assert readings.uptime_s(tmp_path) is None
    assert readings.versions(tmp_path) == {}
    assert readings.disk_free_mb(tmp_path / "nowhere") is None
    health = Body(tmp_path / "data", root=tmp_path).read()
    assert (health.temperature_c, health.undervoltage, health.disk_errors, health.uptime_s) == (None,) * 4
    assert troubles_of(health) == frozenset()


def test_errors_of_all_cards_are_added_up(tmp_path: Path) -> None:
    assert readings.disk_errors(machine(tmp_path, errors=[0, 3, 2])) == 5


def test_a_card_that_cannot_be_written(tmp_path: Path) -> None:
    assert readings.writes(tmp_path)
    assert list(tmp_path.iterdir()) == [], "the probe leaves nothing"
    assert not readings.writes(tmp_path / "nowhere")


def test_a_dip_of_the_supply_is_remembered_for_hours(tmp_path: Path) -> None:
    now = [0.0]
    body = Body(tmp_path / "data", root=machine(tmp_path, low=False), now_s=lambda: now[0])
    assert body.read().undervoltage is False
    machine(tmp_path, low=True)
    assert body.read().undervoltage is True
    machine(tmp_path, low=False)
    now[0] = KEEP_UNDERVOLTAGE_S - 1
    assert body.read().undervoltage is True
    now[0] = KEEP_UNDERVOLTAGE_S + 1
    assert body.read().undervoltage is False


def test_the_card_is_not_worn_out_by_probing_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, probes = [0.0], []
    monkeypatch.setattr(readings, "writes", lambda folder: probes.append(folder) or True)
    body = Body(tmp_path, root=tmp_path, now_s=lambda: now[0])
    for second in range(0, int(PROBE_EVERY_S) + 20, 10):
        now[0] = float(second)
        assert body.read().disk_writable is True
    assert len(probes) == 2


FINE = DeviceHealth(temperature_c=50, undervoltage=False, disk_free_mb=5000, disk_writable=True, disk_errors=0)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"temperature_c": HOT_C}, "temperature_high"),
        ({"undervoltage": True}, "undervoltage"),
        ({"disk_free_mb": 150}, "disk_full"),
        ({"disk_writable": False}, "disk_readonly"),
        ({"disk_errors": 1}, "disk_errors"),
        ({"scanner": "away"}, "scanner_away"),
        ({"camera": "away"}, "camera_away"),
    ],
)
def test_each_trouble_is_raised_is_mended_and_has_words(change: dict[str, object], kind: str) -> None:
    assert troubles_of(FINE) == frozenset()
    raised = troubles_of(FINE.model_copy(update=change))
    assert raised == {kind}
    assert troubles_of(FINE.model_copy(update=dict.fromkeys(change, None)), raised) == raised, "unknown mends nothing"
    assert troubles_of(FINE.model_copy(update={"scanner": "there", "camera": "there"}), raised) == frozenset()
    assert f"alert.{kind}" in WORDS


@given(st.lists(st.floats(min_value=COOL_C + 0.1, max_value=HOT_C - 0.1), min_size=1, max_size=20))
def test_a_heat_between_the_two_bounds_changes_nothing(heats: list[float]) -> None:
    for before in (frozenset[str](), frozenset({"temperature_high"})):
        kinds = before
        for heat in heats:
            kinds = troubles_of(FINE.model_copy(update={"temperature_c": heat}), kinds)
            assert kinds == before


def test_the_bus_hears_it_when_something_changes_and_not_at_each_look(tmp_path: Path) -> None:
    said: list[DeviceHealth] = []
    troubles: list[frozenset[str]] = []
    parts = {"paper": "ok"}
    machine(tmp_path, hot_c=[50.0], low=False, up_s=100)
    watch = HealthWatch(
        Body(tmp_path / "data", root=tmp_path),
        say=said.append,
        troubles=troubles.append,
        parts=lambda: parts,
        teller="kiosk",
    )
    for up_s in (110, 120):
        machine(tmp_path, up_s=up_s, hot_c=[50.0 + up_s / 100])
        watch.look()
    assert (len(said), troubles) == (1, [])
    assert (said[0].paper, said[0].uptime_s, said[0].versions["motcua"]) == ("ok", 110, "0.1.0")
    parts["paper"] = "near_end"
    watch.look()
    machine(tmp_path, low=True, hot_c=[81.0])
    watch.look()
    assert [one.paper for one in said] == ["ok", "near_end", "near_end"]
    assert troubles == [{"undervoltage", "temperature_high"}]


def test_several_may_look_at_one_card_at_once(tmp_path: Path) -> None:
    """A technician's page, the kiosk's own health and ``motcua health`` do."""
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: readings.writes(tmp_path), range(200)))
    assert list(tmp_path.iterdir()) == []
