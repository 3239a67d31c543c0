"""The number, how many are ahead, where to go, and the slip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from kivy.animation import Animation
from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen
from kiosk.screens.nav import Cell
from kiosk.screens.number_parts import BigNumber, SlidingSlip
from kiosk.screens.pager import Pager, cut_for_pager
from kiosk.screens.parts import place
from kiosk.screens.text_pages import Piece, font_of, text_pages
from kiosk.words import ahead_words, counters_words, say, service_words, wait_words
from queue_core.wire.messages import TicketBody
from queue_kit.catalogue.parts import Paragraph
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import Dots, Icon, OneLine, Words

SLIDE_S: Final = 2.2
#: what is written on gold, on any ground
_ON_GOLD: Final = (0.06, 0.14, 0.24, 1)
#: more facts than these need the room more than they need air
_FEW: Final = 3
#: a lower body has no room for a picture of the slip beside the facts
_PICTURED: Final = 660.0
#: which sentence a failed slip's key gets
_SLIP_WORDS: Final = {"paper.out": "kiosk.number.paper_out", "paper.none": "kiosk.number.no_printer"}


@dataclass(frozen=True, slots=True)
class Fact:
    """What is told besides the number: in bold, and a sentence under it. ``gold``: the eye is drawn there, once."""

    icon: str
    head: str
    sub: str = ""
    gold: bool = False
    warned: bool = False


class NumberScreen(KioskScreen):
    """What the citizen came for."""

    slip_card: Card | None = None

    @property
    def _in_band(self) -> bool:
        """Whether the number stands in the band: there it is largest, but for a screen that lies."""
        return self.view.frame.portrait or self.view.theme.tight

    def title(self) -> str:
        """Stands over the number."""
        return self.view.tr("kiosk.number.title")

    def sub(self) -> str:
        """In landscape the service stands in the band."""
        if self._in_band or self.view.visit.ticket is None:
            return ""
        return service_words(self.view.visit.ticket, self.view.visit.lang)

    def band_height(self) -> float:
        """High enough for a large number."""
        theme = self.view.theme
        least = super().band_height()
        if theme.low:
            return theme.u(138)
        return max(least, theme.u(230)) if theme.tight else least

    def mark(self) -> Widget | None:
        """In portrait the number stands in the band itself."""
        ticket = self.view.visit.ticket
        if ticket is None or not self._in_band:
            return None
        theme = self.view.theme
        return BigNumber(theme=theme, number=ticket.number, heading=self.title(), ink=theme.c.on_header)

    def back(self) -> Cell | None:
        """A number is not taken back by a touch; a slip that did not come out can be tried again."""
        if not s.can_reprint(self.view.visit):
            return None
        return Cell("printer", self.view.tr("kiosk.number.reprint"), self.view.doing(s.Reprint()))

    def way_on(self) -> Cell | None:
        """Done."""
        return Cell("check", self.view.tr("kiosk.nav.done"), self.view.doing(s.Finished()), primary=True)

    def fill(self) -> None:
        """Ahead, wait, counters; then the slip."""
        view = self.view
        ticket = view.visit.ticket
        if ticket is None:
            return
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        rest = body
        if not self._in_band:
            share = 0.42 if body.height >= theme.u(700) else 0.28
            high = min(theme.u(330), body.height * share)
            self._number_card(ticket.number, Box(body.x, body.top - high, body.width, high))
            rest = replace(body, height=body.height - high - gap)
        facts = self._told(ticket)
        if theme.tight or (not view.frame.portrait and body.height < theme.u(_PICTURED)):
            self._paged(rest, [self._slip_fact(), *facts])
            return
        if not view.frame.portrait:
            facts_box = replace(rest, width=rest.width * 0.56)
            slip_box = Box(facts_box.right + gap, rest.y, rest.width - facts_box.width - gap, rest.height)
        else:
            slip_height = rest.height * (0.42 if len(facts) > 3 else 0.54)
            facts_box = replace(rest, y=rest.y + slip_height + gap, height=rest.height - slip_height - gap)
            slip_box = replace(rest, height=slip_height)
        if not self._facts(facts_box, facts):
            # All that can be said at once needs pages.
            self._paged(rest, [self._slip_fact(), *facts])
            return
        self._slip(slip_box)

    def _number_card(self, number: str, box: Box) -> None:
        theme = self.view.theme
        card = Card(fill=theme.c.surface, border=theme.c.line, shadow=theme.c.shadow, radius_px=theme.u(20))
        self.add_widget(place(card, box))
        line = OneLine(text=number, largest_px=theme.u(240), height_em=1.0, color=theme.c.ink, size_hint=(None, None))
        self.add_widget(place(line, box.inset(theme.u(20), 0)))

    def _told(self, ticket: TicketBody) -> list[Fact]:
        """What is told besides the number."""
        view, lang = self.view, self.view.visit.lang
        wait = wait_words(ticket.wait, lang)
        told = view.tr("kiosk.number.told", time=ticket.time) if wait and ticket.time else ""
        facts = [Fact("users", ahead_words(ticket.wait, lang), f"{wait} · {told}" if told else wait)]
        where = counters_words(ticket.counters, lang) or view.tr("kiosk.number.no_counter")
        facts.append(Fact("map-pin", where, service_words(ticket, lang) if self._in_band else ""))
        if ticket.priority:
            named = view.tr("kiosk.number.priority", priority=say(ticket.priority_name, lang))
            facts.append(Fact("heart-handshake", named))
        if ticket.wait.passes_closing:
            facts.append(Fact("alert-triangle", view.tr("kiosk.number.closing")))
        return facts

    def _slip_fact(self) -> Fact:
        """The slip in words: where it comes out, or what to do without one."""
        view, visit = self.view, self.view.visit
        if visit.slip is s.Slip.FAILED and visit.ticket is not None:
            head, lines = self._no_slip(visit.ticket.number)
            return Fact("printer-off", head, " ".join(lines), warned=True)
        if visit.slip is s.Slip.PRINTING:
            return Fact("printer", view.tr("kiosk.number.printing"))
        return Fact("arrow-down", view.tr("kiosk.number.take_slip"), gold=True)

    def _no_slip(self, number: str) -> tuple[str, list[str]]:
        view, error = self.view, self.view.visit.slip_error
        key = _SLIP_WORDS.get(error, "kiosk.number.no_slip")
        lines = [view.tr("kiosk.number.photo", number=number)]
        if error != "paper.none":
            lines.append(view.tr("kiosk.number.told_officer"))
        return view.tr(key), lines

    def _paged(self, box: Box, facts: list[Fact]) -> None:
        """The facts below each other in letters of the usual size, on as many pages as they need."""
        view = self.view
        theme, c = view.theme, view.theme.c
        warned = facts[0].warned
        card = Card(fill=c.surface, border=c.warn if warned else c.line, shadow=c.shadow, radius_px=theme.u(20),
                    border_px=max(2, theme.u(4 if warned else 2)))  # fmt: skip
        self.add_widget(place(card, box))
        inner = box.inset(theme.u(12), theme.u(6))
        icon_px = theme.u(40)
        said: list[Paragraph] = []
        for fact in facts:
            said += [Paragraph(fact.head, "head"), *([Paragraph(fact.sub)] if fact.sub else [])]
        indent = icon_px + theme.u(14)

        def divided(room: Box) -> tuple[tuple[Piece, ...], ...]:
            return text_pages(said, theme, room.width - indent, room.height, qr_px=0.0, air=0.25)

        pages, buttons = divided(inner), None
        if len(pages) > 1:
            inner, buttons = cut_for_pager(theme, inner, theme.u(10), beside=not view.frame.portrait)
            pages = divided(inner)
        page = min(view.visit.page, len(pages) - 1)
        if buttons is not None:
            turn = view.send
            self.add_widget(
                Pager(theme=theme, box=buttons, page=page, last=len(pages) - 1, turn=lambda to: turn(s.TurnPage(to)))
            )
        at = sum(piece.kind == "head" and piece.first for before in pages[:page] for piece in before)
        high = sum(piece.before + piece.height for piece in pages[page])
        top = inner.top - max(0.0, (inner.height - high) / 2)
        for piece in pages[page]:
            top -= piece.before + piece.height
            if piece.kind == "head" and piece.first:
                middle = top + piece.height - piece.font_px * 0.75
                self._mark(facts[at], Box(inner.x, middle - icon_px / 2, icon_px, icon_px))
                at += 1
            words = Words(text=piece.text, font_name=font_of(piece.kind), font_size=piece.font_px, color=c.ink)
            self.add_widget(place(words, Box(inner.x + indent, top, inner.width - indent, piece.height)))

    def _mark(self, fact: Fact, spot: Box) -> None:
        c = self.view.theme.c
        ink = c.warn if fact.warned else c.primary
        if fact.gold:
            # The one gold thing: it shows where the slip comes out.
            self.add_widget(place(Card(fill=c.gold, radius_px=spot.width / 2, border_px=1), spot))
            spot, ink = spot.inset(spot.width * 0.18), _ON_GOLD
        self.add_widget(place(Icon(icon=fact.icon, size_px=spot.width, color=ink), spot))

    def _facts(self, box: Box, facts: list[Fact]) -> bool:
        """All facts on a card with air; False where they do not fit."""
        theme = self.view.theme
        c = theme.c
        # All that can be said at once needs the room more than it needs air.
        full = len(facts) > _FEW
        pad = theme.u(8 if full else 28)
        icon_px = theme.u(52)
        left = box.x + pad + icon_px + theme.u(20)
        width = box.right - left - pad
        room = box.height - 2 * pad
        space_least = theme.u(4 if full else 14)
        for head_px in theme.sizes(48, 44, 40, 36):
            sub_px = theme.body_px
            sizes = []
            for head, sub in ((fact.head, fact.sub) for fact in facts):
                head_height = fitting_size(head, fonts.BOLD, (head_px,), width, room)[1]
                sub_height = fitting_size(sub, fonts.REGULAR, (sub_px,), width, room)[1] if sub else 0.0
                sizes.append((head_height, sub_height))
            total = sum(a + b for a, b in sizes) + space_least * (len(facts) - 1)
            if total <= room:
                break
        else:
            return False
        card = Card(fill=c.surface, border=c.line, shadow=c.shadow, radius_px=theme.u(20), border_px=max(2, theme.u(2)))
        self.add_widget(place(card, box))
        space = min(theme.u(40), (room - total) / (len(facts) + 1)) if total < room else 0.0
        top = box.top - pad - max(0.0, (room - total - space * (len(facts) - 1)) / 2)
        for fact, (head_height, sub_height) in zip(facts, sizes, strict=True):
            mark = Icon(icon=fact.icon, size_px=icon_px, color=c.primary)
            first = head_px * 1.445
            self.add_widget(place(mark, Box(box.x + pad, top - first / 2 - icon_px / 2 - theme.u(2), icon_px, icon_px)))
            words = Words(text=fact.head, font_name=fonts.BOLD, font_size=head_px, color=c.ink)
            top -= head_height
            self.add_widget(place(words, Box(left, top, width, head_height)))
            if fact.sub:
                words = Words(text=fact.sub, font_size=sub_px, color=c.ink_soft)
                top -= sub_height
                self.add_widget(place(words, Box(left, top, width, sub_height)))
            top -= space_least + space
        return True

    def _slip(self, box: Box) -> None:
        """The slip's card: printing, take it, or photograph the screen."""
        view = self.view
        theme, visit = view.theme, view.visit
        c = theme.c
        ticket = visit.ticket
        failed = visit.slip is s.Slip.FAILED
        card = Card(
            fill=c.tint if not failed else c.surface,
            border=c.line if not failed else c.warn,
            radius_px=theme.u(20),
            border_px=max(2, theme.u(4 if failed else 2)),
        )
        self.add_widget(place(card, box))
        inner = box.inset(theme.u(28))
        if ticket is None:
            return
        if failed:
            head, lines = self._no_slip(ticket.number)
            self._sentences(inner, "printer-off", head, lines, c.warn)
            return
        picture_width = min(theme.u(300), inner.width * 0.34)
        picture = Box(inner.x, inner.y, picture_width, inner.height)
        slip = SlidingSlip(theme=theme, box=picture, number=ticket.number)
        self.add_widget(slip)
        words_box = Box(picture.right + theme.u(20), inner.y, inner.right - picture.right - theme.u(20), inner.height)
        if visit.slip is s.Slip.PRINTING:
            Animation(out=0.72, duration=SLIDE_S, t="out_quad").start(slip)
            self._sentences(words_box, "printer", view.tr("kiosk.number.printing"), [], c.primary, dots=True)
        else:
            slip.out = 0.72
            Animation(out=1.0, duration=0.5, t="out_quad").start(slip)
            self._sentences(
                words_box, "arrow-down", view.tr("kiosk.number.take_slip"), [view.tr("kiosk.number.keep")], c.primary
            )

    def _sentences(self, box: Box, icon: str, head: str, lines: list[str], ink: Any, *, dots: bool = False) -> None:
        theme = self.view.theme
        icon_px = min(theme.u(96), box.height * 0.3)
        room = box.height - icon_px - theme.u(8)
        for step in (1.3, 1.15, 1.0, 0.9, 0.8):
            head_px, line_px = theme.sizes(44 * step)[0], theme.sizes(32 * step)[0]
            head_height = fitting_size(head, fonts.BOLD, (head_px,), box.width, room)[1]
            heights = [fitting_size(x, fonts.REGULAR, (line_px,), box.width, room)[1] for x in lines]
            total = head_height + sum(heights) + theme.u(6) * len(lines) + (theme.u(40) if dots else 0)
            if total <= room:
                break
        top = min(box.top, box.y + (box.height + total + icon_px + theme.u(8)) / 2)
        spot = Box(box.x, top - icon_px, icon_px, icon_px)
        if icon == "arrow-down":
            # The one gold thing: it shows where the slip comes out.
            self.add_widget(place(Card(fill=theme.c.gold, radius_px=icon_px / 2, border_px=1), spot))
            spot = spot.inset(icon_px * 0.18)
            ink = _ON_GOLD
        if icon_px > 0:
            self.add_widget(place(Icon(icon=icon, size_px=spot.width, color=ink), spot))
        top -= icon_px + theme.u(8) + head_height
        words = Words(text=head, font_name=fonts.BOLD, font_size=head_px, color=theme.c.ink)
        self.add_widget(place(words, Box(box.x, top, box.width, head_height)))
        for line, height in zip(lines, heights, strict=True):
            top -= height + theme.u(6)
            words = Words(text=line, font_size=line_px, color=theme.c.ink)
            self.add_widget(place(words, Box(box.x, top, box.width, height)))
        if dots:
            waiting = Dots(ink=theme.c.primary, rest=theme.c.line)
            self.add_widget(place(waiting, Box(box.x, top - theme.u(40), theme.u(140), theme.u(26))))
