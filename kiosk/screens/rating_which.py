"""How were you served: which visit is meant."""

from __future__ import annotations

from dataclasses import replace

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen, View
from kiosk.screens.check_in import CheckInScreen
from kiosk.screens.nav import Cell
from kiosk.screens.notice import Notice
from kiosk.screens.paged import PagedScreen
from kiosk.screens.parts import place
from kiosk.screens.rating import asked_of
from kiosk.screens.tiles import Tile, TileSpec, cut
from kiosk.words import say
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import OneLine


class RateHowScreen(KioskScreen):
    """Scan, or type the number."""

    def title(self) -> str:
        """Which visit."""
        return self.view.tr("rating.how.title")

    def _which(self) -> str:
        asked = asked_of(self.view)
        return "both" if asked.slips_qr and asked.dossiers else "slip" if asked.slips_qr else "receipt"

    def sub(self) -> str:
        """What to do."""
        return self.view.tr("rating.how.sub")

    def fill(self) -> None:
        """What to hold to the scanner, and the other way."""
        view = self.view
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        minutes = view.tr("rating.how.number_sub", minutes=asked_of(view).window_min)
        spec = TileSpec(
            key="number", name=view.tr("rating.how.number"), icon="keyboard", sub="" if theme.tight else minutes,
            act=view.doing(s.OpenTypedNumber()),
        )  # fmt: skip
        if theme.tiny:
            self._notice(body)
            return
        side = not view.frame.portrait and body.width > 1.4 * body.height
        width = body.width * 0.42 if side else body.width
        measured = cut(spec, theme, width, 34 if theme.tight else 44)
        if side:
            tile = Box(body.right - width, body.y, width, body.height)
            told = Box(body.x, body.y, body.width - width - gap, body.height)
        else:
            high = max(measured.height, min(body.height * 0.3, theme.u(260)))
            tile = Box(body.x, body.y, width, high)
            told = Box(body.x, body.y + high + gap, width, body.height - high - gap)
        self.add_widget(Tile(spec=spec, theme=theme, box=tile, measured=measured))
        self._notice(told)

    def _notice(self, box: Box) -> None:
        """What to hold to the scanner."""
        view = self.view
        self.add_widget(
            Notice(
                theme=view.theme, box=box, icon="qrcode", heading=view.tr(f"rating.how.scan_{self._which()}"),
                lines=(view.tr("rating.how.scan_keep"),), tone=view.theme.c.primary,
                page=view.visit.page, turn=lambda page: view.send(s.TurnPage(page)),
            )
        )  # fmt: skip

    def way_on(self) -> Cell | None:
        """Typing the number, where the body has no room for its tile."""
        view = self.view
        if not view.theme.tiny:
            return None
        return Cell("keyboard", view.tr("rating.how.number"), view.doing(s.OpenTypedNumber()), primary=True)


class RatePrefixScreen(PagedScreen):
    """What the printed number begins with."""

    def title(self) -> str:
        """What it begins with."""
        return self.view.tr("rating.prefix.title")

    def sub(self) -> str:
        """Where it stands."""
        return self.view.tr("rating.prefix.sub")

    def fill(self) -> None:
        """A tile a letter, with the services whose numbers begin so."""
        view = self.view
        specs = [
            TileSpec(
                key=one.prefix, name=one.prefix, act=view.doing(s.ChoosePrefix(one.prefix)), icon="ticket",
                sub=" · ".join(say(name, view.visit.lang) for name in one.names[:3]),
            )
            for one in asked_of(view).prefixes
        ]  # fmt: skip
        self.fill_tiles(specs, view.frame.body)


class RateNumberScreen(CheckInScreen):
    """The digits behind it."""

    line: OneLine | None = None

    def title(self) -> str:
        """What to type."""
        return self.view.tr("rating.number.title")

    def sub(self) -> str:
        """What is there already."""
        prefix = self.view.visit.opinion.prefix
        return self.view.tr("rating.number.sub", prefix=prefix) if prefix else self.view.tr("rating.number.sub_plain")

    def _said(self) -> str:
        return self.view.visit.opinion.prefix + self.view.visit.digits

    def fill_places(self, box: Box) -> None:
        """The number as far as it is typed."""
        theme = self.view.theme
        c = theme.c
        high = min(theme.u(150), box.height)
        wide = min(theme.u(560), box.width)
        spot = Box(box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high)
        card = Card(fill=c.surface, border=c.primary, radius_px=theme.u(14), border_px=max(2, theme.u(4)))
        self.add_widget(place(card, spot))
        self.line = OneLine(
            text=self._said(), largest_px=theme.u(84), height_em=1.0, color=c.ink, size_hint=(None, None)
        )
        self.add_widget(place(self.line, spot.inset(theme.u(12), 0)))

    def refresh(self, view: View) -> bool:
        """Only the digits change while typing; the way on comes with the first."""
        old = self.view
        self.view = replace(view, theme=old.theme, frame=old.frame)
        same = view.visit.but_digits == old.visit.but_digits and view.seen == old.seen
        if not same or bool(view.visit.digits) != bool(old.visit.digits) or self.line is None:
            return False
        self.line.text = self._said()
        return True

    def way_on(self) -> Cell | None:
        """Once there is a digit."""
        return self.coming() if self.view.visit.digits else None

    def coming(self) -> Cell:
        """On to the faces."""
        return Cell("arrow-right", self.view.tr("rating.next"), self.view.doing(s.GiveNumber()), primary=True)
