"""One file for a province: its offices, networks and devices.

Written and read as an office's own configuration is (YAML 1.2); a mistake is named with its line, its key path in the
inventory's own names and its device. Secrets are not in it (:mod:`provisioning.secrets_file`).
"""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, ValidationError

from provisioning.errors import ProvisionError
from queue_core.decisions.arranging import config_error
from queue_core.errors import ConfigError
from queue_core.office import Device as OfficeDevice
from queue_core.office import Id, Model, Office, Text
from queue_core.office_file import line_at, load_marked, plain, read_office

Role = Literal["solo", "hub", "kiosk", "board", "signs"]
Board = Literal["pi4", "pi5", "cm4", "zero2w", "amd64"]
Screen = Literal["portrait-1080p", "landscape-1080p", "touch-display", "none"]
HUB_ROLES: Final = ("solo", "hub")
#: what draws needs a screen; a Zero 2 W has the memory for signs alone
NEEDS_SCREEN: Final = ("solo", "kiosk", "board")
RESERVED: Final = ("broker", "hub")

HOST: Final = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$"
Host = Annotated[str, Field(pattern=HOST, max_length=200)]
#: goes into a unit's arguments: one word, nothing a shell or systemd would read
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9:/?&=.,_+@-]{1,200}$")]
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]


def _address(value: str) -> str:
    return str(ipaddress.ip_address(value))


def _interface(value: str) -> str:
    found = ipaddress.ip_interface(value)
    if "/" not in value:
        message = f"“{value}” needs the network's length, such as {value}/24"
        raise ValueError(message)
    return str(found)


Address = Annotated[str, AfterValidator(_address)]
#: an address with the length of its network, ``192.168.10.11/24``
Interface = Annotated[str, AfterValidator(_interface)]


class Network(Model):
    """A network that devices join: wired, or a Wi-Fi by name (its passphrase stands in the secrets, under this id)."""

    id: Id
    kind: Literal["wired", "wifi"] = "wired"
    ssid: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,32}$")] | None = None
    hidden: bool = False
    country: str = Field(default="VN", pattern=r"^[A-Z]{2}$")
    gateway: Address | None = None
    dns: tuple[Address, ...] = ()


UsbPort = Annotated[str, Field(pattern=r"^[0-9]{1,2}-[0-9]{1,2}(\.[0-9]{1,2}){0,5}$")]


class Ports(Model):
    """Places at the computer, as ``motcua scanner list`` prints them: what hangs elsewhere is not opened."""

    panel: tuple[UsbPort, ...] = ()
    scanner: UsbPort | None = None
    printer: UsbPort | None = None
    sign_bus: UsbPort | None = None
    storage: tuple[UsbPort, ...] = ()
    backup: UsbPort | None = None


class Device(Model):
    """One machine of an office. ``id`` is its client's name at the broker."""

    id: Id
    role: Role
    board: Board
    screen: Screen = "none"
    printer: Word = "none:"
    second_printer: Word = "none:"
    paper_mm: Literal[80, 58] = 80
    scanner: Word = "none:"
    camera: Word = "none"
    rtc: Literal["none", "ds3231", "pi5"] = "none"
    signs: str | None = Field(default=None, description="file of the signs' and keypads' wiring, beside the inventory")
    panel: str | None = Field(default=None, description="file of the panel's pins, beside the inventory")
    voice: bool = True
    rotation: Literal[0, 90, 180, 270] | None = Field(default=None, description="of the picture; upright screens: 90")
    touch_rotation: Literal[0, 90, 180, 270] = Field(default=0, description="of touch-display")
    ports: Ports = Field(default=Ports())
    network: Id
    address: Interface | None = Field(default=None, description="static; without it the network gives one (DHCP)")


class Hub(Model):
    """Where the office's hub is found: its name and address, which its certificate carries too."""

    address: Address
    name: Host | None = None


