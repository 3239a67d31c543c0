"""A kiosk's own copy of the catalogue, kept up to date by what the hub announces; never a reason for the kiosk to wait.

It opens what is on its disk (at the very first start the shipped catalogue), and works from that when everything else
is away. An announced version is fetched on a thread of its own, with growing pauses while that fails.
"""

from __future__ import annotations

import logging
import random
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from queue_core.errors import MotcuaError
from queue_core.wire.messages import CatalogueVersion
from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.fetching import fetch
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.shipped import build_shipped, own_or_shipped

log = logging.getLogger(__name__)
FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 600.0


class CatalogueKeeper:
    """Keeps one catalogue open and up to date.

    ``path``: the kiosk's own file. ``hub_url``, ``ca``: as for :func:`queue_kit.catalogue.fetching.fetch`; without an
    address nothing is fetched. ``on_new`` hears of each newly opened catalogue, on the keeper's thread; the one before
    stays usable until then. ``on_trouble`` hears the error of a failed fetch, and None when it is over.
    """

    def __init__(
        self,
        path: Path,
        *,
        hub_url: str = "",
        ca: Path | None = None,
        on_new: Callable[[Catalogue], None] = lambda _catalogue: None,
        on_trouble: Callable[[MotcuaError | None], None] = lambda _error: None,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._path, self._hub_url, self._ca = path, hub_url, ca
        self._on_new, self._on_trouble, self._first_pause_s = on_new, on_trouble, first_pause_s
        self._catalogue = _opened(path)
        self._wanted: CatalogueVersion | None = None
        self._news = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="catalogue-keeper", daemon=True)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as it is now."""
        return self._catalogue

    def start(self) -> None:
        """Begin to follow announcements; the search is made ready first."""
        self._thread.start()

    def stop(self) -> None:
        """End; the open catalogue stays open."""
        with self._news:
            self._stopping = True
            self._news.notify()
        if self._thread.ident is not None:
            self._thread.join(5)

    def announced(self, version: CatalogueVersion) -> None:
        """The hub says which version is current; returns at once."""
        with self._news:
            self._wanted = version
            self._news.notify()

    def _run(self) -> None:
        self._catalogue.warm()
        pause_s = self._first_pause_s
        waiting: CatalogueVersion | None = None
        while True:
            with self._news:
                if self._wanted is None and not self._stopping:
                    self._news.wait(None if waiting is None else pause_s * random.uniform(0.5, 1.0))  # noqa: S311
                if self._stopping:
                    return
                if self._wanted is not None:
                    pause_s = self._first_pause_s
                waiting, self._wanted = self._wanted or waiting, None
            if waiting is None or not self._hub_url or self._take(waiting):
                waiting = None
            else:
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    def _take(self, version: CatalogueVersion) -> bool:
        if version.hash == self._catalogue.content_hash:
            return True
        try:
            fetch(self._hub_url, self._path, path=version.path, wanted=version.hash, ca=self._ca)
            fresh = Catalogue(self._path)
        except MotcuaError as error:
            log.warning("the catalogue %s was not taken: %s", version.hash[:16], error)
            self._on_trouble(error)
            return False
        fresh.warm()
        self._catalogue = fresh
        self._on_trouble(None)
        self._on_new(fresh)
        return True


def _opened(path: Path) -> Catalogue:
    """The kiosk's own catalogue, or else the shipped one.

    A file that is none is put aside for a technician. Where the disk takes nothing, the shipped catalogue stands in the
    temporary folder: a kiosk with a tired card still shows procedures.
    """
    try:
        return Catalogue(own_or_shipped(path))
    except CatalogueError as error:
        log.warning("the catalogue %s cannot be used: %s", path.name, error)
    try:
        if path.exists():
            path.replace(path.with_name(f"{path.name}.corrupt"))
        return Catalogue(build_shipped(path))
    except (CatalogueError, OSError) as error:
        log.warning("the shipped catalogue is kept in the temporary folder: %s", error)
        return Catalogue(build_shipped(Path(tempfile.mkdtemp(prefix="motcua-catalogue-")) / path.name))
