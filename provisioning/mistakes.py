"""A mistake in an inventory, named with its line, its key path in the inventory's own names and its device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.errors import ProvisionError
from queue_core.office_file import line_at


def mistake(loaded: Any, location: Sequence[str | int], words: Mapping[str, object]) -> ProvisionError:
    """``inventory.invalid`` at ``location`` of the file ``loaded``; ``words``: problem and what is allowed."""
    names, device = in_names(loaded, location)
    return ProvisionError("inventory.invalid", path=names, line=line_at(loaded, location), device=device, **words)


def in_names(loaded: Any, location: Sequence[str | int]) -> tuple[str, str]:
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
