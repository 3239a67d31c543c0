"""A list of tiles with page buttons when they do not all fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen
from kiosk.screens.pager import Pager, pager_sides
from kiosk.screens.tiles import Pages, TileList, TileSpec, paginate

_COLUMN_LEAST: Final = 380.0


class PagedScreen(KioskScreen):
    """A screen whose body is a list of tiles, with page buttons when they do not fit."""

    tile_list: TileList | None = None
    pages: Pages | None = None

    def fill_tiles(self, specs: list[TileSpec], box: Box) -> None:
        """Add the tiles of the visit's page; the page buttons stand below, or beside where height is scarce."""
        view = self.view
        theme, gap = view.theme, view.frame.gap
        beside = theme.tight and not view.frame.portrait
        wide, high = pager_sides(theme, beside=beside)
        high += gap if high else 0.0
        self.pages = self.paginate(specs, box, high)
        if beside and len(self.pages.pages) > 1:
            box = replace(box, width=box.width - wide - gap)
            self.pages = self.paginate(specs, box, high)
        last = len(self.pages.pages) - 1
        page = min(view.visit.page, last)
        self.tile_list = TileList(pages=self.pages, page=page, theme=theme, box=box, gap=gap, pager_height=high)
        self.add_widget(self.tile_list)
        if last > 0:
            self.add_pager(
                Box(box.right + gap, box.y, wide, box.height) if beside else replace(box, height=high - gap), page, last
            )

    def paginate(self, specs: list[TileSpec], box: Box, pager_height: float) -> Pages:
        """Divide tiles into the pages of a box."""
        theme, gap = self.view.theme, self.view.frame.gap
        columns = max(1, min(3, int((box.width + gap) // (theme.u(_COLUMN_LEAST) + gap)), len(specs)))
        return paginate(specs, theme, box, columns=columns, gap=gap, pager_height=pager_height)

    def add_pager(self, box: Box, page: int, last: int) -> None:
        """The page before, where we are, the page after."""
        send = self.view.send
        pager = Pager(theme=self.view.theme, box=box, page=page, last=last, turn=lambda to: send(s.TurnPage(to)))
        self.add_widget(pager)
