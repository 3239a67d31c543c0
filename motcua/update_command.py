"""``motcua update``: newer version from the office's repository, a health check, and the way back."""

from __future__ import annotations

import datetime as dt
import logging
import os
from pathlib import Path
from typing import Annotated

import typer

from motcua.update.device import DebianDevice
from motcua.update.run import StateFile
from motcua.update.run import look as run_look
from motcua.update.run import update as run
from motcua.update.settings import PATH, read_settings
from queue_core.errors import MotcuaError


def update(
    *,
    now: Annotated[bool, typer.Option("--now", help="Also outside of the maintenance window.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Only say what is installed, on trial, refused.")] = False,
    look: Annotated[bool, typer.Option("--look", help="Leave it to motcua-install.service, and only if due.")] = False,
    settings: Annotated[Path, typer.Option(help="When a device may be updated.")] = PATH,
    folder: Annotated[Path, typer.Option(help="Where the way back is kept.")] = Path("/var/lib/motcua/update"),
) -> None:
    """Update this device: what does not hold is taken back. Exit codes: 0 well or nothing to do, 1 told, 2 settings."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    device = DebianDevice()
    if status:
        state = StateFile(folder / "state.json").read()
        kept = folder / "previous.deb"
        typer.echo(f"installed  {device.installed()}\non trial   {state.trial or 'nothing'}")
        typer.echo(
            f"refused    {', '.join(state.refused) or 'nothing'}\nkept       {kept if kept.exists() else 'nothing'}"
        )
        return
    if os.geteuid() != 0:
        typer.echo("motcua update needs root", err=True)
        raise typer.Exit(2)
    code = 0
    try:
        wanted = read_settings(settings)
        open_now = now or wanted.open_at(dt.datetime.now().astimezone().time())
        if look:
            said = run_look(device, folder, open_now=open_now)
            if said is None:
                device.hand_over()
            typer.echo(said)
            return
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        typer.echo(run(device, folder, open_now=open_now, settle_s=wanted.settle_s))
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        code = 2 if error.key == "update.settings" else 1
    # No tidying up by code that may meanwhile be another version's.
    logging.shutdown()
    os._exit(code)
