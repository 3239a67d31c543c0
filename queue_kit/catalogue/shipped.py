"""The small catalogue that ships with the project: the commune's most asked-for matters in plain words.

It is there so that a kiosk shows something true before the office has imported its province's list, which replaces it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.store import build
from queue_kit.catalogue.words import read_events, read_synonyms

SOURCE: Final = Path(__file__).parent / "shipped.json"
ORIGIN: Final = "Motcua: danh mục mẫu / sample catalogue"


def build_shipped(path: Path) -> Path:
    """Write the shipped catalogue at ``path`` (left untouched when it is already there) and give the path.

    Raises CatalogueError catalogue.not_written.
    """
    procedures, _report = read_sources([SOURCE])
    build(path, procedures, read_synonyms(), read_events(), origin=ORIGIN)
    return path


def own_or_shipped(path: Path) -> Path:
    """The office's own catalogue at ``path``; where there is none yet, the shipped one is put there."""
    return path if path.exists() else build_shipped(path)