class PlaceOffice(Model):
    """One office: its configuration file, its hub, its devices."""

    id: Id
    configuration: str = Field(description="the office's configuration file, beside the inventory")
    hub: Hub
    networks: tuple[Network, ...] = ()
    devices: tuple[Device, ...] = Field(min_length=1)


class Enrolment(Model):
    """The province's authority as devices reach it."""

    url: Annotated[str, Field(pattern=r"^https://[a-z0-9.:\[\]-]{1,200}$")]
    address: Address | None = None


_FOLDER: Final = r"file:/[A-Za-z0-9._/-]{1,200}"
_HOST_PATH: Final = r"://[a-z0-9.-]{1,200}(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]{0,200})?"
_SERVER: Final = f"https?{_HOST_PATH}"
#: with what a server is asked by, too; nothing that a shell or systemd would read, no per cent sign
_PLACE: Final = _HOST_PATH + r"(\?[A-Za-z0-9._~/&=+-]{0,200})?"


class Updates(Model):
    """Where devices take newer versions from, and when (``motcua update``).

    ``repository``: a server, or a folder on the device such as a mounted stick. ``key``: the public half of its
    publisher's key, a file beside the inventory. ``window``: by the device's own clock. ``settle_s``: how long a new
    version is watched before it is believed.
    """

    repository: Annotated[str, Field(pattern=f"^({_FOLDER}|{_SERVER})$")]
    key: str
    window: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d|never)$")] | None = None
    settle_s: Annotated[int, Field(ge=5, le=1800)] | None = None


class Catalogue(Model):
    """Where hubs take a newer list of procedures from, nightly (``motcua catalogue fetch``).

    ``source``: an https address of a JSON, XLSX or CSV file, or a folder on the device such as a mounted stick. ``ca``:
    the only authority it is trusted by, a file (PEM) beside the inventory; without it those of the system.
    ``most_lost``: a list that lacks more percent of the present procedures is refused.
    """

    source: Annotated[str, Field(pattern=f"^({_FOLDER}|https{_PLACE})$")]
    ca: str | None = None
    most_lost: Annotated[int, Field(ge=0, le=100)] | None = None


