"""The panel's file: which pin is what. Keys, wiring tables and drawings of the contacts: docs/panel.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.panel.buttons import Button
from kiosk.panel.light import Lamp
from queue_kit.pins import Factory, check_pins

#: a BCM number; which ones there are is checked with all others, to name what for
Pin = int


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Presence(_Part):
    """A sensor whose output goes high (or low) while somebody stands there."""

    pin: Pin
    active: Literal["high", "low"] = "high"


class Door(_Part):
    """A contact to ground that is closed while the door is shut: a cut wire is an open door."""

    pin: Pin
    shut: Literal["closed", "open"] = "closed"


class Fan(_Part):
    """A fan that runs from ``on_c`` degrees Celsius until it is cooler than ``off_c``."""

    pin: Pin
    on_c: Annotated[float, Field(ge=30, le=80)] = 60.0
    off_c: Annotated[float, Field(ge=20, le=75)] = 50.0

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.off_c >= self.on_c:
            message = f"off_c {self.off_c:g} must be less than on_c {self.on_c:g}"
            raise ValueError(message)
        return self


class PanelPlan(_Part):
    """All of it; what is not there is not wired. ``format`` 1."""

    format: Literal[1] = 1
    factory: Factory = "lgpio"
    presence: Presence | None = None
    light: dict[Lamp, Pin] = {}
    buttons: dict[Button, Pin] = {}
    buzzer: Pin | None = None
    door: Door | None = None
    fan: Fan | None = None

    def uses(self) -> Iterator[tuple[str, int]]:
        """What each pin is for, in a technician's words."""
        if self.presence is not None:
            yield "presence", self.presence.pin
        yield from ((f"light.{lamp}", pin) for lamp, pin in self.light.items())
        yield from ((f"buttons.{button}", pin) for button, pin in self.buttons.items())
        if self.buzzer is not None:
            yield "buzzer", self.buzzer
        if self.door is not None:
            yield "door", self.door.pin
        if self.fan is not None:
            yield "fan", self.fan.pin


def read_plan(path: Path) -> PanelPlan:
    """Read and check a file before any window opens.

    Raises :class:`~queue_core.errors.ConfigError` with path and line, or :class:`~queue_kit.pins.PinError`.
    """
    from queue_core.office_file import read_settings

    plan = read_settings(path, PanelPlan)
    check_pins(plan.uses())
    return plan
