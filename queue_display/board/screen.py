"""The board drawn: takes a picture and changes only the widgets whose values differ, so an idle board draws nothing.

Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kivy.factory import Factory
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from queue_display.board.pages import LINES, Page, Turner
from queue_display.board.picture import ROWS, CounterLine, Large, Picture, Row, ServiceLine
from queue_display.board.widgets import FitLine, FitText, MediaPanel, Plate, Sign
from queue_kit.screen.widgets import measure

__all__ = ["BoardScreen", "FitLine", "FitText", "Plate", "Sign"]

DESIGN_WIDTH: Final = 1920
DESIGN_HEIGHT: Final = 1080
#: letter sizes on a 1920×1080 screen
NUMBER_PX: Final = 320
ROW_PX: Final = 96
_ROW_NUMBER_WIDTH: Final = 272
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
        self.english = large.lang == "en"
        here = large.state != "called"
        self.asks = "Đang phục vụ số" if here else "Mời công dân có số"
        self.asks_en = "Now serving" if here else "Now calling number"
        self.number = large.number
        self.go = "tại" if here else "mời đến"
        self.go_en = "at counter" if here else ("please go to counter" if self.english else "please go to")
        self.counter_word = "QUẦY"
        self.counter = str(large.counter_number)


class CallRow(Plate):
    """One of the last calls."""

    s = NumericProperty(1.0)
    number = StringProperty("")
    number_px = NumericProperty(ROW_PX)
    counter = StringProperty("")
    word = StringProperty("Quầy")
    priority = BooleanProperty(False)
    stands = BooleanProperty(True)


class CounterRow(FloatLayout):
    """A line of the counters' list."""

    s = NumericProperty(1.0)
    number = StringProperty("")
    service = StringProperty("")
    ticket = StringProperty("")
    state_vi = StringProperty("")
    state_en = StringProperty("")
    open = BooleanProperty(True)


class ServiceRow(FloatLayout):
    """A line of who waits."""

    s = NumericProperty(1.0)
    service = StringProperty("")
    wait = StringProperty("")
    waiting = StringProperty("")


class NoticePage(FloatLayout):
    """One notice, large."""

    s = NumericProperty(1.0)
    vi = StringProperty("")
    en = StringProperty("")


class Side(Plate):
    """The information screen at the right."""

    s = NumericProperty(1.0)
    title = StringProperty("")
    title_en = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._page: Page | None = None
        self._laid: tuple[str, int, float] = ("", 0, 0.0)
        # Made once: to build a line's widgets takes as long as to draw the whole screen.
        self._counters = [CounterRow(size_hint=(None, None)) for _ in range(LINES)]
        self._services = [ServiceRow(size_hint=(None, None)) for _ in range(LINES)]
        self._rules = [Factory.Rule(size_hint=(None, None)) for _ in range(LINES)]
        self._notice = NoticePage(size_hint=(None, None))
        self._media = MediaPanel(size_hint=(None, None))

    def show(self, page: Page) -> None:
        """Change what differs from the page before."""
        if page == self._page and self._laid[2] == self.s:
            return
        self._page = page
        if page.kind == "counters":
            self.title, self.title_en = "Các quầy" + _part(page), "Counters"
            self._lay("counters", self._counters[: len(page.counters)])
            for counter_row, counter in zip(self._counters, page.counters, strict=False):
                _fill_counter(counter_row, counter)
        elif page.kind == "services":
            self.title, self.title_en = "Số người đang chờ" + _part(page), "People waiting"
            self._lay("services", self._services[: len(page.services)])
            for service_row, service in zip(self._services, page.services, strict=False):
                _fill_service(service_row, service)
        elif page.kind == "notice":
            self.title, self.title_en = "Thông báo", "Notice"
            self._notice.vi, self._notice.en = page.notice
            self._alone(self._notice)
        else:
            self.title = self.title_en = ""
            self._media.show(page.media, self.width, self.height)
            self._alone(self._media, whole=True)

    def _lay(self, kind: str, rows: list[Any]) -> None:
        if self._laid == (kind, len(rows), self.s):
            return
        self._laid = (kind, len(rows), self.s)
        page, s = self.ids.page, self.s
        page.clear_widgets()
        height = min(104 * s, page.height / max(1, len(rows)))
        for index, (row, rule) in enumerate(zip(rows, self._rules, strict=False)):
            top = page.top - index * height
            row.s, row.size, row.pos = s, (page.width, height), (page.x, top - height)
            rule.size, rule.pos = (page.width - 48 * s, 2 * s), (page.x + 24 * s, top)
            page.add_widget(row)
            page.add_widget(rule)

    def _alone(self, widget: Any, *, whole: bool = False) -> None:
        page = self.ids.page
        box = self if whole else page
        widget.s, widget.size, widget.pos = self.s, box.size, box.pos
        if self._laid != ("alone", id(widget), self.s):
            self._laid = ("alone", id(widget), self.s)
            page.clear_widgets()
            page.add_widget(widget)


