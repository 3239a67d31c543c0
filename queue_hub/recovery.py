"""Opening the journal at start: a corrupt one is put aside and salvaged, never opened."""

from __future__ import annotations

import logging
from pathlib import Path

from queue_core.errors import JournalError
from queue_core.journal import Journal

log = logging.getLogger(__name__)


def open_or_salvage(path: Path, *, simulated: bool) -> Journal:
    """The journal at ``path``. Raises JournalError for what salvage cannot help (disk full, in use, wrong kind)."""
    try:
        return Journal.open(path, simulated=simulated)
    except JournalError as error:
        if error.key != "journal.corrupt":
            raise
        log.critical("the journal is corrupt and put aside: %s", error)
    from queue_core.journal import salvage  # type: ignore[attr-defined,unused-ignore]

    report = salvage(path, backups=sorted(path.parent.glob("backup/*.db")))
    log.critical("salvaged: %s", report)
    return Journal.open(path, simulated=simulated)
