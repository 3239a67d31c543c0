"""How were you served: thanks, ten seconds to change one's mind, and where to complain."""

from __future__ import annotations

from typing import Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen
from kiosk.screens.nav import Cell
from kiosk.screens.notice import Notice
from kiosk.screens.pager import Pager, cut_for_pager
from kiosk.screens.parts import place
from kiosk.screens.rating import FACE_ICONS, asked_of, face_of
from kiosk.screens.reading import Code
from queue_core.rating import is_unhappy
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import Words

_QR_UNITS: Final = 300.0


class RateThanksScreen(KioskScreen):
    """Thanks; for seconds another choice; where complaints are taken."""

    def title(self) -> str:
        """Thanks, and that it is confidential; on the smallest screens the body says so."""
        return self.view.tr("rating.thanks.heading" if self.view.theme.tiny else "rating.thanks.title")

    def _face(self) -> str:
        opinion = self.view.visit.opinion
        return face_of(opinion.value or opinion.scale, opinion.scale)

    def sub(self) -> str:
        """What was chosen."""
        return self.view.tr("rating.thanks.sub", face=self.view.tr(f"rating.face.{self._face()}"))

    def fill(self) -> None:
        """That it was taken; the hotline and the code, where there are any."""
        view = self.view
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        lobby, asked = view.seen.lobby, asked_of(view)
        # In large letters the question's place says it already.
        lines = [] if theme.tight else [view.tr("rating.thanks.kept")]
        if view.visit.opinion.pending:
            change = view.tr("rating.thanks.change")
            lines.append(view.tr("rating.thanks.change_for", change=change, seconds=asked.change_s))
        told = body
        page, last = 0, 0
        if (lobby is not None and lobby.hotline) or asked.complaint_url:
            if theme.tight:
                # One after the other.
                told, buttons = cut_for_pager(theme, body, gap, beside=not view.frame.portrait)
                last = 2 if asked.complaint_url else 1
                page = min(view.visit.page, last)
                self.add_widget(Pager(theme=theme, box=buttons, page=page, last=last,
                                      turn=lambda to: view.send(s.TurnPage(to))))  # fmt: skip
                if page:
                    self._complain_briefly(told, code=page == last and asked.complaint_url is not None)
                    return
            elif view.frame.portrait:
                high = (body.height - gap) * 0.5
                self._complain(Box(body.x, body.y, body.width, high))
                told = Box(body.x, body.y + high + gap, body.width, body.height - high - gap)
            else:
                width = (body.width - gap) * 0.46
                self._complain(Box(body.right - width, body.y, width, body.height))
                told = Box(body.x, body.y, body.width - width - gap, body.height)
        unhappy = is_unhappy(view.visit.opinion.value or 1, view.visit.opinion.scale)
        self.add_widget(
            Notice(
                theme=theme, box=told, icon=FACE_ICONS[self._face()],
                heading=view.tr("rating.thanks.title" if theme.tiny else "rating.thanks.heading"),
                lines=tuple(lines), tone=theme.c.primary if unhappy or theme.high_contrast else theme.c.good,
            )
        )  # fmt: skip

    def _complain_briefly(self, box: Box, *, code: bool) -> None:
        """On a tight screen: who is called, and on a page of its own the code to scan."""
        view = self.view
        theme, asked = view.theme, asked_of(view)
        hotline = view.seen.lobby.hotline if view.seen.lobby else ""
        title = view.tr("rating.complain.title")
        if not code or asked.complaint_url is None:
            lines = (view.tr("rating.complain.call", hotline=hotline),) if hotline else ()
            self.add_widget(
                Notice(theme=theme, box=box, icon="phone", heading=title, lines=lines, tone=theme.c.primary)
            )
            return
        c = theme.c
        card = Card(fill=c.surface, border=c.line, shadow=c.shadow, radius_px=theme.u(20), border_px=max(2, theme.u(2)))
        self.add_widget(place(card, box))
        inner = box.inset(theme.u(12))
        words = view.tr("rating.complain.scan_only")
        beside = inner.width > inner.height
        side = min(inner.height, inner.width * 0.5, theme.u(_QR_UNITS)) if beside else 0.0
        width = inner.width - side - theme.u(14) if beside else inner.width
        high = fitting_size(words, fonts.REGULAR, (theme.body_px,), width, inner.height)[1]
        if not beside:
            side = min(inner.width, inner.height - high - theme.u(8), theme.u(_QR_UNITS))
        spot = (
            Box(inner.right - side, inner.y + (inner.height - side) / 2, side, side)
            if beside
            else Box(inner.x + (inner.width - side) / 2, inner.y, side, side)
        )
        self.add_widget(Code(text=asked.complaint_url, box=spot))
        low = inner.y + (inner.height - high) / 2 if beside else inner.top - high
        label = Words(text=words, font_size=theme.body_px, color=c.ink)
        self.add_widget(place(label, Box(inner.x, low, width, high)))

    def _complain(self, box: Box) -> None:
        view = self.view
        theme = view.theme
        c = theme.c
        lobby, asked = view.seen.lobby, asked_of(view)
        hotline = lobby.hotline if lobby else ""
        card = Card(fill=c.surface, border=c.line, shadow=c.shadow, radius_px=theme.u(20), border_px=max(2, theme.u(2)))
        self.add_widget(place(card, box))
        inner = box.inset(theme.u(16 if theme.tight else 32))
        lines = [(view.tr("rating.complain.title"), fonts.BOLD)]
        if hotline:
            lines.append((view.tr("rating.complain.call", hotline=hotline), fonts.SEMIBOLD))
        if asked.complaint_url:
            lines.append((view.tr("rating.complain.scan" if hotline else "rating.complain.scan_only"), fonts.REGULAR))
        beside = asked.complaint_url is not None and inner.width > 1.3 * inner.height
        for step in (1.0, 0.9, 0.8, 0.7, 0.62, 0.55, 0.5):
            code_px = min(theme.u(_QR_UNITS), inner.height, inner.width * 0.5) if asked.complaint_url else 0.0
            width = inner.width - (code_px + theme.u(24) if beside else 0)
            size = theme.sizes(40 * step)[0]
            heights = [fitting_size(text, font, (size,), width, inner.height)[1] for text, font in lines]
            total = sum(heights) + theme.u(6) * (len(lines) - 1)
            room = inner.height - (0 if beside or not code_px else theme.mm(25) + theme.u(16))
            if total <= room:
                break
        if code_px and not beside:
            code_px = min(theme.u(_QR_UNITS), inner.height - total - theme.u(16), inner.width)
        top = inner.top - (inner.height - total - (0 if beside or not code_px else code_px + theme.u(16))) / 2
        for (text, font), high in zip(lines, heights, strict=True):
            top -= high
            words = Words(text=text, font_name=font, font_size=size, color=c.ink, align="left" if beside else "center")
            self.add_widget(place(words, Box(inner.x, top, width, high)))
            top -= theme.u(6)
        if asked.complaint_url:
            spot = (
                Box(inner.right - code_px, inner.y + (inner.height - code_px) / 2, code_px, code_px)
                if beside
                else Box(box.x + (box.width - code_px) / 2, top - theme.u(10) - code_px, code_px, code_px)
            )
            self.add_widget(Code(text=asked.complaint_url, box=spot))

    def back(self) -> Cell | None:
        """Another choice, while it can still be made."""
        if not self.view.visit.opinion.pending:
            return None
        return Cell("refresh", self.view.tr("rating.thanks.change"), self.view.doing(s.ChangeOpinion()))

    def way_on(self) -> Cell | None:
        """Done."""
        return Cell("check", self.view.tr("kiosk.nav.done"), self.view.doing(s.GoHome()), primary=True)
