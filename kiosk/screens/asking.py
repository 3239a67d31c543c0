"""The moment between the touch and the number: usually too short to read."""

from __future__ import annotations

from kiosk.frame import Box
from kiosk.screens.base import KioskScreen
from kiosk.screens.parts import place
from queue_kit.screen.widgets import Dots


class AskingScreen(KioskScreen):
    """Something is on its way."""

    def title(self) -> str:
        """What happens."""
        return self.view.tr("kiosk.asking.title")

    def sub(self) -> str:
        """One moment."""
        return self.view.tr("kiosk.asking.sub")

    def fill(self) -> None:
        """Three dots."""
        theme, body = self.view.theme, self.view.frame.body
        high = theme.u(40)
        dots = Dots(ink=theme.c.primary, rest=theme.c.line)
        self.add_widget(place(dots, Box(body.x, body.y + (body.height - high) / 2, body.width, high)))
