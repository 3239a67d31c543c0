"""The hub's own look into the catalogue it offers to kiosks: for the form to accept a dossier.

The file is opened when somebody first asks, and again when another one is offered.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from queue_hub.catalogue_shelf import Offer
from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.procedure import Procedure

if TYPE_CHECKING:
    from queue_kit.catalogue.reader import Catalogue, Entry


class Procedures:
    """``offer``: what is offered now. Methods read the disk: not for an event loop's thread."""

    def __init__(self, offer: Callable[[], Offer | None]) -> None:
        self._offer = offer
        self._lock = threading.Lock()
        self._open: Catalogue | None = None
        self._hash = ""

    def search(self, text: str, *, limit: int) -> list[Entry]:
        """The procedures for what was typed so far, best first. Raises CatalogueError catalogue.missing, .not_one."""
        return [hit.entry for hit in self._catalogue().search(text, limit=limit)]

    def get(self, code: str, *, day: date | None) -> Procedure:
        """A procedure with the rules of a day. Raises CatalogueError catalogue.unknown_code and as above."""
        return self._catalogue().get(code, day=day)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            if self._open is not None:
                self._open.close()
            self._open, self._hash = None, ""

    def _catalogue(self) -> Catalogue:
        offer = self._offer()
        if offer is None:
            raise CatalogueError("catalogue.missing", file="catalogue.db")
        with self._lock:
            from queue_kit.catalogue.reader import Catalogue  # the search's parts: a hub nobody asks carries none

            if self._open is None or self._hash != offer.hash:
                fresh = Catalogue(offer.file)
                if self._open is not None:
                    self._open.close()
                self._open, self._hash = fresh, offer.hash
            return self._open
