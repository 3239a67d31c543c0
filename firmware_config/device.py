"""The description of one device, from which all its boot files follow."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from firmware_config.errors import FirmwareError
from queue_kit.usb_rules import is_port

Role = Literal["solo", "hub", "kiosk", "board", "signs", "central"]
#: ``amd64`` is the twin for tests and any Debian computer: it has no boot files of the firmware
Board = Literal["pi4", "pi5", "cm4", "zero2w", "amd64"]
Screen = Literal["portrait-1080p", "landscape-1080p", "touch-display", "none"]

#: what a kernel's line may hold in one word, without quotes
_ROOT: Final = re.compile(r"(PARTUUID|UUID|LABEL|PARTLABEL)=[A-Za-z0-9._-]{1,64}|/dev/[a-z0-9/]{2,40}")
#: the office's own networks: RFC 1918
PRIVATE: Final = (IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16"))


def _port(value: str) -> str:
    if not is_port(value):
        raise ValueError(f"{value!r} is no USB port; write 1-1.3, as motcua scanner list shows it")
    return value


def _root(value: str) -> str:
    if not _ROOT.fullmatch(value):
        raise ValueError(f"{value!r} names no root file system; write PARTUUID=…, LABEL=… or /dev/…")
    return value


UsbPort = Annotated[str, AfterValidator(_port)]
TcpPort = Annotated[int, Field(ge=1, le=65535)]
Angle = Literal[0, 90, 180, 270]


class Device(BaseModel):
    """One device.

    ``rtc``: a DS3231 on the header's I2C. ``camera``: one on the ribbon cable. ``touch_rotation``: degrees by which the
    official display's touches are turned against its picture; the picture itself is turned by the kiosk's own
    ``--rotation``, and its touches with it. Ports are places at the computer, as ``motcua scanner list`` prints them:
    ``panel_ports`` of USB touch panels (none yet: any touch screen, and no keyboard, may be opened), ``scanner_port``,
    ``printer_port`` (None: any USB printer), ``sign_bus_port`` of the RS-485 adapter (``sign_bus_on_header``: a board
    on the pins instead), ``storage_ports`` where a disk may be (one it boots from), ``backup_port`` of the stick for
    backups. ``root``: where the root file system is. ``networks``: who may reach what listens. A port of 0 is closed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role
    board: Board
    screen: Screen = "none"
    rtc: bool = False
    camera: bool = False
    touch_rotation: Angle = 0
    matrices: bool = False
    sign_bus_on_header: bool = False
    panel_ports: tuple[UsbPort, ...] = ()
    scanner_port: UsbPort | None = None
    printer_port: UsbPort | None = None
    sign_bus_port: UsbPort | None = None
    storage_ports: tuple[UsbPort, ...] = ()
    backup_port: UsbPort | None = None
    root: Annotated[str, AfterValidator(_root)] = "PARTLABEL=root"
    networks: tuple[IPv4Network, ...] = PRIVATE
    broker_port: TcpPort = 8883
    console_port: Annotated[int, Field(ge=0, le=65535)] = 8443
    public_port: Annotated[int, Field(ge=0, le=65535)] = 8444
    ssh: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.draws and self.screen == "none":
            raise ValueError(f"role {self.role} needs a screen: portrait-1080p, landscape-1080p or touch-display")
        if not self.draws and self.screen != "none":
            raise ValueError(f"role {self.role} has no screen: none")
        if self.board == "zero2w" and self.role != "signs":
            raise ValueError("zero2w has too little memory for anything but signs")
        if self.board == "amd64" and (self.screen == "touch-display" or self.rtc or self.camera or self.on_pins):
            raise ValueError("amd64 has no touch-display, rtc, camera or pins of a Raspberry Pi")
        if self.touch_rotation and self.screen != "touch-display":
            raise ValueError("touch_rotation is for touch-display; a USB panel turns with the kiosk's --rotation")
        if self.on_pins and self.role != "signs":
            raise ValueError("matrices and sign_bus_on_header are for the role signs")
        if self.sign_bus_on_header and self.sign_bus_port:
            raise ValueError("sign_bus_on_header and sign_bus_port exclude each other")
        if self.backup_port and not self.serves:
            raise ValueError("backup_port is for the roles solo and hub")
        return self

    @property
    def draws(self) -> bool:
        """Whether it has a screen."""
        return self.role in {"solo", "kiosk", "board"}

    @property
    def panel_unknown(self) -> bool:
        """Whether it is touched on a USB panel whose port nobody has named yet."""
        return self.role in {"solo", "kiosk"} and self.screen != "touch-display" and not self.panel_ports

    @property
    def serves(self) -> bool:
        """Whether the office's hub and broker run on it."""
        return self.role in {"solo", "hub"}

    @property
    def has_broker(self) -> bool:
        """Whether a broker runs on it: the office's, or the province's own."""
        return self.serves or self.role == "central"

    @property
    def on_pins(self) -> bool:
        """Whether it uses the header's pins for signs."""
        return self.matrices or self.sign_bus_on_header


def describe(**values: object) -> Device:
    """A device of plain values. Raises :class:`FirmwareError` ``firmware.device`` with what is wrong."""
    try:
        return Device.model_validate(values)
    except ValidationError as error:
        told = []
        for one in error.errors():
            place = ".".join(str(part) for part in one["loc"])
            words = one["msg"].removeprefix("Value error, ")
            told.append(f"{place}: {words}" if place else words)
        raise FirmwareError("firmware.device", problem="; ".join(told)) from error
