"""From the files that the options name to provinces, secrets, authorities and devices' trees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from motcua.provision.words import progress

if TYPE_CHECKING:
    from provisioning.authority import Authority
    from provisioning.inventory import Place, Province
    from provisioning.secrets_file import Secrets
    from provisioning.tree import Tree


def province_of(inventory: Path) -> Province:
    """The inventory, read and checked; people see which office is being read."""
    from rich.console import Console

    from provisioning.inventory import read_inventory

    with Console(stderr=True).status("reading …") as status:
        return read_inventory(inventory, each=lambda office: status.update(f"reading … {office}"))


def secrets_of(path: Path | None, age_identity: Path | None) -> Secrets:
    """The secrets file, opened; without a file nobody has secrets."""
    from provisioning.secrets_file import read_secrets

    return read_secrets(path, age_identity=age_identity)


def passphrase_of(path: Path | None) -> bytes | None:
    """What opens the authority's keys: the first line of a file that nobody else may read."""
    from provisioning.secrets_file import check_private

    if path is None:
        return None
    check_private(path, "secrets.readable")
    return path.read_text(encoding="utf-8").splitlines()[0].encode()


def opened_authority(folder: Path, passphrase_file: Path | None, province: Province) -> Authority:
    """The authority in a folder; one of another province is refused."""
    from provisioning.authority import Authority

    opened = Authority.open(folder, passphrase=passphrase_of(passphrase_file))
    opened.check_province(province.inventory.province)
    return opened


def authority_or_none(folder: Path | None, passphrase_file: Path | None, province: Province) -> Authority | None:
    """The same, where the option may be left out."""
    return None if folder is None else opened_authority(folder, passphrase_file, province)


def one_tree(  # noqa: PLR0917 -- a command's options
    inventory: Path,
    device: str,
    secrets: Path | None,
    age_identity: Path | None,
    authority: Path | None,
    passphrase_file: Path | None,
) -> tuple[Place, Tree]:
    """A device by its name, and all its files."""
    province = province_of(inventory)
    place = province.find(device)
    signer = authority_or_none(authority, passphrase_file, province)
    return place, trees_of([place], secrets_of(secrets, age_identity), signer)[0]


def trees_of(places: list[Place], known: Secrets, signer: Authority | None) -> list[Tree]:
    """All files of each device; without firmware_config there are no boot files, and that is said."""
    from motcua.provision.boards import board_part
    from provisioning.device_tree import device_tree

    board = board_part()
    if board.missing is not None:
        typer.echo(f"{board.missing.vi}\n{board.missing.en}\n({board.missing.key})", err=True)
    # The same for all devices of an office, but for a hub that sends to central.
    kinds = {(place.office.id, place.sends): place for place in places}
    public = {kind: signer.public(place) for kind, place in kinds.items()} if signer else {}
    show = progress(places, "making") if len(places) > 1 else places
    return [
        device_tree(place, known, board_files=board.files, authority=public.get((place.office.id, place.sends)))
        for place in show
    ]


def with_authority(tree: Tree, place: Place, signer: Authority) -> Tree:
    """The same device with the authority's public files as they are now."""
    from provisioning.device_tree import authority_files
    from provisioning.tree import make_tree

    return make_tree(tree.device, [*tree.entries, *authority_files(signer.public(place))], tree.identities)
