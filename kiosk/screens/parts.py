"""What all screens are put together from: a place, the look of a press, a notice."""

from __future__ import annotations

from kivy.uix.widget import Widget

from kiosk.frame import Box
from queue_kit.screen import fonts
from queue_kit.screen.theme import Theme, mix
from queue_kit.screen.widgets import Card, Icon, Words, fitting_size


def place(widget: Widget, box: Box) -> Widget:
    """Put a widget into a box, free of any layout's hints."""
    widget.size_hint = (None, None)
    widget.pos = (box.x, box.y)
    widget.size = (box.width, box.height)
    return widget


def pressed_fill(theme: Theme) -> tuple[float, float, float, float]:
    """The ground of a light thing while it is pressed: plainly another, words still readable."""
    return mix(theme.c.surface, theme.c.primary, 0.22)


class Notice(Card):
    """A card that says something and cannot be touched: an icon, a heading, sentences."""

    def __init__(
        self,
        *,
        theme: Theme,
        box: Box,
        icon: str,
        heading: str,
        lines: tuple[str, ...],
        tone: tuple[float, float, float, float] | None = None,
    ) -> None:
        c = theme.c
        super().__init__(
            fill=c.surface, border=c.line, shadow=c.shadow, radius_px=theme.u(20), border_px=max(2, theme.u(2))
        )
        place(self, box)
        tone = tone or c.warn
        inner = box.inset(theme.u(20 if theme.large else 40))
        icon_px = min(theme.u(110), inner.height * 0.26)
        room = inner.height - icon_px - theme.u(16)
        for step in (1.2, 1.1, 1.0, 0.88, 0.78, 0.7, 0.62, 0.55, 0.5):
            head_px, body_px = theme.u(52 * step), theme.u(max(22, 36 * step))
            head = fitting_size(heading, fonts.BOLD, (head_px,), inner.width, room)[1]
            bodies = [fitting_size(line, fonts.REGULAR, (body_px,), inner.width, room)[1] for line in lines]
            total = head + sum(bodies) + theme.u(8) * len(lines)
            if total <= room:
                break
        top = inner.top - max(0.0, (inner.height - icon_px - theme.u(16) - total) / 2)
        self.add_widget(
            place(
                Icon(icon=icon, size_px=icon_px, color=tone),
                Box(box.x + (box.width - icon_px) / 2, top - icon_px, icon_px, icon_px),
            )
        )
        top -= icon_px + theme.u(16)
        words = Words(text=heading, font_name=fonts.BOLD, font_size=head_px, color=c.ink, align="center")
        self.add_widget(place(words, Box(inner.x, top - head, inner.width, head)))
        top -= head
        for line, height in zip(lines, bodies, strict=True):
            top -= theme.u(8)
            words = Words(text=line, font_size=body_px, color=c.ink, align="center")
            self.add_widget(place(words, Box(inner.x, top - height, inner.width, height)))
            top -= height
