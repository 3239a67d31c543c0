"""A part of a procedure, every word of it, in pages: letters stay large and nothing has to be scrolled."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final

from kivy.graphics import Color, Rectangle
from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.frame import Box
from kiosk.guidance.stretches import Stretch, read_out
from kiosk.screens.nav import Cell
from kiosk.screens.paged import PagedScreen
from kiosk.screens.pager import cut_for_pager
from kiosk.screens.parts import place
from kiosk.screens.procedure import aloud_words, open_section
from kiosk.screens.text_pages import NOTES, Piece, font_of, text_pages
from queue_kit.catalogue.parts import Paragraph
from queue_kit.screen.theme import Theme
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import Words

_QR_UNITS: Final = 420.0


class Code(Widget):
    """A QR code, drawn as rectangles on white with its quiet zone."""

    def __init__(self, *, text: str, box: Box, **kwargs: Any) -> None:
        import segno

        super().__init__(**kwargs)
        place(self, box)
        rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
        one = box.width / len(rows)
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(pos=(box.x, box.y), size=(box.width, box.height))
            Color(0, 0, 0, 1)
            for y, row in enumerate(rows):
                start = None
                for x, dark in enumerate((*row, 0)):
                    if dark and start is None:
                        start = x
                    elif not dark and start is not None:
                        Rectangle(
                            pos=(box.x + start * one, box.top - (y + 1) * one),
                            size=((x - start) * one + 0.5, one + 0.5),
                        )
                        start = None


class ReadingScreen(PagedScreen):
    """One part."""

    named = True

    def title(self) -> str:
        """What part it is."""
        part = open_section(self.view)
        return part.title if part else ""

    def sub(self) -> str:
        """Of which procedure."""
        procedure = self.view.visit.looking.procedure
        return (procedure.short_name or procedure.name) if procedure else ""

    def fill(self) -> None:
        """The page's pieces, one below the other on a sheet."""
        view = self.view
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        part = open_section(view)
        if part is None:
            return
        beside = theme.tight and not view.frame.portrait
        pages, sheet, buttons = fitted(part.paragraphs, theme, body, gap, beside=beside)
        last = len(pages) - 1
        page = min(view.visit.page, last)
        c = theme.c
        card = Card(fill=c.surface, border=c.line, radius_px=theme.u(20), border_px=max(2, theme.u(2)))
        self.add_widget(place(card, sheet))
        pad = _pad(theme)
        self.starts = first_stretches(pages, read_out(view.visit, view.day))
        now = self._paragraph_read()
        top = sheet.top - pad
        for piece in pages[page]:
            top -= piece.before
            box = Box(sheet.x + pad, top - piece.height, sheet.width - 2 * pad, piece.height)
            if piece.paragraph == now:
                self._mark(box, pad)
            self._piece(piece, box)
            top -= piece.height
        self.text_page_count = len(pages)
        if buttons is not None:
            self.add_pager(buttons, page, last)

    def way_on(self) -> Cell | None:
        """Hear it, where there is a voice and something to hear."""
        view = self.view
        if not view.speaks or not view.visit.readable:
            return None
        word, icon = aloud_words(view)
        return Cell(icon, word, lambda: view.send(s.ReadAloud(self.starts)), primary=not view.visit.aloud.on)

    def _paragraph_read(self) -> int | None:
        """The paragraph that is being read aloud now."""
        view = self.view
        if not view.visit.aloud.on:
            return None
        said, at = read_out(view.visit, view.day), view.visit.aloud.at
        return said[at].paragraph if at < len(said) else None

    def _mark(self, box: Box, pad: float) -> None:
        """What is being read lies on a tinted sheet with a bar at its left."""
        theme = self.view.theme
        c = theme.c
        side, bar = pad * 0.7, max(4.0, theme.u(8))
        air = theme.u(8)
        sheet = Box(box.x - side, box.y - air, box.width + 2 * side, box.height + air * 1.5)
        self.add_widget(place(Card(fill=c.tint, radius_px=theme.u(8), border_px=1), sheet))
        edge = Card(fill=c.primary, radius_px=bar / 2, border_px=1)
        self.add_widget(place(edge, Box(sheet.x, sheet.y, bar, sheet.height)))

    def _piece(self, piece: Piece, box: Box) -> None:
        theme = self.view.theme
        c = theme.c
        if piece.kind == "qr":
            side = min(box.height, box.width)
            self.add_widget(Code(text=piece.text, box=Box(box.x + (box.width - side) / 2, box.y, side, side)))
            return
        if piece.tick_px:
            tick = Card(fill=c.surface, border=c.ink, radius_px=theme.u(4), border_px=max(3, theme.u(3)))
            side = piece.tick_px * 0.55
            if piece.first:
                self.add_widget(place(tick, Box(box.x, box.top - side - piece.font_px * 0.36, side, side)))
            box = Box(box.x + piece.tick_px, box.y, box.width - piece.tick_px, box.height)
        words = Words(
            text=piece.text,
            font_name=font_of(piece.kind),
            font_size=piece.font_px,
            color=c.primary if piece.kind == "head" else c.ink_soft if piece.kind == "note" else c.ink,
            note=piece.kind in NOTES,
        )
        self.add_widget(place(words, box))


def first_stretches(pages: Sequence[Sequence[Piece]], said: Sequence[Stretch]) -> tuple[int, ...]:
    """The first stretch of each page; a page on which none begins has the next one's."""
    starts = [0]
    for page in pages[1:]:
        first = next(((one.paragraph, one.letter) for one in page), (0, 0))
        starts.append(bisect_left(said, first, key=lambda one: (one.paragraph, one.letter)))
    return tuple(starts)


def _pad(theme: Theme) -> float:
    return theme.u(12 if theme.tight else 36)


def fitted(
    paragraphs: tuple[Paragraph, ...], theme: Theme, body: Box, gap: float, *, beside: bool
) -> tuple[tuple[tuple[Piece, ...], ...], Box, Box | None]:
    """The pages, their place, and the pager's where there are several."""
    pad, code_px = _pad(theme), theme.u(_QR_UNITS)
    whole = text_pages(paragraphs, theme, body.width - 2 * pad, body.height - 2 * pad, qr_px=code_px)
    if len(whole) == 1:
        return whole, body, None
    sheet, buttons = cut_for_pager(theme, body, gap, beside=beside)
    pages = text_pages(paragraphs, theme, sheet.width - 2 * pad, sheet.height - 2 * pad, qr_px=code_px)
    return pages, sheet, buttons
