"""Each role, provisioned and booted on a fresh Debian: what should run does, nothing failed, nothing else is open."""

from __future__ import annotations

import json
from functools import partial
from typing import Final

from benchmarks.provision import tree_hash
from queue_kit.health.device_file import TELLERS
from tests.nspawn.booted import booted
from tests.nspawn.checks import Check
from tests.nspawn.container import ContainerError
from tests.nspawn.stage import ROLES, Stage


def twice(stage: Stage) -> None:
    """After the first run and the enrolment nothing is left to do, and nothing is found."""
    for role in ROLES:
        root = stage.alone(role).root
        before = tree_hash(root / "etc")
        said = stage.office.apply(role, root)
        if "nothing to change" not in said or tree_hash(root / "etc") != before:
            raise ContainerError(f"{role}: the second run changed something: {said}")
        stage.office.verify(role, root)
        print(f"          {role}: /etc {before[:16]} before and after", flush=True)


def boots(role: str, stage: Stage) -> None:
    """The role's units are active, no other part's, and systemd is content; the device found its own address."""
    seen = booted(stage, role)
    if seen.others:
        raise ContainerError(f"{seen.others} run on a {role}")
    if seen.failed or seen.state != "running":
        raise ContainerError(f"{role} is {seen.state}: {seen.failed}")
    if seen.cycles:
        raise ContainerError("\n".join(seen.cycles))
    if any(seen.restarts.values()):
        raise ContainerError(f"restarted: {seen.restarts}")
    if stage.addresses[role] not in seen.addresses:
        raise ContainerError(f"not {stage.addresses[role]}: {seen.addresses}")


def filters(stage: Stage) -> None:
    """nftables.service has loaded the rules, nft has nothing to say to them, and they close what is not named."""
    for role in ROLES:
        seen = booted(stage, role)
        if seen.filter_unit != "active" or seen.filter_says:
            raise ContainerError(f"{role}: nftables.service is {seen.filter_unit}; nft: {seen.filter_says}")
        ports = stage.office.listens_on(role)
        missing = [port for port in ports if f"tcp dport {port} " not in seen.filter_rules]
        if "hook input priority filter; policy drop;" not in seen.filter_rules or missing:
            raise ContainerError(f"{role}: {missing} not in\n{seen.filter_rules}")


def listens(stage: Stage) -> None:
    """Beyond loopback exactly the role's ports."""
    for role in ROLES:
        seen, wanted = booted(stage, role), stage.office.listens_on(role)
        if seen.udp or {int(place.rpartition(":")[2]) for place in seen.tcp} != wanted:
            raise ContainerError(f"{role} listens on {seen.tcp}, {seen.udp}; wanted {wanted}")
        print(f"          {role}: {', '.join(map(str, sorted(wanted))) or 'nothing'}", flush=True)


def no_console(stage: Stage) -> None:
    """Every way to a login prompt is masked, none runs, and Ctrl-Alt-Del does nothing."""
    for role in ROLES:
        seen = booted(stage, role)
        if set(seen.consoles.values()) != {"masked"}:
            raise ContainerError(f"{role}: {seen.consoles}")
        if prompts := seen.programs & {"agetty", "getty", "login", "sulogin"}:
            raise ContainerError(f"{role} runs {prompts}")
        if "NAutoVTs=0" not in seen.logind or "ReserveVT=0" not in seen.logind:
            raise ContainerError(f"{role}: {seen.logind}")
        if not seen.ctrl_alt_del:
            raise ContainerError(f"{role} heeds Ctrl-Alt-Del")


def looks_after_itself(stage: Stage) -> None:
    """motcua-health, in its box and without rights, asks systemd, sees every part there, and names who tells of it."""
    for role in ROLES:
        said = booted(stage, role).health
        try:
            report = json.loads(said)
        except ValueError as error:
            raise ContainerError(f"{role}: {said}") from error
        states = {one["name"]: one["state"] for one in report["checks"]}
        if states["units"] != "ok" or states["certificates"] != "ok" or report["told_by"] != TELLERS[role]:
            raise ContainerError(f"{role}: {said}")


CHECKS: Final = (
    Check("each role: a second provision apply changes nothing (hash of /etc), provision verify finds nothing", twice),
    *(
        Check(
            f"a {role} boots: its parts run, 0 failed units, no ordering cycle; verify finds nothing afterwards",
            partial(boots, role),
        )
        for role in ROLES
    ),
    Check("each role's packet filter is loaded by nftables.service and names its ports", filters),
    Check("each role listens to its own list and to nothing else", listens),
    Check("each role looks after itself: motcua-health sees its units and certificates well", looks_after_itself),
    Check("no role has a console: login prompts masked, no virtual terminal, Ctrl-Alt-Del dead", no_console),
)
