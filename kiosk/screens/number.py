"""The number, how many are ahead, where to go, and the slip."""

from __future__ import annotations

from typing import Any, Final

from kivy.animation import Animation
from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen
from kiosk.screens.nav import Cell
from kiosk.screens.number_parts import BigNumber, SlidingSlip
from kiosk.screens.parts import place
from kiosk.words import ahead_words, counters_words, say, service_words, wait_words
from queue_kit.screen import fonts
from queue_kit.screen.widgets import Card, Dots, Icon, OneLine, Words, fitting_size

SLIDE_S: Final = 2.2
#: which sentence a failed slip's key gets
_SLIP_WORDS: Final = {"paper.out": "kiosk.number.paper_out", "paper.none": "kiosk.number.no_printer"}


class NumberScreen(KioskScreen):
    """What the citizen came for."""

    slip_card: Card | None = None

    @property
    def _in_band(self) -> bool:
        """Whether the number stands in the band: only there is it largest in portrait with usual letters."""
        return self.view.frame.portrait and not self.view.theme.large

    def title(self) -> str:
        """Stands over the number."""
        return self.view.tr("kiosk.number.title")

    def sub(self) -> str:
        """In landscape the service stands in the band."""
        if self._in_band or self.view.visit.ticket is None:
            return ""
        return service_words(self.view.visit.ticket, self.view.visit.lang)

    def mark(self) -> Widget | None:
        """In portrait the number stands in the band itself."""
        ticket = self.view.visit.ticket
        if ticket is None or not self._in_band:
            return None
        theme = self.view.theme
        return BigNumber(theme=theme, number=ticket.number, heading=self.title(), ink=theme.c.on_header)

    def back(self) -> Cell | None:
        """A number is not taken back by a touch."""
        return None

    def way_on(self) -> Cell | None:
        """Done."""
        return Cell("check", self.view.tr("kiosk.nav.done"), self.view.doing(s.Finished()), primary=True)

    def fill(self) -> None:
        """Ahead, wait, counters; then the slip."""
        view = self.view
        ticket = view.visit.ticket
        if ticket is None:
            return
        theme, body, gap, lang = view.theme, view.frame.body, view.frame.gap, view.visit.lang
        rest = body
        if not self._in_band:
            tall = view.frame.portrait and view.visit.slip is not s.Slip.FAILED
            high = (
                theme.u(150 if tall else 124)
                if theme.large
                else min(theme.u(330), body.height * (0.42 if body.height >= theme.u(700) else 0.28))
            )
            box = Box(body.x, body.top - high, body.width, high)
            card = Card(fill=theme.c.surface, border=theme.c.line, shadow=theme.c.shadow, radius_px=theme.u(20))
            self.add_widget(place(card, box))
            number = OneLine(
                text=ticket.number, largest_px=theme.u(240), height_em=1.0, color=theme.c.ink, size_hint=(None, None)
            )
            self.add_widget(place(number, box.inset(theme.u(20), 0)))
            rest = Box(body.x, body.y, body.width, body.height - high - gap)
        wait = wait_words(ticket.wait, lang)
        told = view.tr("kiosk.number.told", time=ticket.time) if wait and ticket.time and not theme.large else ""
        facts: list[tuple[str, str, str]] = [
            ("users", ahead_words(ticket.wait, lang), f"{wait} · {told}" if told else wait)
        ]
        where = counters_words(ticket.counters, lang) or view.tr("kiosk.number.no_counter")
        facts.append(("map-pin", where, service_words(ticket, lang) if self._in_band else ""))
        if ticket.priority:
            facts.append(
                ("heart-handshake", view.tr("kiosk.number.priority", priority=say(ticket.priority_name, lang)), "")
            )
        if ticket.wait.passes_closing:
            facts.append(("alert-triangle", view.tr("kiosk.number.closing"), ""))
        side_by_side = not view.frame.portrait
        if side_by_side:
            facts_box = Box(rest.x, rest.y, rest.width * (0.62 if theme.large else 0.56), rest.height)
            slip_box = Box(facts_box.right + gap, rest.y, rest.width - facts_box.width - gap, rest.height)
        else:
            slip_height = rest.height * (0.42 if len(facts) > 3 else 0.54)
            if theme.large:
                slip_height = theme.u(136) if view.visit.slip is s.Slip.FAILED else theme.u(92)
            facts_box = Box(rest.x, rest.y + slip_height + gap, rest.width, rest.height - slip_height - gap)
            slip_box = Box(rest.x, rest.y, rest.width, slip_height)
        self._facts(facts_box, facts)
        self._slip(slip_box)

    def _facts(self, box: Box, facts: list[tuple[str, str, str]]) -> None:
        theme = self.view.theme
        c = theme.c
        card = Card(fill=c.surface, border=c.line, shadow=c.shadow, radius_px=theme.u(20), border_px=max(2, theme.u(2)))
        self.add_widget(place(card, box))
        # All that can be said at once needs the room more than it needs air.
        full = theme.large or len(facts) > 3
        pad = theme.u(8 if full else 28)
        icon_px = theme.u(36 if theme.large else 52)
        left = box.x + pad + icon_px + theme.u(20)
        width = box.right - left - pad
        room = box.height - 2 * pad
        space_least = theme.u(4 if full else 14)
        pairs = [(48, 34), (44, 32), (40, 30), (36, 28), (32, 26), (28, 24), (26, 22), (23, 20), (20, 18), (18, 17)]
        for head_px, sub_px in ((theme.sizes(head)[0], theme.sizes(sub)[0]) for head, sub in pairs):
            sizes = []
            for _, head, sub in facts:
                head_height = fitting_size(head, fonts.BOLD, (head_px,), width, room)[1]
                sub_height = fitting_size(sub, fonts.REGULAR, (sub_px,), width, room)[1] if sub else 0.0
                sizes.append((head_height, sub_height))
            total = sum(a + b for a, b in sizes) + space_least * (len(facts) - 1)
            if total <= room:
                break
        space = min(theme.u(40), (room - total) / (len(facts) + 1)) if total < room else 0.0
        top = box.top - pad - max(0.0, (room - total - space * (len(facts) - 1)) / 2)
        for (icon, head, sub), (head_height, sub_height) in zip(facts, sizes, strict=True):
            mark = Icon(icon=icon, size_px=icon_px, color=c.primary)
            first = head_px * 1.445
            self.add_widget(place(mark, Box(box.x + pad, top - first / 2 - icon_px / 2 - theme.u(2), icon_px, icon_px)))
            words = Words(text=head, font_name=fonts.BOLD, font_size=head_px, color=c.ink)
            top -= head_height
            self.add_widget(place(words, Box(left, top, width, head_height)))
            if sub:
                words = Words(text=sub, font_size=sub_px, color=c.ink_soft)
                top -= sub_height
                self.add_widget(place(words, Box(left, top, width, sub_height)))
            top -= space_least + space

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
        inner = box.inset(theme.u(12 if theme.large else 28), theme.u(6 if theme.large else 28))
        if ticket is None:
            return
        if failed:
            key = _SLIP_WORDS.get(visit.slip_error, "kiosk.number.no_slip")
            lines = [view.tr("kiosk.number.photo", number=ticket.number)]
            if visit.slip_error != "paper.none":
                lines.append(view.tr("kiosk.number.told_officer"))
            self._sentences(inner, "printer-off", view.tr(key), lines, c.warn)
            return
        if theme.large and view.frame.portrait:
            self._one_row(inner)
            return
        if theme.large:
            printing = visit.slip is s.Slip.PRINTING
            head = view.tr("kiosk.number.printing" if printing else "kiosk.number.take_slip")
            self._sentences(inner, "printer" if printing else "arrow-down", head, [], c.primary)
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

    def _one_row(self, box: Box) -> None:
        """No room for a picture: the arrow and the words."""
        theme, printing = self.view.theme, self.view.visit.slip is s.Slip.PRINTING
        c = theme.c
        icon_px = min(theme.u(72), box.height)
        spot = Box(box.x, box.y + (box.height - icon_px) / 2, icon_px, icon_px)
        if not printing:
            self.add_widget(place(Card(fill=c.gold, radius_px=icon_px / 2, border_px=1), spot))
            spot = spot.inset(icon_px * 0.18)
        ink = c.primary if printing else (0.06, 0.14, 0.24, 1)
        self.add_widget(place(Icon(icon="printer" if printing else "arrow-down", size_px=spot.width, color=ink), spot))
        text = self.view.tr("kiosk.number.printing" if printing else "kiosk.number.take_slip")
        left = box.x + icon_px + theme.u(14)
        sizes = tuple(theme.u(x) for x in (44, 40, 36, 34, 30, 28, 26))
        size, height = fitting_size(text, fonts.BOLD, sizes, box.right - left, box.height)
        words = Words(text=text, font_name=fonts.BOLD, font_size=size, color=c.ink)
        self.add_widget(place(words, Box(left, box.y + (box.height - height) / 2, box.right - left, height)))

    def _sentences(self, box: Box, icon: str, head: str, lines: list[str], ink: Any, *, dots: bool = False) -> None:
        theme = self.view.theme
        icon_px = min(theme.u(96), box.height * 0.3)
        if theme.large and (self.view.frame.portrait or lines):
            icon_px = -theme.u(8)
        room = box.height - icon_px - theme.u(8)
        for step in (1.3, 1.15, 1.0, 0.9, 0.8, 0.7, 0.62, 0.54, 0.46):
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
            ink = (0.06, 0.14, 0.24, 1)
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
