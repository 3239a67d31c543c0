"""The pages that hold words: guidance, the month's results, codes of results that are ready, a notice.

Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kivy.factory import Factory
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from queue_display.board.picture import Guidance, Results
from queue_display.board.widgets import LINE_HEIGHT, FitLine, FitText, Sign, high
from queue_kit.screen import fonts

__all__ = ["FitLine", "FitText", "GuidancePage", "NoticePage", "ReadyRow", "ResultsPage", "Sign"]

_SIZES: Final = 8
#: between two lines, and from the dot to its words, in sizes of the font
_LINE_GAP_EM: Final = 0.45
_INDENT_EM: Final = 0.9


class FitLines(FloatLayout):
    """A few lines, each with a dot before it, all of one size: the largest at which they fit."""

    s = NumericProperty(1.0)
    words = StringProperty("")
    largest_px = NumericProperty(48)
    smallest_px = NumericProperty(32)
    color = ColorProperty((0, 0, 0, 1))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(words=self._lay, size=self._lay, pos=self._lay, largest_px=self._lay)

    def _lay(self, *_: object) -> None:
        self.clear_widgets()
        lines = [line.strip() for line in self.words.splitlines() if line.strip()]
        if not lines or self.width < 2 or self.height < 2:
            return
        size_px, heights = self._fit(lines)
        indent = _INDENT_EM * size_px if len(lines) > 1 else 0.0
        top = self.top
        for line, height in zip(lines, heights, strict=True):
            text = FitText(
                words=line, largest_px=size_px, smallest_px=size_px, color=self.color, size_hint=(None, None),
                size=(self.width - indent, height), pos=(self.x + indent, top - height),
            )  # fmt: skip
            self.add_widget(text)
            if indent:
                side = 0.3 * size_px
                middle = top - 0.5 * size_px * LINE_HEIGHT * (fonts.ASCENT_EM + fonts.DESCENT_EM)
                dot = Factory.Dot(size_hint=(None, None), size=(side, side), pos=(self.x, middle - side / 2))
                self.add_widget(dot)
            top -= height + _LINE_GAP_EM * size_px

    def _fit(self, lines: list[str]) -> tuple[float, list[float]]:
        size_px, heights = self.smallest_px, [0.0]
        for step in range(_SIZES + 1):
            size_px = float(int(self.largest_px - (self.largest_px - self.smallest_px) * step / _SIZES))
            indent = _INDENT_EM * size_px if len(lines) > 1 else 0.0
            heights = [high(line, fonts.REGULAR, size_px, self.width - indent) for line in lines]
            if sum(heights) + (len(lines) - 1) * _LINE_GAP_EM * size_px <= self.height:
                break
        return size_px, heights


class GuidancePage(FloatLayout):
    """What to bring, when to come: a title and a few lines."""

    s = NumericProperty(1.0)
    vi = StringProperty("")
    en = StringProperty("")
    text = StringProperty("")
    text_en = StringProperty("")

    def show(self, guidance: Guidance, *, english: bool) -> None:
        """Change what differs."""
        self.vi, self.text = guidance.title[0], guidance.text[0]
        self.en, self.text_en = (guidance.title[1], guidance.text[1]) if english else ("", "")


class Figure(FloatLayout):
    """One large figure with its words."""

    s = NumericProperty(1.0)
    vi = StringProperty("")
    en = StringProperty("")
    figure = StringProperty("")
    good = BooleanProperty(False)


class ResultsPage(FloatLayout):
    """What the office received and returned this month, and how much of it in time."""

    s = NumericProperty(1.0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._figures = [Figure(size_hint=(None, None)) for _ in range(3)]
        self._rules = [Factory.Rule(size_hint=(None, None)) for _ in range(3)]
        self.bind(size=self._lay, pos=self._lay)

    def show(self, results: Results, *, english: bool) -> None:
        """Fill the figures; there is no line for a share that does not exist yet."""
        lines = [
            ("Đã tiếp nhận", "Received", results.received),
            ("Đã trả kết quả", "Returned", results.returned),
            ("Đúng hạn", "On time", results.on_time),
        ]
        for widget, (vi, en, figure) in zip(self._figures, lines, strict=True):
            widget.vi, widget.en, widget.figure = (vi, en if english else "", figure) if figure else ("", "", "")
        self._figures[2].good = True
        self._lay()

    def _lay(self, *_: object) -> None:
        self.clear_widgets()
        shown = [figure for figure in self._figures if figure.figure]
        height = min(190 * self.s, self.height / 3)
        for index, (figure, rule) in enumerate(zip(shown, self._rules, strict=False)):
            top = self.top - index * height
            figure.s, figure.size, figure.pos = self.s, (self.width, height), (self.x, top - height)
            rule.size, rule.pos = (self.width - 48 * self.s, 2 * self.s), (self.x + 24 * self.s, top)
            self.add_widget(figure)
            self.add_widget(rule)


class ReadyRow(FloatLayout):
    """A dossier whose result waits to be collected: its code, nothing else."""

    s = NumericProperty(1.0)
    code = StringProperty("")


class NoticePage(FloatLayout):
    """One notice, large."""

    s = NumericProperty(1.0)
    vi = StringProperty("")
    en = StringProperty("")


Builder.load_file(str(Path(__file__).with_name("page_widgets.kv")))
