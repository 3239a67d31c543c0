"""`motcua provision …`: from one inventory to a province of devices, their cards, identities and replacements.

Exit codes: 0 done and as it should be, 1 a difference or a refusal, 2 the words on the command line make no sense.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json as json_module
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

import provisioning.errors  # noqa: F401 -- its words
from queue_core.errors import MotcuaError

if TYPE_CHECKING:
    from rich.status import Status

    from provisioning.apply import Change
    from provisioning.authority import Authority
    from provisioning.boot_volume import Volume
    from provisioning.inventory import Place, Province
    from provisioning.secrets_file import Secrets
    from provisioning.tree import Tree

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Make devices of an inventory: cards, files, identities."
)

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


@app.command()
def check(
    inventory: InventoryFile, *, secrets: SecretsFile = None, age_identity: AgeIdentity = None, json: Json = False
) -> None:
    """Check an inventory and all files it names; a mistake is told with its line, its key and its device."""
    with _errors(json=json):
        province = _read(inventory)
        known = _secrets(secrets, age_identity)
        count = 0
        for place in province.places():
            if secrets is not None:
                known.passphrase(place)
            count += 1
    offices = len(province.inventory.offices)
    if json:
        _say({"name": "provision check", "ok": True, "offices": offices, "devices": count})
        return
    typer.echo(f"{inventory.name}: {offices} offices, {count} devices")


@app.command()
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

    with _errors(json=json):
        province = _read(inventory)
        known = _secrets(secrets, age_identity)
        signer = _authority(authority, passphrase_file, province)
        trees = _trees(list(province.places()), known, signer)
        changed = 0
        for tree in _progress(trees, "writing"):
            folder = out / tree.device
            # Wi-Fi passphrases lie in it: nobody else's.
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            changed += bool(apply_tree(Target(folder, owners=False), tree, durable=False))
    if json:
        _say({"name": "provision render", "ok": True, "devices": len(trees), "changed": changed})
        return
    typer.echo(f"{out}: {len(trees)} devices, {changed} changed" if changed else f"{out}: nothing to change")


@app.command()
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

    with _errors(json=json):
        target = Target.at(root)
        _place, tree = _one(inventory, device, secrets, age_identity, authority, passphrase_file)
        changes = apply_tree(target, tree)
    if json:
        _say({"name": "provision apply", "ok": True, "device": tree.device, "changed": [c.path for c in changes]})
        return
    _tell(changes)
    typer.echo(f"{tree.device}: {len(changes)} changed" if changes else f"{tree.device}: nothing to change")
    if not target.owners and changes:
        typer.echo("not root: owners were left as they are", err=True)


@app.command()
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

    with _errors(json=json):
        target = Target.at(root)
        _place, tree = _one(inventory, device, secrets, age_identity, authority, passphrase_file)
        found = [change.words() for change in differences(target, tree)]
        found += [problem.words() for problem in identity_problems(target, tree)]
    if json:
        _say({"name": "provision verify", "ok": not found, "device": tree.device, "differences": found})
    elif found:
        typer.echo("\n".join(found))
        typer.echo(f"{tree.device}: {len(found)} differences", err=True)
    else:
        owners = "" if target.owners else "; owners not looked at (not root)"
        typer.echo(f"{tree.device}: as the inventory says, {len(tree.entries)} entries{owners}")
    raise typer.Exit(1 if found else 0)


@app.command()
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

    with _errors(json=json):
        place, tree = _one(inventory, device, secrets, age_identity, authority, passphrase_file)
        signer = _open(authority, passphrase_file, place.province)
        load = Load(place, tree, _secrets(secrets, age_identity).passphrase(place), packages=package or ())
        with _card(boot) as (volume, status):
            written = len(write_card(volume, boot, load, signer, each=status.update).files)
    _tell_card(written, place, json=json)


@app.command()
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
    with _errors(json=json):
        place, tree = _one(inventory, device, secrets, age_identity, authority, passphrase_file)
        signer = _open(authority, passphrase_file, place.province)
        if not signer.book.known(place.name):
            raise ProvisionError("replace.never_enrolled", device=place.name)
        data = read_backup(journal, place, mirror) if journal is not None else None
        known = _secrets(secrets, age_identity)
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
                load = dataclasses.replace(load, tree=_with_authority(tree, place, signer))
                written = len(write_card(volume, boot, load, signer, each=status.update).files)
    if json:
        _say({"name": "provision replace", "ok": True, "device": place.name, "denied": denied, "token": token})
        return
    typer.echo(f"{place.name}: {denied} certificates denied")
    if token:
        typer.echo(token)
    if written is not None:
        _tell_card(written, place, json=False)
    if place.has_hub and journal is None:
        typer.echo("no journal was given: the new hub asks kiosks and boards which numbers they saw", err=True)
    if not place.has_hub:
        hub = f"the hub of {place.office.id}"
        typer.echo(f"{hub} takes the deny list this evening; at once: systemctl start motcua-deny-list there", err=True)


@app.command("authority")
def make_authority(
    folder: Annotated[Path, typer.Argument(help="a new folder, on an encrypted disk, with a backup")],
    *,
    province: Annotated[str, typer.Option(help="the province's id in the inventory")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a province's authority, once. Whoever has this folder can make devices: keep it, and keep a copy."""
    from provisioning.authority import Authority

    with _errors():
        Authority.make(folder, province, passphrase=_passphrase(passphrase_file))
    typer.echo(f"{folder}: the authority of {province}")


