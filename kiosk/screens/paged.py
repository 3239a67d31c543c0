"""A list of tiles with page buttons when they do not all fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen
from kiosk.screens.nav import NavCell
from kiosk.screens.parts import place
from kiosk.screens.tiles import Pages, TileList, TileSpec, paginate
from queue_kit.screen import fonts
from queue_kit.screen.widgets import OneLine

_COLUMN_LEAST: Final = 380.0


class PagedScreen(KioskScreen):
    """A screen whose body is a list of tiles, with page buttons when they do not fit."""

    tile_list: TileList | None = None
    pages: Pages | None = None

    def fill_tiles(self, specs: list[TileSpec], box: Box) -> None:
        """Add the tiles of the visit's page; the page buttons stand below, or beside where height is scarce."""
        view = self.view
        theme, gap = view.theme, view.frame.gap
        beside = theme.large and not view.frame.portrait
        high = 0.0 if beside else max(theme.u(96), theme.touch_px) + gap
        wide = theme.u(120) if beside else 0.0
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
        """The page before, where we are, the page after; on top of each other in a narrow box."""
        view = self.view
        theme = view.theme
        upright = box.height > box.width
        side = (box.height * 0.38) if upright else min(box.width * 0.36, theme.u(380))
        if upright:
            before = Box(box.x, box.top - side, box.width, side)
            after = Box(box.x, box.y, box.width, side)
            middle = Box(box.x, box.y + side, box.width, box.height - 2 * side)
        else:
            before = Box(box.x, box.y, side, box.height)
            after = Box(box.right - side, box.y, side, box.height)
            middle = Box(box.x + side, box.y, box.width - 2 * side, box.height)
        if page > 0:
            cell = NavCell(
                theme=theme,
                icon="chevron-up" if upright else "chevron-left",
                label=view.tr("kiosk.nav.previous_page"),
                action=view.doing(s.TurnPage(page - 1)),
            )
            self.add_widget(place(cell, before))
        if page < last:
            cell = NavCell(
                theme=theme,
                icon="chevron-down" if upright else "chevron-right",
                label=view.tr("kiosk.nav.next_page"),
                action=view.doing(s.TurnPage(page + 1)),
                primary=True,
            )
            self.add_widget(place(cell, after))
        short = f"{page + 1} / {last + 1}"
        words = short if theme.large else view.tr("kiosk.nav.page", page=page + 1, pages=last + 1)
        line = OneLine(
            text=words, largest_px=theme.u(30), font_name=fonts.SEMIBOLD, color=theme.c.ink, size_hint=(None, None)
        )
        self.add_widget(place(line, middle))
