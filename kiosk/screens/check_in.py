"""A booked visit checks in by its six digits."""

from __future__ import annotations

from typing import Any, Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen
from kiosk.screens.nav import Cell
from kiosk.screens.parts import place, pressed_fill
from queue_kit.screen.widgets import Card, Icon, OneLine, Touchable

_KEYS: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "erase")


class Key(Touchable):
    """A key of the pad."""

    def __init__(self, *, theme: Any, box: Box, label: str, icon: str, act: Any) -> None:
        c = theme.c
        super().__init__(
            fill=c.surface, fill_pressed=pressed_fill(theme), border=c.line, border_pressed=c.primary_dark,
            shadow=c.shadow, radius_px=theme.u(20), border_px=max(2, theme.u(2)), action=act,
        )  # fmt: skip
        place(self, box)
        ink = c.primary if theme.high_contrast else c.ink
        if icon:
            size = min(theme.u(64), box.height * 0.6)
            self.add_widget(
                place(
                    Icon(icon=icon, size_px=size, color=ink),
                    Box(box.x + (box.width - size) / 2, box.y + (box.height - size) / 2, size, size),
                )
            )
        else:
            line = OneLine(text=label, largest_px=theme.u(64), color=ink, size_hint=(None, None))
            self.add_widget(place(line, box.inset(theme.u(4), 0)))


class CheckInScreen(KioskScreen):
    """Six places, ten digits, one way on."""

    def title(self) -> str:
        """What to enter."""
        return self.view.tr("kiosk.check_in.title")

    def sub(self) -> str:
        """Where the code is found."""
        return self.view.tr("kiosk.check_in.sub_scan" if self.view.scans else "kiosk.check_in.sub")

    def fill(self) -> None:
        """The places and the pad."""
        view = self.view
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        side_by_side = body.width > 1.35 * body.height
        if side_by_side:
            pad_width = body.width * 0.55
            pad = Box(body.right - pad_width, body.y, pad_width, body.height)
            places = Box(body.x, body.y, body.width - pad_width - gap * 2, body.height)
        else:
            high = min(theme.u(150), body.height * 0.2)
            places = Box(body.x, body.top - high, body.width, high)
            pad = Box(body.x, body.y, body.width, body.height - high - gap)
            if pad.width > theme.u(780):
                pad = Box(body.x + (body.width - theme.u(780)) / 2, pad.y, theme.u(780), pad.height)
        self._places(places)
        wide, high = (pad.width - 2 * gap) / 3, (pad.height - 3 * gap) / 4
        high = min(high, theme.u(210))
        for index, key in enumerate(_KEYS):
            if not key:
                continue
            row, column = divmod(index, 3)
            box = Box(pad.x + column * (wide + gap), pad.top - (row + 1) * high - row * gap, wide, high)
            event: s.Event = s.EraseDigit() if key == "erase" else s.TypeDigit(key)
            icon = "backspace" if key == "erase" else ""
            self.add_widget(Key(theme=theme, box=box, label=key, icon=icon, act=view.doing(event)))

    def _places(self, box: Box) -> None:
        theme, digits = self.view.theme, self.view.visit.digits
        c = theme.c
        gap = theme.u(8)
        wide = min(theme.u(120), (box.width - 5 * gap) / s.BOOKING_DIGITS)
        high = min(wide * 1.25, box.height)
        left = box.x + (box.width - wide * s.BOOKING_DIGITS - gap * 5) / 2
        self.lines = []
        for index in range(s.BOOKING_DIGITS):
            here = index == len(digits)
            spot = Box(left + index * (wide + gap), box.y + (box.height - high) / 2, wide, high)
            card = Card(fill=c.surface, border=c.primary if here else c.line, radius_px=theme.u(14),
                        border_px=max(2, theme.u(4 if here else 2)))  # fmt: skip
            line = OneLine(text=digits[index : index + 1], largest_px=theme.u(72), color=c.ink, size_hint=(None, None))
            self.add_widget(place(card, spot))
            self.add_widget(place(line, spot))
            self.lines.append((card, line))

    def refresh(self, view: Any) -> bool:
        """Only the digits and the way on change while typing."""
        old, self.view = self.view, view
        if view.visit.but_digits != old.visit.but_digits or view.seen != old.seen or view.theme != old.theme:
            return False
        full = s.BOOKING_DIGITS
        if (len(view.visit.digits) == full) != (len(old.visit.digits) == full):
            return False
        for index, (card, line) in enumerate(self.lines):
            here = index == len(view.visit.digits)
            line.text = view.visit.digits[index : index + 1]
            card.border = view.theme.c.primary if here else view.theme.c.line
        return True

    def way_on(self) -> Cell | None:
        """Get the number, once six digits are there."""
        if len(self.view.visit.digits) < s.BOOKING_DIGITS:
            return None
        return Cell("ticket", self.view.tr("kiosk.nav.take"), self.view.doing(s.CheckIn()), primary=True)
