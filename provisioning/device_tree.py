"""A device's whole tree of files, from the inventory, the secrets, the authority and the board's own files.

The board's files (config.txt, udev, the broker's configuration) are made elsewhere and come in as path → bytes, so that
this package knows no firmware.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from provisioning import networks
from provisioning.inventory import Place
from provisioning.processes import ETC, Process, processes
from provisioning.secrets_file import Secrets
from provisioning.tree import Entry, Tree, file, make_tree
from queue_core.office import dump_office

#: path from the root, without a first slash → bytes
BoardFiles = Callable[[Place], Mapping[str, bytes]]

CMDLINE: Final = "boot/firmware/cmdline.txt"
FIREWALL: Final = "etc/nftables.conf"
KEYRING: Final = "etc/apt/keyrings/motcua.asc"
SOURCES: Final = "etc/apt/sources.list.d/motcua.sources"
CATALOGUE_CA: Final = "etc/motcua/catalogue-ca.pem"
UNITS: Final = "/usr/lib/systemd/system"
WANTS: Final = "etc/systemd/system/multi-user.target.wants"
_HEAD: Final = "# Written by Motcua from the province's inventory: changes here are lost.\n"
_ETC: Final = ETC.removeprefix("/")


@dataclass(frozen=True, slots=True)
class Authority:
    """What of the authority every device may know, PEM.

    The office's own ``ca``, its ``denied`` list, the ``root`` that vouches for the enrolment service and the cards;
    for a hub that sends to it, the ``central`` authority.
    """

    ca: bytes
    denied: bytes
    root: bytes
    central: bytes | None = None


def no_board_files(_place: Place) -> Mapping[str, bytes]:
    """Nothing for the board."""
    return {}


def device_tree(
    place: Place, secrets: Secrets, *, board_files: BoardFiles = no_board_files, authority: Authority | None = None
) -> Tree:
    """The tree of one device. Raises ProvisionError secrets.missing, or what ``board_files`` raises."""
    running = processes(place)
    entries = [
        *_named(place),
        networks.connection(place, secrets.passphrase(place)),
        *_settings(place, running),
        *_board(board_files(place)),
    ]
    entries += _updates(place)
    entries += _catalogue(place)
    if authority is not None:
        entries += authority_files(authority)
    return make_tree(place.name, entries, {process.instance: process.user for process in running})


def _updates(place: Place) -> list[Entry]:
    """What ``motcua update`` reads: the publisher's key, the repository, the window."""
    updates = place.province.inventory.updates
    if updates is None:
        return []
    sources = (
        f"{_HEAD}Types: deb\nURIs: {updates.repository}\nSuites: @SUITE@\nComponents: main\nSigned-By: /{KEYRING}\n"
    )
    entries = [
        file(KEYRING, place.province.text(updates.key)),
        file(SOURCES, sources).model_copy(update={"kind": "by-suite"}),
    ]
    times = updates.model_dump(include={"window", "settle_s"}, exclude_none=True)
    if times:
        lines = [f"{key}: {json.dumps(value)}\n" for key, value in times.items()]
        entries.append(file(f"{_ETC}/update.yaml", _HEAD + "".join(lines)))
    return entries


def _catalogue(place: Place) -> list[Entry]:
    """What ``motcua catalogue fetch`` is given on a hub; without it its unit is passed over."""
    wanted = place.province.inventory.catalogue
    if wanted is None or not place.has_hub:
        return []
    # A folder is a plain path there: the import reads what lies in it.
    words = ["--from", wanted.source.removeprefix("file:")]
    entries = []
    if wanted.ca is not None:
        words += ["--ca", f"/{CATALOGUE_CA}"]
        entries.append(file(CATALOGUE_CA, place.province.text(wanted.ca)))
    if wanted.most_lost is not None:
        words += ["--most-lost", str(wanted.most_lost)]
    entries.append(file(f"{_ETC}/env/motcua-catalogue.env", f'{_HEAD}MOTCUA_ARGS="{" ".join(words)}"\n'))
    return entries


def authority_files(authority: Authority) -> list[Entry]:
    """What a device trusts, and whom it does not."""
    named = {"ca": authority.ca, "denied": authority.denied, "authority": authority.root}
    if authority.central is not None:
        named["central"] = authority.central
    return [file(f"{_ETC}/{name}.pem", data) for name, data in named.items()]


