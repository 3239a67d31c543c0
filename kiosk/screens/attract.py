"""The screen at rest: calm, official, one invitation. Nothing moves but the clock, once a minute."""

from __future__ import annotations

from typing import Any, Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.band import DrumStar
from kiosk.screens.base import KioskScreen
from kiosk.screens.parts import place
from kiosk.words import say, waiting_line
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size, measure, one_line_size
from queue_kit.screen.touchable import Card, Touchable
from queue_kit.screen.widgets import Icon, OneLine, Words

#: a lower screen has a small clock with the date beside it
_ROOMY: Final = 850.0


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
        theme, whole = view.theme, view.frame.whole
        c = theme.c
        ground = WholeScreen(fill=c.header, fill_pressed=c.primary_dark, border=c.header, border_pressed=c.header,
                             radius_px=0, action=view.doing(s.Anywhere()))  # fmt: skip
        self.add_widget(place(ground, whole))
        portrait = view.frame.portrait
        radius = min(whole.width, whole.height) * (0.46 if portrait else 0.52)
        middle = (whole.width / 2, whole.height * 0.5) if portrait else (whole.width * 0.74, whole.height * 0.5)
        ground.add_widget(DrumStar(theme=theme, middle=middle, radius=radius, clip=whole))
        pad = theme.u(24 if theme.tight else 72)
        width = whole.width - 2 * pad if portrait else whole.width * (0.72 if theme.tight else 0.62)
        align = "center" if portrait else "left"
        top = self._upper(ground, Box(pad, pad, width, whole.height - 2 * pad), align)
        foot = pad if theme.tight else theme.u(210 if portrait else 90)
        self._invitation(ground, Box(pad, foot, width, top - foot), align)

    def _upper(self, ground: Any, box: Box, align: str) -> float:
        """Office, clock and date; gives where they end."""
        view = self.view
        theme, lobby, c = view.theme, view.seen.lobby, view.theme.c
        office = say(lobby.office, view.visit.lang) if lobby else ""
        most = theme.u(120 if theme.tight else 260)
        size, high = fitting_size(office, fonts.SEMIBOLD, theme.sizes(48, 44, 40, 36, 34), box.width, most)
        top = box.top - high
        words = Words(text=office, font_name=fonts.SEMIBOLD, font_size=size, color=c.on_header, align=align)
        ground.add_widget(place(words, Box(box.x, top, box.width, high)))
        clock_px = theme.u(150 if box.height >= theme.u(_ROOMY) else 72)
        clock_high, date_high = clock_px * 1.27, theme.u(56)
        self.clock_label = OneLine(
            text=view.clock, largest_px=clock_px, color=c.on_header, size_hint=(None, None), align=align
        )
        self.date_label = Words(text=view.date, font_size=theme.u(36), color=c.on_header, align=align)
        beside = box.height < theme.u(_ROOMY) and not view.frame.portrait
        top -= theme.u(12 if theme.tight else 40) + clock_high
        clock_width = box.width if view.frame.portrait else clock_px * 2.9
        ground.add_widget(place(self.clock_label, Box(box.x, top, clock_width, clock_high)))
        if beside:
            date = Box(box.x + clock_width + theme.u(20), top, box.width - clock_width - theme.u(20), clock_high)
            ground.add_widget(place(self.date_label, date))
            self.date_label.valign = "middle"
            return top
        top -= date_high
        ground.add_widget(place(self.date_label, Box(box.x, top, box.width, date_high)))
        return top

    def _invitation(self, ground: Any, box: Box, align: str) -> None:
        """From below: the button, how many wait, the words over them, as large as there is room."""
        view = self.view
        theme, lobby, lang = view.theme, view.seen.lobby, view.visit.lang
        c = theme.c
        stopped = view.seen.hub_away or lobby is None
        closed = lobby is not None and not lobby.open
        title = view.tr("kiosk.home.away" if stopped else "kiosk.home.closed" if closed else "kiosk.attract.title")
        sub = view.tr("kiosk.home.away_sub") if stopped else (
            say(lobby.message, lang) if closed and lobby else waiting_line(lobby, lang) if lobby else "")  # fmt: skip
        high = max(theme.u(96 if theme.tight else 150), theme.touch_px)
        self._button(ground, box, high)
        y = box.y + high + theme.u(14 if theme.tight else 40)
        size = one_line_size(sub, fonts.REGULAR, theme.sizes(38, 36, 34), box.width)
        sub_high = measure(sub, fonts.REGULAR, size, box.width)[1]
        words = Words(text=sub, font_size=size, color=c.on_header, align=align)
        ground.add_widget(place(words, Box(box.x, y, box.width, sub_high)))
        self.waiting = words
        y += sub_high + theme.u(10)
        sizes = theme.sizes(84, 78, 72, 68, 64, 56, 48, 42)
        size = one_line_size(title, fonts.BOLD, sizes, box.width)
        if measure(title, fonts.BOLD, size, box.width)[1] > box.top - y:
            size = fitting_size(title, fonts.BOLD, sizes, box.width, box.top - y)[0]
        title_high = measure(title, fonts.BOLD, size, box.width)[1]
        words = Words(text=title, font_name=fonts.BOLD, font_size=size, color=c.on_header, align=align)
        ground.add_widget(place(words, Box(box.x, y, box.width, title_high)))

    def _button(self, ground: Any, box: Box, high: float) -> None:
        """The one gold thing: where the finger goes."""
        theme = self.view.theme
        button = self.view.tr("kiosk.attract.start")
        icon_px, letter_px = theme.u(64), theme.u(48)
        label_width = measure(button, fonts.BOLD, letter_px)[0]
        width = min(box.width, label_width + theme.u(200))
        x = box.x + (box.width - width) / 2 if self.view.frame.portrait else box.x
        pill = Card(fill=theme.c.gold, border=theme.c.gold, radius_px=high / 2)
        ground.add_widget(place(pill, Box(x, box.y, width, high)))
        dark = (0.06, 0.14, 0.24, 1)
        left = x + (width - label_width - icon_px - theme.u(20)) / 2
        icon = Icon(icon="hand-finger", size_px=icon_px, color=dark)
        ground.add_widget(place(icon, Box(left, box.y + (high - icon_px) / 2, icon_px, icon_px)))
        words = OneLine(text=button, largest_px=letter_px, color=dark, size_hint=(None, None))
        ground.add_widget(place(words, Box(left + icon_px + theme.u(20), box.y, label_width + 2, high)))

    def tell_time(self, clock: str, date: str) -> None:
        """Set the clock."""
        if self.clock_label.text != clock:
            self.clock_label.text = clock
        if self.date_label.text != date:
            self.date_label.text = date
