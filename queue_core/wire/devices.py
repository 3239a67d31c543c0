"""How each process on the bus says that it lives, and how its devices are."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from queue_core.wire.base import Message


class DeviceHealth(BaseModel):
    """How a device is, as it says itself. None: not known, which is not "fine".

    ``printer``: ``ok``, ``none``, or the key of its error. ``scanner``, ``camera``: ``none`` is a device without one.
    ``undervoltage``: the supply fell too low now or in the last hours. ``disk_errors``: those ext4 has counted.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    printer: str | None = Field(default=None, pattern=r"^[a-z0-9_.]{1,40}$")
    paper: Literal["ok", "near_end", "out"] | None = None
    cover_open: bool | None = None
    scanner: Literal["there", "away", "none"] | None = None
    camera: Literal["there", "away", "none"] | None = None
    temperature_c: float | None = None
    undervoltage: bool | None = None
    disk_free_mb: int | None = None
    disk_writable: bool | None = None
    disk_errors: int | None = None
    uptime_s: int | None = Field(default=None, description="seconds since the machine was started")
    versions: dict[str, str] = Field(default={}, description="motcua, python, os, kernel; others may follow")


class DeviceState(Message):
    """Birth and will. A will whose ``boot`` and ``connection`` are older than the birth's is ignored.

    ``epoch`` is set by the hub: a new one replaces everything displays remember. ``alerts``: kinds of trouble
    the device itself reports (paper_out, cover_open …). ``health``: told again each minute, sooner when it changes.
    """

    state: Literal["init", "ready", "stopping", "lost"]
    boot: str = ""
    connection: int = 0
    kind: Literal["hub", "kiosk", "board", "signs", "central", "other"] = "other"
    version: str = ""
    epoch: str | None = None
    alerts: list[str] = []
    health: DeviceHealth | None = None
    asof_ms: int = 0
