"""The board drawn: takes a picture and changes only the widgets whose values differ, so an idle board draws nothing.

Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from queue_display.board.call_card import CallCard, CallRow, em
from queue_display.board.pages import Turner
from queue_display.board.picture import ROWS, Picture, Row
from queue_display.board.row_layout import choose
from queue_display.board.side import Side
from queue_display.board.widgets import FitLine, FitText, Plate, Sign

__all__ = ["BoardScreen", "CallCard", "FitLine", "FitText", "Plate", "Side", "Sign"]

DESIGN_WIDTH: Final = 1920
DESIGN_HEIGHT: Final = 1080
#: a row is measured by no shorter number than this, so that the rows do not jump with every call
_USUAL_NUMBER: Final = "A000"
_GUIDANCE: Final = (
    "Mời lấy số tại máy lấy số, giữ phiếu và chờ gọi trên màn hình này.",
    "Please take a number, keep the slip and wait for it on this screen.",
)


class Header(FloatLayout):
    """The office's name, the date and the clock."""

    s = NumericProperty(1.0)
    office = StringProperty("")
    office_en = StringProperty("")
    clock = StringProperty("")
    day = StringProperty("")
    live = BooleanProperty(True)


class Footer(FloatLayout):
    """Notices, one after another, and how many wait; in trouble, the trouble."""

    s = NumericProperty(1.0)
    vi = StringProperty("")
    en = StringProperty("")
    waiting = StringProperty("")
    live = BooleanProperty(True)


Builder.load_file(str(Path(__file__).with_name("board.kv")))


class BoardScreen(FloatLayout):
    """The whole television. ``english``: whether the small English lines are shown.

    ``row_needed_px``: from which size (px of this screen) rows are read from the farthest seat; ``spoil`` is told of a
    file of the media folder that cannot be shown.
    """

    s = NumericProperty(1.0)

    def __init__(
        self,
        *,
        now_s: float,
        english: bool = True,
        row_needed_px: float = 0.0,
        spoil: Callable[[Path, str], None] = lambda _path, _why: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._english = english
        self._row_needed_px = row_needed_px
        self._turner = Turner(now_s=now_s)
        self._rows: tuple[object, ...] | None = None
        self._row_widgets = [CallRow(size_hint=(None, None)) for _ in range(ROWS)]
        self.side = Side(english=english, spoil=spoil, size_hint=(None, None))
        self.add_widget(self.side)
        self.bind(size=self._scale)
        self._scale()

    def _scale(self, *_: object) -> None:
        self.s = min(self.width / DESIGN_WIDTH, self.height / DESIGN_HEIGHT)
        s = self.s
        self.side.s, self.side.pos, self.side.size = s, (1164 * s, 108 * s), (732 * s, 852 * s)
        self._rows = None

    def show(self, picture: Picture, media: tuple[Path, ...], now_s: float, *, film_over: bool = False) -> None:
        """Draw the picture. ``film_over``: the film that was on has ended."""
        en = self._english
        header = self.ids.header
        header.office, header.office_en = picture.office, picture.office_en if en else ""
        header.live = picture.live
        # A clock that stood still would be believed: without the hub there is none.
        header.clock = picture.clock if picture.live or not picture.clock else "--:--"
        header.day = picture.day
        message = (picture.message[0], picture.message[1] if en else "")
        self.ids.call.show(picture.large, message, live=picture.live, closed=not picture.open)
        if not en:
            self.ids.call.asks_en = self.ids.call.go_en = ""
        self.ids.call.alone = picture.large is None and not picture.rows
        self._show_rows(picture)
        page = self._turner.page(picture, media, now_s, film_over=film_over)
        self.side.show(page, again=film_over)
        footer = self.ids.footer
        footer.live = picture.live
        notice = self._turner.notice(picture, now_s)
        if not notice[0]:
            # The message of a closed office stands large above; it need not stand twice.
            notice = _GUIDANCE if picture.open else ("", "")
        words = notice if picture.live else picture.trouble
        footer.vi, footer.en = words[0], words[1] if en else ""
        footer.waiting = f"Đang chờ: {picture.waiting} người" if picture.waiting or picture.open else ""

    def _show_rows(self, picture: Picture) -> None:
        counters = tuple(str(line.number) for line in picture.counters)
        if self._rows == (picture.rows, counters):
            return
        self._rows = (picture.rows, counters)
        rows: tuple[Row, ...] = picture.rows
        box, s = self.ids.rows, self.s
        layout = choose(
            number_em=max(em(number) for number in (_USUAL_NUMBER, *(row.number for row in rows))),
            counter_em=max(em(number) for number in ("0", *counters, *(str(row.counter_number) for row in rows))),
            needed_px=self._row_needed_px / s if s else 0.0,
        )
        shown = rows[: layout.count]
        for index, (widget, row) in enumerate(zip(self._row_widgets, shown, strict=False)):
            left, bottom = layout.place(index)
            widget.show(row, layout, s, (box.x + left * s, box.y + bottom * s))
            if widget.parent is None:
                box.add_widget(widget)
        for widget in self._row_widgets[len(shown) :]:
            if widget.parent is not None:
                box.remove_widget(widget)
