"""The catalogue that the hub offers to its kiosks: the office's file, checked, and kept by its content hash.

``motcua catalogue import --into`` may replace the office's file at any time. The shelf looks for that, reads the new
file whole before it offers it, and keeps what it offered before for the kiosk that is in the middle of fetching it.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from queue_core.errors import MotcuaError
from queue_kit.catalogue.shipped import own_or_shipped
from queue_kit.catalogue.store import count_of_procedures, draft_beside, swap_in, verify

log = logging.getLogger(__name__)
LOOK_S: Final = 5.0
#: the offered one and the one before it
KEPT: Final = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A catalogue on the shelf. ``path`` is its address on the hub's listeners."""

    hash: str
    size_bytes: int
    procedures: int
    file: Path

    @property
    def path(self) -> str:
        """Where kiosks fetch it."""
        return f"/catalogue/{self.hash}.db"


class Shelf:
    """Offers the catalogue at ``source`` from ``folder``; ``changed`` hears of each new offer, on any thread."""

    def __init__(self, source: Path, folder: Path, changed: Callable[[Offer], None] = lambda _offer: None) -> None:
        self._source, self._folder, self._changed = source, folder, changed
        self._seen: tuple[int, int, int] | None = None
        self._offer: Offer | None = None
        self._older: list[Offer] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="catalogue", daemon=True)

    @property
    def offer(self) -> Offer | None:
        """What is offered now; None until a whole catalogue was found."""
        return self._offer

    def named(self, content_hash: str) -> Offer | None:
        """The offer of a hash, while it is kept."""
        return next((one for one in (self._offer, *self._older) if one and one.hash == content_hash), None)

    def start(self) -> None:
        """Begin to look for the file and its changes."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; what is offered can still be fetched."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(5)

    def look(self) -> bool:
        """Look once; whether there is a new offer. A file that is no catalogue is told in the log and not offered."""
        try:
            own_or_shipped(self._source)
            status = self._source.stat()
            seen = (status.st_ino, status.st_mtime_ns, status.st_size)
            if seen == self._seen:
                return False
            self._seen = seen
            return self._take()
        except (MotcuaError, OSError) as error:
            log.warning("the catalogue %s is not offered: %s", self._source.name, error)
            return False

    def _take(self) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True)
        with draft_beside(self._folder / "offered") as draft:
            shutil.copyfile(self._source, draft)  # a copy of our own: what is offered is what was read
            identity = verify(draft)
            if self._offer is not None and self._offer.hash == identity:
                return False
            file = self._folder / f"{identity}.db"
            size_bytes = draft.stat().st_size
            procedures = count_of_procedures(draft)
            swap_in(draft, file)
        offer = Offer(identity, size_bytes, procedures, file)
        if self._offer is not None:
            self._older = [self._offer, *(one for one in self._older if one.hash != identity)][: KEPT - 1]
        self._offer = offer
        self._tidy()
        log.info("the catalogue %s with %d procedures is offered", identity[:16], procedures)
        self._changed(offer)
        return True

    def _tidy(self) -> None:
        kept = {one.file.name for one in (self._offer, *self._older) if one}
        for file in self._folder.glob("*.db"):
            if file.name not in kept:
                with contextlib.suppress(OSError):
                    file.unlink()

    def _run(self) -> None:
        while True:
            self.look()
            if self._stopping.wait(LOOK_S):
                return
