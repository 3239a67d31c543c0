"""A short code's places, one a sign: how many there are is seen before the first is typed."""

from __future__ import annotations

from kivy.uix.floatlayout import FloatLayout

from kiosk.frame import Box
from kiosk.screens.parts import place
from queue_kit.screen.theme import Theme
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import OneLine


class Places(FloatLayout):
    """``count`` places in the middle of a box; the next one to be filled has the stronger edge."""

    def __init__(self, *, theme: Theme, box: Box, count: int, text: str) -> None:
        super().__init__()
        place(self, box)
        self._theme, self._text = theme, text
        gap = theme.u(8)
        wide = min(theme.u(120), (box.width - (count - 1) * gap) / count)
        high = min(wide * 1.25, box.height)
        left = box.x + (box.width - wide * count - gap * (count - 1)) / 2
        self._spots: list[tuple[Card, OneLine]] = []
        for index in range(count):
            spot = Box(left + index * (wide + gap), box.y + (box.height - high) / 2, wide, high)
            here = index == len(text)
            card = Card(fill=theme.c.surface, border=self._edge(here=here), radius_px=theme.u(14),
                        border_px=max(2, theme.u(4 if here else 2)))  # fmt: skip
            line = OneLine(
                text=text[index : index + 1],
                largest_px=theme.u(72),
                height_em=1.0,
                color=theme.c.ink,
                size_hint=(None, None),
            )
            self.add_widget(place(card, spot))
            self.add_widget(place(line, spot))
            self._spots.append((card, line))

    def _edge(self, *, here: bool) -> tuple[float, float, float, float]:
        return self._theme.c.primary if here else self._theme.c.line

    def show(self, text: str) -> None:
        """Another text in the same places."""
        for index, (card, line) in enumerate(self._spots):
            line.text = text[index : index + 1]
            card.border = self._edge(here=index == len(text))
