"""A part of a procedure, every word of it, in pages: letters stay large and nothing has to be scrolled."""

from __future__ import annotations

from typing import Any, Final

from kivy.graphics import Color, Rectangle
from kivy.uix.widget import Widget

from kiosk.frame import Box
from kiosk.procedure_words import Paragraph
from kiosk.screens.paged import PagedScreen
from kiosk.screens.parts import place
from kiosk.screens.procedure import open_section
from kiosk.screens.text_pages import Piece, font_of, text_pages
from queue_kit.screen.theme import Theme
from queue_kit.screen.widgets import Card, Words

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

    def title(self) -> str:
        """What part it is."""
        part = open_section(self.view.visit, self.view.day)
        return part.title if part else ""

    def sub(self) -> str:
        """Of which procedure."""
        procedure = self.view.visit.looking.procedure
        return (procedure.short_name or procedure.name) if procedure else ""

    def fill(self) -> None:
        """The page's pieces, one below the other on a sheet."""
        view = self.view
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        part = open_section(view.visit, view.day)
        if part is None:
            return
        pager = max(theme.u(96), theme.touch_px) + gap
        pages, several = fitted(part.paragraphs, theme, body, pager)
        last = len(pages) - 1
        page = min(view.visit.page, last)
        sheet = Box(body.x, body.y + pager, body.width, body.height - pager) if several else body
        c = theme.c
        card = Card(fill=c.surface, border=c.line, radius_px=theme.u(20), border_px=max(2, theme.u(2)))
        self.add_widget(place(card, sheet))
        pad = _pad(theme)
        top = sheet.top - pad
        for piece in pages[page]:
            top -= piece.before
            self._piece(piece, Box(sheet.x + pad, top - piece.height, sheet.width - 2 * pad, piece.height))
            top -= piece.height
        self.text_page_count = len(pages)
        if several:
            self.add_pager(Box(body.x, body.y, body.width, pager - gap), page, last)

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
        )
        self.add_widget(place(words, box))


def _pad(theme: Theme) -> float:
    return theme.u(20 if theme.large else 36)


def fitted(
    paragraphs: tuple[Paragraph, ...], theme: Theme, body: Box, pager: float
) -> tuple[tuple[tuple[Piece, ...], ...], bool]:
    """The pages, and whether there are several (then the pager takes its room)."""
    pad = _pad(theme)
    width = body.width - 2 * pad
    whole = text_pages(paragraphs, theme, width, body.height - 2 * pad, qr_px=theme.u(_QR_UNITS))
    if len(whole) == 1:
        return whole, False
    return text_pages(paragraphs, theme, width, body.height - pager - 2 * pad, qr_px=theme.u(_QR_UNITS)), True
