"""What a step wants done by somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.session.visit import Asked


class Effect:
    """Base of all effects."""


@dataclass(frozen=True, slots=True)
class Ask(Effect):
    """Ask the hub for this number, and print it when it comes."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class Cancel(Effect):
    """The citizen left before the answer."""

    request_id: str


@dataclass(frozen=True, slots=True)
class CallOfficer(Effect):
    """Tell the console that somebody needs help here."""
