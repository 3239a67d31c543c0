"""One simulated day from its seed to the observer's verdict."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from motcua.disk_folder import disk_folder, require_disk
from motcua.office_run import SHIPPED_OFFICE
from motcua.simulate.announcements import CALLS
from motcua.simulate.day import Day, Progress
from motcua.simulate.ledger_check import check_journal
from motcua.simulate.line_book import Rules
from motcua.simulate.notes import Notes
from motcua.simulate.observer import Finding, Verdict, judge
from motcua.simulate.plan import DAY, Plan, at_ms, make_plan
from motcua.simulate.stage import Stage
from queue_core.office import DAY_NAMES, Office
from queue_core.office_file import read_office


@dataclass(frozen=True, slots=True)
class DayResult:
    """The verdict, how long it took, and what was killed between the first call and the last."""

    verdict: Verdict
    notes: Notes
    took_s: float
    kills_between_calls: dict[str, int]


def run_day(
    *,
    tickets: int,
    officers: int,
    seed: int,
    speed: float | None = None,
    kill_hub: int = 0,
    kill_broker: int = 0,
    kiosks: int = 2,
    office_file: Path | None = None,
    print_slips: bool = True,
    audio: str = "none",
    keep: Path | None = None,
    tell: Callable[[Progress], None] = lambda _progress: None,
) -> DayResult:
    """Play a day and judge it. Raises keyed errors when the office cannot be started."""
    began_s = time.monotonic()
    plan = make_plan(read_office(office_file or SHIPPED_OFFICE), tickets=tickets, officers=officers, seed=seed)
    with _day_folder(keep) as folder:
        with Stage(folder, plan, kiosks=kiosks, audio=audio) as stage:
            Day(
                stage, plan, speed=speed, kill_hub=kill_hub, kill_broker=kill_broker, print_slips=print_slips, tell=tell
            ).run()
        verdict = judge(stage.notes, rules_of(plan))
        faults = check_journal(folder / "hub" / "hub.db", stage.notes)
        verdict.figures["lost"] += len(faults)
        verdict.findings += [Finding(fault, ()) for fault in faults]
    return DayResult(verdict, stage.notes, time.monotonic() - began_s, _kills(stage.notes))


def rules_of(plan: Plan) -> Rules:
    """The rules that hang on the office's wall."""
    office = Office.model_validate(plan.office)
    policy, today = office.policy, office.hours.get(DAY_NAMES[DAY.weekday()], [])
    return Rules(
        counters=plan.groups,
        ratio=office.priority.ratio,
        patience_min=office.priority.ageing_min,
        back_after=policy.no_show_back_after,
        miss_limit=policy.no_show_limit,
        booking_grace_min=policy.booking_grace_min,
        numbers_given_ms=tuple(
            (at_ms(begin - policy.open_before_min), at_ms(end - policy.stop_before_close_min)) for begin, end in today
        ),
    )


def _kills(notes: Notes) -> dict[str, int]:
    calls = [a.answered_s for a in notes.acts if a.ok and a.verb in CALLS]
    kills = {"hub": 0, "broker": 0}
    for outage in notes.outages:
        if calls and min(calls) < outage.down_s < max(calls):
            kills[outage.what] += 1
    return kills


@contextmanager
def _day_folder(keep: Path | None) -> Iterator[Path]:
    """``keep`` made new (what an earlier day left in it goes), or a folder on a disk that is thrown away."""
    if keep is None:
        with disk_folder(prefix="motcua-simulate-") as folder:
            yield folder
        return
    for old in ("hub", "broker", "kiosks", "slips", "notes"):
        shutil.rmtree(keep / old, ignore_errors=True)
    keep.mkdir(parents=True, exist_ok=True)
    for old_file in (*keep.glob("*.log"), *keep.glob("*.ready"), *keep.glob("*.jsonl")):
        old_file.unlink()
    require_disk(keep)
    yield keep.absolute()
