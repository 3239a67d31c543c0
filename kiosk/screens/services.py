"""Which matter? One or two levels; priority is a button here, not a step; guidance is always within reach."""

from __future__ import annotations

from typing import Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.nav import Cell, NavCell, in_lines, needed
from kiosk.screens.paged import PagedScreen
from kiosk.screens.parts import place
from kiosk.screens.tiles import NAME_SIZES, Cut, Tile, TileSpec, cut
from kiosk.words import label, people_waiting, say
from queue_core.wire.messages import LobbyService
from queue_kit.screen.theme import Theme

#: the icon where an office names none
USUAL_ICON: Final = {
    "service": "file-text",
    "guide": "help-circle",
    "collect": "file-check",
    "supplement": "file-plus",
    "fee": "cash",
}


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
        """Tiles, and below them priority and guidance."""
        view = self.view
        shown, guide = self.offered()
        specs = [self.spec(service) for service in shown]
        pinned = [] if self.extras() else self.pinned(guide)
        if view.theme.tiny:
            # No room beside the matters: they come last among them.
            specs, pinned = [*specs, *self.pinned(guide)], []
        body, gap, theme = view.frame.body, view.frame.gap, view.theme
        if theme.tight and not view.frame.portrait:
            used = self._low_buttons(pinned, body)
            self.fill_tiles(specs, Box(body.x, body.y + used, body.width, body.height - used))
            return
        # Beside each other, unless that would make columns of single words.
        columns = len(pinned) if body.width / max(1, len(pinned)) >= theme.u(300) else 1
        width = (body.width - (columns - 1) * gap) / max(1, columns)
        cuts = [_pinned_cut(spec, theme, width) for spec in pinned]
        high = max((c.height for c in cuts), default=0.0)
        bottom = body.y
        for index, (spec, measured) in enumerate(zip(pinned, cuts, strict=True)):
            row, column = divmod(index, max(1, columns))
            box = Box(body.x + column * (width + gap), bottom + row * (high + gap), width, high)
            self.add_widget(Tile(spec=spec, theme=theme, box=box, measured=measured))
        used = -(-len(pinned) // max(1, columns)) * (high + gap)
        self.fill_tiles(specs, Box(body.x, body.y + used, body.width, body.height - used))

    def _low_buttons(self, pinned: list[TileSpec], body: Box) -> float:
        """A low screen: words without icons, as low as they allow; gives the height they take."""
        if not pinned:
            return 0.0
        theme, gap = self.view.theme, self.view.frame.gap
        wide = (body.width - gap * (len(pinned) - 1)) / len(pinned)
        sizes = [needed(theme, _in_width(theme, spec.name, wide), "none") for spec in pinned]
        high = max(size[1] for size in sizes)
        for index, spec in enumerate(pinned):
            cell = NavCell(
                theme=theme, icon="circle-check" if spec.chosen else "", label=spec.name, action=spec.act,
                chosen=spec.chosen,
            )  # fmt: skip
            self.add_widget(place(cell, Box(body.x + index * (wide + gap), body.y, wide, high)))
        return high + gap

    def extras(self) -> list[Cell]:
        """Priority and guidance go down to the bottom rows where the body has no room for them."""
        if not self.view.frame.stacked or self.view.theme.tiny:
            return []
        return [
            Cell("circle-check" if spec.chosen else "", spec.name, spec.act, chosen=spec.chosen)
            for spec in self.pinned(self.offered()[1])
        ]

    def offered(self) -> tuple[list[LobbyService], LobbyService | None]:
        """The services shown as tiles, and the one for guidance, which has its fixed place."""
        return s.offered_services(self.view.seen.lobby, self.view.visit.group)

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
            foot=foot if is_open else (say(service.message, lang) or view.tr("kiosk.services.closed")),
            foot_icon="clock" if not is_open else "users" if waiting else "circle-check",
            closed=not is_open,
            act=view.doing(s.ChooseService(service.id)),
            whole=view.doing(s.ReadWhole(service.id)),
            more=view.tr("kiosk.services.more"),
        )

    def _chosen_words(self, name: str) -> str:
        """Which class was chosen; on a tight screen that one was."""
        if self.view.theme.tight and not self.view.theme.tiny:
            return self.view.tr("kiosk.services.priority_set")
        return self.view.tr("kiosk.services.priority_chosen", priority=name)

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
                    name=self._chosen_words(say(chosen.name, lang)) if chosen else view.tr("kiosk.services.priority"),
                    sub=view.tr("kiosk.services.priority_change") if chosen else "",
                    icon="circle-check" if chosen else "heart-handshake",
                    chosen=chosen is not None,
                    quiet=True,
                    act=view.doing(s.OpenPriority()),
                )
            )
        if guide is not None:
            specs.append(
                TileSpec(
                    key=guide.id,
                    name=view.tr("kiosk.services.guide"),
                    icon="help-circle",
                    foot="" if guide.open else say(guide.message, lang) or view.tr("kiosk.services.closed"),
                    foot_icon="clock",
                    closed=not guide.open,
                    quiet=True,
                    act=view.doing(s.ChooseService(guide.id)),
                )
            )
        return specs


def _in_width(theme: Theme, label: str, width: float) -> str:
    """A label in as few lines as a width allows."""
    shown = [in_lines(label, lines, theme.body_px) for lines in (1, 2, 3)]
    return next((one for one in shown if needed(theme, one, "none")[0] <= width), shown[-1])


def _pinned_cut(spec: TileSpec, theme: Theme, width: float) -> Cut:
    """A button's letters: smaller than a matter's, as large as its three lines allow."""
    for units in NAME_SIZES[2:]:
        measured = cut(spec, theme, width, units)
        if measured.name_height <= 3 * measured.name_px * 1.5:
            return measured
    return measured


class PriorityScreen(PagedScreen):
    """The classes of citizens who are served earlier."""

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
                icon="circle-check" if one.id == view.visit.priority else one.icon or "heart",
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
