"""``motcua provision card | replace``: a device's files on its card, for the first device and for the next."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from motcua.provision.reading import one_tree, opened_authority, secrets_of, with_authority
from motcua.provision.words import (
    AgeIdentity,
    Boot,
    DeviceName,
    InventoryFile,
    Json,
    Packages,
    PassphraseFile,
    SecretsFile,
    TheAuthority,
    errors,
    say,
)  # fmt: skip

if TYPE_CHECKING:
    from rich.status import Status

    from provisioning.boot_volume import Volume
    from provisioning.inventory import Place


def card(
    inventory: InventoryFile,
    *,
    device: DeviceName,
    boot: Boot,
    authority: TheAuthority,
    secrets: SecretsFile = None,
    age_identity: AgeIdentity = None,
    passphrase_file: PassphraseFile = None,
    package: Packages = None,
    json: Json = False,
) -> None:
    """Write a device's files onto the boot volume of a stock Raspberry Pi OS Lite card, or into an image."""
    from provisioning.card import Load, write_card

    with errors(json=json):
        place, tree = one_tree(inventory, device, secrets, age_identity, authority, passphrase_file)
        signer = opened_authority(authority, passphrase_file, place.province)
        load = Load(place, tree, secrets_of(secrets, age_identity).passphrase(place), packages=package or ())
        with _card(boot) as (volume, status):
            written = len(write_card(volume, boot, load, signer, each=status.update).files)
    _tell_card(written, place, json=json)


def replace(
    inventory: InventoryFile,
    *,
    device: DeviceName,
    authority: TheAuthority,
    boot: Annotated[Path | None, typer.Option("--boot", help="the new device's card; without it only a token")] = None,
    journal: Annotated[Path | None, typer.Option(help="the journal's last backup, for a device with the hub")] = None,
    mirror: Annotated[Path | None, typer.Option(help="a board's events.db: what came after the backup")] = None,
    secrets: SecretsFile = None,
    age_identity: AgeIdentity = None,
    passphrase_file: PassphraseFile = None,
    package: Packages = None,
    json: Json = False,
) -> None:
    """Give a dead device's place to a new one: its card, its journal's backup; the old certificates are denied."""
    from provisioning.card import Load, check_card, write_card
    from provisioning.errors import ProvisionError
    from provisioning.replacing import read_backup

    if journal is None:
        # A copy alone is a backup too: of its records, without the hub's own tables.
        journal, mirror = mirror, None
    with errors(json=json):
        place, tree = one_tree(inventory, device, secrets, age_identity, authority, passphrase_file)
        signer = opened_authority(authority, passphrase_file, place.province)
        if not signer.book.known(place.name):
            raise ProvisionError("replace.never_enrolled", device=place.name)
        data = read_backup(journal, place, mirror) if journal is not None else None
        known = secrets_of(secrets, age_identity)
        written, denied = None, 0
        if boot is None:
            denied = signer.deny(place.name)
            token = signer.token(place)
        else:
            token = None
            with _card(boot) as (volume, status):
                load = Load(place, tree, known.passphrase(place), packages=package or (), journal=data)
                check_card(volume, boot, load, signer)
                # Denied before the card is written, so that the card carries it; a run that was cut is run again.
                denied = signer.deny(place.name)
                load = dataclasses.replace(load, tree=with_authority(tree, place, signer))
                written = len(write_card(volume, boot, load, signer, each=status.update).files)
    if json:
        say({"name": "provision replace", "ok": True, "device": place.name, "denied": denied, "token": token})
        return
    typer.echo(f"{place.name}: {denied} certificates denied")
    if token:
        typer.echo(token)
    if written is not None:
        _tell_card(written, place, json=False)
    if place.has_hub and journal is None:
        typer.echo("no journal was given: the new hub asks kiosks and boards which numbers they saw", err=True)
    if place.sends:
        typer.echo(
            "central takes its deny list this evening; at once: systemctl start motcua-deny-list there", err=True
        )
    if not place.has_hub:
        hub = f"the hub of {place.office.id}"
        typer.echo(f"{hub} takes the deny list this evening; at once: systemctl start motcua-deny-list there", err=True)


@contextlib.contextmanager
def _card(boot: Path) -> Iterator[tuple[Volume, Status]]:
    from rich.console import Console

    from provisioning.boot_volume import opened

    with Console(stderr=True).status("…") as status, opened(boot) as volume:
        yield volume, status


def _tell_card(written: int, place: Place, *, json: bool) -> None:
    if json:
        say({"name": "provision card", "ok": True, "device": place.name, "files": written})
        return
    typer.echo(f"{place.name}: {written} files written; put the card in and switch on")
    typer.echo("until its first start the card holds the Wi-Fi passphrase and a token: keep it like a key", err=True)
