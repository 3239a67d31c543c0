"""Which matter? One or two levels; priority is a button here, not a step; guidance is always within reach."""

from __future__ import annotations

from typing import Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen
from kiosk.screens.parts import NavCell, place
from kiosk.screens.tiles import NAME_SIZES, Cut, Pages, Tile, TileList, TileSpec, cut, paginate
from kiosk.words import label, people_waiting, say
from queue_core.wire.messages import LobbyService
from queue_kit.screen import fonts
from queue_kit.screen.theme import Theme
from queue_kit.screen.widgets import OneLine

#: the icon where an office names none
USUAL_ICON: Final = {"service": "file-text", "guide": "help-circle", "collect": "file-check", "supplement": "file-plus"}
_COLUMN_LEAST: Final = 440.0


class PagedScreen(KioskScreen):
    """A screen whose body is a list of tiles, with page buttons when they do not fit."""

    list: TileList | None = None
    pages: Pages | None = None

    def fill_tiles(self, specs: list[TileSpec], box: Box) -> None:
        """Add the tiles of the visit's page."""
        view = self.view
        theme, gap = view.theme, view.frame.gap
        columns = max(1, min(3, int((box.width + gap) // (theme.u(_COLUMN_LEAST) + gap)), len(specs)))
        pager_height = max(theme.u(96), theme.touch_px) + gap
        self.pages = paginate(specs, theme, box, columns=columns, gap=gap, pager_height=pager_height)
        last = len(self.pages.pages) - 1
        page = min(view.visit.page, last)
        self.list = TileList(pages=self.pages, page=page, theme=theme, box=box, gap=gap, pager_height=pager_height)
        self.add_widget(self.list)
        if last > 0:
            self._pager(Box(box.x, box.y, box.width, pager_height - gap), page, last)

    def _pager(self, box: Box, page: int, last: int) -> None:
        view = self.view
        theme = view.theme
        side = min(box.width * 0.36, theme.u(380))
        if page > 0:
            cell = NavCell(
                theme=theme,
                icon="chevron-left",
                label=view.tr("kiosk.nav.previous_page"),
                action=view.doing(s.TurnPage(page - 1)),
            )
            self.add_widget(place(cell, Box(box.x, box.y, side, box.height)))
        if page < last:
            cell = NavCell(
                theme=theme,
                icon="chevron-right",
                label=view.tr("kiosk.nav.next_page"),
                action=view.doing(s.TurnPage(page + 1)),
                primary=True,
            )
            self.add_widget(place(cell, Box(box.right - side, box.y, side, box.height)))
        middle = OneLine(
            text=view.tr("kiosk.nav.page", page=page + 1, pages=last + 1),
            largest_px=theme.u(30),
            font_name=fonts.SEMIBOLD,
            color=theme.c.ink,
            size_hint=(None, None),
        )
        self.add_widget(place(middle, Box(box.x + side, box.y, box.width - 2 * side, box.height)))


class ServicesScreen(PagedScreen):
    """The services of the office, or of one group of them."""

    def title(self) -> str:
        """The question, with the group's name on the second level."""
        group = s.find_service(self.view.seen.lobby, self.view.visit.group)
        if group is not None:
            return label(group, self.view.visit.lang)
        return self.view.tr("kiosk.services.title")

    def sub(self) -> str:
        """On the second level the question stands here."""
        return self.view.tr("kiosk.services.title") if self.view.visit.group else ""

    def fill(self) -> None:
        """Tiles, and below (portrait) or beside them (landscape) priority and guidance."""
        view = self.view
        shown, guide = self.offered()
        specs = [self.spec(service) for service in shown]
        pinned = self.pinned(guide)
        body, gap, theme = view.frame.body, view.frame.gap, view.theme
        if view.frame.portrait:
            columns = len(pinned) if body.width / max(1, len(pinned)) >= theme.u(440) else 1
            if theme.large:
                columns = len(pinned)
            width = (body.width - (columns - 1) * gap) / max(1, columns)
            cuts = [_pinned_cut(spec, theme, width) for spec in pinned]
            high = max((c.height for c in cuts), default=0.0)
            for index, (spec, measured) in enumerate(zip(pinned, cuts, strict=True)):
                box = Box(body.x + index * (width + gap), body.y, width, high)
                self.add_widget(Tile(spec=spec, theme=theme, box=box, measured=measured))
            used = high + gap if pinned else 0.0
            self.fill_tiles(specs, Box(body.x, body.y + used, body.width, body.height - used))
            return
        width = body.width * (0.32 if theme.large else 0.28)
        cuts = [_pinned_cut(spec, theme, width) for spec in pinned]
        bottom = body.y
        for spec, measured in zip(pinned, cuts, strict=True):
            high = max(measured.height, theme.u(130))
            self.add_widget(Tile(spec=spec, theme=theme, box=Box(body.right - width, bottom, width, high), measured=measured))
            bottom += high + gap
        self.fill_tiles(specs, Box(body.x, body.y, body.width - width - gap, body.height))

    def offered(self) -> tuple[list[LobbyService], LobbyService | None]:
        """The services shown as tiles, and the one for guidance, which has its fixed place."""
        lobby = self.view.seen.lobby
        services = list(lobby.services) if lobby else []
        guide = next((x for x in services if x.kind == "guide" and not x.services), None)
        group = s.find_service(lobby, self.view.visit.group)
        shown = list(group.services) if group else services
        offered = [x for x in shown if x.services or x.kind == "collect" or (x.walk_in and x is not guide)]
        return offered, guide

    def spec(self, service: LobbyService) -> TileSpec:
        """A service's tile."""
        view = self.view
        lang = view.visit.lang
        is_open = service.open if not service.services else any(child.open for child in service.services)
        waiting = people_waiting(service)
        foot = view.tr("kiosk.services.waiting", count=waiting) if waiting else view.tr("kiosk.services.nobody")
        return TileSpec(
            key=service.id,
            name=label(service, lang),
            sub=say(service.examples, lang),
            icon=service.icon or USUAL_ICON[service.kind],
            foot=foot if is_open else "",
            foot_icon="users" if waiting else "circle-check",
            state="" if is_open else (say(service.message, lang) or view.tr("kiosk.services.closed")),
            closed=not is_open,
            act=view.doing(s.ChooseService(service.id)),
        )

    def pinned(self, guide: LobbyService | None) -> list[TileSpec]:
        """Priority (when the office has classes) and guidance."""
        view = self.view
        lobby = view.seen.lobby
        lang = view.visit.lang
        specs = []
        if lobby is not None and lobby.priorities:
            chosen = next((p for p in lobby.priorities if p.id == view.visit.priority), None)
            specs.append(
                TileSpec(
                    key="priority",
                    name=view.tr("kiosk.services.priority_chosen", priority=say(chosen.name, lang))
                    if chosen
                    else view.tr("kiosk.services.priority"),
                    sub=view.tr("kiosk.services.priority_change") if chosen else "",
                    icon="circle-check" if chosen else "heart-handshake",
                    chosen=chosen is not None,
                    act=view.doing(s.OpenPriority()),
                )
            )
        if guide is not None:
            specs.append(
                TileSpec(
                    key=guide.id,
                    name=view.tr("kiosk.services.guide"),
                    icon="help-circle",
                    state="" if guide.open else say(guide.message, lang) or view.tr("kiosk.services.closed"),
                    closed=not guide.open,
                    act=view.doing(s.ChooseService(guide.id)),
                )
            )
        return specs


def _pinned_cut(spec: TileSpec, theme: Theme, width: float) -> Cut:
    """A button's letters: smaller than a matter's, as large as its three lines allow."""
    for units in NAME_SIZES[2:]:
        measured = cut(spec, theme, width, units)
        if measured.name_height <= 3 * measured.name_px * 1.5:
            return measured
    return measured


class PriorityScreen(PagedScreen):
    """Which class of citizens served earlier?"""

    def title(self) -> str:
        """The question."""
        return self.view.tr("kiosk.priority.title")

    def sub(self) -> str:
        """An officer may ask."""
        return self.view.tr("kiosk.priority.sub")

    def fill(self) -> None:
        """The classes, and none of them."""
        view = self.view
        lobby = view.seen.lobby
        lang = view.visit.lang
        specs = [
            TileSpec(
                key=one.id,
                name=say(one.name, lang),
                icon=one.icon or "heart",
                chosen=one.id == view.visit.priority,
                act=view.doing(s.ChoosePriority(one.id)),
            )
            for one in (lobby.priorities if lobby else [])
        ]
        specs.append(
            TileSpec(
                key="none",
                name=view.tr("kiosk.priority.none"),
                sub=view.tr("kiosk.priority.none_sub"),
                icon="user",
                act=view.doing(s.ChoosePriority(None)),
            )
        )
        self.fill_tiles(specs, view.frame.body)
