"""The small catalogue that ships with the project: the commune's most asked-for matters in plain words.

It is there so that a kiosk shows something true before the office has imported its province's list, which replaces it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.store import build
from queue_kit.catalogue.words import read_events, read_synonyms

SOURCE: Final = Path(__file__).parent / "shipped.json"
#: a slow card at the very first start
_MADE_S: Final = 120.0
ORIGIN: Final = "Motcua: danh mục mẫu / sample catalogue"


def build_shipped(path: Path) -> Path:
    """Write the shipped catalogue at ``path`` (left untouched when it is already there) and give the path.

    Raises CatalogueError catalogue.not_written.
    """
    procedures, _report = read_sources([SOURCE])
    build(path, procedures, read_synonyms(), read_events(), origin=ORIGIN)
    return path


def own_or_shipped(path: Path) -> Path:
    """The office's own catalogue at ``path``; where there is none yet, the shipped one is put there.

    It is made by a process of its own: what reads the words' files takes 10 MB that a kiosk would keep for months.
    """
    if path.exists():
        return path
    words = [sys.executable, "-m", "queue_kit.catalogue.shipped", str(path)]
    quiet = subprocess.DEVNULL
    try:
        subprocess.run(words, timeout=_MADE_S, check=True, stdin=quiet, stdout=quiet, stderr=quiet)
    except (OSError, subprocess.SubprocessError):
        return build_shipped(path)  # here after all; what is wrong is said with its key
    return path


if __name__ == "__main__":
    build_shipped(Path(sys.argv[1]))
