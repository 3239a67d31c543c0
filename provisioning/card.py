"""What a card carries to a device's first start: its tree, a token, packages, and the system's own way to begin.

Trixie's card is told by cloud-init (``user-data``, ``network-config``, ``meta-data``), Bookworm's by one word on the
kernel command line; both put the same script and unit into place, which hand everything to ``motcua provision
first-boot``. Everything is checked and made in memory first; then written, the seal last.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML

from provisioning import networks
from provisioning.authority import Authority, pem, sealed
from provisioning.boot_volume import Mechanism, Volume, check_room, check_stock
from provisioning.device_tree import CMDLINE
from provisioning.errors import CardError
from provisioning.inventory import Place
from provisioning.tree import Tree, cmdline

FOLDER: Final = "motcua"
MANIFEST: Final = f"{FOLDER}/card.json"
BUNDLE: Final = f"{FOLDER}/bundle.json"
ENROL: Final = f"{FOLDER}/enrol.json"
JOURNAL: Final = f"{FOLDER}/journal.db"
NETWORK: Final = f"{FOLDER}/network.nmconnection"
REPORT: Final = f"{FOLDER}/report.json"
ROOT_PEM: Final = f"{FOLDER}/authority.pem"
CLOUD_FILES: Final = ("user-data", "network-config", "meta-data")
#: the stock system itself changes these at its first start
SYSTEMS_OWN: Final = ("cmdline.txt", "config.txt")
#: overwritten with zeros and gone after the first start; the manifest last
SECRET_FILES: Final = (BUNDLE, ENROL, NETWORK, JOURNAL, "network-config", "user-data")
_HERE: Final = "/usr/local/lib/motcua-card"
_RUN: Final = (
    "systemd.run=/boot/firmware/motcua/first-boot.sh systemd.run_success_action=reboot "
    "systemd.unit=kernel-command-line.target"
)

Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What was written: path → SHA-256; ``seal``: the province's root over it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = 1
    device: str
    files: dict[str, Sha]
    seal: str = ""

    def sealed_bytes(self) -> bytes:
        """What the seal is over."""
        return json.dumps([self.device, sorted(self.files.items())]).encode()


@dataclass(frozen=True, slots=True)
class Load:
    """What goes onto a card. ``packages``: Debian packages; ``journal``: the backup that a new hub goes on from."""

    place: Place
    tree: Tree
    passphrase: str | None
    packages: Sequence[Path] = ()
    journal: bytes | None = None


def card_files(
    load: Load, token: str, mechanism: Mechanism, present_cmdline: bytes, root_pem: bytes
) -> dict[str, bytes]:
    """Path → bytes of everything that is written, but the manifest."""
    authority = load.place.province.inventory.authority
    enrol = {"token": token, "url": authority.url if authority else None}
    found = {
        BUNDLE: load.tree.bundle(),
        ENROL: json.dumps(enrol).encode(),
        ROOT_PEM: root_pem,
        **_packages(load.packages),
    }
    if load.journal is not None:
        found[JOURNAL] = load.journal
    entries = load.tree.files()
    for path, entry in entries.items():
        if path.startswith("boot/firmware/") and entry.kind == "file":
            found[path.removeprefix("boot/firmware/")] = entry.data
    line = cmdline(entries[CMDLINE].data, present_cmdline) if CMDLINE in entries else present_cmdline
    if mechanism == "cloud-init":
        if CMDLINE in entries:
            found["cmdline.txt"] = line
        return found | cloud_files(load.place, load.passphrase)
    once = {word.partition("=")[0] for word in _RUN.split()}
    words = [word for word in line.decode("utf-8", errors="replace").split() if word.partition("=")[0] not in once]
    found["cmdline.txt"] = f"{' '.join(words)} {_RUN}\n".encode()
    found[f"{FOLDER}/first-boot.sh"] = shipped("first-boot.sh")
    found[f"{FOLDER}/motcua-card.service"] = shipped("motcua-card.service")
    found[NETWORK] = networks.connection(load.place, load.passphrase).data
    return found


def shipped(name: str) -> bytes:
    """A file that lies beside this module."""
    return files("provisioning").joinpath("card_files").joinpath(name).read_bytes()


def cloud_files(place: Place, passphrase: str | None) -> dict[str, bytes]:
    """cloud-init's three files. No password anywhere; a login only for the technicians' keys, if there are any."""
    keys = list(place.province.inventory.technician_keys)
    technician: dict[str, Any] = {"name": "technician", "gecos": "Motcua", "lock_passwd": True}
    if keys:
        technician |= {"groups": ["sudo"], "shell": "/bin/bash", "sudo": "ALL=(ALL) NOPASSWD:ALL"}
        technician["ssh_authorized_keys"] = keys
    else:
        # Without any user the system would ask for one on the lobby's screen.
        technician["shell"] = "/usr/sbin/nologin"
    user_data: dict[str, Any] = {
        "hostname": place.host,
        "manage_etc_hosts": False,
        "timezone": "Asia/Ho_Chi_Minh",
        "ssh_pwauth": False,
        "disable_root": True,
        "users": [technician],
        "write_files": [
            {"path": f"{_HERE}/first-boot.sh", "permissions": "0755", "content": shipped("first-boot.sh").decode()},
            {
                "path": "/etc/systemd/system/motcua-card.service",
                "permissions": "0644",
                "content": shipped("motcua-card.service").decode(),
            },
        ],
        "runcmd": [
            ["systemctl", "enable" if keys else "disable", "--now", "ssh.service"],
            ["systemctl", "daemon-reload"],
            ["systemctl", "enable", "motcua-card.service"],
            ["systemctl", "start", "--no-block", "motcua-card.service"],
        ],
    }
    # A new identity for cloud-init, which otherwise takes the card for one that it has seen.
    identity = hashlib.sha256(f"{place.province.inventory.province}/{place.name}".encode()).hexdigest()[:16]
    meta = {"instance-id": f"motcua-{identity}", "local-hostname": place.host}
    return {
        "user-data": b"#cloud-config\n" + _yaml(user_data),
        "network-config": _yaml(networks.netplan(place, passphrase)),
        "meta-data": _yaml(meta),
    }


def _yaml(values: object) -> bytes:
    out = io.BytesIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.width = 4096
    yaml.dump(values, out)
    return out.getvalue()


def _packages(paths: Sequence[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CardError("card.bad_package", file=str(path)) from error
        # deb(5): an ar archive whose first member is debian-binary
        if data[:8] != b"!<arch>\n" or data[8:21] != b"debian-binary" or path.suffix != ".deb":
            raise CardError("card.bad_package", file=path.name)
        found[f"{FOLDER}/packages/{path.name}"] = data
    if found:
        sums = [f"{hashlib.sha256(data).hexdigest()}  {Path(name).name}\n" for name, data in sorted(found.items())]
        found[f"{FOLDER}/packages.sha256"] = "".join(sums).encode()
    return found


def check_card(volume: Volume, where: Path, load: Load, authority: Authority) -> tuple[Mechanism, Manifest | None]:
    """Refuse whatever must not be written; gives how this card is told, and what an earlier run wrote on it."""
    mechanism = check_stock(volume, where, load.place.device.board)
    before = _check_untouched(volume, load.place.name, authority)
    content = card_files(load, "-" * 43, mechanism, volume.read("cmdline.txt") or b"", _root_pem(authority))
    check_room(volume, where, sum(len(data) for data in content.values()))
    return mechanism, before


def write_card(
    volume: Volume, where: Path, load: Load, authority: Authority, *, each: Callable[[str], None] = lambda _path: None
) -> Manifest:
    """Check the volume, make a token, write everything; ``each`` hears each path.

    Raises CardError before anything is written: card.not_boot, card.not_lite, card.wrong_board, card.changed,
    card.used, card.other_device, card.too_small, card.bad_package.
    """
    mechanism, before = check_card(volume, where, load, authority)
    present = volume.read("cmdline.txt") or b""
    content = card_files(load, authority.token(load.place), mechanism, present, _root_pem(authority))
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in content.items()}
    draft = Manifest(device=load.place.name, files=digests)
    seal = base64.b64encode(authority.seal(draft.sealed_bytes())).decode()
    # Without a manifest the card is not used at all: a cut from here on leaves no half of a device.
    volume.remove(MANIFEST)
    for path in sorted(set(before.files if before else ()) - set(content) - set(SYSTEMS_OWN)):
        volume.remove(path)
    for path, data in content.items():
        volume.write(path, data)
        each(path)
    manifest = draft.model_copy(update={"seal": seal})
    volume.write(MANIFEST, manifest.model_dump_json(indent=1).encode())
    return manifest


def _root_pem(authority: Authority) -> bytes:
    return pem(authority.root.certificate)


def read_manifest(volume: Volume) -> Manifest | None:
    """The card's manifest, None without one. Raises CardError card.changed."""
    data = volume.read(MANIFEST)
    if data is None:
        return None
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        raise CardError("card.changed", files=MANIFEST) from error


