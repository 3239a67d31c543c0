"""``motcua provision authority | serve-ca | sign | token | deny``: who is let in, and who no more."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from motcua.provision.reading import opened_authority, passphrase_of, province_of
from motcua.provision.words import DeviceName, InventoryFile, PassphraseFile, TheAuthority, errors


def make_authority(
    folder: Annotated[Path, typer.Argument(help="a new folder, on an encrypted disk, with a backup")],
    *,
    province: Annotated[str, typer.Option(help="the province's id in the inventory")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a province's authority, once. Whoever has this folder can make devices: keep it, and keep a copy."""
    from provisioning.authority import Authority

    with errors():
        Authority.make(folder, province, passphrase=passphrase_of(passphrase_file))
    typer.echo(f"{folder}: the authority of {province}")


def serve_ca(
    folder: Annotated[Path, typer.Argument(help="the authority's folder")],
    *,
    name: Annotated[list[str], typer.Option("--name", help="name or address that devices call it by; several")],
    host: Annotated[str, typer.Option(help="address to listen on")] = "0.0.0.0",  # noqa: S104 -- devices come here
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8455,
    ready_file: Annotated[Path | None, typer.Option(help="gets the port when it serves")] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Sign devices' requests over HTTPS, for one-time tokens, until told to stop."""
    from provisioning.authority import Authority
    from provisioning.authority_service import serve

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    with errors():
        authority = Authority.open(folder, passphrase=passphrase_of(passphrase_file))
        try:
            serve(authority, host=host, port=port, names=name, ready_file=ready_file)
        except OSError as error:
            raise typer.BadParameter(f"{host}:{port}: {error.strerror or error}") from error


def sign(
    stick: Annotated[Path, typer.Argument(help="folder with devices' requests, such as a mounted USB stick")],
    *,
    authority: TheAuthority,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Answer the requests on a stick, for offices without a network."""
    from provisioning.authority import Authority
    from provisioning.authority_service import answer_stick

    with errors():
        answered = answer_stick(Authority.open(authority, passphrase=passphrase_of(passphrase_file)), stick)
    for name, refusal in answered.items():
        typer.echo(f"{name}: {'signed' if refusal is None else f'{refusal.vi} / {refusal.en} ({refusal.key})'}")
    if not answered:
        typer.echo(f"{stick}: no request without an answer", err=True)
    raise typer.Exit(1 if any(answered.values()) else 0)


def token(
    inventory: InventoryFile,
    *,
    device: DeviceName,
    authority: TheAuthority,
    days: Annotated[float, typer.Option(min=0.0001, max=90, help="how long it is good")] = 14,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print a one-time token for a device; earlier unused ones of it are void."""
    with errors():
        province = province_of(inventory)
        made = opened_authority(authority, passphrase_file, province).token(province.find(device), days=days)
    typer.echo(made)


def deny(
    inventory: InventoryFile,
    *,
    device: DeviceName,
    authority: TheAuthority,
    instance: Annotated[str | None, typer.Option(help="only this process instance")] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put a device's certificates on its office's deny list, for good. The office's hub takes it in the evening."""
    with errors():
        province = province_of(inventory)
        place = province.find(device)
        count = opened_authority(authority, passphrase_file, province).deny(place.name, instance=instance)
    typer.echo(f"{place.name}: {count} certificates denied; {authority / 'offices' / place.office.id}.denied.pem")
