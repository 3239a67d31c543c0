"""What a code of bars must say to be believed: its checksum alone lets one misreading in a hundred through.

A dossier's code of the national shape whose unit is one of those known, or whose form is sound, and whose day is
plausible; or another system's number of a shape that the office has named.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from queue_core.clock import VIETNAM
from queue_core.dossier_code import MAX_TEXT, DossierCode, read_code

#: TT 01/2018/TT-VPCP, which gave the codes their shape, came into force
_FIRST_DAY: Final = date(2018, 1, 1)
#: a clock that says an earlier day is a dead one
_CLOCK_FLOOR: Final = date(2026, 1, 1)
#: a shelf of receipts does not come from the future, nor does a clock run a day wrong
_SLACK: Final = timedelta(days=1)
#: social insurance: five digits, the year, five digits
_INSURANCE: Final = re.compile(r"[0-9]{5}/20[1-4][0-9]/[0-9]{5}")


def clock_today() -> date | None:
    """Today in Viet Nam by the system's clock, or None where it cannot be right."""
    today = datetime.now(tz=UTC).astimezone(VIETNAM).date()
    return today if today >= _CLOCK_FLOOR else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """``units``: beginnings of the unit codes that are known here (``H56``, ``000.17.22``); empty: all of sound form.

    ``also``: further texts of bars that count, as one whole; ``today``: None while nobody knows the date.
    """

    units: tuple[str, ...] = ()
    also: re.Pattern[str] | None = None
    today: Callable[[], date | None] = clock_today

    def fits(self, text: str) -> bool:
        """Whether a code of bars may say this. Never raises."""
        if not usable(text):
            return False
        if self.also is not None and self.also.fullmatch(text):
            return True
        if _INSURANCE.fullmatch(text):
            return True
        today = self.today()
        reading = read_code(text, None if today is None else today + _SLACK)
        # As it is: a code that must first be tidied up was not read well.
        if not isinstance(reading, DossierCode) or reading.text != text or reading.day < _FIRST_DAY:
            return False
        return not self.units or any(unit in reading.unit for unit in self.units)


def usable(text: str) -> bool:
    """Whether a text is short enough and free of control signs but the tab and the ends of lines."""
    return 0 < len(text) <= MAX_TEXT and not any(
        (sign < " " and sign not in "\t\r\n") or sign == "\x7f" for sign in text
    )
