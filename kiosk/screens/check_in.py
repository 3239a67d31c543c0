"""A booked visit checks in by its six digits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen, View
from kiosk.screens.keyboard import with_room_for_keys
from kiosk.screens.nav import Cell
from kiosk.screens.parts import place, pressed_fill
from kiosk.screens.places import Places
from queue_kit.screen.touchable import Touchable
from queue_kit.screen.widgets import Icon, OneLine

#: where they stand in fewer rows
_KEYS_IN_A_LINE: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "", "erase")
_KEYS: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "erase")


class Key(Touchable):
    """A key of the pad."""

    is_key = True

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
            line = OneLine(text=label, largest_px=theme.u(64), height_em=1.0, color=ink, size_hint=(None, None))
            self.add_widget(place(line, box.inset(theme.u(4), 0)))


class CheckInScreen(KioskScreen):
    """Six places, ten digits, one way on."""

    def title(self) -> str:
        """What to enter."""
        return self.view.tr("kiosk.check_in.title")

    def sub(self) -> str:
        """Where the code is found."""
        return self.view.tr("kiosk.check_in.sub_scan" if self.view.scans else "kiosk.check_in.sub")

    def fitting(self, view: View) -> View:
        """The keys set how large letters can be."""
        return with_room_for_keys(view)

    def fill(self) -> None:
        """The places and the pad."""
        view = self.view
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        # Twelve keys in four rows, in three or, on a low screen, in two.
        least = max(theme.mm(16), theme.body_px * 1.15) if theme.tight else theme.u(96)
        side_by_side = body.width > 1.35 * body.height and not view.frame.portrait
        if side_by_side:
            pad_width = body.width * (0.62 if theme.low else 0.5 if theme.tight else 0.55)
            pad = Box(body.right - pad_width, body.y, pad_width, body.height)
            places = Box(body.x, body.y, body.width - pad_width - gap * 2, body.height)
        else:
            high = max(min(theme.u(150), body.height * 0.2), theme.body_px * 1.2)
            places = Box(body.x, body.top - high, body.width, high)
            pad = Box(body.x, body.y, body.width, body.height - high - gap)
            if pad.width > theme.u(780):
                pad = Box(body.x + (body.width - theme.u(780)) / 2, pad.y, theme.u(780), pad.height)
        rows = next((n for n in (4, 3, 2) if (pad.height - (n - 1) * gap) / n >= least), 2)
        columns = len(_KEYS) // rows
        keys = _KEYS if rows == 4 else _KEYS_IN_A_LINE
        self.fill_places(places)
        wide, high = (pad.width - (columns - 1) * gap) / columns, (pad.height - (rows - 1) * gap) / rows
        high = min(high, theme.u(210))
        for index, key in enumerate(keys):
            if not key:
                continue
            row, column = divmod(index, columns)
            box = Box(pad.x + column * (wide + gap), pad.top - (row + 1) * high - row * gap, wide, high)
            event: s.Event = s.EraseDigit() if key == "erase" else s.TypeDigit(key)
            icon = "backspace" if key == "erase" else ""
            self.add_widget(Key(theme=theme, box=box, label=key, icon=icon, act=view.doing(event)))

    def fill_places(self, box: Box) -> None:
        """What was typed so far."""
        digits = self.view.visit.digits
        self._places = Places(theme=self.view.theme, box=box, count=s.BOOKING_DIGITS, text=digits)
        self.add_widget(self._places)

    def refresh(self, view: View) -> bool:
        """Only the digits and the way on change while typing."""
        old = self.view
        self.view = replace(view, theme=old.theme, frame=old.frame)
        if view.visit.but_digits != old.visit.but_digits or view.seen != old.seen:
            return False
        full = s.BOOKING_DIGITS
        if (len(view.visit.digits) == full) != (len(old.visit.digits) == full):
            return False
        self._places.show(view.visit.digits)
        return True

    def coming(self) -> Cell:
        """The number, once six digits are there."""
        return Cell("ticket", self.view.tr("kiosk.nav.take"), self.view.doing(s.CheckIn()), primary=True)

    def way_on(self) -> Cell | None:
        """Get the number, once six digits are there."""
        if len(self.view.visit.digits) < s.BOOKING_DIGITS:
            return None
        return self.coming()
