"""Which page the right side shows: the counters mostly, then who waits, notices and pictures, in turn. No widgets.

While a call is new the counters are there; nothing else ever moves. A page is a plain value.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

from queue_display.board.picture import CounterLine, Pair, Picture, ServiceLine

COUNTERS_S: Final = 20.0
OTHERS_S: Final = 12.0
NOTICE_S: Final = 10.0
#: lines on a page
LINES: Final = 8

Kind = Literal["counters", "services", "notice", "media"]
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: lines of counters or services, a notice or a picture file; ``part`` of ``parts`` of its kind."""

    kind: Kind
    part: int = 1
    parts: int = 1
    counters: tuple[CounterLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    notice: Pair = ("", "")
    media: Path | None = None


def pages_of(picture: Picture, media: tuple[Path, ...]) -> list[Page]:
    """All pages there are to show now; at least one."""
    pages: list[Page] = []
    chunks = _chunks(picture.counters)
    pages += [Page("counters", index + 1, len(chunks), counters=chunk) for index, chunk in enumerate(chunks)] or [
        Page("counters")
    ]
    # Services nobody waits for come last, so that a long list begins with what matters.
    lines = tuple(sorted(picture.services, key=lambda line: -min(line.waiting, 1)))
    services = _chunks(lines)
    pages += [Page("services", index + 1, len(services), services=chunk) for index, chunk in enumerate(services)]
    pages += [Page("notice", notice=notice) for notice in picture.notices]
    pages += [Page("media", media=path) for path in media]
    return pages


def _chunks(lines: tuple[Line, ...]) -> list[tuple[Line, ...]]:
    """Pages of equal length rather than one full and one with a single line."""
    count = -(-len(lines) // LINES)
    if not count:
        return []
    size = -(-len(lines) // count)
    return [lines[start : start + size] for start in range(0, len(lines), size)]


class Turner:
    """Turns the pages. ``pages``: an endless round; a page whose contents changed keeps its place."""

    def __init__(self, *, now_s: float) -> None:
        self._place = 0
        self._since_s = now_s
        self._notice = 0
        self._notice_since_s = now_s

    def page(self, picture: Picture, media: tuple[Path, ...], now_s: float) -> Page:
        """The page for now."""
        pages = pages_of(picture, media)
        if self._place >= len(pages):
            self._place, self._since_s = 0, now_s
        if picture.large is not None and picture.large.coloured and pages[self._place].kind != "counters":
            self._place, self._since_s = 0, now_s
        shown_s = COUNTERS_S if pages[self._place].kind == "counters" else OTHERS_S
        if len(pages) > 1 and now_s - self._since_s >= shown_s:
            self._place, self._since_s = (self._place + 1) % len(pages), now_s
        return pages[self._place]

    def notice(self, picture: Picture, now_s: float) -> Pair:
        """The notice at the foot for now, ("", "") when there is none. It changes, it never runs."""
        if not picture.notices:
            return "", ""
        if now_s - self._notice_since_s >= NOTICE_S:
            self._notice, self._notice_since_s = self._notice + 1, now_s
        return picture.notices[self._notice % len(picture.notices)]
