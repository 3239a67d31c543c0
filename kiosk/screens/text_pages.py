"""Long texts in pages: paragraphs are cut between lines into pieces that fit, in order, none lost.

A piece is one label, so no picture of text is ever larger than a page (a Pi draws none above 2,048 pixels).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.guidance.stretches import letters
from queue_kit.catalogue.parts import Paragraph
from queue_kit.screen import fonts
from queue_kit.screen.theme import SIZES, Theme
from queue_kit.screen.wrapping import line_height, wrapped

_UNITS: Final = {"text": SIZES.body, "box": SIZES.body, "head": SIZES.body, "note": 30.0, "qr": SIZES.note}
#: of second rank
NOTES: Final = frozenset({"note", "qr"})
#: room above a paragraph, in letters' heights
_BEFORE: Final = {"text": 0.35, "box": 0.6, "head": 0.8, "note": 0.35, "qr": 0.6}
#: the end of a page is used for a cut paragraph when at least so many of its lines stand there
_LINES_LEAST: Final = 3
#: the box to tick and the air beside it, in letters' heights
_TICK: Final = 1.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A label of whole lines: its height and the room above it, pixels. ``first``: it begins its paragraph.

    ``tick_px``: room at the left for a box to tick; 0 where there is none. ``paragraph``: its number; ``letter``: how
    many of its letters (spaces not counted) stand before the piece.
    """

    text: str
    kind: str
    font_px: float
    height: float
    before: float
    first: bool = True
    tick_px: float = 0.0
    paragraph: int = 0
    letter: int = 0


def font_of(kind: str) -> str:
    """The font of a kind of paragraph."""
    return fonts.BOLD if kind == "head" else fonts.REGULAR


def text_pages(
    paragraphs: Sequence[Paragraph],
    theme: Theme,
    width: float,
    height: float,
    *,
    qr_px: float,
    scale: float = 1.0,
    air: float | None = None,
) -> tuple[tuple[Piece, ...], ...]:
    """Divide paragraphs into pages of a size; at least one page. ``scale``: larger letters for a short text.

    ``air``: room above every paragraph in letters' heights, instead of the usual.
    """
    pages: list[list[Piece]] = [[]]
    left = height
    for number, paragraph in enumerate(paragraphs):
        kind = paragraph.kind
        font_px = theme.sizes(_UNITS[kind] * scale, note=kind in NOTES)[0]
        if kind == "qr":
            side = max(min(qr_px, width, height - 4 * font_px), min(height, width, theme.mm(25)))
            if pages[-1] and side + _BEFORE[kind] * font_px > left:
                pages.append([])
                left = height
            pages[-1].append(Piece(paragraph.text, "qr", font_px, side, _BEFORE[kind] * font_px, paragraph=number))
            left -= side + _BEFORE[kind] * font_px
            kind = "note"  # and the address in letters, for whoever has no camera
        tick_px = _TICK * font_px if kind == "box" else 0.0
        lines = wrapped(paragraph.text, font_of(kind), font_px, width - tick_px)
        step = line_height(font_of(kind), font_px, paragraph.text)
        least = _LINES_LEAST if kind != "head" else len(lines)
        if kind == "head" and number + 1 < len(paragraphs):
            least += 1  # a heading never stands alone at a page's end
        first, letter = True, 0
        while lines:
            before = (_BEFORE[kind] if air is None else air) * font_px if pages[-1] else 0.0
            fits = int((left - before + 0.5) // step)
            if pages[-1] and fits < min(least, len(lines) + (1 if kind == "head" else 0)):
                pages.append([])
                left = height
                continue
            taken, lines = lines[: max(1, fits)], lines[max(1, fits) :]
            high = len(taken) * step
            piece = Piece("\n".join(taken), kind, font_px, high, before, first, tick_px, number, letter)
            pages[-1].append(piece)
            letter += letters(piece.text)
            left -= before + high
            first = False
    return tuple(tuple(page) for page in pages)
