"""What an office may choose about dossiers: its unit code, the clock rules, how long anything is kept, the limits.

The defaults are NĐ 61/2018 (15:00; a supplement once within 3 working days) and QĐ 2651 (same-day procedures).
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_CLOCK: Final = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")


def _minute(value: object) -> object:
    """Accept "15:00" and keep minutes after midnight."""
    if isinstance(value, str):
        found = _CLOCK.match(value)
        if not found:
            message = f"“{value}” is not a time such as 15:00"
            raise ValueError(message)
        return int(found[1]) * 60 + int(found[2])
    return value


#: minutes after local midnight, written "15:00" in the file
ClockMinute = Annotated[int, BeforeValidator(_minute), Field(ge=0, lt=24 * 60)]


class DossierPolicy(BaseModel):
    """The key ``dossiers`` of an office's configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    unit_code: str = Field(
        default="H00.00",
        pattern=r"^(\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(\.\d{1,3}){0,3}$",
        description="the agency's identification code, the first part of each dossier code given here",
    )
    registry: Literal["none", "book", "drop_folder"] = Field(
        default="book", description="where codes are looked up: nowhere, in the built-in book, in files an office drops"
    )
    saturday_counts: bool = Field(default=False, description="whether an open Saturday is a working day of a term")
    late_after: ClockMinute = Field(default=15 * 60, description="received later, the term begins next working day")
    same_day_before: ClockMinute = Field(default=11 * 60, description="same-day: in before this, out the same day")
    same_day_out: ClockMinute = Field(default=16 * 60 + 30, description="same-day: out before this")
    next_morning_out: ClockMinute = Field(default=11 * 60, description="same-day, in later: out next day before this")
    supplement_within_days: int = Field(default=3, ge=1, le=30, description="working days to ask for missing papers in")
    lookups_per_kiosk: int = Field(default=20, ge=1, le=1000, description="look-ups a device may make in 10 minutes")
    lookups_per_day: int = Field(default=300, ge=1, le=100_000, description="look-ups of all devices in a day")
    keep_person_days: int = Field(default=30, ge=0, le=3650, description="name and telephone go so long after the end")
    keep_days: int = Field(default=365, ge=1, le=3650, description="the dossier's line goes so long after the end")
