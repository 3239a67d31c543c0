"""``motcua doctor``: every device with its state, a test for each, a report; the exit code says what failed."""

from __future__ import annotations

import json as json_format
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from queue_core.errors import MotcuaError

if TYPE_CHECKING:
    from queue_kit.doctor import Check, Finding, Setting

_USAGE = 2
#: the trial slip's own: nothing comes out of the printer
_NO_PAPER = 50


def doctor(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="only these checks; those that print, sound or want a hand are run when named"),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="those that print, sound or want a hand too")] = False,
    list_them: Annotated[bool, typer.Option("--list", help="name the checks and their exit codes")] = False,
    report: Annotated[Path | None, typer.Option(help="save the report here; JSON where the name ends in .json")] = None,
    json: Annotated[bool, typer.Option("--json", help="end with one line of JSON")] = False,
    lang: Annotated[str, typer.Option(help="vi or en")] = "vi",
    data: Annotated[Path, typer.Option(help="the process's folder, on the card that is looked at")] = Path(),
    printer: Annotated[str, typer.Option(help="as given to the kiosk; docs/printers.md")] = "none:",
    second_printer: Annotated[str, typer.Option(help="the one that stands in for it")] = "none:",
    paper_mm: Annotated[int, typer.Option(help="80 or 58")] = 80,
    scanner: Annotated[str, typer.Option(help="as given to the kiosk")] = "none:",
    sound_device: Annotated[
        str | None, typer.Option(help='ALSA device; "" the default one; without it: no sound')
    ] = None,
    broker_host: Annotated[str | None, typer.Option(help="the office's broker")] = None,
    broker_port: Annotated[int, typer.Option(min=1, max=65535)] = 1883,
    broker_username: Annotated[
        str | None, typer.Option(help="an observer's account, to hear the hub; never that of a running process")
    ] = None,
    broker_password_file: Annotated[Path | None, typer.Option(help="file whose first line is the password")] = None,
    province: Annotated[str, typer.Option(help="province id in the topics")] = "demo",
    office: Annotated[str, typer.Option(help="office id in the topics")] = "demo",
    device: Annotated[
        list[str] | None, typer.Option(help="a further device as NAME=ADDRESS, such as signs=serial:/dev/rs485")
    ] = None,
    hand_over: Annotated[
        str | None, typer.Option(help="print the sheet that both sides sign, for a device of this name")
    ] = None,
    new_pin: Annotated[
        Path | None, typer.Option(help="ask for a technician's PIN and write what the kiosk checks it with")
    ] = None,
) -> None:
    """Look at every device of this machine and say what is wrong."""
    from motcua.doctor.registry import all_checks
    from queue_kit.doctor import Setting

    if new_pin is not None:
        _write_pin(new_pin)
        return
    try:
        password = broker_password_file.read_text(encoding="utf-8").splitlines()[0] if broker_password_file else None
        more = dict(pair.split("=", 1) for pair in device or [])
    except (OSError, IndexError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    setting = Setting(
        data=data.absolute(), printer=printer, second_printer=second_printer, paper_mm=paper_mm, scanner=scanner,
        sound_device=sound_device, broker_host=broker_host, broker_port=broker_port, broker_username=broker_username,
        broker_password=password, province=province, office=office, more=more,
    )  # fmt: skip
    known = all_checks(setting)
    if list_them:
        for check in known:
            typer.echo(f"{check.code}  {check.name:<16} {check.title(lang)}{'  *' if check.acts else ''}")
        return
    missing = set(names or ()) - {check.name for check in known}
    if missing:
        allowed = ", ".join(check.name for check in known)
        typer.echo(f"{', '.join(sorted(missing))}: {allowed}", err=True)
        raise typer.Exit(_USAGE)
    wanted = [one for one in known if (one.name in names if names else everything or not one.acts)]
    code, values, findings = _examine(wanted, insisted=bool(names), report=report, json=json, lang=lang)
    if hand_over is not None:
        code = _print_hand_over(setting, hand_over, values, findings, lang) or code
    raise typer.Exit(code)


def _print_hand_over(setting: Setting, device: str, values: dict[str, Any], findings: list[Finding], lang: str) -> int:
    """The sheet, from the printer that the checks looked at; not on paper: the exit code of a trial slip."""
    from motcua.doctor.report import as_hand_over
    from queue_kit.doctor.checks.printer import print_hand_over
    from queue_kit.paper.hand_over import draw_hand_over

    said = as_hand_over(values, findings, device)
    outcome = print_hand_over(setting, lambda width_dots: draw_hand_over(said, width_dots))
    typer.echo(outcome.words(lang), err=True)
    return _NO_PAPER if outcome.state in {"failed", "absent"} else 0


def _examine(
    wanted: list[Check], *, insisted: bool, report: Path | None, json: bool, lang: str
) -> tuple[int, dict[str, Any], list[Finding]]:
    from motcua.doctor.printing import examine_aloud
    from motcua.doctor.report import as_values, save
    from queue_kit.doctor.examination import first_failed

    findings = examine_aloud(wanted, lang=lang, err=json)
    code = first_failed(findings, insisted=insisted)
    values = as_values(findings, code=code)
    if report is not None:
        try:
            save(report, values, findings, lang)
        except OSError as error:
            typer.echo(f"{report}: {error.strerror}", err=True)
            code = code or _USAGE
    if json:
        typer.echo(json_format.dumps(values, ensure_ascii=False))
    return code, values, findings


def _write_pin(file: Path) -> None:
    from kiosk.technician.pin import write_pin

    try:
        # hidden where a person types it; a line of a pipe where a program does
        typed = typer.prompt("PIN", hide_input=True, confirmation_prompt=True) if sys.stdin.isatty() else input()
        write_pin(file, typed)
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(_USAGE) from error
