"""What stands in a province's inventory: keys, their kinds and bounds (docs/provisioning.md)."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from queue_core.office import Id, Model, Text

Role = Literal["solo", "hub", "kiosk", "board", "signs", "central"]
Board = Literal["pi4", "pi5", "cm4", "zero2w", "amd64"]
Screen = Literal["portrait-1080p", "landscape-1080p", "touch-display", "none"]
HUB_ROLES: Final = ("solo", "hub")
#: the province's own place among the offices, and its machine's role
CENTRAL: Final = "central"

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


class Central(Model):
    """The province's central: where its hubs find its broker, and the machine, where this inventory makes it too."""

    address: Address
    name: Host | None = None
    networks: tuple[Network, ...] = ()
    device: Device | None = None


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
    central: Central | None = None
    time_servers: tuple[Host, ...] = ()
    technician_keys: tuple[Annotated[str, Field(pattern=r"^(ssh-|ecdsa-|sk-)[A-Za-z0-9@._ +/=-]+$")], ...] = ()
    networks: tuple[Network, ...] = ()
    offices: tuple[PlaceOffice, ...] = Field(min_length=1)
