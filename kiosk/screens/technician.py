"""The technician's screens: the PIN, the devices with their states, five targets for the touch panel."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen, View
from kiosk.screens.check_in import CheckInScreen
from kiosk.screens.nav import Cell
from kiosk.screens.paged import PagedScreen
from kiosk.screens.parts import place
from kiosk.screens.tiles import Pages, TileSpec, paginate_still
from kiosk.words import say
from queue_kit.languages import BREAK
from queue_kit.screen.theme import Theme
from queue_kit.screen.widgets import Icon

#: told by sign and word, never by colour alone
_ICONS: Final[dict[str, str]] = {
    "": "player-play",
    "running": "refresh",
    "ok": "circle-check",
    "failed": "alert-triangle",
    "unknown": "question-mark",
    "absent": "minus",
}
#: no word of a sentence: an address
_LONG: Final = re.compile(r"\S{16,}")
_SIGN: Final = re.compile(r"[/:.,=?&_-](?=.)")
_COLUMN_LEAST: Final = 560.0
#: where the targets stand, as shares of the body
_TARGETS: Final = ((0.5, 0.5), (0.08, 0.9), (0.92, 0.9), (0.92, 0.1), (0.08, 0.1))


class PinDots(FloatLayout):
    """A ring for each digit that must come, filled when it has; more rings where a PIN is longer."""

    def __init__(self, *, theme: Theme, box: Box, typed: int) -> None:
        super().__init__()
        place(self, box)
        self._theme, self._box = theme, box
        self.show(typed)

    def show(self, typed: int) -> None:
        """So many have been typed."""
        self.clear_widgets()
        theme, box, count = self._theme, self._box, max(s.PIN_LEAST, typed)
        each = min(theme.u(72), box.width / s.PIN_MOST)
        left = box.x + (box.width - each * count) / 2
        for index in range(count):
            icon = Icon(
                icon="circle-dot" if index < typed else "circle", size_px=each * 0.8,
                color=theme.c.primary if index < typed else theme.c.ink_soft,
            )  # fmt: skip
            spot = Box(left + index * each + each * 0.1, box.y + (box.height - each * 0.8) / 2, each * 0.8, each * 0.8)
            self.add_widget(place(icon, spot))


class PinScreen(CheckInScreen):
    """A PIN of six to twelve digits, shown as dots."""

    def title(self) -> str:
        """What to enter."""
        return self.view.tr("kiosk.technician.pin")

    def sub(self) -> str:
        """What came of the last one."""
        bench = self.view.visit.bench
        if bench.trying:
            return self.view.tr("kiosk.technician.trying")
        if bench.said == "closed":
            return self.view.tr("kiosk.technician.closed", minutes=bench.closed_min)
        return self.view.tr("kiosk.technician.wrong") if bench.said else ""

    def fill_places(self, box: Box) -> None:
        """So many were typed; which, is nobody's to see."""
        self._dots = PinDots(theme=self.view.theme, box=box, typed=len(self.view.visit.digits))
        self.add_widget(self._dots)

    def refresh(self, view: View) -> bool:
        """Only the dots and the way on change while typing."""
        old, self.view = self.view, view
        if view.visit.but_digits != old.visit.but_digits or view.seen != old.seen or view.theme != old.theme:
            return False
        if (len(view.visit.digits) >= s.PIN_LEAST) != (len(old.visit.digits) >= s.PIN_LEAST):
            return False
        self._dots.show(len(view.visit.digits))
        return True

    def way_on(self) -> Cell | None:
        """Enter, once six digits are there."""
        if len(self.view.visit.digits) < s.PIN_LEAST or self.view.visit.bench.trying:
            return None
        return Cell("lock", self.view.tr("kiosk.technician.enter"), self.view.doing(s.EnterPin()), primary=True)


class TechnicianScreen(PagedScreen):
    """Every device with its state; a touch runs its check again."""

    def title(self) -> str:
        """What it is."""
        return self.view.tr("kiosk.technician.title")

    def sub(self) -> str:
        """How it is used."""
        return self.view.tr("kiosk.technician.sub")

    def fill(self) -> None:
        """A tile a check."""
        view, lang = self.view, self.view.visit.lang
        specs = [
            TileSpec(
                key=row.name,
                name=say(dict(row.title), lang),
                sub=_breakable(say(dict(row.words), lang)) if row.words else "",
                foot=view.tr(f"kiosk.technician.state.{row.state or 'none'}"),
                foot_icon=_ICONS[row.state],
                icon="tools" if row.acts else _ICONS[row.state],
                quiet=row.acts,
                chosen=row.state == "failed",
                act=view.doing(s.RunCheck(row.name)),
            )
            for row in view.visit.bench.rows
        ]
        self.fill_tiles(specs, view.frame.body)

    def paginate(self, specs: list[TileSpec], box: Box, pager_height: float) -> Pages:
        """Wide tiles, for what a device says is a sentence; each stays where it is while others are looked at."""
        theme, gap = self.view.theme, self.view.frame.gap
        columns = max(1, min(2, int((box.width + gap) // (theme.u(_COLUMN_LEAST) + gap))))
        return paginate_still(specs, theme, box, columns=columns, gap=gap, pager_height=pager_height)


def _breakable(words: str) -> str:
    """Addresses and paths may go on in the next line behind their signs."""
    return _LONG.sub(lambda found: _SIGN.sub(lambda sign: sign[0] + BREAK, found[0]), words)


class TouchTestScreen(KioskScreen):
    """One target after the other; wherever the finger lands is how far it is off."""

    def title(self) -> str:
        """What to do."""
        return self.view.tr("kiosk.technician.touch")

    def sub(self) -> str:
        """Which one."""
        return self.view.tr(
            "kiosk.technician.target", number=len(self.view.visit.bench.touches_mm) + 1, count=s.TARGETS
        )

    def fill(self) -> None:
        """The target."""
        view, body = self.view, self.view.frame.body
        across, along = _TARGETS[min(len(view.visit.bench.touches_mm), len(_TARGETS) - 1)]
        size = view.theme.mm(12)
        self._at = (body.x + across * body.width, body.y + along * body.height)
        icon: Widget = Icon(icon="circle-dot", size_px=size, color=view.theme.c.primary)
        self.add_widget(place(icon, Box(self._at[0] - size / 2, self._at[1] - size / 2, size, size)))

    def on_touch_down(self, touch: Any) -> bool:
        """In the body every touch is meant for the target; elsewhere the row below must go on working."""
        if self.view.frame.nav.top > touch.y:
            return bool(super().on_touch_down(touch))
        off_px = math.dist((touch.x, touch.y), self._at)
        self.view.send(s.TouchedTarget(off_px / self.view.theme.mm(1)))
        return True
