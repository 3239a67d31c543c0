"""Where the fonts are: first those installed as Python packages, then the system's.

Both families have every Vietnamese letter with stacked accents (Ổ, Ắ, Ỗ) at one height; Roboto's jump and
DejaVu Sans Mono lacks 36 of them, so neither is ever taken. ``MOTCUA_FONTS`` names a folder searched before all.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from queue_core.errors import MotcuaError, register

Family = Literal["be-vietnam-pro", "noto-sans"]
Weight = Literal["regular", "medium", "semibold", "bold"]

WEIGHT_NUMBERS: Final[dict[Weight, int]] = {"regular": 400, "medium": 500, "semibold": 600, "bold": 700}
VARIABLE_NOTO: Final = "NotoSans[wdth,wght].ttf"

_PACKAGES: Final = {"be-vietnam-pro": "fontpkg_be_vietnam_pro", "noto-sans": "fontpkg_noto_sans"}
_STEMS: Final = {"be-vietnam-pro": "BeVietnamPro", "noto-sans": "NotoSans"}
_STYLES: Final[dict[Weight, tuple[str, ...]]] = {
    # a family without the weight asked for gives the next heavier or lighter it has
    "regular": ("Regular",),
    "medium": ("Medium", "Regular"),
    "semibold": ("SemiBold", "Bold"),
    "bold": ("Bold",),
}
_SYSTEM_FOLDERS: Final = (
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/local/share/fonts"),
    Path("/usr/share/fonts/truetype"),
)

register(
    {
        "fonts.missing": (
            "Không tìm thấy phông chữ tiếng Việt ({family}). Hãy cài gói {package} hoặc fonts-noto-core.",
            "No Vietnamese font was found ({family}). Install the package {package} or fonts-noto-core.",
        )
    }
)


class FontMissingError(MotcuaError, FileNotFoundError):
    """Neither the family asked for nor its stand-in is installed (key ``fonts.missing``)."""


def find_font(weight: Weight = "regular", *, family: Family = "be-vietnam-pro") -> Path:
    """Give the TrueType file of a static ``weight``, from ``family`` or else from the other family.

    Raises :class:`FontMissingError` when there is none.
    """
    for candidate in (family, *(other for other in _STEMS if other != family)):
        for style in _STYLES[weight]:
            found = _first(f"{_STEMS[candidate]}-{style}.ttf", candidate)
            if found:
                return found
    raise FontMissingError("fonts.missing", family=family, package=_PACKAGES[family].replace("_", "-"))


def find_variable_noto() -> Path | None:
    """Give Noto Sans with its weight and width axes, from which narrow digits are made; None when not installed."""
    return _first(VARIABLE_NOTO, "noto-sans")


def _first(name: str, family: str) -> Path | None:
    return next((folder / name for folder in _folders(family) if (folder / name).is_file()), None)


def _folders(family: str) -> Iterator[Path]:
    chosen = os.environ.get("MOTCUA_FONTS")
    if chosen:
        yield Path(chosen)
    spec = importlib.util.find_spec(_PACKAGES[family])
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(place) / "files"
    yield from _SYSTEM_FOLDERS