def setting(place: Place, running: list[Process]) -> dict[str, Any]:
    """``device.yaml``: what this device is, for doctor and health and for enrolment."""
    inventory, device = place.province.inventory, place.device
    enrol = inventory.authority
    return {
        "format": 1,
        "province": inventory.province,
        "office": place.office.id,
        "device": device.id,
        "role": device.role,
        **device.model_dump(mode="json", include={"board", "screen", "printer", "scanner", "camera", "rtc"}),
        "backup": device.ports.backup is not None,
        "hub": {"name": place.hub_name, "address": place.office.hub.address},
        "instances": {process.instance: process.user for process in running},
        **({"authority": enrol.model_dump(mode="json", exclude_none=True)} if enrol else {}),
    }


def _named(place: Place) -> list[Entry]:
    inventory = place.province.inventory
    hosts = ["127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", f"127.0.1.1\t{place.host}"]
    # On its own machine the hub is reached without a network too.
    serves = place.has_hub or place.is_central
    hosts.append(f"{'127.0.0.1' if serves else place.office.hub.address}\t{place.hub_name}")
    if place.sends and inventory.central is not None:
        hosts.append(f"{inventory.central.address}\t{place.central_name}")
    if inventory.authority and inventory.authority.address:
        name = inventory.authority.url.removeprefix("https://").partition(":")[0]
        hosts.append(f"{inventory.authority.address}\t{name}")
    entries = [
        file("etc/hostname", f"{place.host}\n"),
        file("etc/hosts", _HEAD + "\n".join(hosts) + "\n"),
        Entry(path="etc/localtime", kind="link", target="/usr/share/zoneinfo/Asia/Ho_Chi_Minh", mode=0o777),
    ]
    if inventory.time_servers:
        servers = " ".join(inventory.time_servers)
        entries.append(file("etc/systemd/timesyncd.conf.d/motcua.conf", f"{_HEAD}[Time]\nNTP={servers}\n"))
    if place.network.kind == "wifi":
        line = f"options cfg80211 ieee80211_regdom={place.network.country}\n"
        entries.append(file("etc/modprobe.d/motcua-wifi.conf", _HEAD + line))
    return entries


def _settings(place: Place, running: list[Process]) -> list[Entry]:
    values = json.dumps(setting(place, running), ensure_ascii=False, indent=1)
    entries = [
        Entry(path=_ETC, kind="folder", mode=0o755),
        Entry(path=f"{_ETC}/env", kind="folder", mode=0o755),
        # As the package's tmpfiles.d has it: who has a place there knows its name.
        Entry(path=f"{_ETC}/identity", kind="folder", mode=0o711),
        # JSON is YAML too, and is read a hundred times faster.
        file(f"{_ETC}/device.yaml", f"{_HEAD}{values}\n"),
        Entry(
            path=f"{WANTS}/motcua-{place.device.role}.target",
            kind="link", target=f"{UNITS}/motcua-{place.device.role}.target", mode=0o777,
        ),
    ]  # fmt: skip
    for process in running:
        entries.append(Entry(path=f"{_ETC}/identity/{process.instance}", kind="folder", mode=0o755))
        if process.arguments is not None:
            line = f'MOTCUA_ARGS="{" ".join(process.arguments)}"\n'
            entries.append(file(f"{_ETC}/env/{process.env}.env", _HEAD + line))
    if place.has_hub:
        office = json.dumps(dump_office(place.province.offices[place.office.id]), ensure_ascii=False, indent=1)
        entries.append(file(f"{_ETC}/office.yaml", f"{_HEAD}{office}\n"))
    named = {"signs": place.device.signs, "panel": place.device.panel}
    entries += [file(f"{_ETC}/{key}.yaml", place.province.text(name)) for key, name in named.items() if name]
    return entries


def _board(files: Mapping[str, bytes]) -> list[Entry]:
    entries = []
    for path, content in files.items():
        entry = file(path, content)
        entries.append(entry.model_copy(update={"kind": "cmdline"}) if path == CMDLINE else entry)
    if FIREWALL in files:
        # Debian ships it switched off.
        name = "nftables.service"
        wants = f"etc/systemd/system/sysinit.target.wants/{name}"
        entries.append(Entry(path=wants, kind="link", target=f"{UNITS}/{name}", mode=0o777))
    return entries
