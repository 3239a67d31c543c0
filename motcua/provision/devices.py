"""``motcua provision check | render | apply | verify``: what an inventory says, and whether a device is so."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from motcua.provision.reading import authority_or_none, one_tree, province_of, secrets_of, trees_of
from motcua.provision.words import (
    AgeIdentity,
    AuthorityFolder,
    DeviceName,
    InventoryFile,
    Json,
    PassphraseFile,
    Root,
    SecretsFile,
    errors,
    progress,
    say,
    tell_changes,
)  # fmt: skip


def check(
    inventory: InventoryFile, *, secrets: SecretsFile = None, age_identity: AgeIdentity = None, json: Json = False
) -> None:
    """Check an inventory and all files it names; a mistake is told with its line, its key and its device."""
    with errors(json=json):
        province = province_of(inventory)
        known = secrets_of(secrets, age_identity)
        count = 0
        for place in province.places():
            if secrets is not None:
                known.passphrase(place)
            count += 1
    offices = len(province.inventory.offices)
    if json:
        say({"name": "provision check", "ok": True, "offices": offices, "devices": count})
        return
    typer.echo(f"{inventory.name}: {offices} offices, {count} devices")


def render(
    inventory: InventoryFile,
    *,
    out: Annotated[Path, typer.Option(help="a folder; every device gets OFFICE/DEVICE in it")],
    secrets: SecretsFile = None,
    age_identity: AgeIdentity = None,
    authority: AuthorityFolder = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Write every device's files into a folder, to look at; a second run changes nothing and says so."""
    from provisioning.apply import Target, apply_tree

    with errors(json=json):
        province = province_of(inventory)
        known = secrets_of(secrets, age_identity)
        signer = authority_or_none(authority, passphrase_file, province)
        trees = trees_of(list(province.places()), known, signer)
        changed = 0
        for tree in progress(trees, "writing"):
            folder = out / tree.device
            # Wi-Fi passphrases lie in it: nobody else's.
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            changed += bool(apply_tree(Target(folder, owners=False), tree, durable=False))
    if json:
        say({"name": "provision render", "ok": True, "devices": len(trees), "changed": changed})
        return
    typer.echo(f"{out}: {len(trees)} devices, {changed} changed" if changed else f"{out}: nothing to change")


def apply(
    inventory: InventoryFile,
    *,
    device: DeviceName,
    root: Root,
    secrets: SecretsFile = None,
    age_identity: AgeIdentity = None,
    authority: AuthorityFolder = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Make a folder what the inventory says of a device; a second run changes nothing and says so."""
    from provisioning.apply import Target, apply_tree

    with errors(json=json):
        target = Target.at(root)
        _place, tree = one_tree(inventory, device, secrets, age_identity, authority, passphrase_file)
        changes = apply_tree(target, tree)
    if json:
        say({"name": "provision apply", "ok": True, "device": tree.device, "changed": [c.path for c in changes]})
        return
    tell_changes(changes)
    typer.echo(f"{tree.device}: {len(changes)} changed" if changes else f"{tree.device}: nothing to change")
    if not target.owners and changes:
        typer.echo("not root: owners were left as they are", err=True)


def verify(
    inventory: InventoryFile,
    *,
    device: DeviceName,
    root: Root = Path("/"),
    secrets: SecretsFile = None,
    age_identity: AgeIdentity = None,
    authority: AuthorityFolder = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Prove that a device is as the inventory says: files, modes, owners, identities; each difference is named."""
    from provisioning.apply import Target, differences
    from provisioning.identity import identity_problems

    with errors(json=json):
        target = Target.at(root)
        _place, tree = one_tree(inventory, device, secrets, age_identity, authority, passphrase_file)
        found = [change.words() for change in differences(target, tree)]
        found += [problem.words() for problem in identity_problems(target, tree)]
    if json:
        say({"name": "provision verify", "ok": not found, "device": tree.device, "differences": found})
    elif found:
        typer.echo("\n".join(found))
        typer.echo(f"{tree.device}: {len(found)} differences", err=True)
    else:
        owners = "" if target.owners else "; owners not looked at (not root)"
        typer.echo(f"{tree.device}: as the inventory says, {len(tree.entries)} entries{owners}")
    raise typer.Exit(1 if found else 0)
