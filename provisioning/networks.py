"""How a device joins its network: NetworkManager's own file, and netplan's for the first start of a card.

Both Raspberry Pi OS versions use NetworkManager. A Wi-Fi that went away is tried for ever (``autoconnect-retries=0``),
with the radio's power saving off: a kiosk that sleeps between two beats counts as lost.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from provisioning.inventory import Place
from provisioning.inventory_model import Network
from provisioning.tree import Entry, file

FOLDER: Final = "etc/NetworkManager/system-connections"
#: names our connections' uuids, so that a device gets the same file again
_SPACE: Final = uuid.UUID("6a3d4c0e-7b53-5d0b-9f1e-0d6f6d6f7463")


def connection(place: Place, passphrase: str | None) -> Entry:
    """The keyfile (NetworkManager's nm-settings-keyfile), readable by root alone as NetworkManager demands."""
    network = place.network
    sections: dict[str, dict[str, str]] = {
        "connection": {
            "id": f"motcua-{network.id}",
            "uuid": str(uuid.uuid5(_SPACE, f"{place.province.inventory.province}/{place.name}/{network.id}")),
            "type": "wifi" if network.kind == "wifi" else "ethernet",
            "autoconnect": "true",
            "autoconnect-priority": "10",
            "autoconnect-retries": "0",
        }
    }
    if network.kind == "wifi":
        sections |= _wifi(network, passphrase)
    sections["ipv4"] = _ipv4(place)
    sections["ipv6"] = {"method": "auto" if ":" not in (place.device.address or "") else "manual"}
    if place.device.address and ":" in place.device.address:
        sections["ipv6"]["address1"] = place.device.address
    text = "\n".join(f"[{name}]\n" + "".join(f"{k}={v}\n" for k, v in keys.items()) for name, keys in sections.items())
    return file(f"{FOLDER}/motcua-{network.id}.nmconnection", text, mode=0o600, secret=network.kind == "wifi")


def _wifi(network: Network, passphrase: str | None) -> dict[str, dict[str, str]]:
    name = (network.ssid or "").encode()
    # A list of bytes is NetworkManager's own form for a name that is not plain ASCII.
    ssid = ";".join(str(byte) for byte in name) + ";"
    wifi = {"mode": "infrastructure", "ssid": ssid, "powersave": "2"}
    if network.hidden:
        wifi["hidden"] = "true"
    # A keyfile knows backslash escapes (GKeyFile) and drops spaces at the beginning.
    psk = (passphrase or "").replace("\\", "\\\\").replace(" ", "\\s")
    return {"wifi": wifi, "wifi-security": {"key-mgmt": "wpa-psk", "psk": psk}}


def _ipv4(place: Place) -> dict[str, str]:
    address, network = place.device.address, place.network
    if address is None or ":" in address:
        return {"method": "auto"}
    keys = {"method": "manual", "address1": address + (f",{network.gateway}" if network.gateway else "")}
    servers = [server for server in network.dns if ":" not in server]
    return keys | ({"dns": ";".join(servers) + ";"} if servers else {})


def netplan(place: Place, passphrase: str | None) -> dict[str, Any]:
    """cloud-init's ``network-config``, version 2, for the first start."""
    network, address = place.network, place.device.address
    settings: dict[str, Any] = {"optional": True}
    if address is None:
        settings["dhcp4"] = True
    else:
        settings |= {"dhcp4": False, "addresses": [address]}
        if network.gateway:
            settings["routes"] = [{"to": "default", "via": network.gateway}]
        if network.dns:
            settings["nameservers"] = {"addresses": list(network.dns)}
    if network.kind == "wired":
        return {"version": 2, "ethernets": {"eth0": settings}}
    point: dict[str, Any] = {"password": passphrase}
    if network.hidden:
        point["hidden"] = True
    settings |= {"regulatory-domain": network.country, "access-points": {network.ssid: point}}
    return {"version": 2, "wifis": {"wlan0": settings}}
