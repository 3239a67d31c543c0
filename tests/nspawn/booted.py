"""What is seen of a device of each role that was switched on: gathered once, judged by several checks."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import Final

from firmware_config.lock_down import MASKED
from queue_kit.health.device_file import PLACE
from tests.nspawn.container import Container, wait_until
from tests.nspawn.stage import Stage

PARTS: Final = {
    "solo": ("broker", "hub", "kiosk"), "hub": ("broker", "hub"), "kiosk": ("kiosk",), "board": ("display",),
    "signs": ("signs",), "central": ("broker", "central"),
}  # fmt: skip
_ALL: Final = ("broker", "hub", "kiosk", "display", "signs", "central")
#: an instance of each that would otherwise be there
_INSTANCES: Final = {"getty@": "getty@tty1", "autovt@": "autovt@tty2", "serial-getty@": "serial-getty@ttyS0"}


@dataclass(frozen=True, slots=True)
class Booted:
    """``tcp``, ``udp``: local addresses beyond loopback, ``0.0.0.0:8883``; ``consoles``: unit → what systemd says.

    ``health``: the report that motcua-health left, or what became of it.
    """

    others: list[str]
    failed: str
    state: str
    cycles: list[str]
    restarts: dict[str, int]
    addresses: str
    filter_unit: str
    filter_rules: str
    filter_says: str
    tcp: list[str]
    udp: list[str]
    consoles: dict[str, str]
    programs: set[str]
    logind: str
    ctrl_alt_del: bool
    health: str


def look(stage: Stage, role: str) -> Booted:
    """Switch a device of the role on, see what there is, and switch it off."""
    device = stage.alone(role)
    with device.running():
        for part in PARTS[role]:
            device.active(f"motcua-{part}.service", 150)
        failed = device.ok("systemctl", "--failed", "--no-legend", "--plain")
        if failed:
            failed += f"\n{device.said(failed.split()[0])}"
        check = device.run("nft", "--check", "--file", "/etc/nftables.conf")
        seen = Booted(
            others=[one for one in _ALL if one not in PARTS[role] and _active(device, f"motcua-{one}.service")],
            failed=failed,
            state=device.run("systemctl", "is-system-running").out,
            # A cycle is broken while the first jobs are queued: before the journal runs, so on the console alone.
            cycles=[line for line in f"{device.console()}\n{_log(device)}".splitlines() if "ordering cycle" in line],
            restarts={part: int(device.property(f"motcua-{part}.service", "NRestarts")) for part in PARTS[role]},
            addresses=device.ok("ip", "-brief", "address", "show", "dev", "eth0"),
            filter_unit=device.run("systemctl", "is-active", "nftables.service").out,
            filter_rules=device.ok("nft", "list", "ruleset"),
            filter_says=f"{check.out}{check.err}" if check.code == 0 else f"{check.code} {check.err}",
            tcp=_beyond_loopback(device.ok("ss", "--no-header", "--listening", "--numeric", "--tcp")),
            udp=_beyond_loopback(device.ok("ss", "--no-header", "--listening", "--numeric", "--udp")),
            consoles={unit: device.run("systemctl", "is-enabled", unit).out for unit in _consoles()},
            programs=set(device.ok("ps", "-e", "-o", "comm=").split()),
            logind=device.ok("systemd-analyze", "cat-config", "systemd/logind.conf"),
            ctrl_alt_del=_stands_ctrl_alt_del(device),
            health=_health(device),
        )
    stage.office.verify(role, device.root)
    return seen


def _health(device: Container) -> str:
    done = device.run("systemctl", "start", "motcua-health.service", timeout_s=120)
    return (
        device.run("cat", f"/{PLACE}").out if done.code == 0 else f"{done.err}\n{device.said('motcua-health.service')}"
    )


def booted(stage: Stage, role: str) -> Booted:
    """The same, once for all checks; what went wrong is told to each of them."""
    if role not in stage.booted:
        try:
            stage.booted[role] = look(stage, role)
        except Exception as error:  # noqa: BLE001 -- whatever it is, every check that asks has failed
            stage.booted[role] = error
    found = stage.booted[role]
    if isinstance(found, Exception):
        raise found
    assert isinstance(found, Booted)
    return found


def _consoles() -> list[str]:
    found = []
    for unit in MASKED:
        stem, dot, kind = unit.rpartition(".")
        found.append(_INSTANCES.get(stem, stem) + dot + kind)
    return found


def _stands_ctrl_alt_del(device: Container) -> bool:
    """The kernel tells the first process by this signal (systemd(1)); it has to say no, and to run on."""
    first = device.first()
    assert first is not None
    os.kill(first, signal.SIGINT)
    wait_until(lambda: "ctrl-alt-del.target" in _log(device), "word of the first process on Ctrl-Alt-Del", 20)
    return device.first() == first and device.run("systemctl", "is-system-running").out in {"running", "degraded"}


def _active(device: Container, unit: str) -> bool:
    return device.run("systemctl", "is-active", unit).out == "active"


def _log(device: Container) -> str:
    return device.ok("journalctl", "--no-pager", "--boot", "--output=cat")


def _beyond_loopback(said: str) -> list[str]:
    places = [line.split()[3] for line in said.splitlines()]
    return [place for place in places if not place.startswith(("127.", "[::1]"))]
