"""Home: the most likely answer is the biggest."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import View
from kiosk.screens.nav import Cell
from kiosk.screens.notice import Notice
from kiosk.screens.paged import PagedScreen
from kiosk.screens.parts import place
from kiosk.screens.rating import rating_tile
from kiosk.screens.tiles import Cut, Tile, TileSpec, cut
from kiosk.words import say, waiting_line
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size, longest_word_px
from queue_kit.screen.touchable import Card, Touchable
from queue_kit.screen.widgets import Icon, Words

#: the big tile is never lower, nor a small one narrower
_HERO_LEAST: Final = 190.0
_TILE_LEAST: Final = 300.0


class HeroTile(Touchable):
    """The one big tile."""

    def __init__(self, *, view: View, box: Box, icon: str, name: str, sub: str, event: s.Event) -> None:
        theme = view.theme
        c = theme.c
        super().__init__(
            fill=c.primary,
            fill_pressed=c.primary_dark,
            border=c.primary,
            border_pressed=c.primary_dark,
            shadow=c.shadow,
            radius_px=theme.u(28),
            drop_px=theme.u(8),
            action=view.doing(event),
        )
        place(self, box)
        inner = box.inset(theme.u(36))
        wide = inner.width > 2.4 * inner.height
        icon_px = min(theme.u(190), inner.height * (0.86 if wide else 0.46))
        text_width = inner.width - (icon_px + theme.u(32) if wide else 0)
        text_room = inner.height if wide else inner.height - icon_px - theme.u(12)
        sub_size, sub_height = fitting_size(
            sub, fonts.REGULAR, tuple(theme.u(x) for x in (34, 30, 28)), text_width, text_room * 0.45
        )
        size, height = fitting_size(
            name,
            fonts.BOLD,
            tuple(theme.u(x) for x in (80, 72, 64, 56, 50, 44, 40)),
            text_width,
            text_room - sub_height,
        )
        if height + sub_height > text_room:
            sub, sub_height = "", 0.0
        total = height + sub_height
        icon_widget = Icon(icon=icon, size_px=icon_px, color=c.on_primary)
        head = Words(
            text=name, font_name=fonts.BOLD, font_size=size, color=c.on_primary, align="left" if wide else "center"
        )
        foot = Words(
            text=sub, font_size=sub_size, color=c.on_primary, align="left" if wide else "center", note=True
        )  # fmt: skip
        if wide:
            place(icon_widget, Box(inner.x, box.y + (box.height - icon_px) / 2, icon_px, icon_px))
            left = inner.x + icon_px + theme.u(32)
            bottom = box.y + (box.height - total) / 2
        else:
            left = inner.x
            bottom = box.y + (box.height - total - icon_px - theme.u(12)) / 2
            place(icon_widget, Box(box.x + (box.width - icon_px) / 2, bottom + total + theme.u(12), icon_px, icon_px))
        place(head, Box(left, bottom + sub_height, text_width, height))
        place(foot, Box(left, bottom, text_width, sub_height))
        for widget in (icon_widget, head, foot):
            self.add_widget(widget)


class HomeScreen(PagedScreen):
    """Take a number, collect a result, check in; how many wait."""

    waiting: Words | None = None

    def title(self) -> str:
        """Welcome; on a tight screen why there are no numbers, since the body has no room to say it."""
        said = self._why_not()
        return said[0] if said and self.view.theme.tight else self.view.tr("kiosk.home.title")

    def sub(self) -> str:
        """What to do."""
        said = self._why_not()
        return said[1] if said and self.view.theme.tight else self.view.tr("kiosk.home.sub")

    def _why_not(self) -> tuple[str, str] | None:
        """A heading and a sentence where no numbers are given."""
        view, lobby = self.view, self.view.seen.lobby
        if lobby is None and not view.seen.hub_away:
            return view.tr("kiosk.home.starting"), view.tr("kiosk.asking.sub")
        if lobby is None or view.seen.hub_away:
            return view.tr("kiosk.home.away"), view.tr("kiosk.home.away_sub")
        return None if lobby.open else (view.tr("kiosk.home.closed"), say(lobby.message, view.visit.lang))

    def back(self) -> Cell | None:
        """Nothing lies behind home."""
        return None

    def fill(self) -> None:
        """The tiles, or why there are none."""
        view = self.view
        lobby, body = view.seen.lobby, view.frame.body
        if lobby is None or view.seen.hub_away:
            # Procedures are read from the kiosk's own copy: they are there whatever is away.
            self._main(body, [*self._looking(), *rating_tile(view)])
            return
        if view.theme.tight:
            # The first tile says how many wait.
            self._main(body, [*(self._smaller() if lobby.open else self._looking()), *rating_tile(view)])
            return
        line_height = self._waiting_card(body)
        rest = Box(
            body.x, body.y + line_height + view.frame.gap, body.width, body.height - line_height - view.frame.gap
        )
        self._main(rest, [*(self._smaller() if lobby.open else self._looking()), *rating_tile(view)])

    def _main(self, rest: Box, smaller: list[TileSpec]) -> None:
        view = self.view
        gap = view.frame.gap
        if view.theme.tight:
            self._even(rest, smaller)
            return
        if not smaller:
            hero = rest
        elif view.frame.portrait:
            for specs in (smaller, [replace(spec, sub="") for spec in smaller]):
                columns = self._columns(specs, rest.width)
                rows = -(-len(specs) // columns)
                width = (rest.width - (columns - 1) * gap) / columns
                cuts = [cut(spec, view.theme, width, 40) for spec in specs]
                high = max(*(c.height for c in cuts), min(rest.height * 0.3 / rows, view.theme.u(280)))
                used = rows * (high + gap)
                if rest.height - used >= view.theme.u(_HERO_LEAST):
                    break
            else:
                self._even(rest, smaller)
                return
            for index, (spec, measured) in enumerate(zip(specs, cuts, strict=True)):
                row, column = divmod(index, columns)
                box = Box(rest.x + column * (width + gap), rest.y + (rows - 1 - row) * (high + gap), width, high)
                self.add_widget(Tile(spec=spec, theme=view.theme, box=box, measured=measured))
            hero = Box(rest.x, rest.y + used, rest.width, rest.height - used)
        else:
            side = self._side(smaller, rest)
            if side is None:
                self._even(rest, smaller)
                return
            for tile in side:
                self.add_widget(tile)
            hero = replace(rest, width=min(tile.x for tile in side) - gap - rest.x)
        lobby = view.seen.lobby
        if lobby is None or view.seen.hub_away:
            self._notice_away(hero)
            return
        if not lobby.open:
            words = say(lobby.message, view.visit.lang)
            self.add_widget(Notice(theme=view.theme, box=hero, icon="clock", heading=view.tr("kiosk.home.closed"),
                                   lines=(words,) if words else (), tone=view.theme.c.primary))  # fmt: skip
            return
        self.add_widget(
            HeroTile(
                view=view,
                box=hero,
                icon="ticket",
                name=view.tr("kiosk.home.take"),
                sub=view.tr("kiosk.home.take_sub"),
                event=s.TakeNumber(),
            )
        )

    def _side(self, smaller: list[TileSpec], rest: Box) -> list[Tile] | None:
        """The smaller tiles beside the big one, with as much said as fits; None where they do not fit whole."""
        theme, gap, lobby = self.view.theme, self.view.frame.gap, self.view.seen.lobby
        units = 40
        takes = lobby is not None and lobby.open and not self.view.seen.hub_away
        # A notice in the big one's place needs its width.
        for share, columns in ((0.4, 1), (0.5, 1), (0.56, 2)) if takes else ((0.4, 1),):
            for specs in (smaller, [replace(spec, sub="") for spec in smaller]):
                rows = -(-len(specs) // columns)
                wide = (rest.width * share - (columns - 1) * gap) / columns
                high = (rest.height - gap * (rows - 1)) / rows
                cuts = [cut(spec, theme, wide, units) for spec in specs]
                if any(c.height > high for c in cuts) or not _whole(specs, cuts):
                    continue
                tiles = []
                for index, (spec, measured) in enumerate(zip(specs, cuts, strict=True)):
                    row, column = divmod(index, columns)
                    left = rest.right - rest.width * share + column * (wide + gap)
                    box = Box(left, rest.top - (row + 1) * high - row * gap, wide, high)
                    tiles.append(Tile(spec=spec, theme=theme, box=box, measured=measured))
                return tiles
        return None

    def _columns(self, smaller: list[TileSpec], width: float) -> int:
        """As many side by side as leave every word whole."""
        theme, gap = self.view.theme, self.view.frame.gap
        units = 40
        for columns in range(len(smaller), 1, -1):
            if len(smaller) % columns == 1:
                continue  # none stands alone in its row
            one = (width - (columns - 1) * gap) / columns
            cuts = [cut(spec, theme, one, units) for spec in smaller]
            if _whole(smaller, cuts) and one >= theme.u(_TILE_LEAST):
                return columns
        return 1

    def _even(self, rest: Box, smaller: list[TileSpec]) -> None:
        """A tight screen, or much to choose from: tiles alike, the usual one first, on as many pages as it takes."""
        view = self.view
        lobby = view.seen.lobby
        foot = waiting_line(lobby, view.visit.lang) if lobby and view.theme.tight else ""
        first = TileSpec(key="take", name=view.tr("kiosk.home.take"), icon="ticket", primary=True, foot=foot,
                         act=view.doing(s.TakeNumber()))  # fmt: skip
        # Without their small print they leave the usual one the biggest.
        plain = [replace(spec, sub="") for spec in smaller]
        specs = [*([] if self._why_not() else [first]), *plain]
        if specs:
            self.fill_tiles(specs, rest)
        elif said := self._why_not():
            self.add_widget(
                Notice(theme=view.theme, box=rest, icon="clock", heading=said[0], lines=(said[1],) if said[1] else (),
                       page=view.visit.page, turn=lambda page: view.send(s.TurnPage(page)))
            )  # fmt: skip

    def _smaller(self) -> list[TileSpec]:
        view = self.view
        lobby = view.seen.lobby
        specs = self._looking()
        collect = s.collecting(lobby)
        if collect is not None and collect.open:
            specs.append(
                TileSpec(
                    key="collect",
                    name=view.tr("kiosk.home.collect"),
                    sub=view.tr("dossier.home.collect_sub" if lobby and lobby.dossiers else "kiosk.home.collect_sub"),
                    icon="file-check",
                    act=view.doing(s.CollectResult()),
                )
            )
        if lobby is not None and lobby.bookings:
            specs.append(
                TileSpec(
                    key="booking",
                    name=view.tr("kiosk.home.booking"),
                    sub=view.tr("kiosk.home.booking_sub_scan" if view.scans else "kiosk.home.booking_sub"),
                    icon="calendar-check",
                    act=view.doing(s.OpenCheckIn()),
                )
            )
        return specs

    def _looking(self) -> list[TileSpec]:
        """What may be looked up, whether numbers are given or not."""
        view = self.view
        specs = []
        if view.seen.shelf is not None:
            specs.append(self._procedures())
        if view.seen.lobby is not None and view.seen.lobby.dossiers and not view.seen.hub_away:
            specs.append(
                TileSpec(
                    key="dossiers",
                    name=view.tr("dossier.home.title"),
                    sub=view.tr("dossier.home.sub"),
                    icon="folder-open",
                    act=view.doing(s.OpenDossiers()),
                )
            )
        return specs

    def _procedures(self) -> TileSpec:
        """What the kiosk knows by itself."""
        view = self.view
        return TileSpec(
            key="procedures",
            name=view.tr("kiosk.home.procedures"),
            sub=view.tr("kiosk.home.procedures_sub"),
            icon="search",
            act=view.doing(s.OpenProcedures()),
        )

    def _waiting_card(self, body: Box) -> float:
        """The live line at the body's lower edge; gives its height."""
        view = self.view
        theme, lobby = view.theme, view.seen.lobby
        icon_px = theme.u(44)
        left = body.x + theme.u(28) + icon_px + theme.u(16)
        width = body.right - left - theme.u(14)
        text = waiting_line(lobby, view.visit.lang) if lobby else ""
        sizes = theme.sizes(36, 34)
        size, height = fitting_size(text, fonts.SEMIBOLD, sizes, width, theme.u(34) * 1.5)
        high = max(theme.u(92), height + theme.u(24))
        card = Card(fill=theme.c.tint, border=theme.c.tint, radius_px=theme.u(20), border_px=max(2, theme.u(2)))
        if theme.high_contrast:
            card.border = theme.c.line
        self.add_widget(place(card, Box(body.x, body.y, body.width, high)))
        icon = Icon(icon="users", size_px=icon_px, color=theme.c.primary)
        self.add_widget(place(icon, Box(left - icon_px - theme.u(16), body.y + (high - icon_px) / 2, icon_px, icon_px)))
        self.waiting = Words(text=text, font_name=fonts.SEMIBOLD, font_size=size, color=theme.c.ink)
        self.add_widget(place(self.waiting, Box(left, body.y + (high - height) / 2, width, height)))
        return high

    def _notice_away(self, body: Box) -> None:
        view = self.view
        if view.seen.lobby is None and not view.seen.hub_away:
            self.add_widget(Notice(theme=view.theme, box=body, icon="hourglass", heading=view.tr("kiosk.home.starting"),
                                   lines=(view.tr("kiosk.asking.sub"),), tone=view.theme.c.primary))  # fmt: skip
            return
        self.add_widget(
            Notice(
                theme=view.theme,
                box=body,
                icon="plug-connected-x",
                heading=view.tr("kiosk.home.away"),
                lines=(view.tr("kiosk.home.away_sub"),),
            )
        )


def _whole(specs: list[TileSpec], cuts: list[Cut]) -> bool:
    """Whether no name has a word wider than its column."""
    return all(
        longest_word_px(spec.name, fonts.SEMIBOLD, measured.name_px) <= measured.text_width
        for spec, measured in zip(specs, cuts, strict=True)
    )
