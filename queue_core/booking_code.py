"""What the QR of a booked visit says, and how a kiosk's scanner reads it back.

Upper case, digits, ``-`` and ``:`` only: QR's alphanumeric mode (ISO/IEC 18004, 7.4.4) keeps the code small enough for
a telephone's screen and a 58 mm slip. It holds the six digits and nothing of the citizen.
"""

from __future__ import annotations

import re
from typing import Final

_PREFIX: Final = "MOTCUA-BOOKING:"
#: ASCII digits only: \d would also take those of other scripts
_DIGITS: Final = re.compile(r"[0-9]{6}")
#: longer than any form of it; a scanner may hand in a whole page
_LONGEST: Final = 64


def booking_text(code: str) -> str:
    """The QR's text of a booking's six digits. Raises :class:`ValueError` on anything else."""
    if not _DIGITS.fullmatch(code):
        message = f"a booking's code is six digits, not {code[:20]!r}"
        raise ValueError(message)
    return _PREFIX + code


def read_booking(text: str) -> str | None:
    """The six digits of what was scanned or typed: the QR's text in either case, or the digits; None for all else."""
    if len(text) > _LONGEST:
        return None
    said = text.strip()
    if said[: len(_PREFIX)].isascii() and said[: len(_PREFIX)].upper() == _PREFIX:
        said = said[len(_PREFIX) :]
    return said if _DIGITS.fullmatch(said) else None
