"""``motcua health``: one look at the whole device, at what no single process of it sees.

The checks, their words, their output and the exit code are those of ``motcua doctor``; nothing is opened that a process
of the device holds. ``motcua-health.timer`` runs it every five minutes and leaves what it found for the process that
tells the console (:mod:`queue_kit.health.device_file`).
"""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated, Final

import typer

from queue_core.errors import MotcuaError

_USAGE: Final = 2
#: in the order of their codes, which ``motcua-health.service`` names as no failure of its own
CHECKS: Final = ("clock", "network", "units", "disk", "temperature", "undervoltage", "backup", "certificates")
_PROVIDERS: Final = tuple(
    f"queue_kit.doctor.checks.{name}" for name in ("machine", "wire", "units", "backup", "certificates")
)


def health(
    *,
    json: Annotated[bool, typer.Option("--json", help="end with one line of JSON")] = False,
    lang: Annotated[str, typer.Option(help="vi or en")] = "vi",
    write: Annotated[
        Path | None, typer.Option(help="leave what was found here, as JSON; only what failed is printed then")
    ] = None,
    data: Annotated[Path, typer.Option(help="a folder on the card that is looked at")] = Path(),
    root: Annotated[Path, typer.Option(help="the folder that stands for the device's /")] = Path("/"),
) -> None:
    """Look once at the whole device and say whether it is well."""
    from motcua.doctor.printing import examine_aloud
    from motcua.doctor.registry import all_checks
    from motcua.doctor.report import as_values
    from queue_kit.doctor import Setting
    from queue_kit.doctor.described import described
    from queue_kit.doctor.examination import first_failed
    from queue_kit.health import device_file

    since_s = device_file.since_start_s()
    try:
        device = described(root)
    except MotcuaError:
        device = None  # the checks say what is wrong with it
    # A device that is hub and screen in one needs no network to work; every other one does.
    alone = device is None or device.role == "solo"
    setting = Setting(data=data.absolute(), root=root, broker_host=None if device is None or alone else device.hub)
    wanted = [check for check in all_checks(setting, _PROVIDERS) if check.name in CHECKS]
    findings = examine_aloud(wanted, lang=lang, err=json, only_failed=write is not None)
    code = first_failed(findings)
    failed = [
        (one.check.name, one.outcome.key, dict(one.outcome.values)) for one in findings if one.outcome.state == "failed"
    ]
    values = as_values(findings, code=code, root=root, name="health") | {
        "role": device.role if device else None,
        "told_by": device_file.TELLERS.get(device.role) if device else None,
        "kinds": device_file.kinds_of(failed),
    }
    if write is not None:
        try:
            device_file.write(write, values, since_s=since_s)
        except OSError as error:
            typer.echo(f"{write}: {error.strerror}", err=True)
            code = _USAGE
    if json:
        typer.echo(json_format.dumps(values, ensure_ascii=False))
    raise typer.Exit(code)
