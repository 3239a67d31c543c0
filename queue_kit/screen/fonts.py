"""The lettering: Be Vietnam Pro in three weights, and the icons' own font.

Chosen by measuring (``tests/screen/test_fonts.py``): it is drawn for Vietnamese, has every letter of it, and each
weight is a file of its own, while SDL_ttf cannot pick a weight out of Noto Sans' variable file. Its one fault here:
the stacked capitals Ổ, Ắ, Ẳ are up to 1.22 em high but the file says that a line rises 1.0 em, so SDL_ttf makes a label
with such a letter 12 px taller at 64 px and its baseline jumps. So the line's height is corrected in a private copy:
every line then has room for the tallest letter, and none jumps.
"""

from __future__ import annotations

import importlib.util
import os
import struct
from pathlib import Path
from typing import Final

from queue_kit.screen import scripts

#: em above and below the baseline that every line gets
ASCENT_EM: Final = 1.23
DESCENT_EM: Final = 0.265

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


def with_line_height(font: bytes, ascent_em: float = ASCENT_EM, descent_em: float = DESCENT_EM) -> bytes:
    """The same TrueType file with another line height: the fields of ``hhea`` and ``OS/2`` (OpenType 1.9).

    Raises :class:`ValueError` when a table that is needed is missing.
    """
    tables = {}
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        tables[tag] = offset
    if not {b"head", b"hhea", b"OS/2"} <= tables.keys():
        raise ValueError("not a TrueType font with head, hhea and OS/2")
    (units,) = struct.unpack_from(">H", font, tables[b"head"] + 18)
    up, down = round(ascent_em * units), round(descent_em * units)
    out = bytearray(font)
    struct.pack_into(">hhh", out, tables[b"hhea"] + 4, up, -down, 0)
    struct.pack_into(">hhhHH", out, tables[b"OS/2"] + 68, up, -down, 0, up, down)
    return bytes(out)


def register() -> None:
    """Make the families known to Kivy, and the regular one its default; call after :func:`boot.prepare`."""
    from kivy.core.text import LabelBase

    folder = Path(os.environ["KIVY_HOME"]) / "lettering"
    folder.mkdir(exist_ok=True)
    copies = {}
    for name in (REGULAR, SEMIBOLD, BOLD):
        copies[name] = folder / f"{name}.ttf"
        copies[name].write_bytes(with_line_height(font_file(name).read_bytes()))
    for name in (REGULAR, SEMIBOLD, BOLD):
        # The fourth place is bold: Kivy's markup [b] then takes the real file.
        LabelBase.register(name, str(copies[name]), None, str(copies[BOLD]))
    LabelBase.register(ICONS, str(font_file(ICONS)))
    LabelBase.register("Roboto", str(copies[REGULAR]), None, str(copies[BOLD]))
    scripts.teach({REGULAR: "regular", SEMIBOLD: "semibold", BOLD: "bold"})
