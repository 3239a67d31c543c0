"""The rig's checks by device; each says its name, and raises when what it says is not so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from motcua.office_run import OfficeRun
from tests.rig.machine import Machine


@dataclass(frozen=True, slots=True)
class Rig:
    """What a check works with: the virtual machine and the office outside it."""

    machine: Machine
    office: OfficeRun


@dataclass(frozen=True, slots=True)
class Check:
    """``says``: the promise, as it is printed."""

    says: str
    run: Callable[[Rig], None]
