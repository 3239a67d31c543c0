"""The power is cut while numbers are announced and commits are on their way: none that was told is lost."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Final

from queue_kit.broker import free_port
from tests.rig.machine import MachineError, wait_until
from tests.vm.checks import Check
from tests.vm.disk_read import Found, read_state, root_digest
from tests.vm.machine import WITHOUT_KIOSK, Device
from tests.vm.stage import Stage

CUTS: Final = 3
#: announced before each cut
ANNOUNCED: Final = 50
_RUSH_S: Final = 300
#: the hub as it is shipped, but for the one word that makes a commit wait for the disk
_WEAK: Final = """\
import queue_core.journal as journals
shipped = journals.Journal.open.__func__
def weak(cls, *words, **options):
    journal = shipped(cls, *words, **options)
    journal._connection.execute("PRAGMA synchronous=NORMAL")
    return journal
journals.Journal.open = classmethod(weak)
from motcua.cli import main
main()
"""
_WEAK_UNIT: Final = """\
[Service]
ExecStart=
ExecStart=/opt/motcua/bin/python3 -sP /run/motcua-test/weak.py hub $MOTCUA_ARGS
"""


def follows(last: str, number: str) -> bool:
    """Whether a number is the next one of its series."""
    return number[:1] == last[:1] and int(number[1:]) == int(last[1:]) + 1


def cuts(stage: Stage) -> None:
    """Start, see that the next number follows, announce, cut, read the disk; three times, then once more to look."""
    stage.first_start()
    stage.close()
    last = read_state(stage.disk, stage.folder / "read").numbers
    told: list[str] = []
    for turn in range(1, CUTS + 1):
        announced, waiting = _announce_and_cut(stage, stage.disk, _last_of_series(last, told))
        told += announced
        found = _judge(stage, told)
        print(
            f"          cut {turn}: {len(announced)} announced, {waiting} asked and not answered; journal has "
            f"{len(found.numbers)}, {len(found.numbers) - len(set(found.numbers) & set(told))} of them not announced "
            "here; fsck clean",
            flush=True,
        )
        last = found.numbers
    if root_digest(stage.disk) != stage.root_digest:
        raise MachineError("the root's partition is not what it was")
    with stage.device(WITHOUT_KIOSK, port=(port := free_port())).running() as device:
        number = _first_number(stage, device, port)
        if not follows(found.numbers[-1], number):
            raise MachineError(f"{found.numbers[-1]} was followed by {number}")


def control(stage: Stage) -> None:
    """The same with a commit that does not wait for the disk: were nothing lost, the cuts above would show nothing."""
    stage.first_start()
    stage.close()
    weak = stage.folder / "weak.img"
    subprocess.run(["cp", "--sparse=always", str(stage.disk), str(weak)], check=True)
    announced, waiting = _announce_and_cut(stage, weak, None, weaken=True)
    found = read_state(weak, stage.folder / "read-weak")
    weak.unlink()
    lost = [number for number in announced if number not in set(found.numbers)]
    if not lost:
        raise MachineError(f"of {len(announced)} announced none is lost with synchronous=NORMAL: the cut is none")
    print(f"          {len(lost)} of {len(announced)} announced are lost ({waiting} not answered)", flush=True)


def _announce_and_cut(stage: Stage, disk: Path, last: str | None, *, weaken: bool = False) -> tuple[list[str], int]:
    """Gives what was announced in this start, and how many had asked when the power went."""
    port = free_port()
    with stage.device(WITHOUT_KIOSK, port=port, through_nbd=True, on=disk).running() as device:
        device.active("motcua-hub.service", 900)
        if weaken:
            _weaken(device)
        citizens = stage.citizens(port)
        with citizens.there(300):
            number = citizens.first(300)
            if last is not None and not follows(last, number):
                raise MachineError(f"{last} was followed by {number}")
            citizens.rush()
            wait_until(lambda: len(citizens.announced) > ANNOUNCED and citizens.waiting > 0, "numbers", _RUSH_S)
            waiting = citizens.waiting
            device.cut()
            # What the machine had sent before is still told.
            time.sleep(1)
            if not waiting:
                raise MachineError("nobody was waiting when the power went")
            return list(citizens.announced), waiting


def _weaken(device: Device) -> None:
    for path, text in (
        ("/run/motcua-test/weak.py", _WEAK),
        ("/run/systemd/system/motcua-hub.service.d/weak.conf", _WEAK_UNIT),
    ):
        program = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); p.parent.mkdir(parents=True, exist_ok=True); "
        device.ok("python3", "-c", program + "p.write_text(sys.argv[2])", path, text)
    device.ok("systemctl", "daemon-reload", timeout_s=300)
    device.ok("systemctl", "restart", "motcua-hub.service", timeout_s=600)


def _first_number(stage: Stage, device: Device, port: int) -> str:
    device.active("motcua-hub.service", 900)
    citizens = stage.citizens(port)
    with citizens.there(300):
        return citizens.first(300)


def _last_of_series(numbers: list[str], told: list[str]) -> str | None:
    """The last number of the series that the citizens ask for; None before they have asked."""
    return next((one for one in reversed(numbers) if told and one[:1] == told[-1][:1]), None)


def _judge(stage: Stage, told: list[str]) -> Found:
    found = read_state(stage.disk, stage.folder / "read")
    if found.whole:
        raise MachineError(f"the journal is not whole: {found.whole}")
    if lost := [number for number in told if number not in set(found.numbers)]:
        raise MachineError(f"announced and lost: {lost}")
    if len(found.numbers) != len(set(found.numbers)):
        raise MachineError(f"a number was given twice: {found.numbers}")
    return found


CHECKS: Final = (
    Check(
        f"power cut {CUTS} times, each with over {ANNOUNCED} announced and commits on their way: all are in the "
        "journal, the next number follows, fsck clean, the root untouched",
        cuts,
    ),
    Check("control: with synchronous=NORMAL the same cut loses announced numbers", control),
)
