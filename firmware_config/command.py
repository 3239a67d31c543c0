"""``motcua firmware``: a device's boot files and lock-down, rendered, explained and checked."""

from __future__ import annotations

import datetime as dt
import json as jsons
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from queue_core.errors import MotcuaError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A device's boot files and lock-down: render, explain, check."
)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(2) from error


@app.command()
def render(
    *,
    board: Annotated[str, typer.Option(help="pi4, pi5, cm4, zero2w or amd64")],
    role: Annotated[str, typer.Option(help="solo, hub, kiosk, board, signs or central")],
    out: Annotated[Path, typer.Option(help="folder to write into; the device's root is /")],
    screen: Annotated[
        str, typer.Option(help="portrait-1080p, landscape-1080p, touch-display (800x480) or none")
    ] = "none",
    rtc: Annotated[bool, typer.Option("--rtc", help="a DS3231 clock on the pins")] = False,
    camera: Annotated[bool, typer.Option("--camera", help="a camera on the ribbon cable")] = False,
    touch_rotation: Annotated[int, typer.Option(help="touches of touch-display turned: 0, 90, 180, 270")] = 0,
    matrices: Annotated[bool, typer.Option("--matrices", help="rows of LED matrices on the pins (SPI)")] = False,
    sign_bus_on_header: Annotated[bool, typer.Option("--sign-bus-on-header", help="RS-485 on the pins")] = False,
    panel_port: Annotated[list[str] | None, typer.Option(help="USB port of a touch panel, 1-1.2")] = None,
    scanner_port: Annotated[str | None, typer.Option(help="USB port of the scanner")] = None,
    printer_port: Annotated[str | None, typer.Option(help="USB port of the printer; without it any")] = None,
    sign_bus_port: Annotated[str | None, typer.Option(help="USB port of the RS-485 adapter")] = None,
    storage_port: Annotated[list[str] | None, typer.Option(help="USB port of a disk it boots from")] = None,
    backup_port: Annotated[str | None, typer.Option(help="USB port of the stick for backups")] = None,
    network: Annotated[list[str] | None, typer.Option(help="who may reach it, 192.168.1.0/24")] = None,
    root_fs: Annotated[
        str, typer.Option("--root", help="the root file system: PARTUUID=…, LABEL=…")
    ] = "PARTLABEL=root",
    stock_cmdline: Annotated[Path | None, typer.Option(help="the card's own cmdline.txt; its root is kept")] = None,
    ssh: Annotated[bool, typer.Option("--ssh", help="a technician may come in by SSH")] = False,
) -> None:
    """Write a device's files below a folder; nothing is written when the description is wrong."""
    from firmware_config.device import describe
    from firmware_config.render import render as rendered
    from firmware_config.render import write

    with _told():
        device = describe(
            role=role, board=board, screen=screen, rtc=rtc, camera=camera, touch_rotation=touch_rotation,
            matrices=matrices, sign_bus_on_header=sign_bus_on_header, panel_ports=tuple(panel_port or ()),
            scanner_port=scanner_port, printer_port=printer_port, sign_bus_port=sign_bus_port,
            storage_ports=tuple(storage_port or ()), backup_port=backup_port, root=root_fs, ssh=ssh,
            **({"networks": tuple(network)} if network else {}),
        )  # fmt: skip
        stock = stock_cmdline.read_text(encoding="utf-8") if stock_cmdline else ""
        files = rendered(device, stock_cmdline=stock)
    changed = write(files, out)
    for path in changed:
        typer.echo(path)
    typer.echo(f"{len(changed)} of {len(files)} files written" if changed else f"{len(files)} files, nothing to change")


@app.command()
def explain(
    files: Annotated[list[Path], typer.Argument(help="config.txt or cmdline.txt")],
    *,
    json: Annotated[bool, typer.Option("--json", help="For machines: one line.")] = False,
) -> None:
    """Say what each line is for; refuse what is not known."""
    from firmware_config.explain import explain_file

    with _told():
        told = {str(path): explain_file(path) for path in files}
    if json:
        lines = {name: [{"line": o.line, "text": o.text, "says": o.says} for o in one] for name, one in told.items()}
        typer.echo(jsons.dumps({"name": "firmware explain", "ok": True, "files": lines}, ensure_ascii=False))
        return
    for name, one in told.items():
        typer.echo(name)
        width = max((len(line.text) for line in one), default=0)
        for line in one:
            typer.echo(f"  {line.text:<{width}}  {line.says}")


@app.command()
def clock(
    *,
    journal: Annotated[Path | None, typer.Option(help="the hub's folder; its last event is a floor")] = None,
    wait_s: Annotated[float, typer.Option(min=0, max=60, help="how long the network's time is waited for")] = 15.0,
) -> None:
    """Set the clock no earlier than the last thing known to have happened, then wait a little for the true time."""
    from firmware_config.clock_floor import floor_ms, set_clock, wait_for_time

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    floor = floor_ms(journal)
    try:
        moved = set_clock(floor)
    except OSError as error:
        typer.echo(f"the clock could not be set: {error}", err=True)
        raise typer.Exit(1) from error
    if moved:
        typer.echo(
            f"the clock was behind; it says {dt.datetime.fromtimestamp(floor / 1000, dt.UTC):%Y-%m-%d %H:%M} UTC"
        )
    typer.echo(f"the time comes from: {wait_for_time(wait_s)}")


@app.command()
def broker(
    *,
    conf: Annotated[Path, typer.Option(help="what is wanted: /etc/motcua/mosquitto.conf")],
    out: Annotated[Path, typer.Option(help="what mosquitto is started with")],
    keep: Annotated[Path, typer.Option(help="folder of the last good deny list")] = Path("/var/lib/motcua/broker"),
) -> None:
    """Make the broker's configuration for this start: a deny list that would lock the office out is left out."""
    from firmware_config.broker import effective

    try:
        text, troubles = effective(conf.read_text(encoding="utf-8"), keep=keep, now=dt.datetime.now(dt.UTC))
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    for trouble in troubles:
        typer.echo(f"{trouble.vi}\n{trouble.en}\n({trouble.key})", err=True)


@app.command(name="deny-list")
def deny_list(
    file: Annotated[Path, typer.Argument(help="the list")],
    *,
    ca: Annotated[Path, typer.Option(help="the authority's certificate")] = Path("/etc/motcua/ca.pem"),
) -> None:
    """Check a list of denied certificates before it is installed."""
    from firmware_config.deny_list import check

    with _told():
        lists = check(file, ca, dt.datetime.now(dt.UTC))
    typer.echo(f"{file}: {sum(len(one) for one in lists)} certificates denied")


@app.command()
def passwords(
    names: Annotated[list[str], typer.Argument(help="accounts of clients on this device: hub kiosk-1")],
    *,
    root: Annotated[Path, typer.Option(help="the device's root")] = Path("/"),
) -> None:
    """Make the passwords of the broker's clients on this device, once; those that are there stay."""
    from firmware_config.broker import make_passwords

    with _told():
        written = make_passwords(root, names)
    for path in written:
        typer.echo(path)
    if not written:
        typer.echo("nothing to do")
