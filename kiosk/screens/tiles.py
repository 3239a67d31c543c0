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
from queue_kit.screen.theme import Theme, mix
from queue_kit.screen.widgets import Card, Icon, Touchable, Words, longest_word_px, measure

#: letter heights tried for names, in units, largest first
NAME_SIZES: Final = (44.0, 40.0, 36.0, 32.0, 28.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSpec:
    """What a tile says and does. ``foot``: a short live line (people waiting); ``state``: why it is closed."""

    key: str
    name: str
    act: Callable[[], None]
    icon: str = ""
    sub: str = ""
    foot: str = ""
    foot_icon: str = "users"
    state: str = ""
    closed: bool = False
    primary: bool = False
    chosen: bool = False


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
    pad, icon_px = theme.u(16 if theme.large else 24), theme.u(64 if name_units >= 36 else 56)
    if width < theme.u(330):
        icon_px = theme.u(44)
    disc = icon_px * 1.45 if spec.icon else 0.0
    text_width = width - 2 * pad - disc - (theme.u(18) if spec.icon else 0)
    name_px = theme.u(name_units)
    if shrink:
        for units in NAME_SIZES:
            if units > name_units:
                continue
            name_px = theme.u(units)
            if longest_word_px(spec.name, fonts.SEMIBOLD, name_px) <= text_width:
                break
    sub_px = theme.u(28 if name_units >= 40 else 26)
    below = "\n".join(text for text in (spec.sub, spec.state) if text)
    name_height = measure(spec.name, fonts.SEMIBOLD, name_px, text_width)[1]
    sub_height = measure(below, fonts.REGULAR, sub_px, text_width)[1] if below else 0.0
    foot_height = measure(spec.foot, fonts.SEMIBOLD, sub_px, text_width - theme.u(40))[1] if spec.foot else 0.0
    text = name_height + sub_height + foot_height + (theme.u(4) if below else 0) + (theme.u(4) if spec.foot else 0)
    height = max(text + 1.2 * pad, disc + pad, theme.touch_px, theme.u(112))
    return Cut(name_px, sub_px, name_height, sub_height, foot_height, height, icon_px, text_width)


class Tile(Touchable):
    """A touchable card: icon on a disc, name, examples, how many wait."""

    def __init__(self, *, spec: TileSpec, theme: Theme, box: Box, measured: Cut) -> None:
        c = theme.c
        primary, quiet = spec.primary, spec.closed
        fill = c.primary if primary else (c.ground if quiet else c.surface)
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
        pad = theme.u(16 if theme.large else 24)
        left = box.x + pad
        if spec.icon:
            disc = measured.icon_px * 1.45
            disc_fill = mix(c.primary, c.primary_dark, 1) if primary else (c.surface if quiet else c.tint)
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
            left += disc + theme.u(18)
        below = "\n".join(text for text in (spec.sub, spec.state) if text)
        gap = theme.u(4)
        total = measured.name_height + sum(h + gap for h in (measured.sub_height, measured.foot_height) if h)
        top = box.y + (box.height + total) / 2
        self.name_words = Words(text=spec.name, font_name=fonts.SEMIBOLD, font_size=measured.name_px, color=ink)
        top -= measured.name_height
        self.add_widget(place(self.name_words, Box(left, top, measured.text_width, measured.name_height)))
        if below:
            words = Words(text=below, font_size=measured.sub_px, color=c.warn if spec.state and not primary else soft)
            top -= measured.sub_height + gap
            self.add_widget(place(words, Box(left, top, measured.text_width, measured.sub_height)))
        self.foot_words: Words | None = None
        if spec.foot:
            top -= measured.foot_height + gap
            mark_px = theme.u(30)
            mark = Icon(icon=spec.foot_icon, size_px=mark_px, color=c.on_primary if primary else c.primary)
            self.add_widget(
                place(mark, Box(left, top + measured.foot_height - mark_px - measured.sub_px * 0.16, mark_px, mark_px))
            )
            self.foot_words = Words(
                text=spec.foot,
                font_name=fonts.SEMIBOLD,
                font_size=measured.sub_px,
                color=c.on_primary if primary else c.primary,
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
    """Divide tiles into rows and pages: one page at the largest letters at which all fit, else several.

    ``pager_height``: what the page buttons take from the box when there are several pages.
    """
    width = (box.width - (columns - 1) * gap) / columns
    best: Pages | None = None
    for units in NAME_SIZES:
        rows = _rows(specs, theme, width, units, columns)
        if sum(r.height for r in rows) + gap * max(0, len(rows) - 1) <= box.height:
            return Pages((tuple(rows),), columns, width)
        pages = _pages(rows, box.height - pager_height, gap)
        # Fewer pages are worth smaller letters only down to 36: a page more is easier than small print.
        if best is None or (units >= 36 and len(pages) < len(best.pages)):
            if all(sum(r.height for r in p) + gap * (len(p) - 1) <= box.height - pager_height for p in pages):
                best = Pages(pages, columns, width)
        if best is not None and units <= 36:
            break
    if best is not None:
        return best
    if columns > 1:
        return paginate(specs, theme, box, columns=columns - 1, gap=gap, pager_height=pager_height)
    short = [_folded(s, theme, width, box.height - pager_height) for s in specs]
    return Pages(_pages(_rows(short, theme, width, NAME_SIZES[-1], 1), box.height - pager_height, gap), 1, width)


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
    """The examples go first, then the name's end: only where a page of its own is too small for one name."""
    if cut(spec, theme, width, NAME_SIZES[-1]).height <= height:
        return spec
    spec = replace(spec, sub="")
    words = spec.name.split()
    while len(words) > 1 and cut(spec, theme, width, NAME_SIZES[-1]).height > height:
        words.pop()
        spec = replace(spec, name=" ".join(words) + "…")
    return spec


class TileList(FloatLayout):
    """A page of tiles in a box, top to bottom, left to right; rows are stretched a little where there is room."""

    def __init__(
        self, *, pages: Pages, page: int, theme: Theme, box: Box, gap: float, pager_height: float, stretch: float = 1.35
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
