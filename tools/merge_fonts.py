"""One font file for a script that our own lettering lacks: its letters, and beside them all the Vietnamese ones.

A screen in Khmer still names services in Vietnamese, and SDL_ttf draws a label with one file. Needs ``fonttools``
(``pip install fonttools``), which nothing at run time does; see docs/languages.md.

``python tools/merge_fonts.py LATIN.ttf SCRIPT.ttf OUT.ttf --axes wght=500,wdth=100 --name "Motcua Khmer"``
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Final

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

#: Latin with every Vietnamese letter, what officials type between them, arrows left out
LATIN: Final = [*range(0x20, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1EA0, 0x1EFA), *range(0x300, 0x324),
                *range(0x2010, 0x203B), 0x20AB, 0x20AC, 0x2022, 0x2212]  # fmt: skip


def merge(latin: Path, script: Path, out: Path, *, axes: dict[str, float], name: str) -> None:
    """Write the merged file. Both fonts need the same units per em (Be Vietnam Pro and Noto Sans: 1000)."""
    with tempfile.TemporaryDirectory() as folder:
        own, other = Path(folder) / "own.ttf", Path(folder) / "other.ttf"
        letters = TTFont(script)
        if "fvar" in letters:
            letters = instantiateVariableFont(letters, axes)
        _subset(letters, sorted(set(letters.getBestCmap()) - set(LATIN) - {0x200B}))
        letters.save(other)
        base = TTFont(latin)
        _subset(base, sorted(set(base.getBestCmap()) & set(LATIN)))
        base.save(own)
        merged = Merger().merge([str(own), str(other)])
    for record in merged["name"].names:
        if record.nameID in {1, 4, 16}:
            record.string = name
        elif record.nameID == 6:
            record.string = name.replace(" ", "")
    merged.save(out)


def _subset(font: TTFont, letters: list[int]) -> None:
    options = Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    cutter = Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)


def main() -> None:
    """Run from a shell."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("latin", type=Path)
    parser.add_argument("script", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--axes", default="", help="a variable font's axes: wght=500,wdth=100")
    parser.add_argument("--name", required=True, help="the merged family's own name")
    args = parser.parse_args()
    pairs = (axis.split("=") for axis in args.axes.split(",") if axis)
    merge(args.latin, args.script, args.out, axes={tag: float(value) for tag, value in pairs}, name=args.name)


if __name__ == "__main__":
    main()
