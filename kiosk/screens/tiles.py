"""Tiles: what a citizen chooses from. A tile is as high as its words need; rows and pages follow from that.

Words wrap first, then shrink to a floor, then the list goes on to another page: nothing is ever cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kivy.uix.floatlayout import FloatLayout

from kiosk.frame import Box
from kiosk.screens.parts import place, pressed_fill
from queue_kit.screen import fonts
from queue_kit.screen.measures import longest_word_px, measure
from queue_kit.screen.theme import Theme
from queue_kit.screen.touchable import Card, Touchable
from queue_kit.screen.widgets import Icon, Words

#: letter heights tried for names, in units, largest first
NAME_SIZES: Final = (44.0, 40.0, 36.0, 34.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSpec:
    """What a tile says and does. ``foot``: a short live line: people waiting, or why it is ``closed``.

    ``quiet``: a button of second rank beside the matters. ``whole``: opens everything where even a page of its own is
    too small for the name; ``more`` is the word for it.
    """

    key: str
    name: str
    act: Callable[[], None]
    icon: str = ""
    sub: str = ""
    foot: str = ""
    foot_icon: str = "users"
    closed: bool = False
    quiet: bool = False
    primary: bool = False
    chosen: bool = False
    whole: Callable[[], None] | None = None
    more: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """How a tile is cut to a width: letter height in pixels and the heights of its parts."""

    name_px: float
    sub_px: float
    name_height: float
    sub_height: float
    foot_height: float
    height: float
    icon_px: float
    text_width: float


def cut(spec: TileSpec, theme: Theme, width: float, name_units: float, *, shrink: bool = True) -> Cut:
    """Measure a tile of a width; the name shrinks only where its longest word is wider than the column."""
    pad, icon_px = _pad(theme), theme.u(64 if name_units >= 36 else 56)
    if width < theme.u(330) or theme.tight:
        icon_px = theme.u(44)
    beside = theme.u(10 if theme.tight else 18)
    text_width = width - 2 * pad - (icon_px * 1.45 + beside if spec.icon else 0)
    smallest = theme.u(NAME_SIZES[-1])
    if spec.icon and not spec.chosen and longest_word_px(spec.name, fonts.SEMIBOLD, smallest) > text_width:
        # A whole word before a picture; a choice keeps its tick.
        icon_px, text_width = 0.0, width - 2 * pad
    disc = icon_px * 1.45 if spec.icon else 0.0
    name_px = theme.u(name_units)
    if shrink:
        for units in NAME_SIZES:
            if units > name_units:
                continue
            name_px = theme.u(units)
            if longest_word_px(spec.name, fonts.SEMIBOLD, name_px) <= text_width:
                break
    sub_px = max(theme.u(28 if name_units >= 40 else 26), theme.note_px)
    below = spec.sub
    name_height = measure(spec.name, fonts.SEMIBOLD, name_px, text_width)[1]
    sub_height = measure(below, fonts.REGULAR, sub_px, text_width)[1] if below else 0.0
    foot_height = measure(spec.foot, fonts.SEMIBOLD, sub_px, text_width - theme.u(40))[1] if spec.foot else 0.0
    text = name_height + sub_height + foot_height + (theme.u(4) if below else 0) + (theme.u(4) if spec.foot else 0)
    height = max(text + 1.2 * pad, disc + pad, theme.touch_px, theme.u(70 if theme.tight else 112))
    return Cut(name_px, sub_px, name_height, sub_height, foot_height, height, icon_px, text_width)


def _pad(theme: Theme) -> float:
    return theme.u(14 if theme.tight else 24)


class Tile(Touchable):
    """A touchable card: icon on a disc, name, examples, how many wait."""

    def __init__(self, *, spec: TileSpec, theme: Theme, box: Box, measured: Cut) -> None:
        c = theme.c
        primary, quiet = spec.primary, spec.closed
        fill = c.primary if primary else (c.ground if quiet else c.tint if spec.quiet else c.surface)
        if spec.chosen:
            fill = c.tint
        super().__init__(
            fill=fill,
            fill_pressed=c.primary_dark if primary else pressed_fill(theme),
            border=c.primary if primary or spec.chosen else c.line,
            border_pressed=c.primary_dark,
            shadow=(0, 0, 0, 0) if quiet else c.shadow,
            radius_px=theme.u(20),
            border_px=max(2, theme.u(3 if theme.high_contrast or spec.chosen else 2)),
            drop_px=theme.u(6),
            action=spec.act,
        )
        self.spec = spec
        place(self, box)
        ink = c.on_primary if primary else c.ink
        soft = c.on_primary if primary else c.ink_soft
        pad = _pad(theme)
        left = box.x + pad
        if spec.icon and measured.icon_px:
            disc = measured.icon_px * 1.45
            disc_fill = c.primary_dark if primary else (c.surface if quiet or spec.quiet or spec.chosen else c.tint)
            sheet = Card(fill=disc_fill, radius_px=disc / 2, border_px=1)
            if theme.high_contrast:
                sheet.fill = fill
            self.add_widget(place(sheet, Box(left, box.y + (box.height - disc) / 2, disc, disc)))
            icon_ink = c.on_primary if primary else (c.ink_soft if quiet else c.primary)
            icon = Icon(icon=spec.icon, size_px=measured.icon_px, color=icon_ink)
            inset = (disc - measured.icon_px) / 2
            self.add_widget(
                place(
                    icon,
                    Box(left + inset, box.y + (box.height - measured.icon_px) / 2, measured.icon_px, measured.icon_px),
                )
            )
            left += disc + theme.u(10 if theme.tight else 18)
        gap = theme.u(4)
        total = measured.name_height + sum(h + gap for h in (measured.sub_height, measured.foot_height) if h)
        top = box.y + (box.height + total) / 2
        self.name_words = Words(text=spec.name, font_name=fonts.SEMIBOLD, font_size=measured.name_px, color=ink)
        top -= measured.name_height
        self.add_widget(place(self.name_words, Box(left, top, measured.text_width, measured.name_height)))
        if spec.sub:
            words = Words(text=spec.sub, font_size=measured.sub_px, color=soft, note=True)
            top -= measured.sub_height + gap
            self.add_widget(place(words, Box(left, top, measured.text_width, measured.sub_height)))
        self.foot_words: Words | None = None
        if spec.foot:
            top -= measured.foot_height + gap
            mark_px = theme.u(30)
            foot_ink = c.on_primary if primary else c.warn if spec.closed else c.primary
            mark = Icon(icon=spec.foot_icon, size_px=mark_px, color=foot_ink)
            middle = top + measured.foot_height - measured.sub_px * 0.78
            self.add_widget(place(mark, Box(left, middle - mark_px / 2, mark_px, mark_px)))
            self.foot_words = Words(
                text=spec.foot,
                font_name=fonts.SEMIBOLD,
                font_size=measured.sub_px,
                # The warning's colour is for the icon: pressed, words in it would be too faint to read.
                color=c.ink if spec.closed and not primary else foot_ink,
                note=True,
            )
            room = measured.text_width - theme.u(40)
            self.add_widget(place(self.foot_words, Box(left + theme.u(40), top, room, measured.foot_height)))


@dataclass(frozen=True, slots=True)
class Row:
    """Tiles side by side, and the height they need."""

    specs: tuple[TileSpec, ...]
    cuts: tuple[Cut, ...]

    @property
    def height(self) -> float:
        """The tallest's."""
        return max(c.height for c in self.cuts)


