"""All listed faults."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault
from tests.mutants.rooms import dossiers, hub, journal, languages, lobby, procedures, rating, rules, web, wire

FAULTS: Final[tuple[Fault, ...]] = (
    *rules.FAULTS,
    *journal.FAULTS,
    *wire.FAULTS,
    *hub.FAULTS,
    *lobby.FAULTS,
    *web.FAULTS,
    *dossiers.FAULTS,
    *languages.FAULTS,
    *procedures.FAULTS,
    *rating.FAULTS,
)
