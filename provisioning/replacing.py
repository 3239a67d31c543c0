"""A dead device's place is taken by a new one: its identities are denied, its journal's backup goes on.

A backup is older than the last number that was shown. So the new hub does not simply open it: it finds a journal that
cannot be read and the backup beside it, takes what the backup knows under a new epoch, and asks kiosks and boards which
numbers they saw before it gives the next one, as after any lost journal.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from provisioning.apply import Target, put
from provisioning.errors import ProvisionError
from provisioning.inventory import Place
from provisioning.tree import Entry
from queue_core.errors import JournalError
from queue_core.journal import JournalReader, lengthen

HUB_DATA: Final = "var/lib/motcua/hub"
JOURNAL_NAME: Final = "hub.db"
RESTORE_NAME: Final = "restore.db"
#: what stands where the journal would be, until the hub has read the backup
STAND_IN: Final = b"Motcua: this journal died with its device; restore.db beside it is its last backup.\n" * 64


def read_backup(path: Path, place: Place, mirror: Path | None = None) -> bytes:
    """A journal's backup, whole and of this device's office. Raises replace.journal, replace.not_hub.

    ``mirror``: a board's copy of the events; what it has behind the backup's last record is added.
    """
    if not place.has_hub:
        raise ProvisionError("replace.not_hub", device=place.name)
    if mirror is not None:
        with TemporaryDirectory(prefix="motcua-journal-") as folder:
            longer, copy = Path(folder) / path.name, Path(folder) / f"copy-of-{mirror.name}"
            try:
                # The board's card may be write-protected, and its newest records still lie in the log beside the file.
                for tail in ("", "-wal"):
                    if not tail or mirror.with_name(mirror.name + tail).exists():
                        shutil.copyfile(mirror.with_name(mirror.name + tail), copy.with_name(copy.name + tail))
                lengthen(path, copy, longer)
            except (JournalError, OSError) as error:
                raise ProvisionError("replace.journal", file=mirror.name, problem=str(error)) from error
            return read_backup(longer, place)
    try:
        with JournalReader(path, immutable=True) as reader:
            broken = reader.verify()
        if broken is not None:
            raise ProvisionError("replace.journal", file=path.name, problem=str(broken))
        return path.read_bytes()
    except (JournalError, OSError) as error:
        raise ProvisionError("replace.journal", file=path.name, problem=str(error)) from error


def restore_journal(target: Target, data: bytes) -> bool:
    """Lay a backup where the hub finds it; False when it lies there already.

    Raises replace.journal_there: numbers that this device gave are never written over.
    """
    folder = target.root / HUB_DATA
    journal, backup = folder / JOURNAL_NAME, folder / RESTORE_NAME
    if backup.exists() and backup.read_bytes() == data:
        return False
    if journal.exists() and journal.read_bytes()[: len(STAND_IN)] != STAND_IN:
        raise ProvisionError("replace.journal_there", root=str(target.root), file=JOURNAL_NAME)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    owner = target.ids(Entry(path="etc/motcua", user="motcua-hub", group="motcua-hub")) if target.owners else None
    if owner:
        os.chown(folder, *owner)
    # The backup first: a stand-in alone would be a hub that has forgotten everything.
    put(backup, data, mode=0o600, owner=owner)
    put(journal, STAND_IN, mode=0o600, owner=owner)
    return True