@dataclass(frozen=True, slots=True)
class Pages:
    """A list of tiles divided into pages of rows."""

    pages: tuple[tuple[Row, ...], ...]
    columns: int
    tile_width: float


def paginate(
    specs: Sequence[TileSpec], theme: Theme, box: Box, *, columns: int, gap: float, pager_height: float
) -> Pages:
    """Divide tiles into rows and pages.

    As few pages as the smallest letters allow, then the largest letters, then the most columns. ``columns``: the most
    that may stand side by side; ``pager_height``: what the page buttons take from the box when there are several pages.
    """
    found: list[tuple[tuple[float, ...], Pages]] = []
    for wide in range(columns, 0, -1):
        width = (box.width - (wide - 1) * gap) / wide
        for units in NAME_SIZES:
            rows = _rows(specs, theme, width, units, wide)
            whole = sum(r.height for r in rows) + gap * max(0, len(rows) - 1) <= box.height
            pages = (tuple(rows),) if whole else _pages(rows, box.height - pager_height, gap)
            fits = whole or all(_height(p, gap) <= box.height - pager_height for p in pages)
            if fits:
                found.append(((len(pages), -units, -wide), Pages(pages, wide, width)))
    if found:
        return min(found, key=lambda item: item[0])[1]
    short = [_folded(s, theme, box.width, box.height - pager_height) for s in specs]
    rows = _rows(short, theme, box.width, NAME_SIZES[-1], 1)
    return Pages(_pages(rows, box.height - pager_height, gap), 1, box.width)


