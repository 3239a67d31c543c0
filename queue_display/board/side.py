"""The information screen at the right: one page at a time, changed only where it differs.

Import only after :func:`queue_kit.screen.boot.prepare`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kivy.factory import Factory
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from queue_display.board.media import is_film
from queue_display.board.media_panel import MediaPanel
from queue_display.board.page_widgets import GuidancePage, NoticePage, ReadyRow, ResultsPage
from queue_display.board.pages import LINES, Page
from queue_display.board.picture import CounterLine, ServiceLine
from queue_display.board.widgets import FitLine, FitText, Plate

__all__ = ["CounterRow", "FitLine", "FitText", "ServiceRow", "Side"]

_ROW_PX: Final = 124
_EDGE_PX: Final = 3


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


class Side(Plate):
    """The information screen. ``spoil`` is told of a file that cannot be shown."""

    s = NumericProperty(1.0)
    title = StringProperty("")
    title_en = StringProperty("")

    def __init__(self, *, english: bool, spoil: Callable[[Path, str], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._english = english
        self._page: Page | None = None
        self._laid: tuple[object, ...] = ()
        # Made once: to build a line's widgets takes as long as to draw the whole screen.
        self._counters = [CounterRow(size_hint=(None, None)) for _ in range(LINES)]
        self._services = [ServiceRow(size_hint=(None, None)) for _ in range(LINES)]
        self._rules = [Factory.Rule(size_hint=(None, None)) for _ in range(LINES)]
        self._ready: list[ReadyRow] = []
        self._alone_pages: dict[type, Any] = {}
        self.media = MediaPanel(size_hint=(None, None), spoil=spoil)

    def show(self, page: Page, *, again: bool = False) -> None:
        """Change what differs from the page before. ``again``: a film that has ended begins anew."""
        if page == self._page and self._laid[-1:] == (self.s,) and not again:
            return
        self._page = page
        if page.kind == "media":
            inset = 2 * _EDGE_PX * self.s
            self.media.show(page.media, self.width - inset, self.height - inset, lambda: self._reveal(page))
            self._laid = (*self._laid[:-1], self.s)
            return
        self.media.show(None, 0, 0, lambda: None)
        match page.kind:
            case "counters":
                self._name("Các quầy" + _part(page), "Counters")
                self._lay("counters", self._counters[: len(page.counters)])
                for counter_row, counter in zip(self._counters, page.counters, strict=False):
                    _fill_counter(counter_row, counter)
            case "services":
                self._name("Số người đang chờ" + _part(page), "People waiting")
                self._lay("services", self._services[: len(page.services)])
                for service_row, service in zip(self._services, page.services, strict=False):
                    _fill_service(service_row, service)
            case "ready":
                self._name("Đã có kết quả" + _part(page), "Results ready")
                self._ready += [ReadyRow(size_hint=(None, None)) for _ in range(len(page.ready) - len(self._ready))]
                self._lay("ready", self._ready[: len(page.ready)])
                for ready_row, code in zip(self._ready, page.ready, strict=False):
                    ready_row.code = code
            case "guidance" if page.guidance is not None:
                self._name("Hướng dẫn", "Guidance")
                self._alone(GuidancePage).show(page.guidance, english=self._english)
            case "results" if page.results is not None:
                self._name(f"Giải quyết hồ sơ · {page.results.month[0]}", "")
                self._alone(ResultsPage).show(page.results, english=self._english)
            case _:
                self._name("Thông báo", "Notice")
                notice = self._alone(NoticePage)
                notice.vi, notice.en = page.notice[0], page.notice[1] if self._english else ""

    @property
    def film(self) -> Path | None:
        """The film whose page it is, or None."""
        return self._page.media if self._page is not None and is_film(self._page.media) else None

    def _name(self, vi: str, en: str) -> None:
        self.title, self.title_en = vi, en if self._english else ""

    def _reveal(self, page: Page) -> None:
        """The first pixels of a picture or a film have come."""
        if page != self._page:
            return
        self.title = self.title_en = ""
        edge = _EDGE_PX * self.s  # the sheet's own edge stays whole
        self.media.s, self.media.pos = self.s, (self.x + edge, self.y + edge)
        self.media.size = (self.width - 2 * edge, self.height - 2 * edge)
        self._put(self.media)

    def _lay(self, kind: str, rows: list[Any]) -> None:
        if self._laid == (kind, len(rows), self.s):
            return
        self._laid = (kind, len(rows), self.s)
        page, s = self.ids.page, self.s
        page.clear_widgets()
        height = min(_ROW_PX * s, page.height / max(1, len(rows)))
        for index, (row, rule) in enumerate(zip(rows, self._rules, strict=False)):
            top = page.top - index * height
            row.s, row.size, row.pos = s, (page.width, height), (page.x, top - height)
            rule.size, rule.pos = (page.width - 48 * s, 2 * s), (page.x + 24 * s, top)
            page.add_widget(row)
            page.add_widget(rule)

    def _alone(self, kind: type) -> Any:
        """A page that is one widget; made at its first use."""
        widget = self._alone_pages.get(kind)
        if widget is None:
            widget = self._alone_pages[kind] = kind(size_hint=(None, None))
        box = self.ids.page
        widget.s, widget.size, widget.pos = self.s, box.size, box.pos
        self._put(widget)
        return widget

    def _put(self, widget: Any) -> None:
        if self._laid != ("alone", id(widget), self.s):
            self._laid = ("alone", id(widget), self.s)
            self.ids.page.clear_widgets()
            self.ids.page.add_widget(widget)


def _part(page: Page) -> str:
    return f" ({page.part}/{page.parts})" if page.parts > 1 else ""


def _fill_counter(row: CounterRow, line: CounterLine) -> None:
    row.number, row.service, row.ticket = str(line.number), line.service, line.ticket_number
    row.state_vi, row.state_en = line.words
    row.open = line.state in ("busy", "ready")


def _fill_service(row: ServiceRow, line: ServiceLine) -> None:
    row.service, row.wait, row.waiting = line.name, line.wait if line.waiting else "", str(line.waiting)


Builder.load_file(str(Path(__file__).with_name("side.kv")))