class Inventory(Model):
    """A province. ``format`` 1."""

    format: Literal[1] = 1
    province: Id
    name: Text
    domain: Host = "motcua.internal"
    authority: Enrolment | None = None
    updates: Updates | None = None
    catalogue: Catalogue | None = None
    time_servers: tuple[Host, ...] = ()
    technician_keys: tuple[Annotated[str, Field(pattern=r"^(ssh-|ecdsa-|sk-)[A-Za-z0-9@._ +/=-]+$")], ...] = ()
    networks: tuple[Network, ...] = ()
    offices: tuple[PlaceOffice, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A device where it stands: with its office, and the inventory it is of."""

    province: Province
    office: PlaceOffice
    device: Device

    @property
    def name(self) -> str:
        """``office/device``."""
        return f"{self.office.id}/{self.device.id}"

    @property
    def host(self) -> str:
        """The machine's own name, at most 63 letters."""
        return f"{self.office.id}-{self.device.id}"[:63].rstrip("-")

    @property
    def hub_name(self) -> str:
        """The hub's fixed name."""
        return self.office.hub.name or f"hub.{self.office.id}.{self.province.inventory.domain}"

    @property
    def network(self) -> Network:
        """The network it joins; an office's own of that id comes before the province's."""
        return {n.id: n for n in (*self.province.inventory.networks, *self.office.networks)}[self.device.network]

    @property
    def has_hub(self) -> bool:
        """Whether the office's hub and broker run here."""
        return self.device.role in HUB_ROLES


@dataclass(frozen=True)
class Province:
    """An inventory that was checked as a whole, with the files it names. ``folder``: where they lie."""

    inventory: Inventory
    folder: Path
    offices: Mapping[str, Office]

    def places(self) -> Iterator[Place]:
        """Every device, office by office."""
        for office in self.inventory.offices:
            for device in office.devices:
                yield Place(self, office, device)

    def find(self, name: str) -> Place:
        """The device ``office/device``, or ``device`` where only one is called so.

        Raises ProvisionError: inventory.no_device, inventory.many_devices.
        """
        found = [place for place in self.places() if name in {place.name, place.device.id}]
        if len(found) == 1:
            return found[0]
        if found:
            raise ProvisionError("inventory.many_devices", device=name, near=", ".join(p.name for p in found[:5]))
        names = [place.name for place in self.places()]
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names[:3]
        raise ProvisionError("inventory.no_device", device=name[:80], near=", ".join(near))

    def text(self, file: str) -> bytes:
        """A file that the inventory names, already known to be readable."""
        return (self.folder / file).read_bytes()


def read_inventory(path: Path, *, each: Callable[[str], None] = lambda _office: None) -> Province:
    """Read and check an inventory and every office file it names; ``each`` hears each office's id.

    Raises ConfigError config.unreadable, ProvisionError inventory.invalid (with path, line, device),
    inventory.office_file, inventory.file_away.
    """
    loaded = load_marked(path)
    try:
        inventory = Inventory.model_validate(plain(loaded))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        location = [part for part in first["loc"] if isinstance(part, (str, int))]
        told = {k: v for k, v in config_error(error).details.items() if k not in {"path", "line"}}
        words = {k: str(v).replace("docs/configuration.md", "docs/provisioning.md") for k, v in told.items()}
        raise _mistake(loaded, location, words) from error
    for at, vi, en in _contradictions(inventory):
        words = {"problem": vi, "problem_en": en, "allowed": "xem docs/provisioning.md"}
        raise _mistake(loaded, at, {**words, "allowed_en": "see docs/provisioning.md"})
    _publisher(inventory, path.parent, loaded)
    _catalogue(inventory, path.parent, loaded)
    return Province(inventory, path.parent, _office_files(inventory, path.parent, loaded, each))


def _mistake(loaded: Any, location: Sequence[str | int], words: Mapping[str, object]) -> ProvisionError:
    names, device = _in_names(loaded, location)
    return ProvisionError("inventory.invalid", path=names, line=line_at(loaded, location), device=device, **words)


def _in_names(loaded: Any, location: Sequence[str | int]) -> tuple[str, str]:
    """``offices.xa-mau.devices.kiosk-1.board`` of a path of places, and the device's name in it (``–``: none)."""
    words: list[str] = []
    device, node = "–", loaded
    for part in location:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            node = None
        name = str(node.get("id", part)) if isinstance(part, int) and isinstance(node, dict) else str(part)
        if words and words[-1] == "devices":
            device = f"{words[-2]}/{name}" if len(words) > 1 else name
        words.append(name)
    return ".".join(words) or "/", device


_Found = tuple[Sequence[str | int], str, str]


def _contradictions(inventory: Inventory) -> Iterator[_Found]:
    """What no single key shows: names twice, networks that are not there, offices without a hub."""
    yield from _twice([(["networks", i, "id"], n.id) for i, n in enumerate(inventory.networks)])
    yield from _twice([(["offices", i, "id"], o.id) for i, o in enumerate(inventory.offices)])
    names = [(("offices", i, "hub", "name"), o.hub.name) for i, o in enumerate(inventory.offices) if o.hub.name]
    yield from _twice(names)
    window = inventory.updates.window if inventory.updates else None
    if window is not None and len(set(window.split("-"))) == 1 and window != "never":
        yield ["updates", "window"], "giờ đầu và giờ cuối trùng nhau", "begin and end are the same"
    for i, one in enumerate(inventory.networks):
        yield from _network(one, ["networks", i])
    for i, office in enumerate(inventory.offices):
        yield from _office(inventory, office, ["offices", i])


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
    address = device.address.partition("/")[0] if device.address else None
    if device.role in HUB_ROLES and address is not None and address != office.hub.address:
        vi = f"phải là địa chỉ của hub, {office.hub.address}"
        yield [*at, "address"], vi, f"must be the hub's address, {office.hub.address}"
    if device.role not in HUB_ROLES and address == office.hub.address:
        yield [*at, "address"], "trùng địa chỉ của hub", "is the hub's address"


def _office_files(inventory: Inventory, folder: Path, loaded: Any, each: Callable[[str], None]) -> dict[str, Office]:
    offices: dict[str, Office] = {}
    read: dict[str, Office] = {}
    for i, office in enumerate(inventory.offices):
        file = office.configuration
        try:
            if file not in read:
                read[file] = read_office(folder / file)
        except ConfigError as error:
            details = {"office": office.id, "file": file, "problem": error.vi, "problem_en": error.en}
            raise ProvisionError("inventory.office_file", **details) from error
        offices[office.id] = _own(read[file], inventory, office)
        for j, device in enumerate(office.devices):
            for key in ("signs", "panel"):
                _readable(getattr(device, key), folder, loaded, ["offices", i, "devices", j, key])
        each(office.id)
    return offices


def _own(shared: Office, inventory: Inventory, office: PlaceOffice) -> Office:
    """An office's configuration under its own name, with every device of the inventory as a client of its broker."""
    kinds = {"solo": "kiosk", "kiosk": "kiosk", "board": "board", "signs": "signs"}
    known = {device.id for device in shared.devices}
    more = [
        OfficeDevice.model_validate({"id": device.id, "kind": kinds[device.role]})
        for device in office.devices
        if device.role in kinds and device.id not in known
    ]
    devices = (*shared.devices, *more)
    return shared.model_copy(update={"province": inventory.province, "id": office.id, "devices": devices})


_PUBLIC: Final = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"


def _publisher(inventory: Inventory, folder: Path, loaded: Any) -> None:
    """The publisher's key is public, and as apt takes it (sources.list(5), Signed-By)."""
    if inventory.updates is None:
        return
    at: list[str | int] = ["updates", "key"]
    _readable(inventory.updates.key, folder, loaded, at)
    if not (folder / inventory.updates.key).read_bytes().lstrip().startswith(_PUBLIC):
        words = {
            "problem": f"{inventory.updates.key} không phải khoá công khai",
            "problem_en": f"{inventory.updates.key} is no public key",
            "allowed": "tệp bắt đầu bằng BEGIN PGP PUBLIC KEY BLOCK (motcua.asc của kho)",
            "allowed_en": "a file that begins with BEGIN PGP PUBLIC KEY BLOCK (the repository's motcua.asc)",
        }
        raise _mistake(loaded, at, words)


def _catalogue(inventory: Inventory, folder: Path, loaded: Any) -> None:
    """The authority of the list's server is a certificate, no key."""
    ca = inventory.catalogue.ca if inventory.catalogue else None
    at: list[str | int] = ["catalogue", "ca"]
    _readable(ca, folder, loaded, at)
    if ca is not None and not _is_certificate((folder / ca).read_bytes()):
        words = {
            "problem": f"{ca} không phải chứng thư",
            "problem_en": f"{ca} is no certificate",
            "allowed": "một tệp PEM chỉ chứa chứng thư (BEGIN CERTIFICATE)",
            "allowed_en": "a PEM file of certificates alone (BEGIN CERTIFICATE)",
        }
        raise _mistake(loaded, at, words)


def _is_certificate(data: bytes) -> bool:
    return b"PRIVATE KEY" not in data and b"-----BEGIN CERTIFICATE-----" in data


def _readable(file: str | None, folder: Path, loaded: Any, location: list[str | int]) -> None:
    if file is None:
        return
    try:
        (folder / file).read_bytes()
    except OSError as error:
        path = f"{_in_names(loaded, location)[0]} ({line_at(loaded, location)})"
        raise ProvisionError("inventory.file_away", path=path, file=file, problem=error.strerror) from error
