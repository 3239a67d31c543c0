"""Turning pages: the page before, where we are, the page after; beside a low text, below any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from kivy.uix.floatlayout import FloatLayout

from kiosk.frame import Box
from kiosk.screens.nav import NavCell, in_lines, needed
from kiosk.screens.parts import place
from queue_kit.languages import tr
from queue_kit.screen import fonts
from queue_kit.screen.theme import Theme
from queue_kit.screen.widgets import OneLine

#: so many pages are counted without spaces
_MANY: Final = 99


def _words(theme: Theme, key: str) -> str:
    return tr(theme.lang, f"kiosk.nav.{key}_{'short' if theme.tight else 'page'}")


def pager_sides(theme: Theme, *, beside: bool) -> tuple[float, float]:
    """Width and height in pixels that the buttons want: the one beside a text, the other below it."""
    sizes = [needed(theme, in_lines(_words(theme, key), 1, theme.body_px), "none") for key in ("previous", "next")]
    if beside:
        return max(theme.u(124), *(wide for wide, _ in sizes)), 0.0
    return 0.0, max(theme.u(60 if theme.tight else 96), *(high for _, high in sizes))


def cut_for_pager(theme: Theme, box: Box, gap: float, *, beside: bool) -> tuple[Box, Box]:
    """A box divided: what is left for the text, and the pager's place."""
    wide, high = pager_sides(theme, beside=beside)
    if beside:
        left = replace(box, width=box.width - wide - gap)
        return left, Box(left.right + gap, box.y, wide, box.height)
    return replace(box, y=box.y + high + gap, height=box.height - high - gap), replace(box, height=high)


class Pager(FloatLayout):
    """The buttons in their place; ``turn`` is told the page that is wanted."""

    def __init__(self, *, theme: Theme, box: Box, page: int, last: int, turn: Callable[[int], None]) -> None:
        super().__init__()
        place(self, box)
        upright = box.height > box.width
        side = (
            min(box.height * 0.38, theme.u(380))
            if upright
            else min(box.width * (0.33 if theme.tiny else 0.36), theme.u(380))
        )
        if upright:
            # A finger's height, and a line between them for where one is.
            least = max(theme.mm(16), theme.body_px * 1.5)
            side = max(min(side, (box.height - theme.note_px * 1.6) / 2), min(least, (box.height - theme.gap_px) / 2))
        if upright:
            before, after = Box(box.x, box.top - side, box.width, side), Box(box.x, box.y, box.width, side)
            middle = Box(box.x, box.y + side, box.width, box.height - 2 * side)
        else:
            before, after = Box(box.x, box.y, side, box.height), Box(box.right - side, box.y, side, box.height)
            middle = Box(box.x + side, box.y, box.width - 2 * side, box.height)
        up = ("chevron-up", "chevron-down") if upright else ("chevron-left", "chevron-right")
        if page > 0:
            cell = NavCell(theme=theme, icon=up[0], label=_words(theme, "previous"), action=lambda: turn(page - 1))
            self.add_widget(place(cell, before))
        if page < last:
            cell = NavCell(
                theme=theme, icon=up[1], label=_words(theme, "next"), action=lambda: turn(page + 1), primary=True
            )
            self.add_widget(place(cell, after))
        where = f"{page + 1} / {last + 1}" if last < _MANY else f"{page + 1}/{last + 1}"
        if not theme.tight:
            where = tr(theme.lang, "kiosk.nav.page", page=page + 1, pages=last + 1)
        line = OneLine(
            text=where, largest_px=max(theme.u(28), theme.note_px), height_em=0.85, font_name=fonts.SEMIBOLD,
            color=theme.c.ink, size_hint=(None, None), note=True,
        )  # fmt: skip
        self.add_widget(place(line, middle))
