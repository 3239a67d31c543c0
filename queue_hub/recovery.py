"""Opening the journal at start: a corrupt one is put aside and salvaged, never opened."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from queue_core.errors import JournalError
from queue_core.journal import Journal, SalvageReport, salvage

log = logging.getLogger(__name__)


def open_or_salvage(
    path: Path, *, simulated: bool, backups: Sequence[Path] = ()
) -> tuple[Journal, SalvageReport | None]:
    """The journal at ``path``, and what was salvaged when it was corrupt.

    Raises JournalError for what salvage cannot help (disk full, in use, wrong kind).
    """
    try:
        return Journal.open(path, simulated=simulated), None
    except JournalError as error:
        if error.key != "journal.corrupt":
            raise
        log.critical("the journal is corrupt and put aside: %s", error)
    report = salvage(path, backups=backups)
    log.critical("%s", report.words()[1])
    return Journal.open(path, simulated=simulated), report