def changed_files(volume: Volume, manifest: Manifest, *, but: Sequence[str] = ()) -> list[str]:
    """Files that are not as they were written, or gone."""
    found = []
    for path, digest in manifest.files.items():
        data = None if path in but else volume.read(path)
        if path not in but and (data is None or hashlib.sha256(data).hexdigest() != digest):
            found.append(path)
    return sorted(found)


def check_seal(manifest: Manifest, root_pem: bytes) -> None:
    """Refuse a manifest that the province's root did not seal: card.changed."""
    try:
        good = sealed(root_pem, manifest.sealed_bytes(), base64.b64decode(manifest.seal))
    except ValueError:
        good = False
    if not good:
        raise CardError("card.changed", files=MANIFEST)


def _check_untouched(volume: Volume, device: str, authority: Authority) -> Manifest | None:
    if (report := volume.read(REPORT)) is not None:
        raise CardError("card.used", device=_device_of(report))
    manifest = read_manifest(volume)
    if manifest is None:
        if volume.read("cmdline.txt") is not None and b"systemd.run=" in (volume.read("cmdline.txt") or b""):
            raise CardError("card.changed", files="cmdline.txt")
        return None
    check_seal(manifest, _root_pem(authority))
    if manifest.device != device:
        raise CardError("card.other_device", device=manifest.device)
    if changed := changed_files(volume, manifest):
        raise CardError("card.changed", files=", ".join(changed[:8]))
    return manifest


def _device_of(report: bytes) -> str:
    try:
        return str(json.loads(report).get("device", "–"))[:80]
    except (ValueError, AttributeError):
        return "–"


def blank(volume: Volume, manifest: Manifest | None) -> list[str]:
    """Overwrite the secrets on the card and take them away, the manifest last; gives what was there."""
    wiped = [path for path in SECRET_FILES if volume.exists(path)]
    for path in wiped:
        volume.remove(path)
    rest: Mapping[str, str] = manifest.files if manifest else {}
    for path in sorted(path for path in rest if path.startswith(f"{FOLDER}/packages")):
        volume.remove(path)
    if manifest is not None and "user-data" in manifest.files:
        # cloud-init is switched off by then; should it ever look again, it finds nothing to do.
        volume.write("user-data", b"#cloud-config\n{}\n")
    volume.remove(MANIFEST)
    return wiped
