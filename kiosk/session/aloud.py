"""Having a procedure read aloud: begun by its button, ended by any touch, by leaving, and by nobody being there.

The text's stretches and the screen's pages are made outside; here is only which stretch is being read, and that the
screen's pages turn with it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kiosk.session.events import AloudAt, AloudEnded
from kiosk.session.touches import ReadAloud

if TYPE_CHECKING:
    from kiosk.session.moves import Context, Handlers, Result
    from kiosk.session.visit import Visit

#: being read to counts as being there for so long after a touch; then the usual question comes, and reading ends
LISTENS_S: Final = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Aloud:
    """``ident``: of this reading, empty when nothing is read; ``at``: its stretch; ``pages``: each page's first one.

    ``failed``: the last one could not be heard.
    """

    ident: str = ""
    at: int = 0
    pages: tuple[int, ...] = ()
    began_s: float = 0.0
    failed: bool = False

    @property
    def on(self) -> bool:
        """Whether something is being read."""
        return bool(self.ident)

    def page_of(self, at: int) -> int:
        """The page on which a stretch begins."""
        return max(0, bisect_right(self.pages, at) - 1)


def listening(visit: Visit, now_s: float) -> bool:
    """Whether nobody can be expected to touch anything, since it is being read to them."""
    return visit.aloud.on and now_s - visit.aloud.began_s < LISTENS_S


def _read(visit: Visit, event: ReadAloud, context: Context) -> Result:
    if not visit.readable or not event.pages:
        return visit, ()
    start = event.pages[min(visit.page, len(event.pages) - 1)]
    aloud = Aloud(ident=context.new_id(), at=start, pages=event.pages, began_s=context.now_s)
    return replace(visit, aloud=aloud), ()


def _at(visit: Visit, event: AloudAt, context: Context) -> Result:
    del context
    aloud = visit.aloud
    if not aloud.on or event.ident != aloud.ident:
        return visit, ()
    return replace(visit, aloud=replace(aloud, at=event.at), page=aloud.page_of(event.at)), ()


def _ended(visit: Visit, event: AloudEnded, context: Context) -> Result:
    if not visit.aloud.on or event.ident != visit.aloud.ident:
        return visit, ()
    # Who was listening has as much time from now on as after a touch.
    return replace(visit, aloud=Aloud(failed=event.failed), touched_s=context.now_s), ()


HANDLERS: Final[Handlers] = {ReadAloud: _read, AloudAt: _at, AloudEnded: _ended}
