"""All listed faults."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault
from tests.mutants.rooms import (
    aloud,
    appliance,
    central,
    devices,
    dossiers,
    hub,
    journal,
    languages,
    lobby,
    procedures,
    provisioning,
    rating,
    rules,
    scanning,
    signs,
    web,
    wire,
)

FAULTS: Final[tuple[Fault, ...]] = (
    *rules.FAULTS,
    *journal.FAULTS,
    *wire.FAULTS,
    *hub.FAULTS,
    *central.FAULTS,
    *lobby.FAULTS,
    *web.FAULTS,
    *dossiers.FAULTS,
    *languages.FAULTS,
    *procedures.FAULTS,
    *provisioning.FAULTS,
    *rating.FAULTS,
    *aloud.FAULTS,
    *signs.FAULTS,
    *scanning.FAULTS,
    *devices.FAULTS,
    *appliance.FAULTS,
)
