"""What the commands of ``motcua provision`` share: their options, and how they tell."""

from __future__ import annotations

import contextlib
import json as json_module
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

import provisioning.errors  # noqa: F401 -- its words
from queue_core.errors import MotcuaError

if TYPE_CHECKING:
    from provisioning.apply import Change

T = TypeVar("T")

InventoryFile = Annotated[Path, typer.Argument(help="the province's inventory (YAML)")]
DeviceName = Annotated[str, typer.Option("--device", help="office/device, or the device where only one is called so")]
SecretsFile = Annotated[Path | None, typer.Option("--secrets", help="secrets.yaml (mode 600), .yaml.age or .yaml.cred")]
AgeIdentity = Annotated[Path | None, typer.Option("--age-identity", help="key file that opens an .age file")]
AuthorityFolder = Annotated[Path | None, typer.Option("--authority", help="folder of the province's authority")]
TheAuthority = Annotated[Path, typer.Option("--authority", help="folder of the province's authority")]
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="file whose first line opens the authority's keys")
]
Root = Annotated[Path, typer.Option("--root", help="the folder that stands for the device's /")]
Boot = Annotated[Path, typer.Option("--boot", help="the mounted boot volume, an image, or an unmounted card")]
Packages = Annotated[
    list[Path] | None, typer.Option("--package", help="a Debian package to carry along; may be given several times")
]
Json = Annotated[bool, typer.Option("--json", help="one line of JSON for machines")]


@contextlib.contextmanager
def errors(*, json: bool = False) -> Iterator[None]:
    """Tell an error in both languages, and for machines with its key; the command ends with 1."""
    try:
        yield
    except MotcuaError as error:
        if json:
            say({"ok": False, "error": {"key": error.key, "vi": error.vi, "en": error.en}})
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(1) from error


def say(values: object) -> None:
    """One line of JSON."""
    typer.echo(json_module.dumps(values, ensure_ascii=False))


def tell_changes(changes: list[Change]) -> None:
    """One line a change."""
    for change in changes:
        typer.echo(f"  {change.words()}")


def progress(items: list[T], what: str) -> Iterator[T]:
    """Give the items one by one, with a bar for people."""
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True))
