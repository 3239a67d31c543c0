"""A dossier as its citizen may see it: the code, the line of steps, what to do, and the number for it."""

from __future__ import annotations

import re
from typing import Final

from kiosk import session as s
from kiosk.dossier_words import MARK_ICONS, paragraphs, spaced
from kiosk.frame import Box
from kiosk.screens.asking import AskingScreen
from kiosk.screens.dossier_parts import StepLine, reached_words
from kiosk.screens.nav import Cell
from kiosk.screens.paged import PagedScreen
from kiosk.screens.pager import cut_for_pager
from kiosk.screens.parts import place
from kiosk.screens.text_pages import NOTES, Piece, font_of, text_pages
from kiosk.screens.tiles import Cut, Tile, TileSpec, cut
from kiosk.words import label
from queue_core.wire.messages import DossierBody
from queue_kit.catalogue.parts import Paragraph
from queue_kit.languages import BREAK
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import Icon, Words

_ICON: Final = 84.0
_CODE_UNITS: Final = (52.0, 48.0, 44.0, 40.0, 36.0, 34.0)

#: a longer one stands among the sentences of a tight screen, not over them
_SHORT_CODE: Final = 22
_LONG_CODE: Final = 45

_Measured = tuple[TileSpec, Cut]


class DossierAskedScreen(AskingScreen):
    """The moment between the code and the answer."""

    def title(self) -> str:
        """What happens."""
        return self.view.tr("dossier.asking.title")


