"""What this device is, as its provisioning wrote it: ``/etc/motcua/device.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from queue_core.errors import MotcuaError
from queue_core.office_file import load_marked, plain

PLACE: Final = "etc/motcua/device.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """``role``: solo, hub, kiosk, board, signs, central. ``hub``: the hub's name. ``backup``: a stick takes the copies.

    ``instances``: the processes that have an identity here.
    """

    role: str
    hub: str
    instances: tuple[str, ...]
    backup: bool


def described(root: Path) -> Described | None:
    """This device; None on a computer that is none. Raises ConfigError config.unreadable, MotcuaError doctor.device."""
    file = root / PLACE
    if not file.exists():
        return None
    said: Any = plain(load_marked(file))
    try:
        return Described(
            role=str(said["role"]),
            hub=str(said["hub"]["name"]),
            instances=tuple(str(one) for one in said["instances"]),
            backup=bool(said.get("backup", False)),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise MotcuaError("doctor.device", file=f"/{PLACE}", problem=str(error)) from error
