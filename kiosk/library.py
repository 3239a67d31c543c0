"""The kiosk's own copy of the procedures, on a thread of its own: lists, search, one procedure.

It needs no hub: with everything else away, people still read what to bring. The catalogue's file is opened after the
first frame is on the screen. While somebody types, only the newest text is searched for.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk import session as s

if TYPE_CHECKING:
    from queue_kit.catalogue.procedure import Procedure
    from queue_kit.catalogue.reader import Catalogue, Entry

log = logging.getLogger(__name__)

#: so many procedures are shown for what was typed
HITS: Final = 24
Wanted = s.Search | s.ListGroup | s.FetchProcedure


class Library:
    """One open catalogue. ``post`` takes the answers as the session's events; ``file`` is made when there is none."""

    def __init__(self, file: Path, *, post: Callable[[s.Event], None]) -> None:
        self._file, self._post = file, post
        self._changed = threading.Condition()
        #: by kind, so that a newer question of a kind takes the older one's place
        self._wanted: dict[type[Wanted], tuple[Wanted, date | None]] = {}
        self._stopping = False
        self._reopen = False
        self._shelf: s.Shelf | None = None
        self._thread = threading.Thread(target=self._run, name="library", daemon=True)

    @property
    def shelf(self) -> s.Shelf | None:
        """What there is to choose from; None until the catalogue is open."""
        return self._shelf

    def start(self) -> None:
        """Open the catalogue; called when the first frame is on the screen."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """End."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def ask(self, wanted: Wanted, day: date | None) -> None:
        """Answer some time soon, by an event; ``day``: whose rules a procedure is read with."""
        with self._changed:
            self._wanted[type(wanted)] = (wanted, day)
            self._changed.notify_all()

    def reopen(self) -> None:
        """Another catalogue lies at the same place: open it, and keep the present one if it cannot be opened."""
        with self._changed:
            self._reopen = True
            self._changed.notify_all()

    # ------------------------------------------------------------------ on the thread
    def _run(self) -> None:
        catalogue = self._open()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._reopen or self._wanted)
                if self._stopping:
                    break
                reopen, self._reopen = self._reopen, False
                todo = list(self._wanted.values())
                self._wanted.clear()
            if reopen:
                newer = self._open()
                if newer is not None and catalogue is not None:
                    catalogue.close()
                catalogue = newer or catalogue
            for wanted, day in todo:
                try:
                    self._answer(catalogue, wanted, day)
                except Exception:
                    log.exception("the catalogue did not answer")
        if catalogue is not None:
            catalogue.close()

    def _open(self) -> Catalogue | None:
        from queue_core.errors import MotcuaError
        from queue_kit.catalogue.reader import open_catalogue
        from queue_kit.catalogue.shipped import own_or_shipped

        try:
            catalogue = open_catalogue(own_or_shipped(self._file))
            catalogue.warm()
        except (MotcuaError, OSError) as error:
            log.error("the procedures cannot be shown: %s", error)  # noqa: TRY400 -- the keyed words say it all
            return None
        self._shelf = s.Shelf(
            events=tuple((s.Group("event", e.id), dict(e.name), e.icon) for e in catalogue.life_events()),
            fields=tuple((s.Group("field", name), count) for name, count in catalogue.fields().items()),
        )
        self._post(s.SeenChanged())
        return catalogue

    def _answer(self, catalogue: Catalogue | None, wanted: Wanted, day: date | None) -> None:
        match wanted:
            case s.Search():
                hits = catalogue.search(wanted.text, limit=HITS) if catalogue else []
                self._post(s.Found(wanted.text, tuple(hit.entry for hit in hits)))
            case s.ListGroup():
                self._post(s.Listed(wanted.group, _entries(catalogue, wanted.group)))
            case s.FetchProcedure():
                self._post(s.ProcedureCame(wanted.code, _procedure(catalogue, wanted.code, day)))


def _entries(catalogue: Catalogue | None, group: s.Group) -> tuple[Entry, ...]:
    if catalogue is None:
        return ()
    found = catalogue.in_field(group.ident) if group.kind == "field" else catalogue.for_event(group.ident)
    return tuple(found)


def _procedure(catalogue: Catalogue | None, code: str, day: date | None) -> Procedure | None:
    from queue_kit.catalogue.errors import CatalogueError

    try:
        return catalogue.get(code, day=day) if catalogue else None
    except CatalogueError:
        return None
