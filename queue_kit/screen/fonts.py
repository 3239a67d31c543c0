"""The lettering: Be Vietnam Pro in three weights, and the icons' own font.

Chosen by measuring, see ``tests/screen/test_fonts.py``: every Vietnamese letter is there, a line with stacked
capitals (Ổ, Ắ) is exactly as high as one without, and each weight is a file of its own (SDL_ttf cannot pick a
weight out of Noto Sans' variable file, so its bold would be smeared).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

REGULAR: Final = "motcua-regular"
SEMIBOLD: Final = "motcua-semibold"
BOLD: Final = "motcua-bold"
ICONS: Final = "motcua-icons"

_FILES: Final = {
    REGULAR: "BeVietnamPro-Medium.ttf",
    SEMIBOLD: "BeVietnamPro-SemiBold.ttf",
    BOLD: "BeVietnamPro-Bold.ttf",
}
_GLYPHS: Final = Path(__file__).with_name("glyphs") / "tabler-subset.ttf"


def font_file(name: str) -> Path:
    """The file of a family above. Raises :class:`FileNotFoundError` when the font's package is not installed."""
    if name == ICONS:
        return _GLYPHS
    found = importlib.util.find_spec("fontpkg_be_vietnam_pro")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the package fontpkg-be-vietnam-pro is not installed; run: make setup")
    return Path(next(iter(found.submodule_search_locations))) / "files" / _FILES[name]


def register() -> None:
    """Make the families known to Kivy, and the regular one its default; call after :func:`boot.prepare`."""
    from kivy.core.text import LabelBase

    for name in (REGULAR, SEMIBOLD, BOLD):
        # The fourth place is bold: Kivy's markup [b] then takes the real file.
        LabelBase.register(name, str(font_file(name)), None, str(font_file(BOLD)))
    LabelBase.register(ICONS, str(font_file(ICONS)))
    LabelBase.register("Roboto", str(font_file(REGULAR)), None, str(font_file(BOLD)))