class Footer(FloatLayout):
    """Notices, one after another, and how many wait; in trouble, the trouble."""

    s = NumericProperty(1.0)
    vi = StringProperty("")
    en = StringProperty("")
    waiting = StringProperty("")
    live = BooleanProperty(True)


Builder.load_file(str(Path(__file__).with_name("board.kv")))


class BoardScreen(FloatLayout):
    """The whole television. ``english``: whether the small English lines are shown."""

    s = NumericProperty(1.0)

    def __init__(self, *, now_s: float, english: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._english = english
        self._turner = Turner(now_s=now_s)
        self._rows: tuple[Row, ...] | None = None
        self._row_widgets = [CallRow(size_hint=(None, None)) for _ in range(ROWS)]
        self.bind(size=self._scale)
        self._scale()

    def _scale(self, *_: object) -> None:
        self.s = min(self.width / DESIGN_WIDTH, self.height / DESIGN_HEIGHT)
        self._rows = None

    def show(self, picture: Picture, media: tuple[Path, ...], now_s: float) -> None:
        """Draw the picture."""
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
        if picture.rows != self._rows:
            self._rows = picture.rows
            self._lay_rows(picture.rows)
        self.ids.side.show(self._turner.page(picture, media, now_s))
        footer = self.ids.footer
        footer.live = picture.live
        notice = self._turner.notice(picture, now_s)
        if not notice[0]:
            # The message of a closed office stands large above; it need not stand twice.
            notice = _GUIDANCE if picture.open else ("", "")
        words = notice if picture.live else picture.trouble
        footer.vi, footer.en = words[0], words[1] if en else ""
        footer.waiting = f"Đang chờ: {picture.waiting} người" if picture.waiting or picture.open else ""

    def _lay_rows(self, rows: tuple[Row, ...]) -> None:
        box, s = self.ids.rows, self.s
        gap, width, height = 24 * s, 546 * s, 96 * s
        number_px = self._row_px(rows)
        for index, (widget, row) in enumerate(zip(self._row_widgets, rows, strict=False)):
            column, line = divmod(index, 3)
            widget.s, widget.size = s, (width, height)
            widget.pos = (box.x + column * (width + gap), box.top - (line + 1) * height - line * 18 * s)
            widget.number, widget.number_px = row.number, number_px
            widget.counter, widget.priority = str(row.counter_number), row.priority
            widget.stands = row.state != "gone"
            if widget.parent is None:
                box.add_widget(widget)
        for widget in self._row_widgets[len(rows) :]:
            if widget.parent is not None:
                box.remove_widget(widget)

    def _row_px(self, rows: tuple[Row, ...]) -> float:
        """One size for all rows: that of the longest number."""
        from queue_kit.screen import fonts

        widest = max((measure(row.number, fonts.BOLD, ROW_PX)[0] for row in rows), default=1.0)
        return float(int(self.s * ROW_PX * min(1.0, _ROW_NUMBER_WIDTH / widest)))


def _part(page: Page) -> str:
    return f" ({page.part}/{page.parts})" if page.parts > 1 else ""


def _fill_counter(row: CounterRow, line: CounterLine) -> None:
    row.number, row.service, row.ticket = str(line.number), line.service, line.ticket_number
    row.state_vi, row.state_en = line.words
    row.open = line.state in ("busy", "ready")


def _fill_service(row: ServiceRow, line: ServiceLine) -> None:
    row.service, row.wait, row.waiting = line.name, line.wait if line.waiting else "", str(line.waiting)
