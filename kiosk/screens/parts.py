"""What all screens are put together from: a place, the look of a press."""

from __future__ import annotations

from kivy.uix.widget import Widget

from kiosk.frame import Box
from queue_kit.screen.theme import Theme, mix


def place(widget: Widget, box: Box) -> Widget:
    """Put a widget into a box, free of any layout's hints."""
    widget.size_hint = (None, None)
    widget.pos = (box.x, box.y)
    widget.size = (box.width, box.height)
    return widget


def pressed_fill(theme: Theme) -> tuple[float, float, float, float]:
    """The ground of a light thing while it is pressed: plainly another, words still readable."""
    return mix(theme.c.surface, theme.c.primary, 0.22)
