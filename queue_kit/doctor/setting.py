"""What a technician says of the machine: the same addresses that its processes were started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """``root`` stands for ``/``. ``more``: addresses of further devices by name (``signs``, ``camera``, …).

    ``sound_device``: ALSA's name, "" the default one, None: no sound. ``broker_host`` None: no broker.
    """

    data: Path
    printer: str = "none:"
    second_printer: str = "none:"
    paper_mm: int = 80
    scanner: str = "none:"
    sound_device: str | None = None
    broker_host: str | None = None
    broker_port: int = 1883
    broker_username: str | None = None
    broker_password: str | None = field(default=None, repr=False)
    province: str = "demo"
    office: str = "demo"
    root: Path = Path("/")
    more: Mapping[str, str] = field(default_factory=dict)
