"""The rig's checks by device; each says its name, and raises when what it says is not so."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.office_run import OfficeRun
from tests.promises import Check as _Check
from tests.rig.machine import Machine


@dataclass(frozen=True, slots=True)
class Rig:
    """What a check works with: the virtual machine and the office outside it."""

    machine: Machine
    office: OfficeRun


Check = _Check[Rig]
