"""``motcua office``: check and explain an office's configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from queue_core.errors import MotcuaError, register
from queue_core.office import Office, say
from queue_core.office_file import read_office
from queue_kit import languages

register(
    {
        "office.no_pack": (
            "Ngôn ngữ “{lang}” chưa có gói nên sẽ không có. Hãy thêm gói (docs/languages.md), hoặc bỏ ra.",
            "The language “{lang}” has no pack and will not appear. Add one (docs/languages.md) or take it out.",
        )
    }
)

app = typer.Typer(help="Check an office's configuration file.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Check an office's configuration file."""


@app.command()
def check(file: Annotated[Path, typer.Argument(help="the office's YAML file")]) -> None:
    """Say whether the file is good, and what it sets up; exit code 1 and the place of the mistake if not.

    A language without a usable pack is named; the exit code stays 0, since packs may lie on the kiosks alone.
    """
    try:
        office = read_office(file)
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{say(office.name)}: {len(office.leaves())} services, {len(office.counters)} counters")
    for service in office.leaves():
        counters = ", ".join(str(c.number) for c in office.counters_for(service.id))
        typer.echo(f"  {service.prefix:4} {say(service.name)} → {counters}")
    for warning in language_warnings(office):
        typer.echo(f"! {warning.vi}\n! {warning.en}\n! ({warning.key})", err=True)


def language_warnings(office: Office) -> list[MotcuaError]:
    """Of each language that the office names: that it has no pack here, or what is wrong with it."""
    there = languages.languages()
    found: list[MotcuaError] = []
    for lang in dict.fromkeys(office.languages):
        if lang not in there:
            found.append(MotcuaError("office.no_pack", lang=lang))
            continue
        try:
            languages.pack(lang)
            languages.about(lang)
        except languages.LanguagePackError as error:
            found.append(error)
    return found
