"""Where the provisioning takes the board's own files from: firmware_config stands on the same floor and is joined here.

Everything about that package's interface is in this one module; while it is not installed, devices are made without
boot files, and that is said.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.device_tree import BoardFiles, no_board_files
from provisioning.inventory import Place
from queue_core.errors import MotcuaError

PACKAGE = "firmware_config"


@dataclass(frozen=True, slots=True)
class BoardPart:
    """The board's files and, where there are none, why."""

    files: BoardFiles
    missing: MotcuaError | None = None


def board_part() -> BoardPart:
    """The board's part, when its package is installed here."""
    try:
        described = importlib.import_module(f"{PACKAGE}.device").describe
        render = importlib.import_module(f"{PACKAGE}.render").render
    except (ModuleNotFoundError, AttributeError):
        return BoardPart(no_board_files, MotcuaError("provision.no_firmware"))

    made: dict[str, Mapping[str, bytes]] = {}

    def files(place: Place) -> Mapping[str, bytes]:
        # The card's own root partition is joined in where the kernel's line is written (provisioning.tree.cmdline).
        device = described(**description(place))
        if place.has_hub:
            root = f"motcua/v1/{place.province.inventory.province}/{place.office.id}"
            return dict(render(device, accounts=_accounts(place), root=root))
        if place.is_central:
            return dict(render(device, root=f"motcua/v1/{place.province.inventory.province}/+"))
        # Nothing of the office is in the others' files: a province has a handful of different ones.
        key = repr(device)
        if key not in made:
            made[key] = render(device)
        return made[key]

    return BoardPart(files)


def description(place: Place) -> dict[str, Any]:
    """The device in firmware_config's words."""
    device, ports = place.device, place.device.ports
    values: dict[str, Any] = {
        "role": device.role,
        "board": device.board,
        "screen": device.screen,
        "rtc": device.rtc == "ds3231",
        "camera": device.camera.startswith("picamera2"),
        "touch_rotation": device.touch_rotation,
        "panel_ports": ports.panel,
        "scanner_port": ports.scanner,
        "printer_port": ports.printer,
        "sign_bus_port": ports.sign_bus,
        "storage_ports": ports.storage,
        "backup_port": ports.backup,
        "ssh": bool(place.province.inventory.technician_keys),
    }
    return {key: value for key, value in values.items() if value not in {None, ()}}


def _accounts(place: Place) -> list[Any]:
    """Every client of the office's broker, by the inventory."""
    from queue_kit.broker.accounts import Account

    clients = [one for one in place.office.devices if one.role != "hub"]
    # A board keeps a copy of the events, a witness when the hub's journal is lost.
    return [Account("hub", "hub"), *(Account(one.id, "mirror" if one.role == "board" else "client") for one in clients)]
