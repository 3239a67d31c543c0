"""The call shown large, and the last ones in rows below it.

Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from queue_display.board.picture import Large, Row
from queue_display.board.row_layout import BLOCK, LEFT, RIGHT, WIDE_BLOCK, RowLayout
from queue_display.board.widgets import FitLine, FitText, Plate, Sign
from queue_kit.languages import offered, tr
from queue_kit.screen import fonts
from queue_kit.screen.measures import measure

__all__ = ["CallCard", "CallRow", "FitLine", "FitText", "Plate", "Sign"]

#: the called number's size on a 1920×1080 screen
NUMBER_PX: Final = 320


class CallCard(Plate):
    """The call shown large, or a message when there is none."""

    s = NumericProperty(1.0)
    asks = StringProperty("")
    asks_en = StringProperty("")
    number = StringProperty("")
    number_px = NumericProperty(NUMBER_PX)
    go = StringProperty("")
    go_en = StringProperty("")
    counter_word = StringProperty("")
    counter = StringProperty("")
    priority = BooleanProperty(False)
    coloured = BooleanProperty(False)
    live = BooleanProperty(True)
    alone = BooleanProperty(False)
    english = BooleanProperty(False)
    message = StringProperty("")
    message_en = StringProperty("")
    message_icon = StringProperty("")

    def show(self, large: Large | None, message: tuple[str, str], *, live: bool, closed: bool) -> None:
        """Change what differs."""
        self.live = live
        self.coloured = large is not None and large.coloured and live
        self.priority = large is not None and large.priority
        if large is None:
            self.asks = self.asks_en = self.number = self.go = self.go_en = self.counter_word = self.counter = ""
            self.message, self.message_en = message
            self.message_icon = "clock" if closed else "ticket"
            return
        self.message = self.message_en = self.message_icon = ""
        here = large.state != "called"
        self.asks = tr("vi", "board.serving" if here else "board.called")
        # The second line is English, or the language of whoever is called.
        second = large.lang if large.lang not in {"vi", "en"} and offered([large.lang]) == [large.lang] else "en"
        self.english = large.lang == second
        self.asks_en = tr(second, "board.serving" if here else "board.called")
        self.number = large.number
        self.go = tr("vi", "board.go_here" if here else "board.go")
        self.go_en = tr(second, "board.go_here" if here else "board.go" if self.english else "board.go_short")
        self.counter_word = "QUẦY"
        self.counter = str(large.counter_number)


class CallRow(Plate):
    """One of the last calls."""

    s = NumericProperty(1.0)
    number = StringProperty("")
    number_px = NumericProperty(100)
    number_width = NumericProperty(100)
    counter = StringProperty("")
    counter_width = NumericProperty(100)
    word = StringProperty("Quầy")
    priority = BooleanProperty(False)
    stands = BooleanProperty(True)
    wide = BooleanProperty(False)
    arrow_px = NumericProperty(46)
    block_x = NumericProperty(0)
    block_width = NumericProperty(BLOCK)

    def show(self, row: Row, layout: RowLayout, s: float, pos: tuple[float, float]) -> None:
        """A call at its place; ``pos``: the lower left corner on the screen."""
        self.s, self.wide = s, layout.wide
        self.size, self.pos = (layout.width * s, layout.height * s), pos
        self.number_px = float(int(layout.number_px * s))
        self.counter_width = em(str(row.counter_number)) * self.number_px + 2
        self.block_width = (WIDE_BLOCK if layout.wide else BLOCK) * s
        self.arrow_px = (84 if layout.wide else 46) * s
        # The block stands between number and counter, so that both keep their edges from row to row.
        self.block_x = self.right - RIGHT * s - self.counter_width - self.block_width
        self.number_width = self.block_x - self.x - LEFT * s
        self.number, self.counter = row.number, str(row.counter_number)
        self.priority, self.stands = row.priority, row.state != "gone"


def em(text: str) -> float:
    """The width of a number in rows, in sizes of its font."""
    return measure(text, fonts.BOLD, 100)[0] / 100 if text else 0.0


Builder.load_file(str(Path(__file__).with_name("call_card.kv")))
