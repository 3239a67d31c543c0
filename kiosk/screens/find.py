"""Typing what the matter is called: the field, what was found so far, the keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import View
from kiosk.screens.keyboard import Keyboard, TextField
from kiosk.screens.nav import Cell
from kiosk.screens.paged import PagedScreen
from kiosk.screens.parts import place
from kiosk.screens.procedures import entry_tile
from kiosk.screens.tiles import TileList, TileSpec
from queue_kit.screen.widgets import Words

_ROW_LEAST_MM: Final = 16.0
#: a row of keys: as high as a finger wants, less where the screen is low
_ROW_UNITS: Final = 100.0


class FindScreen(PagedScreen):
    """A question, a field, tiles and keys. While typing only the field and the tiles are drawn anew."""

    def title(self) -> str:
        """The question."""
        return self.view.tr("procedures.find.title")

    def fill(self) -> None:
        """Keys at the lower edge, the field above, what was found between."""
        view = self.view
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        self._field_box, self._found_box, keys = self._boxes(body, gap)
        self.keyboard = Keyboard(theme=theme, box=keys, typed=view.visit.typed, send=view.send, lang=view.visit.lang)
        self.add_widget(self.keyboard)
        self._changing: list[Any] = []
        self._fill_changing()

    def _boxes(self, body: Box, gap: float) -> tuple[Box, Box, Box]:
        """Field, found, keys; in landscape the keys stand below all, the field at their left edge above."""
        theme = self.view.theme
        rows = Keyboard.rows_of(theme, body.width)
        between = (rows - 1) * theme.gap_px
        # Large letters need the room above the keys more than the keys do.
        share = 0.3 if theme.large else 0.46 if self.view.frame.portrait else 0.56
        row = max(min(theme.u(_ROW_UNITS), (body.height * share - between) / rows), theme.mm(_ROW_LEAST_MM))
        keys_height = rows * row + between
        keys = replace(body, height=keys_height)
        field_height = min(max(theme.u(96), theme.mm(12)), body.height * 0.16)
        field = Box(body.x, body.top - field_height, body.width, field_height)
        low = keys.top + gap
        return field, Box(body.x, low, body.width, field.y - gap - low), keys

    def _fill_changing(self) -> None:
        before = list(self.children)
        view = self.view
        typed, looking = view.visit.typed.text, view.visit.looking
        self.add_widget(
            TextField(theme=view.theme, box=self._field_box, text=typed, hint=view.tr("procedures.find.hint"))
        )
        if looking.found:
            self._tiles([entry_tile(view, entry) for entry in looking.found])
        else:
            nothing = bool(typed.strip()) and looking.found_for == typed
            self._sentence("procedures.find.none" if nothing else "procedures.find.start")
        self._changing = [child for child in self.children if child not in before]

    def _tiles(self, specs: list[TileSpec]) -> None:
        """The best, as many as there is room for; the way on leads to all of them."""
        gap = self.view.frame.gap
        pages = self.paginate(specs, self._found_box, 0.0)
        self.tile_list = TileList(
            pages=pages, page=0, theme=self.view.theme, box=self._found_box, gap=gap, pager_height=0.0, stretch=1.15
        )
        self.add_widget(self.tile_list)

    def way_on(self) -> Cell | None:
        """All that was found, on a screen without keys."""
        found = self.view.visit.looking.found
        if not found:
            return None
        return Cell("list-check", self.view.tr("procedures.find.all"), self.view.doing(s.ShowFound()), primary=True)

    def _sentence(self, key: str) -> None:
        theme, box = self.view.theme, self._found_box
        words = Words(text=self.view.tr(key), font_size=theme.u(30), color=theme.c.ink_soft, align="center")
        self.add_widget(place(words, Box(box.x, box.y, box.width, words.height)))
        words.y = box.y + max(0.0, (box.height - words.height) / 2)

    def refresh(self, view: View) -> bool:
        """Typing and answers change the field and the tiles; another way of typing changes the keys too."""
        old, self.view = self.view, replace(view, frame=self.view.frame)
        offered = bool(view.visit.looking.found) is bool(old.visit.looking.found)
        if _but_found(view.visit) != _but_found(old.visit) or not offered or view.seen.hub_away != old.seen.hub_away:
            return False
        for widget in self._changing:
            self.remove_widget(widget)
        self._fill_changing()
        return True


def _but_found(visit: s.Visit) -> s.Visit:
    """What the keys and the rows are drawn from."""
    typed = replace(visit.typed, before="", keys="")
    return replace(visit.shown, typed=typed, looking=s.Looking(), page=0)
