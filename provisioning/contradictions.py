"""What no single key of an inventory shows: names twice, networks that are not there, offices without a hub."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Final

from provisioning.inventory_model import CENTRAL, HUB_ROLES, Central, Device, Inventory, Network, PlaceOffice

#: what draws needs a screen; a Zero 2 W has the memory for signs alone
NEEDS_SCREEN: Final = ("solo", "kiosk", "board")
RESERVED: Final = ("broker", "hub", "uplink")

_Found = tuple[Sequence[str | int], str, str]


def contradictions(inventory: Inventory) -> Iterator[_Found]:
    """Each with its place in the file, in Vietnamese and in English."""
    yield from _twice([(["networks", i, "id"], n.id) for i, n in enumerate(inventory.networks)])
    yield from _twice([(["offices", i, "id"], o.id) for i, o in enumerate(inventory.offices)])
    names: list[tuple[Sequence[str | int], str]] = []
    if inventory.central is not None:
        names.append((["central", "name"], inventory.central.name or f"{CENTRAL}.{inventory.domain}"))
    names += [(["offices", i, "hub", "name"], o.hub.name) for i, o in enumerate(inventory.offices) if o.hub.name]
    yield from _twice(names)
    window = inventory.updates.window if inventory.updates else None
    if window is not None and len(set(window.split("-"))) == 1 and window != "never":
        yield ["updates", "window"], "giờ đầu và giờ cuối trùng nhau", "begin and end are the same"
    for i, one in enumerate(inventory.networks):
        yield from _network(one, ["networks", i])
    if inventory.central is not None:
        yield from _central(inventory, inventory.central, ["central"])
    for i, office in enumerate(inventory.offices):
        yield from _office(inventory, office, ["offices", i])


def _central(inventory: Inventory, central: Central, at: list[str | int]) -> Iterator[_Found]:
    name, device = central.name, central.device
    if name is not None and not name.endswith(f".{inventory.domain}"):
        en = f"central's name must end in .{inventory.domain} (domain)"
        yield [*at, "name"], f"tên của máy tỉnh phải kết thúc bằng .{inventory.domain} (domain)", en
    if not ipaddress.ip_address(central.address).is_private:
        en = "central's address must be a private one of the province's network, such as 10.20.0.5"
        yield [*at, "address"], "địa chỉ của máy tỉnh phải là địa chỉ mạng nội bộ của tỉnh, như 10.20.0.5", en
    yield from _twice([([*at, "networks", i, "id"], n.id) for i, n in enumerate(central.networks)])
    for i, one in enumerate(central.networks):
        yield from _network(one, [*at, "networks", i])
    if device is None:
        return
    if device.role != CENTRAL:
        yield [*at, "device", "role"], "máy của tỉnh có vai trò central", "the province's machine has the role central"
    for key in ("signs", "panel"):
        if getattr(device, key) is not None:
            yield [*at, "device", key], "máy của tỉnh không có", "the province's machine has none"
    known = {n.id for n in (*inventory.networks, *central.networks)}
    yield from _machine(device, known, [*at, "device"])
    if device.address is not None and device.address.partition("/")[0] != central.address:
        vi = f"phải là địa chỉ của máy tỉnh, {central.address}"
        yield [*at, "device", "address"], vi, f"must be central's address, {central.address}"


def _twice(values: Sequence[tuple[Sequence[str | int], str]]) -> Iterator[_Found]:
    seen: set[str] = set()
    for location, value in values:
        if value in seen:
            yield location, f"“{value}” có hai lần", f"“{value}” stands twice"
        seen.add(value)


def _network(one: Network, at: list[str | int]) -> Iterator[_Found]:
    if (one.kind == "wifi") != (one.ssid is not None):
        yield [*at, "ssid"], "mạng wifi cần ssid, mạng dây thì không", "a wifi needs its ssid, a wired network has none"


def _office(inventory: Inventory, office: PlaceOffice, at: list[str | int]) -> Iterator[_Found]:
    name = office.hub.name
    if office.id == CENTRAL:
        yield [*at, "id"], "tên này dành cho máy của tỉnh", "this name is kept for the province's own machine"
    if name is not None and not name.endswith(f".{inventory.domain}"):
        en = f"the hub's name must end in .{inventory.domain} (domain)"
        yield [*at, "hub", "name"], f"tên của hub phải kết thúc bằng .{inventory.domain} (domain)", en
    if not ipaddress.ip_address(office.hub.address).is_private:
        en = "the hub's address must be a private one, such as 192.168.10.10"
        yield [*at, "hub", "address"], "địa chỉ của hub phải là địa chỉ nội bộ, như 192.168.10.10", en
    yield from _twice([([*at, "networks", i, "id"], n.id) for i, n in enumerate(office.networks)])
    for i, one in enumerate(office.networks):
        yield from _network(one, [*at, "networks", i])
    yield from _twice([([*at, "devices", i, "id"], d.id) for i, d in enumerate(office.devices)])
    static = [(i, d.address.partition("/")[0]) for i, d in enumerate(office.devices) if d.address]
    yield from _twice([([*at, "devices", i, "address"], address) for i, address in static])
    hubs = [i for i, device in enumerate(office.devices) if device.role in HUB_ROLES]
    if len(hubs) != 1:
        en = f"an office has exactly one device of role solo or hub, not {len(hubs)}"
        yield [*at, "devices"], f"mỗi đơn vị có đúng một thiết bị vai trò solo hoặc hub, không phải {len(hubs)}", en
    known = {n.id for n in (*inventory.networks, *office.networks)}
    for i, device in enumerate(office.devices):
        yield from _device(office, device, known, [*at, "devices", i])


def _device(office: PlaceOffice, device: Device, networks: set[str], at: list[str | int]) -> Iterator[_Found]:
    if device.role == CENTRAL:
        en = "an office has no such device; the province's stands under central.device"
        yield [*at, "role"], "đơn vị không có thiết bị này; máy của tỉnh đặt ở central.device", en
    yield from _machine(device, networks, at)
    address = device.address.partition("/")[0] if device.address else None
    if device.role in HUB_ROLES and address is not None and address != office.hub.address:
        vi = f"phải là địa chỉ của hub, {office.hub.address}"
        yield [*at, "address"], vi, f"must be the hub's address, {office.hub.address}"
    if device.role not in HUB_ROLES and address == office.hub.address:
        yield [*at, "address"], "trùng địa chỉ của hub", "is the hub's address"


def _machine(device: Device, networks: set[str], at: list[str | int]) -> Iterator[_Found]:
    if device.network not in networks:
        known = ", ".join(sorted(networks)) or "–"
        yield [*at, "network"], f"không có mạng này (có: {known})", f"there is no such network (there are: {known})"
    if device.id in RESERVED and not (device.id == "hub" and device.role == "hub"):
        yield [*at, "id"], "tên này dành cho hub và broker", "this name is kept for the hub and the broker"
    if (device.role in NEEDS_SCREEN) != (device.screen != "none"):
        en = f"the role {device.role} {'needs' if device.role in NEEDS_SCREEN else 'has no'} screen"
        vi = f"vai trò {device.role} {'cần' if device.role in NEEDS_SCREEN else 'không có'} màn hình"
        yield [*at, "screen"], vi, en
    if device.board == "zero2w" and device.role != "signs":
        yield [*at, "board"], "Zero 2 W chỉ dùng cho vai trò signs", "a Zero 2 W serves the role signs alone"
    if device.ports.backup and device.role not in HUB_ROLES:
        en = "only the roles solo and hub have a journal to back up"
        yield [*at, "ports", "backup"], "chỉ vai trò solo và hub có nhật ký để sao lưu", en
    if device.rtc == "pi5" and device.board != "pi5":
        yield [*at, "rtc"], "chỉ Pi 5 có đồng hồ riêng", "only a Pi 5 has a clock of its own"
