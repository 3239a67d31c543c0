"""A small real day: shipped hub, broker, board and paper as children, the hub killed once in the middle."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.disk_folder import require_disk
from motcua.office_run import SHIPPED_OFFICE
from motcua.simulate.agenda import Agenda
from motcua.simulate.plan import STEP_MS, make_plan
from queue_core.errors import MotcuaError
from queue_core.office_file import read_office


def test_a_small_day_with_a_kill(seed: int) -> None:
    words = ["--tickets", "40", "--officers", "3", "--kill-hub", "1", "--seed", str(seed % 10**6), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "motcua", "simulate", *words], capture_output=True, text=True, timeout=110, check=False
    )
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr
    assert done.returncode == 0, f"{last}\n{done.stderr[-4000:]}"
    line = json.loads(last)
    figures = line["figures"]
    assert line["ok"]
    assert (figures["issued"], figures["kills"]) == (40, 1)
    for key in ("lost", "duplicate_numbers", "double_calls", "stale_announcements", "out_of_order_unexplained"):
        assert figures[key] == 0
    # the observer had eyes and ears: paper, boards and refused or repeated questions were really there
    told = dict(pair.rsplit(" ", 1) for pair in done.stderr.split("; ")[-1].splitlines()[0].split(", "))
    assert figures["calls_heard"] >= min(36, 39 - int(told["cancelled"]))
    assert int(told["slips_read"]) >= 36
    assert int(told["boards_compared"]) > 100


def test_a_journal_in_memory_is_refused() -> None:
    with pytest.raises(MotcuaError) as refused:
        require_disk(Path("/dev"))
    assert refused.value.key == "disk.in_memory"
    require_disk(SHIPPED_OFFICE.parent)


def test_a_pace_that_is_none_is_refused() -> None:
    words = [sys.executable, "-m", "motcua", "simulate", "--speed", "fast"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--speed fast" in done.stderr


def test_the_same_seed_plans_the_same_day(seed: int) -> None:
    office = read_office(SHIPPED_OFFICE)
    first, again, other = (make_plan(office, tickets=200, officers=4, seed=number) for number in (seed, seed, seed + 1))
    assert first == again
    assert first.citizens != other.citizens
    served = {service for counter in first.open_counters for group in first.groups[counter] for service in group}
    assert {citizen.service for citizen in first.citizens} <= served
    assert not served & set(first.closed_services)
    share = sum(1 for citizen in first.citizens if citizen.priority) / 200
    assert 0.05 < share < 0.3


def test_more_officers_than_counters_get_counters_of_their_own() -> None:
    plan = make_plan(read_office(SHIPPED_OFFICE), tickets=50, officers=9, seed=1)
    assert len(set(plan.open_counters)) == 9
    assert len({counter["number"] for counter in plan.office["counters"]}) == len(plan.office["counters"])


def test_an_actor_does_one_thing_at_a_time() -> None:
    agenda = Agenda()
    for actor, alone in (("a", False), ("a", False), ("b", False), ("c", True)):
        agenda.add(3 * STEP_MS - 1, actor, lambda _wave: None, alone=alone)
    waves = []
    while wave := agenda.next_wave():
        assert agenda.now_ms == 3 * STEP_MS
        waves.append(sorted(errand.actor for errand in wave))
    assert sorted(waves) == [["a"], ["a", "b"], ["c"]]
