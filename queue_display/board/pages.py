"""Which page the right side shows: the counters mostly, and in between who waits, guidance, results, notices, media.

While a call is new the counters are there, and afterwards the round goes on where it was. A film is the exception: it
stays beside the call, dimmed and quiet, for cutting it off at every call nobody would see its end. A page is a plain
value; what is not there has none. No widgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

from queue_display.board.media import is_film
from queue_display.board.picture import CounterLine, Guidance, Pair, Picture, Results, ServiceLine

COUNTERS_S: Final = 20.0
#: the counters after a call broke into another page
AFTER_CALL_S: Final = 8.0
OTHERS_S: Final = 12.0
#: a long film gives way to the counters, and goes on there the next time
FILM_S: Final = 90.0
NOTICE_S: Final = 10.0
#: an old reader takes in so many syllables a second
_SYLLABLES_PER_S: Final = 2.5
_LONGEST_S: Final = 25.0
#: so many other pages, and the counters are there again
_BETWEEN: Final = 4
#: lines on a page
LINES: Final = 8

Kind = Literal["counters", "services", "guidance", "results", "ready", "notice", "media"]
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Page:
    """One page, by its kind; ``part`` of ``parts`` of that kind."""

    kind: Kind
    part: int = 1
    parts: int = 1
    counters: tuple[CounterLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    guidance: Guidance | None = None
    results: Results | None = None
    ready: tuple[str, ...] = ()
    notice: Pair = ("", "")
    media: Path | None = None

    @property
    def shown_s(self) -> float:
        """For how long it stays: as long as its words take."""
        if self.kind == "counters":
            return COUNTERS_S
        if is_film(self.media):
            return FILM_S
        words = len(self.guidance.text[0].split()) if self.guidance is not None else len(self.notice[0].split())
        return min(_LONGEST_S, max(OTHERS_S, 4.0 + words / _SYLLABLES_PER_S))


def pages_of(picture: Picture, media: tuple[Path, ...]) -> list[Page]:
    """All pages there are to show now; at least one."""
    # In a closed office "ready" beside a counter would call people to it.
    closed = not picture.open and all(line.state != "busy" for line in picture.counters)
    chunks = [] if closed else _chunks(picture.counters)
    counters = [Page("counters", n, len(chunks), counters=chunk) for n, chunk in enumerate(chunks, 1)]
    # Services nobody waits for come last, so that a long list begins with what matters.
    lines = tuple(sorted(picture.services, key=lambda line: -min(line.waiting, 1)))
    services = _chunks(lines)
    ready = _chunks(picture.ready)
    others = [Page("services", n, len(services), services=chunk) for n, chunk in enumerate(services, 1)]
    others += [Page("guidance", guidance=guidance) for guidance in picture.guidance]
    others += [Page("results", results=picture.results)] if picture.results is not None else []
    others += [Page("ready", n, len(ready), ready=chunk) for n, chunk in enumerate(ready, 1)]
    others += [Page("notice", notice=notice) for notice in picture.notices]
    others += [Page("media", media=path) for path in media]
    pages: list[Page] = []
    for start in range(0, len(others), _BETWEEN):
        pages += counters + others[start : start + _BETWEEN]
    return pages or counters or [Page("counters")]


def _chunks(lines: tuple[Line, ...]) -> list[tuple[Line, ...]]:
    """Pages of equal length rather than one full and one with a single line."""
    count = -(-len(lines) // LINES)
    if not count:
        return []
    size = -(-len(lines) // count)
    return [lines[start : start + size] for start in range(0, len(lines), size)]


def _with_counter(pages: list[Page], number: int) -> int:
    """The place of the page on which a counter stands."""
    return next((at for at, page in enumerate(pages) if any(line.number == number for line in page.counters)), 0)


class Turner:
    """Turns the pages. ``pages``: an endless round; a page whose contents changed keeps its place."""

    def __init__(self, *, now_s: float) -> None:
        self._place = 0
        self._since_s = now_s
        #: where the round goes on after a call
        self._broken_off: int | None = None
        self._notice = 0
        self._notice_since_s = now_s

    def page(self, picture: Picture, media: tuple[Path, ...], now_s: float, *, film_over: bool = False) -> Page:
        """The page for now. ``film_over``: the film that was on has ended by itself."""
        pages = pages_of(picture, media)
        if self._place >= len(pages):
            self._go(0, now_s)
        page = pages[self._place]
        if picture.large is not None and picture.large.coloured and page.kind != "counters" and not is_film(page.media):
            if self._broken_off is None:
                self._broken_off = self._place
            self._go(_with_counter(pages, picture.large.counter_number), now_s)
            page = pages[self._place]
        shown_s = page.shown_s if self._broken_off is None else AFTER_CALL_S
        over = film_over and is_film(page.media)
        if len(pages) > 1 and (over or now_s - self._since_s >= shown_s):
            following = self._place + 1 if self._broken_off is None else self._broken_off
            self._broken_off = None
            self._go(following % len(pages), now_s)
        return pages[self._place]

    def _go(self, place: int, now_s: float) -> None:
        self._place, self._since_s = place, now_s

    def notice(self, picture: Picture, now_s: float) -> Pair:
        """The notice at the foot for now, ("", "") when there is none. It changes, it never runs."""
        if not picture.notices:
            return "", ""
        if now_s - self._notice_since_s >= NOTICE_S:
            self._notice, self._notice_since_s = self._notice + 1, now_s
        return picture.notices[self._notice % len(picture.notices)]
