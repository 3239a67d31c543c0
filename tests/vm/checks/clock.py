"""A device whose clock is dead: numbers are given all the same, and their times are put right when the time comes."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any, Final

from queue_kit.broker import free_port
from tests.rig.machine import MachineError, wait_until
from tests.vm.checks import Check
from tests.vm.checks.power import follows
from tests.vm.disk_read import read_state, root_digest
from tests.vm.machine import WITHOUT_KIOSK, Device
from tests.vm.stage import DAY, Stage
from tests.vm.time_server import time_server

_DEAD: Final = "2010-01-01T00:00:00"
#: of the same working day as the starts before
_TRUE: Final = dt.datetime.combine(DAY, dt.time(13), dt.UTC)
#: timesyncd asks again after a while, the hub asks the kernel every 5 s
_ARRIVES_S: Final = 420
_NEAR_S: Final = 90


def dead_clock(stage: Stage) -> None:
    """RTC of 2010 and no time server; later one is there."""
    stage.first_start()
    stage.close()
    before = read_state(stage.disk, stage.folder / "read-clock").numbers
    port = free_port()
    with stage.device(WITHOUT_KIOSK, now=_DEAD, port=port).running() as device:
        device.active("motcua-hub.service", 900)
        citizens = stage.citizens(port)
        with citizens.there(300):
            numbers = [citizens.first(300), *(citizens.ask() for _ in range(4))]
            asked_at_s = time.monotonic()
            last = next((one for one in reversed(before) if one[:1] == numbers[0][:1]), None)
            for one in numbers:
                if last is not None and not follows(last, one):
                    raise MachineError(f"{last} was followed by {one}")
                last = one
            if events := _events(device, "clock_set"):
                raise MachineError(f"it believed a clock that is dead: {events}")
            with time_server(_TRUE.timestamp()):
                served_at_s = time.monotonic()
                told = wait_until(lambda: _events(device, "clock_set"), "time", _ARRIVES_S)[-1]
            after = citizens.ask()
        if not follows(numbers[-1], after):
            raise MachineError(f"{numbers[-1]} was followed by {after}")
        issued = {one["ticket"]["number"]: one for one in _events(device, "ticket_issued")}
    corrected_s = (issued[numbers[-1]]["at_ms"] + told["offset_ms"]) / 1000
    true_s = _TRUE.timestamp() + asked_at_s - served_at_s
    if told["source"] != "ntp" or abs(corrected_s - true_s) > _NEAR_S:
        raise MachineError(f"{told}: {numbers[-1]} was given at {corrected_s}, truly at {true_s}")
    found = read_state(stage.disk, stage.folder / "read-clock")
    if found.whole or len(found.numbers) != len(set(found.numbers)):
        raise MachineError(f"a number was given twice, or the journal is not whole: {found.whole}")
    if root_digest(stage.disk) != stage.root_digest:
        raise MachineError("the root's partition is not what it was")
    print(
        f"          {numbers[0]}–{numbers[-1]} without a date, moved by {told['offset_ms'] / 1000:.0f} s "
        f"({corrected_s - true_s:+.1f} s from the truth); then {after}",
        flush=True,
    )


def _events(device: Device, kind: str) -> list[dict[str, Any]]:
    said = device.ok("runuser", "-u", "motcua-hub", "--", "/opt/motcua/bin/motcua", "journal", "show", "--json",
                     "/var/lib/motcua/hub")  # fmt: skip
    records = [json.loads(line)["event"] for line in said.splitlines()]
    return [event for event in records if event["type"] == kind]


CHECKS: Final = (
    Check("a dead clock (2010): numbers go on, none twice; their times are put right when the time comes", dead_clock),
)
