"""``motcua provision enrol | deny-list | first-boot``: what runs on the device itself, mostly by its own units."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from motcua.provision.words import Json, Root, errors, say


def enrol(
    *,
    root: Root = Path("/"),
    token_file: Annotated[Path | None, typer.Option(help="file with the one-time token")] = None,
    token: Annotated[str, typer.Option(envvar="MOTCUA_TOKEN", help="better in the file or the environment")] = "",
    url: Annotated[str | None, typer.Option(help="another authority's address than device.yaml's")] = None,
    folder: Annotated[Path | None, typer.Option(help="a USB stick instead of the network")] = None,
    renew: Annotated[bool, typer.Option("--renew", help="new certificates, though the present ones look good")] = False,
    json: Json = False,
) -> None:
    """On the device: make keys, get certificates, take the newest deny list along. Run again, it only does the last."""
    from provisioning.apply import Target
    from provisioning.enrolment import enrol as enrol_device

    if url is not None and not url.startswith("https://"):
        raise typer.BadParameter("the address must begin with https://")
    with errors(json=json):
        given = token_file.read_text(encoding="utf-8").strip() if token_file else token
        outcome = enrol_device(Target.at(root), given or None, folder=folder, url=url, renew=renew)
    if json:
        say({"name": "provision enrol", "ok": True, "outcome": outcome})
        return
    typer.echo("enrolled" if outcome == "enrolled" else "nothing to enrol: every identity is good")


def deny_list(
    *,
    root: Root = Path("/"),
    url: Annotated[str | None, typer.Option(help="another authority's address than device.yaml's")] = None,
    folder: Annotated[Path | None, typer.Option(help="a USB stick instead of the network")] = None,
    json: Json = False,
) -> None:
    """On the hub, daily by its own timer: take a newer deny list along; the broker reads it at its next start."""
    from provisioning.apply import Target
    from provisioning.enrolment import take_deny_list

    if url is not None and not url.startswith("https://"):
        raise typer.BadParameter("the address must begin with https://")
    with errors(json=json):
        taken = take_deny_list(Target.at(root), folder=folder, url=url)
    if json:
        say({"name": "provision deny-list", "ok": True, "taken": taken})
        return
    typer.echo("a newer deny list was taken" if taken else "no newer deny list")


def first_boot(
    *,
    boot: Annotated[Path, typer.Option(help="the boot volume")] = Path("/boot/firmware"),
    root: Root = Path("/"),
    folder: Annotated[Path | None, typer.Option(help="a USB stick with certificates, without a network")] = None,
) -> None:
    """On a new device, by its own unit: check the card, write the files, enrol, report, blank the card's secrets."""
    from provisioning.apply import Target
    from provisioning.first_boot import first_boot as run

    with errors():
        done = run(boot, Target.at(root), folder=folder)
    if done is None:
        typer.echo("done already; the card's secrets are gone")
        return
    restored = ", the journal's backup laid out" if done.journal else ""
    typer.echo(f"{done.device}: {len(done.changes)} changed, {done.enrolled}{restored}; the card's secrets are gone")
