"""Typing what the matter is called: the field, what was found so far, the keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk import session as s
from kiosk.frame import Box, Frame
from kiosk.screens.band import needed_height
from kiosk.screens.base import View
from kiosk.screens.keyboard import Keyboard, TextField, typing_boxes, typing_frame, with_room_for_keys
from kiosk.screens.nav import Cell
from kiosk.screens.paged import PagedScreen
from kiosk.screens.parts import place
from kiosk.screens.procedures import entry_tile
from kiosk.screens.tiles import TileList, TileSpec
from queue_kit.screen.widgets import Words


class FindScreen(PagedScreen):
    """A question, a field, tiles and keys. While typing only the field and the tiles are drawn anew."""

    def title(self) -> str:
        """The question; where the keys leave no room for it the field asks it."""
        return self.view.tr("procedures.find.title") if self._asked else ""

    _asked = True

    def fitting(self, view: View) -> View:
        """The keys set how large letters can be."""
        return with_room_for_keys(view)

    def settle(self, frame: Frame, nav_height: float) -> Frame:
        """The keys first."""
        head = self._head()
        low = needed_height(replace(head, title="", sub=""))
        settled, self._asked = typing_frame(self.view.theme, frame, nav_height, needed_height(head), low)
        return settled

    def coming(self) -> Cell:
        """The way on comes with the first that is found."""
        return self.way_on() or Cell("list-check", self.view.tr("procedures.find.all"), lambda: None, primary=True)

    def fill(self) -> None:
        """Keys at the lower edge, the field above, what was found between."""
        view = self.view
        theme = view.theme
        self._field_box, self._found_box, keys, rows = typing_boxes(theme, view.frame)
        self.keyboard = Keyboard(theme=theme, box=keys, typed=view.visit.typed, send=view.send, lang=view.visit.lang,
                                 rows=rows)  # fmt: skip
        self.add_widget(self.keyboard)
        self._changing: list[Any] = []
        self._fill_changing()

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
            self._sentence(view.tr("procedures.find.none" if nothing else "procedures.find.start"))
        self._changing = [child for child in self.children if child not in before]

    def _tiles(self, specs: list[TileSpec]) -> None:
        """The best, as many as there is room for; the way on leads to all of them."""
        gap, box = self.view.frame.gap, self._found_box
        pages = self.paginate(specs, box, 0.0)
        if any(row.height > box.height for row in pages.pages[0]):
            self._sentence(self.view.tr("procedures.find.found", count=len(specs)))
            return
        self.tile_list = TileList(
            pages=pages, page=0, theme=self.view.theme, box=box, gap=gap, pager_height=0.0, stretch=1.15
        )
        self.add_widget(self.tile_list)

    def way_on(self) -> Cell | None:
        """All that was found, on a screen without keys."""
        found = self.view.visit.looking.found
        if not found:
            return None
        return Cell("list-check", self.view.tr("procedures.find.all"), self.view.doing(s.ShowFound()), primary=True)

    def _sentence(self, text: str) -> None:
        """What to do; nothing where the keys leave no line (the field's hint and the way on say it)."""
        theme, box = self.view.theme, self._found_box
        words = Words(text=text, font_size=theme.body_px, color=theme.c.ink_soft, align="center")
        place(words, Box(box.x, box.y, box.width, words.height))
        words.texture_update()
        if words.texture_size[1] <= box.height:
            words.y = box.y + max(0.0, (box.height - words.texture_size[1]) / 2)
            self.add_widget(words)

    def refresh(self, view: View) -> bool:
        """Typing and answers change the field and the tiles; another way of typing changes the keys too."""
        old = self.view
        self.view = replace(view, frame=old.frame, theme=old.theme)
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
