"""What a device is and what officers call it: by the office's configuration, else by its id."""

from __future__ import annotations

import re
from typing import Final

from queue_core.office import say
from queue_core.state import State
from queue_hub.web.words import word

_NUMBERED: Final = re.compile(r"(kiosk|board|signs)-([0-9]{1,3})")


def kind_of(state: State, device_id: str) -> str | None:
    """``kiosk``, ``board``, ``signs``; a device that the office's file does not list is known by its id."""
    device = next((d for d in state.setup.devices if d.id == device_id), None)
    if device is not None:
        return device.kind
    found = _NUMBERED.fullmatch(device_id)
    return found[1] if found else None


def device_name(state: State, device_id: str, lang: str) -> str:
    """The device in words; an id that says nothing shows itself."""
    if device_id == "hub":
        return word("device.hub", lang)
    device = next((d for d in state.setup.devices if d.id == device_id), None)
    if device is not None and device.name:
        return say(device.name, lang)
    found = _NUMBERED.fullmatch(device_id)
    return word(f"device.{found[1]}", lang, n=found[2]) if found else device_id
