"""``motcua office``: check and explain an office's configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from queue_core.errors import MotcuaError
from queue_core.office import say
from queue_core.office_file import read_office

app = typer.Typer(help="Check an office's configuration file.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Check an office's configuration file."""


@app.command()
def check(file: Annotated[Path, typer.Argument(help="the office's YAML file")]) -> None:
    """Say whether the file is good, and what it sets up; exit code 1 and the place of the mistake if not."""
    try:
        office = read_office(file)
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{say(office.name)}: {len(office.leaves())} services, {len(office.counters)} counters")
    for service in office.leaves():
        counters = ", ".join(str(c.number) for c in office.counters_for(service.id))
        typer.echo(f"  {service.prefix:4} {say(service.name)} → {counters}")
