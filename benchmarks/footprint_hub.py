"""The hub's part of ``motcua bench footprint``: ready with a long journal, and its memory with a browser at work."""

from __future__ import annotations

import re
import time
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from motcua.office_run import OfficeRun
from queue_core import commands as c
from queue_core.clock import VIETNAM, Moment
from queue_core.engine import Context, decide, first_day, fold_into
from queue_core.events import AnyEvent
from queue_core.journal import Journal, Stamp
from queue_core.office_file import read_office
from queue_core.state import State
from queue_core.wire.messages import IssueRequest

EVENTS: Final = 100_000
TICKETS_A_DAY: Final = 600
BOOT: Final = "bench"


def pss_mb(pid: int) -> float:
    """Proportional set size of a process and its children, MB (10⁶ bytes), from /proc/PID/smaps_rollup (proc(5))."""
    total = 0
    for one in [pid, *_children(pid)]:
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if found := re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE):
            total += int(found.group(1)) * 1024
    return total / 1e6


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            found += [int(child), *_children(int(child))]
    return found


def long_journal(path: Path, office_file: Path, *, events: int = EVENTS) -> int:
    """Write weeks of an office's life, decided by the real rules, up to today; gives the number of events.

    The last day is today and has a day's share of them, so that its replay is what a hub meets at noon.
    """
    office = read_office(office_file)
    per_day = TICKETS_A_DAY * 5
    days = events // per_day + 2
    first = datetime.now(VIETNAM).date() - timedelta(days=days - 1)
    state = State()
    with Journal.open(path) as journal:
        for index in range(days):
            batch = _one_day(state, office, first + timedelta(days=index), last=index == days - 1)
            stamp = Stamp(boot_id=BOOT, mono_ms=batch[-1].at_ms, source="ntp")
            for start in range(0, len(batch), 500):
                journal.append(batch[start : start + 500], stamp, day=index + 1)
        return journal.seq


def _one_day(state: State, office: object, day: date, *, last: bool) -> list[AnyEvent]:
    """A day's events: 600 citizens come, are called, served, finished; ``last``: not one has left yet."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
    done: list[AnyEvent] = []

    def at(seconds: int) -> Context:
        ms = int((midnight + timedelta(seconds=seconds)).timestamp() * 1000)
        return Context(now=Moment(ms, ms, BOOT, "ntp"), by="kiosk-1", request_id=uuid.uuid4().hex)

    def take(events: list[AnyEvent]) -> None:
        for event in events:
            fold_into(state, event)
            done.append(event)

    if state.office is None:
        take([first_day(office, at(0))])  # type: ignore[arg-type]
    setup = state.setup
    services = [s.id for s in setup.leaves()]
    for counter in setup.counters:
        take(
            decide(
                state,
                c.OpenCounter(counter=counter.id, officer="lan" if counter.number == 2 else f"{counter.id}-officer"),
                at(1),
            )
        )
    # today's events must not lie in the future of the hub that reads them
    end = int((datetime.now(VIETNAM) - midnight).total_seconds()) - 60 if last else 86_000
    for index in range(TICKETS_A_DAY):
        when = 2 + index * max(0, end - 10) // TICKETS_A_DAY
        service = services[index % len(services)]
        take(decide(state, c.Issue(service=service), at(when)))
        if state.tickets and last and index > TICKETS_A_DAY // 2:
            continue
        counter_id = setup.counters_for(service)[0].id
        take(decide(state, c.SlipDone(ticket=next(reversed(state.tickets)), ok=True), at(when)))
        take(decide(state, c.CallNext(counter=counter_id, finish=True), at(when + 1)))
        take(decide(state, c.Serve(counter=counter_id), at(when + 2)))
    return done


def measure_ready(office: OfficeRun) -> float:
    """Seconds from the start of the hub's process to its first ticket in a citizen's hand; the hub must be down."""
    bus = office.bus("kiosk-1", kind="kiosk")
    bus.start()
    bus.wait_connected(10)
    request = IssueRequest(request_id=uuid.uuid4().hex, service="ho-tich")
    began = time.monotonic()
    office.begin_hub()
    try:
        while time.monotonic() - began < 60:
            try:
                reply = bus.request("issue", request, timeout_s=0.25)
            except Exception:  # noqa: BLE001, S112 -- away or not yet there: ask again with the same id
                continue
            if reply.ok:
                return time.monotonic() - began
            raise SystemExit(f"the first ticket was refused: {reply.error}")
    finally:
        bus.stop()
    raise SystemExit("the hub gave no ticket within 60 s")
