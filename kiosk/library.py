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
    from queue_core.wire.messages import CatalogueVersion
    from queue_kit.catalogue.keeping import CatalogueKeeper
    from queue_kit.catalogue.procedure import Procedure
    from queue_kit.catalogue.reader import Catalogue, Entry

log = logging.getLogger(__name__)

#: so many procedures are shown for what was typed
HITS: Final = 24
Wanted = s.Search | s.ListGroup | s.FetchProcedure


class Library:
    """One catalogue, kept up to date by what the hub announces. ``post`` takes the answers as the session's events.

    ``hub_url``, ``ca``: where newer ones are fetched from (:class:`~queue_kit.catalogue.keeping.CatalogueKeeper`).
    """

    def __init__(
        self, file: Path, *, post: Callable[[s.Event], None], hub_url: str = "", ca: Path | None = None
    ) -> None:
        self._file, self._post, self._hub_url, self._ca = file, post, hub_url, ca
        self._changed = threading.Condition()
        #: by kind, so that a newer question of a kind takes the older one's place
        self._wanted: dict[type[Wanted], tuple[Wanted, date | None]] = {}
        self._announced: CatalogueVersion | None = None
        self._stopping = False
        #: the tile is there from the first frame on; what stands on the shelf follows
        self._shelf: s.Shelf | None = s.Shelf()
        self._keeper: CatalogueKeeper | None = None
        self._thread = threading.Thread(target=self._run, name="library", daemon=True)

    @property
    def shelf(self) -> s.Shelf | None:
        """What there is to choose from; empty until the catalogue is open, None where it cannot be opened."""
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
        if self._keeper is not None:
            self._keeper.stop()

    def ask(self, wanted: Wanted, day: date | None) -> None:
        """Answer some time soon, by an event; ``day``: whose rules a procedure is read with."""
        with self._changed:
            self._wanted[type(wanted)] = (wanted, day)
            self._changed.notify_all()

    def announced(self, version: CatalogueVersion) -> None:
        """The hub says which catalogue is the current one; returns at once."""
        with self._changed:
            self._announced = version
            if self._keeper is not None:
                self._keeper.announced(version)

    # ------------------------------------------------------------------ on the thread
    def _run(self) -> None:
        keeper = self._open()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._wanted)
                if self._stopping:
                    return
                todo = list(self._wanted.values())
                self._wanted.clear()
            for wanted, day in todo:
                try:
                    self._answer(keeper.catalogue if keeper else None, wanted, day)
                except Exception:
                    log.exception("the catalogue did not answer")

    def _open(self) -> CatalogueKeeper | None:
        from queue_core.errors import MotcuaError
        from queue_kit.catalogue.keeping import CatalogueKeeper

        try:
            keeper = CatalogueKeeper(self._file, hub_url=self._hub_url, ca=self._ca, on_new=self._put_up)
        except (MotcuaError, OSError) as error:
            log.error("the procedures cannot be shown: %s", error)  # noqa: TRY400 -- the keyed words say it all
            self._shelf = None
            self._post(s.SeenChanged())
            return None
        self._put_up(keeper.catalogue)
        keeper.start()
        with self._changed:
            self._keeper = keeper
            if self._announced is not None:
                keeper.announced(self._announced)
        return keeper

    def _put_up(self, catalogue: Catalogue) -> None:
        """What there is to choose from now."""
        self._shelf = s.Shelf(
            events=tuple((s.Group("event", e.id), dict(e.name), e.icon) for e in catalogue.life_events()),
            fields=tuple((s.Group("field", name), count) for name, count in catalogue.fields().items()),
        )
        self._post(s.SeenChanged())

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
