"""The board drawn: takes a picture and changes only the widgets whose values differ, so an idle board draws nothing.

Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from queue_display.board.pages import Page, Turner
from queue_display.board.picture import CounterLine, Large, Picture, Row, ServiceLine
from queue_display.board.widgets import FitLine, FitText, MediaPanel, Sign
from queue_kit.screen.widgets import Card, measure

__all__ = ["BoardScreen", "FitLine", "FitText", "Sign"]

DESIGN_WIDTH: Final = 1920
DESIGN_HEIGHT: Final = 1080
#: letter sizes on a 1920×1080 screen
NUMBER_PX: Final = 340
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


class CallCard(Card):
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
        english = large.lang == "en"
        here = large.state != "called"
        self.asks = "Đang phục vụ số" if here else "Mời công dân có số"
        self.asks_en = "Now serving" if here else "Now calling number"
        self.number = large.number
        self.go = "tại" if here else "mời đến"
        self.go_en = "at counter" if here else ("please go to counter" if english else "please go to")
        self.counter_word = "QUẦY"
        self.counter = str(large.counter_number)


class CallRow(Card):
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


class Side(Card):
    """The information screen at the right."""

    s = NumericProperty(1.0)
    title = StringProperty("")
    title_en = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._page: Page | None = None
        self._media = MediaPanel()

    def show(self, page: Page) -> None:
        """Build the page anew when it differs; a changed line of the same page is changed in place."""
        if page == self._page:
            return
        before, self._page = self._page, page
        rows = self.ids.page.children[::-1]
        same = before is not None and (before.kind, before.part) == (page.kind, page.part)
        if page.kind == "counters":
            self.title, self.title_en = "Các quầy" + _part(page), "Counters"
            if not same or before is None or len(before.counters) != len(page.counters):
                rows = self._lay([CounterRow(s=self.s) for _ in page.counters])
            for counter_row, counter in zip([r for r in rows if isinstance(r, CounterRow)], page.counters, strict=True):
                _fill_counter(counter_row, counter)
        elif page.kind == "services":
            self.title, self.title_en = "Số người đang chờ" + _part(page), "People waiting"
            if not same or before is None or len(before.services) != len(page.services):
                rows = self._lay([ServiceRow(s=self.s) for _ in page.services])
            for service_row, service in zip([r for r in rows if isinstance(r, ServiceRow)], page.services, strict=True):
                _fill_service(service_row, service)
        elif page.kind == "notice":
            self.title, self.title_en = "Thông báo", "Notice"
            self._alone(NoticePage(s=self.s, vi=page.notice[0], en=page.notice[1]))
        else:
            self.title = self.title_en = ""
            self._media.show(page.media, self.width, self.height)
            self._alone(self._media, whole=True)

    def _lay(self, rows: list[Any]) -> list[Any]:
        from kivy.factory import Factory

        page = self.ids.page
        page.clear_widgets()
        height = min(104 * self.s, page.height / max(1, len(rows)))
        for index, row in enumerate(rows):
            row.size_hint = (None, None)
            row.size = (page.width, height)
            row.pos = (page.x, page.top - (index + 1) * height)
            page.add_widget(row)
        for index in range(len(rows)):
            top = page.top - index * height
            page.add_widget(
                Factory.Rule(
                    size_hint=(None, None), size=(page.width - 48 * self.s, 2 * self.s), pos=(page.x + 24 * self.s, top)
                )
            )
        return rows

    def _alone(self, widget: Any, *, whole: bool = False) -> None:
        page = self.ids.page
        page.clear_widgets()
        box = self if whole else page
        widget.size_hint = (None, None)
        widget.size, widget.pos = box.size, box.pos
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
        if picture.rows != self._rows:
            self._rows = picture.rows
            self._lay_rows(picture.rows)
        self.ids.side.show(self._turner.page(picture, media, now_s))
        footer = self.ids.footer
        footer.live = picture.live
        notice = self._turner.notice(picture, now_s)
        if not notice[0]:
            notice = _GUIDANCE if picture.open else picture.message
        words = notice if picture.live else picture.trouble
        footer.vi, footer.en = words[0], words[1] if en else ""
        footer.waiting = f"Đang chờ: {picture.waiting} người" if picture.office else ""

    def _lay_rows(self, rows: tuple[Row, ...]) -> None:
        box, s = self.ids.rows, self.s
        box.clear_widgets()
        gap, width, height = 24 * s, 546 * s, 96 * s
        number_px = self._row_px(rows)
        for index, row in enumerate(rows):
            column, line = divmod(index, 3)
            x = box.x + column * (width + gap)
            y = box.top - (line + 1) * height - line * 18 * s
            box.add_widget(
                CallRow(
                    s=s,
                    size_hint=(None, None),
                    size=(width, height),
                    pos=(x, y),
                    number=row.number,
                    number_px=number_px,
                    counter=str(row.counter_number),
                    priority=row.priority,
                    stands=row.state != "gone",
                )
            )

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