class DossierScreen(PagedScreen):
    """Code and steps above, words in pages between, what can be touched below."""

    #: whether the number has a tile of its own, besides the way on at the bottom
    _number_tile = True

    def title(self) -> str:
        """What is shown; a tight screen has the code here, where it is on every page."""
        found = self.view.visit.tracking.found
        if found is not None and self.view.theme.tight and len(found.code) <= _SHORT_CODE:
            return re.sub(r"([./-])", "\\1" + BREAK, found.code)
        return self.view.tr("dossier.title")

    def sub(self) -> str:
        """How long it stays."""
        return "" if self.view.theme.tight else self.view.tr("dossier.sub")

    def fill(self) -> None:
        """From the top: code, steps, sentences; from the bottom: the tiles."""
        view = self.view
        found = view.visit.tracking.found
        if found is None:
            return
        body = view.frame.body
        self._number_tile = not view.theme.tight
        pages = self._pages(found, self._words_box(found, body))
        if len(pages) > 1 and self._number_tile:
            # The way on at the bottom says it, too: the sentences need the room more.
            self._number_tile = False
            pages = self._pages(found, self._words_box(found, body))
        pager: Box | None = None
        if len(pages) > 1:
            gap = view.frame.gap
            if view.frame.portrait:
                words, pager = cut_for_pager(view.theme, self._words_box(found, body), gap, beside=False)
            else:
                # The whole height for turning pages: below the words there is none to spare.
                body, pager = cut_for_pager(view.theme, body, gap, beside=True)
                words = self._words_box(found, body)
            pages = self._pages(found, words)
        else:
            words = self._words_box(found, body)
        self._fill_tiles(found, body)
        self._fill_head(found, body)
        page = min(view.visit.page, len(pages) - 1)
        self._fill_words(found, words, pages[page])
        if pager is not None:
            self.add_pager(pager, page, len(pages) - 1)

    def _words_box(self, found: DossierBody, body: Box) -> Box:
        """What the code, the steps and the tiles leave to the sentences."""
        gap = self.view.frame.gap
        rows, _, high = self._tile_rows(found, body.width)
        low = body.y + len(rows) * (high + gap)
        top = body.top - self._code_letters(found, body.width)[1] - self._below_code()
        if not self.view.theme.tiny:
            top -= StepLine.height_of(self.view.theme, body.width, found, self.view.visit.lang) + gap
        return Box(body.x, low, body.width, top - low)

    # ------------------------------------------------------------------ code and steps
    def _code_letters(self, found: DossierBody, width: float) -> tuple[float, float]:
        theme = self.view.theme
        if theme.tight or self._apart(found):
            return 0.0, 0.0
        sizes = theme.sizes(*_CODE_UNITS)
        return fitting_size(spaced(found.code), fonts.BOLD, sizes, width, theme.u(76))

    def _apart(self, found: DossierBody) -> bool:
        """Whether the code is so long that it stands among the sentences."""
        return len(found.code) > (_SHORT_CODE if self.view.theme.tight else _LONG_CODE)

    def _below_code(self) -> float:
        return 0.0 if self.view.theme.tight else self.view.theme.u(14)

    def _fill_head(self, found: DossierBody, body: Box) -> None:
        """The code, letter by letter, and the steps."""
        theme = self.view.theme
        size, high = self._code_letters(found, body.width)
        if size:
            self._fill_code(found, Box(body.x, body.top - high, body.width, high), size)
        if theme.tiny:
            return
        top = body.top - high - self._below_code()
        high = StepLine.height_of(theme, body.width, found, self.view.visit.lang)
        line = Box(body.x, top - high, body.width, high)
        self.add_widget(StepLine(theme=theme, box=line, dossier=found, lang=self.view.visit.lang))

    def _fill_code(self, found: DossierBody, box: Box, size: float) -> None:
        theme = self.view.theme
        words = Words(text=spaced(found.code), font_name=fonts.BOLD, font_size=size, color=theme.c.ink, align="center")
        self.add_widget(place(words, box))

    # ------------------------------------------------------------------ what can be touched
    def _specs(self, found: DossierBody) -> list[TileSpec]:
        view = self.view
        specs = []
        service = s.dossier_service(view.visit, view.seen.lobby)
        if service is not None and self._number_tile:
            specs.append(
                TileSpec(
                    key="take",
                    name=view.tr("dossier.take", service=label(service, view.visit.lang)),
                    icon="ticket",
                    primary=True,
                    act=view.doing(s.TakeForDossier()),
                )
            )
        if found.can_open and not view.theme.tight:
            specs.append(self._open_spec())
        return specs

    def _open_spec(self) -> TileSpec:
        view = self.view
        return TileSpec(
            key="open",
            name=view.tr("dossier.open"),
            sub=view.tr("dossier.open_sub"),
            icon="lock",
            quiet=True,
            act=view.doing(s.OpenSecret()),
        )

    def _tile_rows(
        self, found: DossierBody, body_width: float
    ) -> tuple[list[list[tuple[TileSpec, Cut]]], float, float]:
        """The tiles in rows from below, side by side where they have the room; their width and height."""
        theme, gap = self.view.theme, self.view.frame.gap
        specs = self._specs(found)
        if not specs:
            return [], 0.0, 0.0
        columns = 1 if self.view.frame.portrait else len(specs)
        width = (body_width - (columns - 1) * gap) / columns
        pairs = [(spec, cut(spec, theme, width, 34.0 if theme.tight else 40.0)) for spec in specs]
        rows = [[pair] for pair in reversed(pairs)] if columns == 1 else [pairs]
        return rows, width, max(measured.height for _, measured in pairs)

    def _fill_tiles(self, found: DossierBody, body: Box) -> None:
        theme, gap = self.view.theme, self.view.frame.gap
        rows, width, high = self._tile_rows(found, body.width)
        for row, pairs in enumerate(rows):
            for column, (spec, measured) in enumerate(pairs):
                box = Box(body.x + column * (width + gap), body.y + row * (high + gap), width, high)
                self.add_widget(Tile(spec=spec, theme=theme, box=box, measured=measured))

    def way_on(self) -> Cell | None:
        """The number for what the dossier needs; with large letters the 4 characters, where there is no number."""
        view = self.view
        if self._numbered():
            return Cell("ticket", view.tr("dossier.take_short"), view.doing(s.TakeForDossier()), primary=True)
        return self._open_cell() if self._opens_below() else None

    def extras(self) -> list[Cell]:
        """The 4 characters beside the number."""
        cell = self._open_cell() if self._numbered() and self._opens_below() else None
        return [cell] if cell else []

    def _numbered(self) -> bool:
        return s.dossier_service(self.view.visit, self.view.seen.lobby) is not None

    def _opens_below(self) -> bool:
        """Whether the 4 characters are asked for in the bottom row: large letters need the body for the sentences."""
        view = self.view
        found = view.visit.tracking.found
        opens = found is not None and found.can_open and view.theme.tight
        return opens and not view.theme.tiny and (view.frame.stacked or not self._numbered())

    def _open_cell(self) -> Cell:
        return Cell("lock", self.view.tr("dossier.open_short"), self.view.doing(s.OpenSecret()))

    # ------------------------------------------------------------------ sentences
    def _pad(self) -> tuple[float, float]:
        """Room around the sentences, and at their left for the picture of what they say."""
        theme = self.view.theme
        return (theme.u(14), 0.0) if theme.tight else (theme.u(28), theme.u(_ICON + 24))

    def _pages(self, found: DossierBody, box: Box) -> tuple[tuple[Piece, ...], ...]:
        """The sentences in pages of a box, in letters as large as leave one."""
        theme = self.view.theme
        pad, aside = self._pad()
        said = paragraphs(found, self.view.visit.lang, served=self._numbered(), brief=theme.tight)
        if self._apart(found):
            said = (Paragraph(spaced(found.code), "head"), *said)
        if theme.tiny:
            said = (Paragraph(reached_words(found, self.view.visit.lang), "head"), *said)
        for scale in (1.3, 1.15, 1.0, 0.9):
            pages = text_pages(said, theme, box.width - 2 * pad - aside, box.height - 2 * pad, qr_px=0.0, scale=scale)
            if len(pages) == 1:
                break
        # Where the bottom row is full, too, the 4 characters have a page of their own behind the sentences.
        last: tuple[Piece, ...] = ()
        return (*pages, last) if found.can_open and theme.tight and not self._opens_below() else pages

    def _fill_words(self, found: DossierBody, box: Box, pieces: tuple[Piece, ...]) -> None:
        theme = self.view.theme
        if not pieces:
            spec = self._open_spec()
            self.add_widget(Tile(spec=spec, theme=theme, box=box, measured=cut(spec, theme, box.width, 34.0)))
            return
        c = theme.c
        pad, aside = self._pad()
        edge = c.gold if found.mark == "your_turn" else c.line
        card = Card(fill=c.surface, border=edge, radius_px=theme.u(20), border_px=max(2, theme.u(4)))
        self.add_widget(place(card, box))
        if aside:
            side = theme.u(_ICON)
            icon = Icon(icon=MARK_ICONS[found.mark], size_px=side, color=c.primary)
            self.add_widget(place(icon, Box(box.x + pad, box.top - pad - side, side, side)))
        top = box.top - pad
        for piece in pieces:
            top -= piece.before
            self._piece(piece, Box(box.x + pad + aside, top - piece.height, box.width - 2 * pad - aside, piece.height))
            top -= piece.height

    def _piece(self, piece: Piece, box: Box) -> None:
        c = self.view.theme.c
        colour = c.primary if piece.kind == "head" else c.ink_soft if piece.kind == "note" else c.ink
        words = Words(
            text=piece.text, font_name=font_of(piece.kind), font_size=piece.font_px, color=colour,
            note=piece.kind in NOTES,
        )  # fmt: skip
        self.add_widget(place(words, box))
