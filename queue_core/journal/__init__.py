"""The journal: append-only facts in SQLite, chained by hash, durable before anybody is told.

:class:`Journal` writes and reads, :class:`JournalReader` only reads, :func:`salvage` makes a new journal out of what
can be read of a damaged one and its backups, :func:`highest_numbers` merges what witnesses know of the numbers given.
"""

from queue_core.journal.backup import BackupReport, same_device
from queue_core.journal.mirror import Mirror, lengthen
from queue_core.journal.reading import JournalReader
from queue_core.journal.record import BrokenLink, Record, Stamp
from queue_core.journal.salvaging import SalvageReport, salvage
from queue_core.journal.store import Journal
from queue_core.journal.witnesses import highest_numbers, numbers_of

__all__ = [
    "BackupReport",
    "BrokenLink",
    "Journal",
    "JournalReader",
    "Mirror",
    "Record",
    "SalvageReport",
    "Stamp",
    "highest_numbers",
    "lengthen",
    "numbers_of",
    "salvage",
    "same_device",
]