def paginate_still(
    specs: Sequence[TileSpec], theme: Theme, box: Box, *, columns: int, gap: float, pager_height: float
) -> Pages:
    """Divide tiles whose words come by and by: one size of letters and as many columns always.

    So what a tile comes to say moves none before it.
    """
    width = (box.width - (columns - 1) * gap) / columns
    pages = _pages(_rows(specs, theme, width, NAME_SIZES[-1], columns), box.height - pager_height, gap)
    if all(_height(page, gap) <= box.height - pager_height for page in pages):
        return Pages(pages, columns, width)
    return paginate(specs, theme, box, columns=columns, gap=gap, pager_height=pager_height)


def _height(rows: Sequence[Row], gap: float) -> float:
    return sum(r.height for r in rows) + gap * (len(rows) - 1)


def _rows(specs: Sequence[TileSpec], theme: Theme, width: float, units: float, columns: int) -> list[Row]:
    rows = []
    for at in range(0, len(specs), columns):
        group = tuple(specs[at : at + columns])
        rows.append(Row(group, tuple(cut(s, theme, width, units) for s in group)))
    return rows


def _pages(rows: Sequence[Row], height: float, gap: float) -> tuple[tuple[Row, ...], ...]:
    pages: list[tuple[Row, ...]] = []
    page: list[Row] = []
    used = 0.0
    for row in rows:
        if page and used + gap + row.height > height:
            pages.append(tuple(page))
            page, used = [], 0.0
        used += row.height + (gap if page else 0)
        page.append(row)
    pages.append(tuple(page))
    return tuple(pages)


def _folded(spec: TileSpec, theme: Theme, width: float, height: float) -> TileSpec:
    """The examples go first, then the picture, then the name's end: only where a page is too small for it alone."""
    plain = replace(spec, sub="")
    bare = replace(plain, icon="" if not spec.chosen else spec.icon, foot=spec.foot if spec.closed else "")
    for lesser in (spec, plain, bare):
        if cut(lesser, theme, width, NAME_SIZES[-1]).height <= height:
            return lesser
    spec = replace(bare, foot=spec.more, foot_icon="eye", act=spec.whole or spec.act)
    words = spec.name.split()
    while len(words) > 1 and cut(spec, theme, width, NAME_SIZES[-1]).height > height:
        words.pop()
        spec = replace(spec, name=" ".join(words) + "…")
    return spec


class TileList(FloatLayout):
    """A page of tiles in a box, top to bottom, left to right; rows are stretched a little where there is room."""

    def __init__(
        self, *, pages: Pages, page: int, theme: Theme, box: Box, gap: float, pager_height: float, stretch: float = 1.5
    ) -> None:
        super().__init__()
        place(self, box)
        rows = pages.pages[min(page, len(pages.pages) - 1)]
        room = box.height - (pager_height if len(pages.pages) > 1 else 0)
        natural = sum(r.height for r in rows)
        spare = room - natural - gap * max(0, len(rows) - 1)
        factor = min(stretch, 1 + max(0.0, spare) / natural) if natural else 1.0
        top = box.top
        self.tiles: list[Tile] = []
        for row in rows:
            high = row.height * factor
            left = box.x
            for spec, measured in zip(row.specs, row.cuts, strict=True):
                tile = Tile(
                    spec=spec, theme=theme, box=Box(left, top - high, pages.tile_width, high), measured=measured
                )
                self.tiles.append(tile)
                self.add_widget(tile)
                left += pages.tile_width + gap
            top -= high + gap
        self.lowest = top + gap
