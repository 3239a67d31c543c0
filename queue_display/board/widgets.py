"""The board's own widgets: one line that shrinks into its box, and a page that is built anew from values.

Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from kivy.core.text import Label as CoreLabel
from kivy.properties import ColorProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.label import Label

from queue_kit.screen import fonts
from queue_kit.screen.icons import glyph
from queue_kit.screen.measures import longest_word_px, measure

_STEPS: Final = 8
#: a capital's height, in sizes of the font
_CAPITAL_EM: Final = 0.743
#: the capitals' middle lies so much (of the size) below the middle of a line, which has room for stacked accents above
LOW: Final = (fonts.ASCENT_EM - fonts.DESCENT_EM - _CAPITAL_EM) / 2
#: lines of words stand closer than one line's room: stacked accents need 1.25 sizes
LINE_HEIGHT: Final = 1.25 / (fonts.ASCENT_EM + fonts.DESCENT_EM)


class FitLine(Label):
    """One line, as large as ``largest_px`` and made smaller until it is no wider than its box."""

    largest_px = NumericProperty(40)
    side = OptionProperty("left", options=["left", "center", "right"])

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("font_name", fonts.BOLD)
        super().__init__(**kwargs)
        self.bind(size=self._fit, text=self._fit, largest_px=self._fit, side=self._fit)
        self._fit()

    def _fit(self, *_: object) -> None:
        wide = measure(self.text, self.font_name, self.largest_px)[0] if self.text else 0.0
        share = min(1.0, self.width / wide) if wide else 1.0
        self.font_size = max(8, int(self.largest_px * share))
        self.halign, self.valign = self.side, "middle"
        self.padding = (0, 0, 0, 2 * LOW * self.font_size)
        # A little wider than the box: the fitted line must never wrap for a fraction of a pixel.
        self.text_size = (None, None) if self.side == "center" else (self.width + 2, None)
        self.shorten = False


@lru_cache(maxsize=512)
def fit(text: str, font: str, sizes_px: tuple[float, float], box: tuple[float, float]) -> tuple[str, float]:
    """The words and the size (px), of (largest, smallest), at which they fill a box (width, height) best.

    What does not fit at the smallest loses its end.
    """
    (largest_px, smallest_px), (width, height) = sizes_px, box
    step = (largest_px - smallest_px) / _STEPS
    size = smallest_px
    for index in range(_STEPS + 1):
        size = float(int(largest_px - index * step))
        if high(text, font, size, width) <= height and longest_word_px(text, font, size) <= width:
            return text, size
    words = text.split()
    while len(words) > 1 and high(" ".join(words) + " …", font, size, width) > height:
        words.pop()
    return (" ".join(words) + " …" if len(words) < len(text.split()) else text), size


def high(text: str, font: str, size_px: float, width: float) -> float:
    """How high (px) words wrapped at a width are."""
    core = CoreLabel(text=text, font_name=font, font_size=size_px, text_size=(width, None), line_height=LINE_HEIGHT)
    core.resolve_font_name()
    return float(core.render()[1]) - (1 - LINE_HEIGHT) * size_px


class FitText(Label):
    """Words wrapped in a box, from ``largest_px`` down to ``smallest_px``; the rest ends with three dots."""

    words = StringProperty("")
    largest_px = NumericProperty(34)
    smallest_px = NumericProperty(22)
    side = OptionProperty("left", options=["left", "center", "right"])

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("font_name", fonts.REGULAR)
        super().__init__(line_height=LINE_HEIGHT, **kwargs)
        self.bind(size=self._fit, words=self._fit, largest_px=self._fit, smallest_px=self._fit)
        self._fit()

    def _fit(self, *_: object) -> None:
        if not self.words or self.width < 2 or self.height < 2:
            self.text = self.words
            return
        text, size = fit(self.words, self.font_name, (self.largest_px, self.smallest_px), (self.width, self.height))
        self.font_size = size
        self.halign, self.valign = self.side, "middle"
        self.padding = (0, 0, 0, 2 * LOW * size)
        self.text_size = (self.width, None)
        self.text = text


class Plate(FloatLayout):
    """A rounded sheet with a border; how it is drawn stands in ``board.kv``."""

    fill = ColorProperty((1, 1, 1, 1))
    border = ColorProperty((0, 0, 0, 0))
    border_px = NumericProperty(2)
    radius_px = NumericProperty(20)


class Sign(Label):
    """An icon of the shared family, by name."""

    icon = StringProperty("")
    side_px = NumericProperty(40)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(font_name=fonts.ICONS, **kwargs)
        self.bind(icon=self._draw, side_px=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.font_size = max(1, self.side_px)
        self.text = glyph(self.icon) if self.icon else ""