@app.command("serve-ca")
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
    with _errors():
        authority = Authority.open(folder, passphrase=_passphrase(passphrase_file))
        try:
            serve(authority, host=host, port=port, names=name, ready_file=ready_file)
        except OSError as error:
            raise typer.BadParameter(f"{host}:{port}: {error.strerror or error}") from error


@app.command()
def sign(
    stick: Annotated[Path, typer.Argument(help="folder with devices' requests, such as a mounted USB stick")],
    *,
    authority: TheAuthority,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Answer the requests on a stick, for offices without a network."""
    from provisioning.authority import Authority
    from provisioning.authority_service import answer_stick

    with _errors():
        answered = answer_stick(Authority.open(authority, passphrase=_passphrase(passphrase_file)), stick)
    for name, refusal in answered.items():
        typer.echo(f"{name}: {'signed' if refusal is None else f'{refusal.vi} / {refusal.en} ({refusal.key})'}")
    if not answered:
        typer.echo(f"{stick}: no request without an answer", err=True)
    raise typer.Exit(1 if any(answered.values()) else 0)


@app.command()
def enrol(
    *,
    root: Root = Path("/"),
    token_file: Annotated[Path | None, typer.Option(help="file with the one-time token")] = None,
    token: Annotated[str, typer.Option(envvar="MOTCUA_TOKEN", help="better in the file or the environment")] = "",
    url: Annotated[str | None, typer.Option(help="another authority's address than device.yaml's")] = None,
    folder: Annotated[Path | None, typer.Option(help="a USB stick instead of the network")] = None,
    json: Json = False,
) -> None:
    """On the device: make keys, get certificates, take the newest deny list along. Run again, it only does the last."""
    from provisioning.apply import Target
    from provisioning.enrolment import enrol as enrol_device

    if url is not None and not url.startswith("https://"):
        raise typer.BadParameter("the address must begin with https://")
    with _errors(json=json):
        given = token_file.read_text(encoding="utf-8").strip() if token_file else token
        outcome = enrol_device(Target.at(root), given or None, folder=folder, url=url)
    if json:
        _say({"name": "provision enrol", "ok": True, "outcome": outcome})
        return
    typer.echo("enrolled" if outcome == "enrolled" else "nothing to enrol: every identity is good")


@app.command("deny-list")
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
    with _errors(json=json):
        taken = take_deny_list(Target.at(root), folder=folder, url=url)
    if json:
        _say({"name": "provision deny-list", "ok": True, "taken": taken})
        return
    typer.echo("a newer deny list was taken" if taken else "no newer deny list")


@app.command("first-boot")
def first_boot(
    *,
    boot: Annotated[Path, typer.Option(help="the boot volume")] = Path("/boot/firmware"),
    root: Root = Path("/"),
    folder: Annotated[Path | None, typer.Option(help="a USB stick with certificates, without a network")] = None,
) -> None:
    """On a new device, by its own unit: check the card, write the files, enrol, report, blank the card's secrets."""
    from provisioning.apply import Target
    from provisioning.first_boot import first_boot as run

    with _errors():
        done = run(boot, Target.at(root), folder=folder)
    if done is None:
        typer.echo("done already; the card's secrets are gone")
        return
    restored = ", the journal's backup laid out" if done.journal else ""
    typer.echo(f"{done.device}: {len(done.changes)} changed, {done.enrolled}{restored}; the card's secrets are gone")


@app.command()
def token(
    inventory: InventoryFile,
    *,
    device: DeviceName,
    authority: TheAuthority,
    days: Annotated[float, typer.Option(min=0.0001, max=90, help="how long it is good")] = 14,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print a one-time token for a device; earlier unused ones of it are void."""
    with _errors():
        province = _read(inventory)
        made = _open(authority, passphrase_file, province).token(province.find(device), days=days)
    typer.echo(made)


@app.command()
def deny(
    inventory: InventoryFile,
    *,
    device: DeviceName,
    authority: TheAuthority,
    instance: Annotated[str | None, typer.Option(help="only this process instance")] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put a device's certificates on its office's deny list, for good. The office's hub takes it in the evening."""
    with _errors():
        province = _read(inventory)
        place = province.find(device)
        count = _open(authority, passphrase_file, province).deny(place.name, instance=instance)
    typer.echo(f"{place.name}: {count} certificates denied; {authority / 'offices' / place.office.id}.denied.pem")


@contextlib.contextmanager
def _card(boot: Path) -> Iterator[tuple[Volume, Status]]:
    from rich.console import Console

    from provisioning.boot_volume import opened

    with Console(stderr=True).status("…") as status, opened(boot) as volume:
        yield volume, status


def _tell_card(written: int, place: Place, *, json: bool) -> None:
    if json:
        _say({"name": "provision card", "ok": True, "device": place.name, "files": written})
        return
    typer.echo(f"{place.name}: {written} files written; put the card in and switch on")
    typer.echo("until its first start the card holds the Wi-Fi passphrase and a token: keep it like a key", err=True)


def _one(  # noqa: PLR0917 -- a command's options
    inventory: Path,
    device: str,
    secrets: Path | None,
    age_identity: Path | None,
    authority: Path | None,
    passphrase_file: Path | None,
) -> tuple[Place, Tree]:
    province = _read(inventory)
    place = province.find(device)
    signer = _authority(authority, passphrase_file, province)
    return place, _trees([place], _secrets(secrets, age_identity), signer)[0]


def _trees(places: list[Place], known: Secrets, signer: Authority | None) -> list[Tree]:
    from motcua.provision_glue import board_part
    from provisioning.device_tree import device_tree

    board = board_part()
    if board.missing is not None:
        typer.echo(f"{board.missing.vi}\n{board.missing.en}\n({board.missing.key})", err=True)
    offices = {place.office.id: place for place in places}
    public = {office: signer.public(place) for office, place in offices.items()} if signer else {}
    show = _progress(places, "making") if len(places) > 1 else places
    return [device_tree(place, known, board_files=board.files, authority=public.get(place.office.id)) for place in show]


def _with_authority(tree: Tree, place: Place, signer: Authority) -> Tree:
    from provisioning.device_tree import authority_files
    from provisioning.tree import make_tree

    return make_tree(tree.device, [*tree.entries, *authority_files(signer.public(place))], tree.identities)


def _read(inventory: Path) -> Province:
    from rich.console import Console

    from provisioning.inventory import read_inventory

    with Console(stderr=True).status("reading …") as status:
        return read_inventory(inventory, each=lambda office: status.update(f"reading … {office}"))


def _secrets(path: Path | None, age_identity: Path | None) -> Secrets:
    from provisioning.secrets_file import read_secrets

    return read_secrets(path, age_identity=age_identity)


def _passphrase(path: Path | None) -> bytes | None:
    from provisioning.secrets_file import check_private

    if path is None:
        return None
    check_private(path, "secrets.readable")
    return path.read_text(encoding="utf-8").splitlines()[0].encode()


def _authority(folder: Path | None, passphrase_file: Path | None, province: Province) -> Authority | None:
    return None if folder is None else _open(folder, passphrase_file, province)


def _open(folder: Path, passphrase_file: Path | None, province: Province) -> Authority:
    from provisioning.authority import Authority

    opened = Authority.open(folder, passphrase=_passphrase(passphrase_file))
    opened.check_province(province.inventory.province)
    return opened


def _progress(items: list[T], what: str) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True))


def _tell(changes: list[Change]) -> None:
    for change in changes:
        typer.echo(f"  {change.words()}")


@contextlib.contextmanager
def _errors(*, json: bool = False) -> Iterator[None]:
    try:
        yield
    except MotcuaError as error:
        if json:
            _say({"ok": False, "error": {"key": error.key, "vi": error.vi, "en": error.en}})
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(1) from error


def _say(values: object) -> None:
    typer.echo(json_module.dumps(values, ensure_ascii=False))
