"""The screen at rest: calm, official, one invitation. Nothing moves but the clock, once a minute."""

from __future__ import annotations

from typing import Any

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.band import DrumStar
from kiosk.screens.base import KioskScreen
from kiosk.screens.parts import place
from kiosk.words import say, waiting_line
from queue_kit.screen import fonts
from queue_kit.screen.widgets import Card, Icon, OneLine, Touchable, Words, fitting_size, measure, one_line_size


class WholeScreen(Touchable):
    """All of the screen is one touch target."""


class AttractScreen(KioskScreen):
    """Touch anywhere."""

    def fill_band(self) -> None:
        """No band: the whole screen is one."""

    def fill_nav(self) -> None:
        """No row: any touch begins."""

    def fill(self) -> None:
        """Office, star, clock, invitation."""
        view = self.view
        theme, whole, lobby, lang = view.theme, view.frame.whole, view.seen.lobby, view.visit.lang
        c = theme.c
        ground = WholeScreen(fill=c.header, fill_pressed=c.primary_dark, border=c.header, border_pressed=c.header,
                             radius_px=0, action=view.doing(s.Anywhere()))  # fmt: skip
        self.add_widget(place(ground, whole))
        portrait = view.frame.portrait
        radius = min(whole.width, whole.height) * (0.46 if portrait else 0.52)
        middle = (whole.width / 2, whole.height * 0.5) if portrait else (whole.width * 0.74, whole.height * 0.5)
        ground.add_widget(DrumStar(theme=theme, middle=middle, radius=radius, clip=whole))
        pad = theme.u(72)
        width = whole.width - 2 * pad if portrait else whole.width * 0.62
        left = pad
        align = "center" if portrait else "left"
        office = say(lobby.office, lang) if lobby else ""
        top = whole.height - pad
        size, high = fitting_size(office, fonts.SEMIBOLD, (theme.u(48), theme.u(44), theme.u(40)), width, theme.u(260))
        top -= high
        ground.add_widget(
            place(Words(text=office, font_name=fonts.SEMIBOLD, font_size=size, color=c.on_header, align=align),
                  Box(left, top, width, high))
        )  # fmt: skip
        clock_width = width if portrait else theme.u(440)
        self.clock_label = OneLine(
            text=view.clock, largest_px=theme.u(150), color=c.on_header, size_hint=(None, None), align=align
        )
        self.date_label = Words(text=view.date, font_size=theme.u(36), color=c.on_header, align=align)
        top -= theme.u(40) + theme.u(190)
        ground.add_widget(place(self.clock_label, Box(left, top, clock_width, theme.u(190))))
        top -= theme.u(52)
        ground.add_widget(place(self.date_label, Box(left, top, width, theme.u(52))))
        self._invitation(ground, Box(left, 0, width, top), align)

    def _invitation(self, ground: Any, box: Box, align: str) -> None:
        view = self.view
        theme, lobby, lang = view.theme, view.seen.lobby, view.visit.lang
        c = theme.c
        portrait = view.frame.portrait
        stopped = view.seen.hub_away or lobby is None
        closed = lobby is not None and not lobby.open
        title = view.tr("kiosk.home.away" if stopped else "kiosk.home.closed" if closed else "kiosk.attract.title")
        sub = view.tr("kiosk.home.away_sub") if stopped else (
            say(lobby.message, lang) if closed and lobby else waiting_line(lobby, lang) if lobby else "")  # fmt: skip
        button = view.tr("kiosk.attract.start")
        high = max(theme.u(150), theme.touch_px)
        label_width = measure(button, fonts.BOLD, theme.u(48))[0]
        button_width = min(box.width, label_width + theme.u(200))
        x = box.x + (box.width - button_width) / 2 if portrait else box.x
        y = theme.u(210 if portrait else 90)
        pill = Card(fill=c.gold, border=c.gold, radius_px=high / 2)
        ground.add_widget(place(pill, Box(x, y, button_width, high)))
        dark = (0.06, 0.14, 0.24, 1)
        icon_px = theme.u(64)
        inner = (button_width - label_width - icon_px - theme.u(20)) / 2
        ground.add_widget(
            place(
                Icon(icon="hand-finger", size_px=icon_px, color=dark),
                Box(x + inner, y + (high - icon_px) / 2, icon_px, icon_px),
            )
        )
        ground.add_widget(
            place(
                OneLine(text=button, largest_px=theme.u(48), color=dark, size_hint=(None, None)),
                Box(x + inner + icon_px + theme.u(20), y, label_width + 2, high),
            )
        )
        y += high + theme.u(40)
        size = one_line_size(sub, fonts.REGULAR, tuple(theme.u(x) for x in (38, 36, 34, 32)), box.width)
        sub_high = measure(sub, fonts.REGULAR, size, box.width)[1]
        words = Words(text=sub, font_size=size, color=c.on_header, align=align)
        ground.add_widget(place(words, Box(box.x, y, box.width, sub_high)))
        self.waiting = words
        y += sub_high + theme.u(10)
        size = one_line_size(title, fonts.BOLD, tuple(theme.u(x) for x in (84, 78, 72, 68, 64)), box.width)
        title_high = measure(title, fonts.BOLD, size, box.width)[1]
        words = Words(text=title, font_name=fonts.BOLD, font_size=size, color=c.on_header, align=align)
        ground.add_widget(place(words, Box(box.x, y, box.width, title_high)))

    def tell_time(self, clock: str, date: str) -> None:
        """Set the clock."""
        if self.clock_label.text != clock:
            self.clock_label.text = clock
        if self.date_label.text != date:
            self.date_label.text = date
