"""What a printer can do, from its configured address: the roll, the knife, codes of its own, how it confirms a slip.

``tcp://192.168.1.50?profile=epson&paper=58&cutter=no&codes=native``; ``docs/printers.md`` lists the options.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit

Completion = Literal["process-id", "paper-status", "status", "none"]
"""How the end of a slip is known: "process-id" GS ( H comes back when it is printed; "paper-status" GS r comes back
in its turn; "status" the real-time status after it; "none" a printer that answers nothing. Only the first two confirm.
"""
Codes = Literal["raster", "native"]
"""Who draws a QR: we, as part of the picture, or the printer itself (GS ( k)."""

ROLLS_DOTS: Final = {"80": 576, "58": 384}
_T = TypeVar("_T", bound=str)
#: a head of 203 dots an inch: from the narrowest roll to 112 mm paper
_LEAST_DOTS, _MOST_DOTS = 256, 832
_LEAST_S, _MOST_S = 1.0, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterProfile:
    """What a model can do. ``generic`` is understood by nearly all; ``epson`` confirms the printed slip itself."""

    completion: Completion = "paper-status"
    clears_buffer: bool = False
    """Whether DLE DC4 8 throws away the rest of an unfinished slip."""
    band_rows: int = 48
    bands_ahead: int = 3
    """Bands sent before the first one's answer is waited for: little enough that a question still gets through."""
    width_dots: int | None = None
    """Dots across the roll; None: whatever the caller's paper is."""
    cutter: bool | None = None
    """Whether it cuts; None: as the caller says."""
    codes: Codes = "raster"
    deadline_s: float | None = None
    """For one slip; None: the caller's."""


PROFILES: Final = {
    "generic": PrinterProfile(),
    "epson": PrinterProfile(completion="process-id", clears_buffer=True),
    "silent": PrinterProfile(completion="none"),
}
_COMPLETIONS: Final[tuple[Completion, ...]] = ("process-id", "paper-status", "status", "none")
_CODES: Final[tuple[Codes, ...]] = ("raster", "native")
_YES_NO: Final = {"yes": True, "no": False}


def take_profile(options: dict[str, str]) -> PrinterProfile:
    """Take what describes the printer out of an address's options. Raises :class:`ValueError` with what is allowed."""
    profile = PROFILES[_one_of(options, "profile", tuple(PROFILES), "generic")]
    roll = options.pop("paper", None)
    if roll is not None:
        if roll not in ROLLS_DOTS:
            raise ValueError(f"paper {roll!r}; allowed: {', '.join(ROLLS_DOTS)} (mm)")
        profile = replace(profile, width_dots=ROLLS_DOTS[roll])
    if "dots" in options:
        profile = replace(profile, width_dots=int(_number(options, "dots", _LEAST_DOTS, _MOST_DOTS)))
    if "deadline" in options:
        profile = replace(profile, deadline_s=_number(options, "deadline", _LEAST_S, _MOST_S))
    if "cutter" in options:
        profile = replace(profile, cutter=_YES_NO[_one_of(options, "cutter", tuple(_YES_NO), "yes")])
    return replace(
        profile,
        completion=_one_of(options, "completion", _COMPLETIONS, profile.completion),
        codes=_one_of(options, "codes", _CODES, profile.codes),
    )


def profile_of(address: str) -> PrinterProfile:
    """What an address says of its printer; the usual where it says it wrongly."""
    options = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
    try:
        return take_profile(options)
    except ValueError:
        return PrinterProfile()


def _one_of(options: dict[str, str], name: str, allowed: tuple[_T, ...], usual: _T) -> _T:
    said = options.pop(name, usual)
    for known in allowed:
        if said == known:
            return known
    raise ValueError(f"{name} {said!r}; allowed: {', '.join(allowed)}")


def _number(options: dict[str, str], name: str, least: float, most: float) -> float:
    said = options.pop(name)
    try:
        value = float(said)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise ValueError(f"{name} {said!r}; allowed: {least:g} to {most:g}")
    return value
